"""Addresses of a brand's own metrics, under /b/<brand>/data/dictionary/own/."""

from django.urls import path

from hongqiao.insight.own import views

urlpatterns = [
    path("new/", views.edit, name="data_own_new"),
    path("check/", views.check, name="data_own_check"),
    path("<slug:code>/", views.history, name="data_own"),
    path("<slug:code>/edit/", views.edit, name="data_own_edit"),
    path("<slug:code>/act/", views.act, name="data_own_act"),
]
