"""Addresses of surveys and interviews, under /b/<brand>/users/; and the page on which people answer, outside any."""

from django.urls import path

from hongqiao.audience.surveys import public, views
from hongqiao.audience.surveys.interviews import views as talks

urlpatterns = [
    path("surveys/", views.home, name="users_surveys"),
    path("surveys/new/", views.new, name="users_survey_new"),
    path("surveys/interviews/", talks.listed, name="users_interviews"),
    path("surveys/interviews/<uuid:interview_id>/", talks.one, name="users_interview"),
    path("surveys/insights/", talks.insights, name="users_insights"),
    path("surveys/insights/<uuid:insight_id>/", talks.insight, name="users_insight"),
    path("surveys/<uuid:survey_id>/", views.one, name="users_survey"),
    path("surveys/<uuid:survey_id>/preview/", views.preview, name="users_survey_preview"),
    path("surveys/<uuid:survey_id>/results/", views.outcome, name="users_survey_results"),
    path("surveys/<uuid:survey_id>/answers/", views.answers, name="users_survey_answers"),
    path("surveys/<uuid:survey_id>/export/", views.export, name="users_survey_export"),
]
outside_patterns = [path("q/<str:token>/", public.page, name="survey_public")]
