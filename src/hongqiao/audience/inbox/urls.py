"""Addresses of the inbox, under /b/<brand>/users/."""

from django.urls import URLPattern, path

from hongqiao.audience.inbox.views import answers, keeping, listed, one

urlpatterns: list[URLPattern] = [
    path("inbox/", listed.listed, name="users_inbox"),
    path("inbox/answers/", answers.canned, name="users_canned"),
    path("inbox/keeping/", keeping.keeping, name="users_keeping"),
    path("inbox/<uuid:thread_id>/", one.thread, name="users_thread"),
    path("inbox/<uuid:thread_id>/hold/", one.hold, name="users_thread_hold"),
    path("inbox/<uuid:thread_id>/shots/<str:name>", one.shot, name="users_thread_shot"),
]
