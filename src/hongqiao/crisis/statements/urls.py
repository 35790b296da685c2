"""Addresses of statements, under /b/<brand>/crisis/."""

from django.urls import path

from hongqiao.crisis.statements import views

urlpatterns = [
    path("statements/<uuid:statement_id>/", views.one, name="crisis_statement"),
    path("statements/<uuid:statement_id>/<uuid:publication_id>/shot/", views.shot, name="crisis_statement_shot"),
]
