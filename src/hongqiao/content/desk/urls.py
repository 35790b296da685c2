"""Addresses of the desk: under /b/<brand>/content/, and the phone's own."""

from django.urls import path

from hongqiao.content.desk import phone, views

urlpatterns = [
    path("content/desk/", views.desk, name="content_desk"),
    path("content/desk/<uuid:publication_id>/", views.one, name="content_publication"),
    path("content/desk/<uuid:publication_id>/files/<int:number>/", views.file, name="content_publication_file"),
    path("content/desk/<uuid:publication_id>/files.zip", views.archive, name="content_publication_files"),
    path("content/desk/<uuid:publication_id>/shot/", views.shot, name="content_publication_shot"),
]
phone_patterns = [
    path("p/<str:token>/", phone.page, name="phone_pass"),
    path("p/<str:token>/files/<int:number>/", phone.file, name="phone_file"),
    path("p/<str:token>/files.zip", phone.archive, name="phone_files"),
]
