"""Addresses of the editors, under /b/<brand>/content/."""

from django.urls import path

from hongqiao.content.editors import files, views

urlpatterns = [
    path("content/editors/frame/", views.frame, name="content_editor_frame"),
    path("content/editors/paste/", views.pasted, name="content_editor_paste"),
    path("content/editors/preview/", views.preview, name="content_editor_preview"),
    path("content/editors/chapters/", views.chaptered, name="content_editor_chapters"),
    path("content/editors/switch/", views.switch, name="content_editor_switch"),
    path("content/editors/pictures/", views.fetch, name="content_editor_pictures"),
    path("content/editors/pictures/<uuid:job_id>/", views.fetched, name="content_editor_fetched"),
    path("content/editors/look/", views.keep_look, name="content_editor_look"),
    path("content/editors/files/<uuid:piece_id>/<slug:kind>/", files.file, name="content_editor_file"),
]
