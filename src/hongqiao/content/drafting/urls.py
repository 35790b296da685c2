"""Addresses of drafting, under /b/<brand>/."""

from django.urls import path

from hongqiao.content.drafting import views

urlpatterns = [
    path("content/drafts/", views.home, name="content_drafts_home"),
    path("content/drafts/<uuid:piece_id>/", views.one, name="content_drafts"),
]
