"""反馈工单: what is to be dealt with, the most urgent first; a new one by hand; as a file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.audience.feedback import addresses, exports, kinds, pages, present, queries, services, settings, teams
from hongqiao.audience.feedback import tickets as opening
from hongqiao.audience.inbox import queries as inbox
from hongqiao.audience.models import Ticket
from hongqiao.book import queries as books
from hongqiao.ui.tables import Column
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import account_name


def _asked(request: BrandRequest) -> dict[str, str]:
    asked = {name: kit.words_of(request, name) for name in queries.FILTERS}
    if not any(asked.values()):
        asked["state"] = "live"
    return asked


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    """Tickets; those not solved by priority and term, others the newest first."""
    if request.method == "POST":
        return kit.act(request, {"own": _own}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = _asked(request)
    found = queries.found(request.member, asked).select_related("owner__user", "brand")
    live = asked["state"] in ("live", *queries.LIVE) or asked["late"] == "1"
    rows = queries.urgent_first(found) if live else found.order_by("-number")
    at, size = kit.whole(kit.words_of(request, "page")) or 0, settings.book(request.brand)["page"]
    shown = list(rows[at : at + size + 1])
    context = {
        "rows": [present.line(t) for t in shown[:size]],
        "next": str(at + size) if len(shown) > size else "",
        "columns": _columns(),
        "counts": queries.counts(request.member),
        "chosen": asked,
        "filtered": any(kit.words_of(request, name) for name in queries.FILTERS),
        **_choices(request),
    }
    return pages.show(request, "feedback/tickets", "users_tickets", "users_tickets", context | extra)


def _columns() -> list[Column]:
    return [
        Column("pick", ""),
        Column("number", _("编号")),
        Column("title", _("工单")),
        Column("priority", _("优先级")),
        Column("team", _("处理方")),
        Column("state", _("状态")),
        Column("clock", _("时限")),
        Column("opened", _("登记时间"), wide=True),
    ]


def _choices(request: BrandRequest) -> dict[str, Any]:
    people = inbox.colleagues(request.member)
    return {
        "states": [("live", _("未解决")), *((k, _(v)) for k, v in Ticket.State.choices), ("all", _("全部"))],
        "priorities": [(k, _(v)) for k, v in Ticket.Priority.choices],
        "teams": teams.labels(request.brand),
        "kinds": kinds.groups(),
        "all_kinds": kinds.choices(),
        "owners": [("me", _("我")), ("none", _("无人")), *((m.pk, m) for m in people)],
        "colleagues": people,
        "products": [p.name for p in books.products(request.brand)],
        "accounts": [(a.pk, account_name(a)) for a in inbox.accounts(request.member)],
    }


def _own(request: BrandRequest) -> str:
    owner = request.POST.get("owner", "")
    chosen = str(request.member.pk) if owner in ("me", "") else owner
    done = services.own_many(actor=request.member, ticket_ids=request.POST.getlist("id"), owner_id=chosen)
    told = ngettext("已指派 %(n)d 张", "已指派 %(n)d 张", done["done"]) % {"n": done["done"]}
    left = ngettext("%(n)d 张没有指派", "%(n)d 张没有指派", done["left"]) % {"n": done["left"]}
    return f"{told} · {left}" if done["left"] else told


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponse:
    """Register a matter by hand: told by telephone, by a survey, by a shop."""
    permissions.require(request.member, settings.EDIT)
    made: list[Ticket] = []
    if request.method == "POST":
        answer = kit.act(request, {"open": lambda r: _open(r, made)}, _form)
        return HttpResponseRedirect(addresses.ticket(made[0])) if made else answer
    return _form(request, {})


def _open(request: BrandRequest, made: list[Ticket]) -> str:
    post = request.POST
    names = ("title", "text", "kind", "priority", "team", "product", "order_no")
    row = opening.open_ticket(
        actor=request.member, account_id=post.get("account") or None, **{n: post.get(n, "") for n in names}
    )
    made.append(row)
    return _("已登记工单 #%(number)s") % {"number": row.number}


def _form(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    context = {**_choices(request), "typed": {}}
    return pages.show(request, "feedback/new", "users_tickets", "users_tickets", context | extra)


@brand_view(settings.SEE)
@require_GET
@transaction.atomic
def export(request: BrandRequest) -> HttpResponseBase:
    """The tickets that the filters leave, without names: csv, or xlsx."""
    most = settings.book(request.brand)["export"]
    rows = queries.found(request.member, _asked(request)).select_related("owner__user", "brand")
    rows = rows.order_by("-number")[:most]
    audit.record(request.member, "tickets.exported", None, count=rows.count())
    return exports.respond("xlsx" if request.GET.get("format") == "xlsx" else "csv", rows)
