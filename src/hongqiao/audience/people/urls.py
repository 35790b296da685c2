"""Addresses of people, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.people import views

urlpatterns = [
    path("people/", views.people, name="users_people"),
    path("people/export/", views.export, name="users_people_export"),
    path("people/<str:key>/", views.person, name="users_person"),
]
