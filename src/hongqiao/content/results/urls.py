"""Addresses of results, under /b/<brand>/content/."""

from django.urls import path

from hongqiao.content.results import comments, hours, lessons, titlepages, views

urlpatterns = [
    path("content/results/", views.home, name="content_results"),
    path("content/results/piece/", views.one, name="content_result"),
    path("content/results/timing/", hours.page, name="content_results_timing"),
    path("content/results/learnt/", lessons.page, name="content_results_learnt"),
    path("content/results/list.csv", views.export, name="content_results_export"),
    path("content/results/titles/", titlepages.tests, name="content_title_tests"),
    path("content/results/titles/new/", titlepages.plan, name="content_title_plan"),
    path("content/results/titles/<uuid:test_id>/", titlepages.test, name="content_title_test"),
    path("content/results/voices/", comments.said, name="content_voices"),
]
