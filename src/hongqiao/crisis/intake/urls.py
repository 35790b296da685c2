"""Addresses of intake, under /b/<brand>/crisis/; the address of pushes stands in the site's map."""

from django.urls import URLPattern, path

from hongqiao.crisis.intake import pushing
from hongqiao.crisis.intake.views import listening, rounds, watch

urlpatterns: list[URLPattern] = [
    path("sources/", listening.listening, name="crisis_sources"),
    path("sources/<uuid:source_id>/", listening.source, name="crisis_source"),
    path("rounds/", rounds.roster, name="crisis_rounds"),
    path("watch/", watch.watch, name="crisis_watch"),
]
outside_patterns: list[URLPattern] = [
    path("hooks/mentions/<uuid:source_id>/<str:token>/", pushing.hook, name="crisis_hook"),
]
