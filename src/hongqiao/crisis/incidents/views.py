"""The page of an incident: its head and tabs, live for several people at once; the view for stakeholders; files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import acts, book, brief, kit, people, present, queries, vault
from hongqiao.crisis.models import Fact, Incident
from hongqiao.crisis.statements import present as statements
from hongqiao.errors import NotFound
from hongqiao.workspace import permissions, shots
from hongqiao.workspace import tabs as rooms
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit as pages

Make = Callable[[Incident, BrandRequest], dict[str, Any]]


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def room(request: BrandRequest, incident_id: UUID, tab: str = "timeline") -> HttpResponse:
    """One tab of the room; `?part=head` and `?part=body` are what the page asks for every few seconds."""
    if tab not in MAKES or (tab == "people" and not permissions.allows(request.member, kit.HANDLE)):
        raise NotFound()
    row = queries.incident(request.member, incident_id)
    if request.method == "POST":
        return pages.act(request, acts.ACTS, lambda r, extra: _room(r, queries.incident(r.member, row.pk), tab, extra))
    part = request.GET.get("part", "")
    if part not in ("head", "body"):
        return _room(request, row, tab, {})
    etag = queries.mark(row, request.member)
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    context = _shared(request, row, tab) | (MAKES[tab](row, request) if part == "body" else {})
    template = "crisis/incidents/head.html" if part == "head" else f"crisis/incidents/{tab}.html"
    answer = render(request, template, context)
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


def _room(request: BrandRequest, row: Incident, tab: str, extra: dict[str, Any]) -> HttpResponse:
    if went := extra.get("go"):
        return HttpResponseRedirect(went)
    more = {
        "rooms": rooms.of(request.member, "crisis", on="crisis_incidents"),
        "tabs": present.tabs(row, request.member, tab),
        "do": f"crisis/incidents/{tab}_do.html" if tab in acts.FORMS else "",
        "body": f"crisis/incidents/{tab}.html",
        "kept": acts.kept(extra.get("typed")),
        "mark": queries.mark(row, request.member),
    }
    return render(
        request, "crisis/incidents/room.html", _shared(request, row, tab) | MAKES[tab](row, request) | more | extra
    )


def _shared(request: BrandRequest, row: Incident, tab: str) -> dict[str, Any]:
    member = request.member
    return {
        "row": row,
        "head": present.head(row),
        "merged": list(row.merged.order_by("number")),
        "tab": tab,
        "at": addresses.incident(row, tab),
        "may": permissions.allows(member, kit.HANDLE) and row.state != Incident.State.MERGED,
        "may_sign": permissions.allows(member, kit.SIGN),
        "may_pause": permissions.allows(member, kit.PAUSE),
        "ended": row.state in (Incident.State.CLOSED, Incident.State.MERGED),
    }


def _timeline(row: Incident, request: BrandRequest) -> dict[str, Any]:
    shown = {"lines": [present.entry(e) for e in queries.entries(row)], "switches": present.switches(request.member)}
    return shown | {"out": statements.live_of(row)}


def _mentions(row: Incident, request: BrandRequest) -> dict[str, Any]:
    return {"lines": [present.mention(m) for m in queries.mentions(row)]}


def _evidence(row: Incident, request: BrandRequest) -> dict[str, Any]:
    rows = queries.evidence(row)
    broken = [e.digest[:12] for e in rows if not vault.sound(e)] if "verify" in request.GET else None
    return {"lines": [present.proof_of(e, row) for e in rows], "verified": broken is not None, "broken": broken}


def _facts(row: Incident, request: BrandRequest) -> dict[str, Any]:
    states = [(v, _(label)) for v, label in Fact.State.choices]
    return {"lines": [present.fact(f) for f in queries.facts(row)], "states": states} | _people(request)


def _seats(row: Incident, request: BrandRequest) -> dict[str, Any]:
    return {"lines": present.seats(row, request.member)} | _people(request)


def _steps(row: Incident, request: BrandRequest) -> dict[str, Any]:
    roles = [(code, _(r["label"])) for code, r in book.roles(row.brand).items()]
    return {"lines": present.steps(row), "playbooks": present.playbooks(row), "roles": roles} | _people(request)


def _statements(row: Incident, request: BrandRequest) -> dict[str, Any]:
    lines = [statements.line(s) for s in queries.statements(row)]
    return {"lines": lines, "strategy": present.strategy(row), "new": statements.form(row)}


def _answers(row: Incident, request: BrandRequest) -> dict[str, Any]:
    return {"lines": [present.answer(a) for a in queries.answers(row)]}


def _affected(row: Incident, request: BrandRequest) -> dict[str, Any]:
    ways = [(code, _(label)) for code, label in people.WAYS.items()]
    lines = [present.person(p) for p in queries.people(row, request.member)]
    return {"lines": lines, "amends": queries.amends(row), "ways": ways} | _people(request)


def _terms(row: Incident, request: BrandRequest) -> dict[str, Any]:
    typed = request.POST if request.POST.get("act") == "fill" else None
    return {"lines": [present.duty(row, d) for d in queries.duties(row)], "law": present.law(row, typed)}


def _people(request: BrandRequest) -> dict[str, Any]:
    return {"people": [(str(m.pk), str(m)) for m in queries.colleagues(request.member)]}


MAKES: dict[str, Make] = {
    "timeline": _timeline,
    "mentions": _mentions,
    "evidence": _evidence,
    "facts": _facts,
    "seats": _seats,
    "steps": _steps,
    "statements": _statements,
    "answers": _answers,
    "people": _affected,
    "terms": _terms,
}


@brand_view(kit.SEE)
@require_GET
def stakeholders(request: BrandRequest, incident_id: UUID) -> HttpResponse:
    """What stakeholders read: where it stands, without names, and a summary to copy into the group chat."""
    row = queries.incident(request.member, incident_id)
    shown = {"row": row, "head": present.head(row), "rooms": rooms.of(request.member, "crisis", on="crisis_incidents")}
    return render(request, "crisis/incidents/brief.html", shown | brief.of(row))


@brand_view(kit.SEE)
@require_GET
def shot(request: BrandRequest, incident_id: UUID, name: str) -> HttpResponseBase:
    """A screenshot that this incident's room keeps: of evidence, of an answer, a step, a term or a payment."""
    row = queries.incident(request.member, incident_id)
    if name not in acts.shots_of(row, request.member):
        raise NotFound()
    return shots.shown(row.brand_id, name)


@brand_view(kit.HANDLE)
@require_POST
def archive(request: BrandRequest, incident_id: UUID) -> HttpResponse:
    """The whole vault as a zip with its manifest; that it was taken is audited, so it is no GET."""
    name, body = vault.archive(actor=request.member, incident_id=incident_id)
    return pages.named(HttpResponse(body, content_type="application/zip"), name)


@brand_view(kit.HANDLE)
@require_POST
def people_csv(request: BrandRequest, incident_id: UUID) -> HttpResponseBase:
    """The people affected as a file, names in the clear; audited."""
    row = queries.incident(request.member, incident_id)
    lines = people.exported(actor=request.member, incident_id=incident_id)
    head = [_("姓名"), _("联系方式"), _("渠道"), _("情况"), _("产品"), _("批号"), _("就诊证明"), _("严重"), _("状态")]
    head += [_("联系次数"), _("道歉时间"), _("承诺（元）"), _("已付（元）"), _("付款时间"), _("负责人")]
    return pages.table_file("csv", f"people-{row.number}.csv", head, lines)
