"""Addresses of people, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.people import desks, views

urlpatterns = [
    path("people/", views.people, name="users_people"),
    path("people/export/", views.export, name="users_people_export"),
    path("people/import/", desks.bring, name="users_people_import"),
    path("people/merges/", desks.merges, name="users_merges"),
    path("people/rights/", desks.rights_page, name="users_rights"),
    path("people/<str:key>/", views.person, name="users_person"),
    path("people/<str:key>/data/", views.data, name="users_person_data"),
]
