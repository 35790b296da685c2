"""Addresses of the explorer, under /b/<brand>/data/."""

from django.urls import path

from hongqiao.insight.explorer import views

urlpatterns = [
    path("explore/", views.explore, name="data_explore"),
    path("explore/rows/", views.rows, name="data_explore_rows"),
    path("explore/table.<str:kind>", views.export, name="data_explore_export"),
    path("views/", views.kept, name="data_views"),
    path("views/save/", views.save, name="data_view_save"),
    path("views/<uuid:view_id>/", views.view, name="data_view"),
    path("views/<uuid:view_id>/change/", views.change, name="data_view_change"),
    path("notes/", views.note, name="data_note_add"),
    path("notes/<uuid:note_id>/", views.note, name="data_note"),
]
