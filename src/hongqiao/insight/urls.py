"""Addresses of 今日 and 数据, under /b/<brand>/."""

from django.urls import include, path, register_converter

from hongqiao.insight import views
from hongqiao.insight.sample import views as sample
from hongqiao.insight.why import views as why


class MetricCode:
    """A metric's code, with its version where an older one is asked for: followers_per_view@2."""

    regex = r"[-a-zA-Z0-9_]+(?:@[0-9]{1,4})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(MetricCode, "metric")

urlpatterns = [
    path("", views.today, name="today"),
    path("data/", views.home, name="data_home"),
    path("data/dictionary/", views.dictionary, name="data_dictionary"),
    path("data/dictionary/own/", include("hongqiao.insight.own.urls")),
    path("data/metric/<metric:code>/", views.metric, name="data_metric"),
    path("data/why/<metric:code>/", why.page, name="data_why"),
    path("data/why/<metric:code>/parts.<str:kind>", why.export, name="data_why_export"),
    path("data/metric/<metric:code>/<str:what>.<str:kind>", views.export, name="data_export"),
    path("data/sample/", sample.under_way, name="data_sample"),
    path("data/reports/", include("hongqiao.insight.reports.urls")),
    path("data/goals/", include("hongqiao.insight.goals.urls")),
    path("data/alerts/", include("hongqiao.insight.alerts.urls")),
    path("data/", include("hongqiao.insight.explorer.urls")),
    path("data/<slug:family>/", views.board, name="data_board"),
]
