"""Addresses of the calendar, under /b/<brand>/; the list of solemn days stands in the settings."""

from django.urls import path

from hongqiao.content.plan import reddays, views

urlpatterns = [
    path("content/calendar/", views.home, name="content_calendar"),
    path("content/calendar/plan/", views.plan, name="content_plan"),
    path("content/calendar/schedule.xlsx", views.export, name="content_schedule"),
    path("content/calendar/schedule.<str:shape>", views.drawn, name="content_calendar_drawn"),
    path("settings/days/", reddays.home, name="settings_days"),
]
