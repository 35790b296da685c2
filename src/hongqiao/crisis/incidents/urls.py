"""Addresses of incidents, under /b/<brand>/crisis/."""

from django.urls import path

from hongqiao.crisis.incidents import views

urlpatterns = [
    path("incidents/<uuid:incident_id>/", views.room, name="crisis_incident"),
    path("incidents/<uuid:incident_id>/brief/", views.stakeholders, name="crisis_incident_brief"),
    path("incidents/<uuid:incident_id>/evidence.zip", views.archive, name="crisis_incident_vault"),
    path("incidents/<uuid:incident_id>/people.csv", views.people_csv, name="crisis_incident_people"),
    path("incidents/<uuid:incident_id>/shots/<str:name>", views.shot, name="crisis_incident_shot"),
    path("incidents/<uuid:incident_id>/<slug:tab>/", views.room, name="crisis_incident_tab"),
]
