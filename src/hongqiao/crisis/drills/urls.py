"""Addresses of drills, under /b/<brand>/crisis/."""

from django.urls import path

from hongqiao.crisis.drills import views

urlpatterns = [
    path("drills/", views.drills, name="crisis_drills"),
    path("drills/<uuid:drill_id>/", views.one, name="crisis_drill"),
]
