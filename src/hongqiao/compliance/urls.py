"""Addresses of checking, under /b/<brand>/content/."""

from django.urls import path

from hongqiao.compliance import views
from hongqiao.compliance.craft import views as craft

urlpatterns = [
    path("content/check/", views.check, name="content_check"),
    path("content/checks/", views.checks, name="content_checks"),
    path("content/checks/<uuid:check_id>/", views.one, name="content_checked"),
    path("content/words/", views.words, name="content_words"),
    path("content/rules/", views.rules, name="content_rules"),
    path("content/craft/", craft.craft, name="content_craft"),
    path("content/exemptions/", views.exemptions, name="content_exemptions"),
]
