"""Addresses of delivery's settings, under /b/<brand>/."""

from django.urls import path

from hongqiao.delivery import views

urlpatterns = [
    path("settings/groups/", views.groups, name="settings_groups"),
    path("settings/groups/<uuid:group_id>/", views.group, name="settings_group"),
    path("settings/notify/", views.notify, name="settings_notify"),
]
