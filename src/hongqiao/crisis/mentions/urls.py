"""Addresses of mentions, under /b/<brand>/crisis/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
