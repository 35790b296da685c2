"""The map of addresses."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from hongqiao.audience.communities import urls as communities_urls
from hongqiao.audience.feedback import urls as feedback_urls
from hongqiao.audience.journeys.outside import participation
from hongqiao.audience.surveys import urls as surveys_urls
from hongqiao.content.desk import urls as desk
from hongqiao.content.production import urls as production_urls
from hongqiao.crisis.intake import urls as intake_urls
from hongqiao.crisis.watching.views.severity import severity
from hongqiao.delivery.connections.callbacks import wechat
from hongqiao.delivery.reaching import hooks as reaching
from hongqiao.site.api import api, nothing_here

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    re_path(r"^api/(?P<path>.*)$", nothing_here),
    path("", include("hongqiao.imports.urls")),
    path("callbacks/sms/<uuid:vendor_id>/<str:token>/", reaching.sms, name="sms_callback"),
    path("j/<str:token>/", participation, name="users_participation"),
    path("u/<str:token>/", reaching.unsubscribe, name="reaching_unsubscribe"),
    path("callbacks/wechat/<uuid:connection_id>/", wechat, name="wechat_callback"),
    path("", include(desk.phone_patterns)),
    path("b/<slug:brand>/", include("hongqiao.content.desk.urls")),
    path("b/<slug:brand>/", include("hongqiao.delivery.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.results.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.plan.urls")),
    path("b/<slug:brand>/", include("hongqiao.delivery.connections.urls")),
    path("b/<slug:brand>/", include("hongqiao.book.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.assets.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.editors.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.making.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.production.urls")),
    path("", include(production_urls.outside_patterns)),
    path("b/<slug:brand>/", include("hongqiao.content.topics.urls")),
    path("b/<slug:brand>/", include("hongqiao.content.drafting.urls")),
    path("b/<slug:brand>/", include("hongqiao.compliance.urls")),
    path("b/<slug:brand>/", include("hongqiao.ledger.urls")),
    path("b/<slug:brand>/crisis/", include("hongqiao.crisis.urls")),
    path("b/<slug:brand>/users/", include("hongqiao.audience.urls")),
    path("b/<slug:brand>/settings/severity/", severity, name="settings_severity"),
    path("b/<slug:brand>/settings/crisis/", include("hongqiao.crisis.tending.urls")),
    path("", include(intake_urls.outside_patterns)),
    path("", include(feedback_urls.outside_patterns)),
    path("", include(communities_urls.outside_patterns)),
    path("", include(surveys_urls.outside_patterns)),
    path("b/<slug:brand>/", include("hongqiao.insight.urls")),
    path("", include("hongqiao.workspace.urls")),
]
