"""Addresses of the room's books, under /b/<brand>/settings/crisis/."""

from django.urls import path

from hongqiao.crisis.tending import views

urlpatterns = [
    path("", views.plan, name="settings_crisis"),
    path("<slug:part>/", views.plan, name="settings_crisis_part"),
]
