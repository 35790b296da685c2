"""Addresses of mentions, under /b/<brand>/crisis/."""

from django.urls import URLPattern, path

from hongqiao.crisis.mentions.views import listed, one

urlpatterns: list[URLPattern] = [
    path("mentions/", listed.listed, name="crisis_mentions"),
    path("mentions/export/", listed.export, name="crisis_mentions_export"),
    path("mentions/<uuid:mention_id>/", one.mention, name="crisis_mention"),
    path("mentions/<uuid:mention_id>/shots/<str:name>", one.shot, name="crisis_mention_shot"),
]
