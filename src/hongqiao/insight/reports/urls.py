"""Addresses of reports, under /b/<brand>/data/reports/."""

from django.urls import path

from hongqiao.insight.reports import takes, views

urlpatterns = [
    path("", views.home, name="data_reports"),
    path("newest/<str:kind>/", views.newest, name="data_report_newest"),
    path("build/", views.build, name="data_report_build"),
    path("building/<uuid:job_id>/", views.building, name="data_report_building"),
    path("schedules/", views.schedule, name="data_report_schedule_add"),
    path("schedules/<uuid:schedule_id>/", views.schedule, name="data_report_schedule"),
    path("<uuid:report_id>/", views.report, name="data_report"),
    path("<uuid:report_id>/reword/", views.reword, name="data_report_reword"),
    path("<uuid:report_id>/notes/<int:number>/", views.note, name="data_report_note"),
    path("<uuid:report_id>/file.<str:shape>", takes.file, name="data_report_file"),
    path("<uuid:report_id>/file/<str:shape>/", takes.making, name="data_report_making"),
]
