"""The page of a statement: words, checks, signatures, publication with its state and the hand-off to a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import acts as room
from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Statement
from hongqiao.crisis.statements import present, publishing, services
from hongqiao.delivery.publishing import services as delivery
from hongqiao.delivery.publishing.asking import HAND, SCHEDULE
from hongqiao.errors import NotFound
from hongqiao.workspace import permissions, shots, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit as pages


def _row(request: BrandRequest, key: UUID) -> Statement:
    rows = Statement.objects.for_member(request.member, kit.SEE).select_related("incident__commander", "brand", "by")
    found: Statement = rows.one(key)
    return found


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, statement_id: UUID) -> HttpResponse:
    row = _row(request, statement_id)
    if request.method == "POST":
        return pages.act(request, ACTS, lambda r, extra: _one(r, _row(r, row.pk), extra))
    return _one(request, row, {})


def _one(request: BrandRequest, row: Statement, extra: dict[str, Any]) -> HttpResponse:
    member, State = request.member, Statement.State
    context = {
        "row": row,
        "incident": row.incident,
        "back": addresses.incident(row.incident, "statements"),
        "rooms": tabs.of(member, "crisis", on="crisis_incidents"),
        "may": permissions.allows(member, kit.HANDLE),
        "may_sign": permissions.allows(member, kit.SIGN),
        "may_hand": permissions.allows(member, HAND),
        "may_schedule": permissions.allows(member, SCHEDULE),
        "writable": row.state in (State.DRAFT, State.REVIEW, State.SIGNED),
        "kept": room.kept(extra.get("typed")),
    }
    return render(request, "crisis/statements/one.html", context | present.page(row, member) | extra)


def _of(request: BrandRequest) -> dict[str, Any]:
    match = request.resolver_match
    assert match is not None
    key = match.kwargs["statement_id"]
    return {"actor": request.member, "statement_id": key, "seen": pages.seen(request)}


def _edit(request: BrandRequest) -> str:
    said: dict[str, Any] = {k: request.POST.get(k, "") for k in ("title", "text")}
    services.edit(**_of(request), **said, facts=[f for f in request.POST.getlist("facts") if room.is_key(f)])
    return _("已保存，并重新检查")


def _submit(request: BrandRequest) -> str:
    services.submit(**_of(request))
    return _("已送签")


def _sign(request: BrandRequest) -> str:
    services.sign(**_of(request), note=request.POST.get("reason", ""))
    return _("已签批")


def _back(request: BrandRequest) -> str:
    services.send_back(**_of(request), reason=request.POST.get("reason", ""))
    return _("已退回")


def _drop(request: BrandRequest) -> str:
    services.drop(**_of(request), reason=request.POST.get("reason", ""))
    return _("已作废")


def _publish(request: BrandRequest) -> str:
    made = publishing.publish(
        **_of(request),
        accounts=request.POST.getlist("accounts"),
        way=request.POST.get("way", ""),
        cover=shots.sent(request, "cover"),
    )
    if not made:
        return _("演练：已记为发布，没有外发")
    return _("已进入发布，状态见下方")


def _publication(request: BrandRequest) -> dict[str, Any]:
    """Return what a form about a publication of this statement names. Raises NotFound for another one's."""
    match = request.resolver_match
    assert match is not None
    key, row = pages.row_id(request), _row(request, match.kwargs["statement_id"])
    if key not in {p.pk for p in present.publications(row)}:
        raise NotFound()
    return {"actor": request.member, "publication_id": key, "seen": pages.seen_of(request)}


def _declare(request: BrandRequest) -> str:
    delivery.declare(**_publication(request), pasted=request.POST.get("pasted", ""), picture=shots.sent(request))
    return _("已登记发布")


def _stop(request: BrandRequest) -> str:
    delivery.stop(**_publication(request))
    return _("已取消发布")


def _retry(request: BrandRequest) -> str:
    delivery.retry(**_publication(request))
    return _("已重新排入，先查平台是否已收到")


def _assist(request: BrandRequest) -> str:
    delivery.assist(**_publication(request))
    return _("已转人工发布")


ACTS: dict[str, Callable[[Any], str]] = {
    "edit": _edit,
    "submit": _submit,
    "sign": _sign,
    "back": _back,
    "drop": _drop,
    "publish": _publish,
    "declare": _declare,
    "stop": _stop,
    "retry": _retry,
    "assist": _assist,
}


@brand_view(kit.SEE)
@require_GET
def shot(request: BrandRequest, statement_id: UUID, publication_id: UUID) -> HttpResponseBase:
    """The screenshot that proves a publication of this statement."""
    found = next((p for p in present.publications(_row(request, statement_id)) if p.pk == publication_id), None)
    if found is None:
        raise NotFound()
    return shots.shown(found.brand_id, str((found.proof or {}).get("shot") or ""))
