"""Addresses of the repair, under /b/<brand>/crisis/."""

from django.urls import URLPattern, path

from hongqiao.crisis.repair import views

urlpatterns: list[URLPattern] = [
    path("incidents/<uuid:incident_id>/repair/", views.plan, name="crisis_repair"),
    path("incidents/<uuid:incident_id>/report/", views.told, name="crisis_report"),
    path("incidents/<uuid:incident_id>/report.<str:shape>", views.told_file, name="crisis_report_file"),
]
