"""Addresses of the room, under /b/<brand>/users/: each part has its own."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
