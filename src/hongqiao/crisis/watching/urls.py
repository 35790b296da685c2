"""Addresses of watching, under /b/<brand>/crisis/."""

from django.urls import path

from hongqiao.crisis.watching.views import grading, home, incidents

urlpatterns = [
    path("", home.home, name="crisis_home"),
    path("incidents/", incidents.incidents, name="crisis_incidents"),
    path("incidents/new/", incidents.new, name="crisis_incident_new"),
    path("incidents/export/", incidents.export, name="crisis_incidents_export"),
    path("incidents/<uuid:incident_id>/grading/", grading.grading, name="crisis_grading"),
]
