"""Addresses of the tiers, under /b/<brand>/users/."""

from django.urls import path

from hongqiao.audience.tiers.views import home, repurchase, rules

urlpatterns = [
    path("", home.home, name="users_home"),
    path("rules/", rules.rules, name="users_rules"),
    path("repurchase/", repurchase.repurchase, name="users_repurchase"),
]
