"""Addresses of lines, under /b/<brand>/data/alerts/."""

from django.urls import path

from hongqiao.insight.alerts import views

urlpatterns = [
    path("", views.listed, name="data_alerts"),
    path("new/", views.edit, name="data_alert_new"),
    path("<uuid:alert_id>/", views.edit, name="data_alert"),
    path("<uuid:alert_id>/act/", views.act, name="data_alert_act"),
]
