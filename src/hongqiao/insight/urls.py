"""Addresses of 今日 and 数据, under /b/<brand>/."""

from django.urls import include, path

from hongqiao.insight import views
from hongqiao.insight.why import views as why

urlpatterns = [
    path("", views.today, name="today"),
    path("data/", views.home, name="data_home"),
    path("data/dictionary/", views.dictionary, name="data_dictionary"),
    path("data/metric/<slug:code>/", views.metric, name="data_metric"),
    path("data/why/<slug:code>/", why.page, name="data_why"),
    path("data/why/<slug:code>/parts.<str:kind>", why.export, name="data_why_export"),
    path("data/metric/<slug:code>/<str:what>.<str:kind>", views.export, name="data_export"),
    path("data/reports/", include("hongqiao.insight.reports.urls")),
    path("data/goals/", include("hongqiao.insight.goals.urls")),
    path("data/alerts/", include("hongqiao.insight.alerts.urls")),
    path("data/", include("hongqiao.insight.explorer.urls")),
    path("data/<slug:family>/", views.board, name="data_board"),
]
