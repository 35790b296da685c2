"""Addresses of goals, under /b/<brand>/data/goals/."""

from django.urls import path

from hongqiao.insight.goals import views

urlpatterns = [
    path("", views.listed, name="data_goals"),
    path("new/", views.edit, name="data_goal_new"),
    path("<uuid:goal_id>/", views.edit, name="data_goal"),
    path("<uuid:goal_id>/archive/", views.archive, name="data_goal_archive"),
]
