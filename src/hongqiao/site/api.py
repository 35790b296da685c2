"""The HTTP interface under /api/: routers of the rooms, one way to sign in, one shape of errors (RFC 9457)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from hongqiao import __version__
from hongqiao.audience.communities.api import router as activities_router
from hongqiao.audience.feedback import api as feedback
from hongqiao.audience.growth.api import router as trials_router
from hongqiao.audience.inbox.api import router as threads_router
from hongqiao.audience.journeys import api as journeys
from hongqiao.audience.people.api import router as people_router
from hongqiao.audience.surveys.api import router as surveys_router
from hongqiao.audience.tiers.api import router as tiers_router
from hongqiao.book import api as book
from hongqiao.compliance import api as compliance
from hongqiao.content.assets.api import router as assets_router
from hongqiao.content.desk.api import router as publications_router
from hongqiao.content.drafting.api import router as drafts_router
from hongqiao.content.plan.api import router as calendar_router
from hongqiao.content.production.api import router as pieces_router
from hongqiao.content.results.api import router as results_router
from hongqiao.content.results.titleapi import router as titles_router
from hongqiao.content.topics.api import router as topics_router
from hongqiao.content.topics.offers import router as offers_router
from hongqiao.crisis.incidents.api import router as incident_router
from hongqiao.crisis.mentions.api import router as mentions_router
from hongqiao.crisis.tending.api import router as tending_router
from hongqiao.crisis.watching.api import router as incidents_router
from hongqiao.errors import N_, HongqiaoError, Invalid, NotFound
from hongqiao.imports.api import router as imports_router
from hongqiao.insight.alerts.api import router as alerts_router
from hongqiao.insight.api import router as metrics_router
from hongqiao.insight.explorer.api import annotations as annotations_router
from hongqiao.insight.explorer.api import views as views_router
from hongqiao.insight.goals.api import router as goals_router
from hongqiao.insight.own.api import router as own_router
from hongqiao.insight.reports.api import router as reports_router
from hongqiao.ledger import api as ledger
from hongqiao.site.middleware import problem_json
from hongqiao.workspace import access, dictionary, receipts, throttle
from hongqiao.workspace.api import router as workspace_router
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Member


class NotSignedIn(HongqiaoError):
    code, status = "not_signed_in", 401
    message = N_("缺少有效的接口令牌")
    next_step = N_("在 设置 → 接口令牌 里新建一个，放进请求头 Authorization: Bearer …")


class NotRead(Invalid):
    code, status = "bad_json", 400
    message = N_("请求的内容读不出来")
    next_step = N_("请发 UTF-8 编码的 JSON")


class Body(Parser):
    """JSON whose texts a row can hold: half a letter (a lone surrogate), which Python reads, is no Unicode."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found = super().parse_body(request)
        if any(mark in request.body for mark in _HALVES):
            json.dumps(found, ensure_ascii=False).encode()  # raises, and the body is not read
        return found


#: What a body holds where a text of it may hold half a letter: escaped, bare, in UTF-16.
_HALVES = (rb"\ud", rb"\uD", b"\xed", b"\x00")


class Token(HttpBearer):
    """A brand's token: acts as its member, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        member = access.member_for_token(token)
        if member is not None:
            throttle.check("api", token, amount=limits()["api_calls_per_minute"], seconds=60)
            dictionary.enter(member.brand_id)
        return member


class Interface(NinjaAPI):
    """The interface, described whole: every operation says how it answers when it cannot."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        heeding = {name.replace(".", "_") for name in receipts.CALLS}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = WENT_WRONG
                if operation["operationId"] in heeding:
                    operation.setdefault("parameters", []).append(KEY)
        return schema


PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `detail` is the next step; `code` is stable, words follow Accept-Language.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "confirm": {"type": "string", "description": "Send the call again with this field: why, in a person's words."},
    },
}
WENT_WRONG = {
    "description": "What went wrong, and the next step",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY = {
    "name": receipts.HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same call with the same key again is answered alike and makes nothing.",
}

api = Interface(
    title="Hongqiao 虹桥",
    version=__version__,
    description="Figures out, files and events in. Errors are application/problem+json; lists page by cursor.",
    auth=Token(),
    parser=Body(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", workspace_router)
api.add_router("", imports_router)
api.add_router("/metrics", metrics_router)
api.add_router("/own-metrics", own_router)
api.add_router("/views", views_router)
api.add_router("/annotations", annotations_router)
api.add_router("/goals", goals_router)
api.add_router("/reports", reports_router)
api.add_router("/findings", ledger.findings)
api.add_router("/actions", ledger.actions)
api.add_router("/outcomes", ledger.outcomes)
api.add_router("/decisions", ledger.decisions)
api.add_router("/rules", ledger.rule_router)
api.add_router("/templates", ledger.templates)
api.add_router("/alerts", alerts_router)
api.add_router("/content", calendar_router)
api.add_router("/pieces", pieces_router)
api.add_router("/publications", publications_router)
api.add_router("/book", book.router)
api.add_router("/personas", book.personas)
api.add_router("/products", book.products)
api.add_router("/claims", book.claims)
api.add_router("/checks", compliance.router)
api.add_router("/words", compliance.words)
api.add_router("/drafts", drafts_router)
api.add_router("/topics/proposals", offers_router)
api.add_router("/topics", topics_router)
api.add_router("/incidents/settings", tending_router)
api.add_router("/incidents", incidents_router)
api.add_router("/content/results", results_router)
api.add_router("/content/titles", titles_router)
api.add_router("/assets", assets_router)
api.add_router("/tiers", tiers_router)
api.add_router("/mentions", mentions_router)
api.add_router("/activities", activities_router)
api.add_router("/people", people_router)
api.add_router("/trials", trials_router)
api.add_router("/incidents", incident_router)
api.add_router("/threads", threads_router)
api.add_router("/tickets", feedback.router)
api.add_router("/needs", feedback.needs_router)
api.add_router("/journeys", journeys.journeys)
api.add_router("/surveys", surveys_router)
api.add_router("/consents", journeys.consent)
api.add_router("/contacts", journeys.contact)


@api.exception_handler(HongqiaoError)
def known(request: HttpRequest, error: HongqiaoError) -> HttpResponse:
    answer = problem_json(error)
    if error.status == 429:
        answer["Retry-After"] = "60"
    return answer


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_json(NotSignedIn())


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_json(NotRead())  # the library says nothing else so


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return problem_json(Invalid(N_("请求里的 %(where)s 有误：%(what)s"), where=where, what=first.get("msg", "")))


def nothing_here(request: HttpRequest, path: str) -> HttpResponse:
    """An address under /api/ that does not exist answers like everything else there."""
    return problem_json(NotFound())
