"""Addresses of the room, under /b/<brand>/crisis/: each part has its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("hongqiao.crisis.watching.urls")),
    path("", include("hongqiao.crisis.mentions.urls")),
    path("", include("hongqiao.crisis.intake.urls")),
    path("", include("hongqiao.crisis.repair.urls")),  # before the room, whose tabs are any word
    path("", include("hongqiao.crisis.incidents.urls")),
    path("", include("hongqiao.crisis.statements.urls")),
    path("", include("hongqiao.crisis.drills.urls")),
]
