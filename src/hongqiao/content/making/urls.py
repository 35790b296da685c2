"""Addresses of making, under /b/<brand>/content/posters/."""

from django.urls import path

from hongqiao.content.making import handing, live, views

urlpatterns = [
    path("content/posters/", views.home, name="content_posters"),
    path("content/posters/look/", views.look, name="content_posters_look"),
    path("content/posters/zip/", views.bundle, name="content_posters_zip"),
    path("content/packs/<uuid:piece_id>/", handing.pack, name="content_pack"),
    path("content/live/<uuid:piece_id>/", live.home, name="content_live"),
    path("content/live/<uuid:piece_id>/sheet/", live.workbook, name="content_live_sheet"),
]
