"""Addresses of the growth system, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.growth import benefit_views, views

urlpatterns = [
    path("growth/", views.growth, name="users_growth"),
    path("growth/benefits/", benefit_views.benefits_page, name="users_benefits"),
    path("trials/", views.trials_page, name="users_trials"),
    path("trials/<uuid:trial_id>/", views.trial, name="users_trial"),
]
