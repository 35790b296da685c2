"""Addresses of connections, under /b/<brand>/; the callback's own stands outside of any brand."""

from django.urls import path

from hongqiao.delivery.connections import views

urlpatterns = [
    path("settings/connections/", views.connections, name="settings_connections"),
    path("settings/connections/<uuid:account_id>/", views.connection, name="settings_connection"),
]
