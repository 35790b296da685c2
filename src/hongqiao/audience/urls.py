"""Addresses of the room, under /b/<brand>/users/: each part has its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("hongqiao.audience.tiers.urls")),
    path("", include("hongqiao.audience.people.urls")),
    path("", include("hongqiao.audience.inbox.urls")),
    path("", include("hongqiao.audience.feedback.urls")),
    path("", include("hongqiao.audience.journeys.urls")),
    path("", include("hongqiao.audience.communities.urls")),
    path("", include("hongqiao.audience.growth.urls")),
    path("", include("hongqiao.audience.surveys.urls")),
]
