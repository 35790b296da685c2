"""Addresses of delivery's settings, under /b/<brand>/."""

from django.urls import path

from hongqiao.delivery import views
from hongqiao.delivery.reaching import views as reaching

urlpatterns = [
    path("settings/groups/", views.groups, name="settings_groups"),
    path("settings/groups/<uuid:group_id>/", views.group, name="settings_group"),
    path("settings/reaching/", reaching.reaching, name="settings_reaching"),
    path("settings/notify/", views.notify, name="settings_notify"),
]
