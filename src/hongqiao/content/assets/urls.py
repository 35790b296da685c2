"""Addresses of the library, under /b/<brand>/content/assets/."""

from django.urls import path

from hongqiao.content.assets import views

urlpatterns = [
    path("content/assets/", views.home, name="content_assets"),
    path("content/assets/upload/", views.upload, name="content_assets_upload"),
    path("content/assets/pick/", views.pick, name="content_assets_pick"),
    path("content/assets/<uuid:asset_id>/", views.one, name="content_asset"),
    path("content/assets/<uuid:asset_id>/file/", views.file, name="content_asset_file"),
    path("content/assets/<uuid:asset_id>/thumb/", views.thumb, name="content_asset_thumb"),
]
