"""Addresses of the room, under /b/<brand>/users/: each part has its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hongqiao.audience.journeys.urls")),
]
