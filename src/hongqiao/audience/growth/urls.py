"""Addresses of the growth system, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.growth import views

urlpatterns = [
    path("growth/", views.growth, name="users_growth"),
    path("trials/", views.trials_page, name="users_trials"),
    path("trials/<uuid:trial_id>/", views.trial, name="users_trial"),
]
