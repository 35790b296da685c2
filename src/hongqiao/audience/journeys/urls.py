"""Addresses of journeys, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.journeys import views

urlpatterns = [
    path("journeys/", views.journeys, name="users_journeys"),
    path("journeys/by-hand/", views.tasks, name="users_by_hand"),
    path("journeys/coupons/", views.pools, name="users_coupons"),
    path("journeys/<uuid:journey_id>/", views.journey, name="users_journey"),
    path("journeys/<uuid:journey_id>/people/", views.people, name="users_journey_people"),
]
