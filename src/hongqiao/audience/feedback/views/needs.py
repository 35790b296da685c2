"""需求: what many ask for, how many and what they bring; one need to the day it ships and everybody is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import addresses, grouping, kinds, needs, pages, settings, teams, words
from hongqiao.audience.inbox import addresses as inbox
from hongqiao.audience.inbox import services as answering
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Asked, Need
from hongqiao.ui.tables import Column
from hongqiao.workspace import shots
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    """Needs, the newest first, and what seems to be one."""
    if request.method == "POST":
        return kit.act(request, {"open": _open}, _list)
    return _list(request, {})


def _list(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = {name: kit.words_of(request, name) for name in ("q", "state")}
    found = list(grouping.found(request.member, asked)[:200])
    sizes = grouping.sizes(request.brand, found)
    book = settings.needs(request.brand)
    context = {
        "rows": [_line(n, sizes.get(n.pk, 0)) for n in found],
        "columns": [
            Column("number", _("编号")),
            Column("title", _("需求")),
            Column("persons", _("提的人"), "count"),
            Column("state", _("状态")),
            Column("owner", _("负责人")),
            Column("created", _("立项"), wide=True),
        ],
        "offered": [_offer(g) for g in grouping.offered(request.member)],
        "chosen": asked,
        "filtered": any(asked.values()),
        "states": [(k, words.need_state(k)) for k in Need.State.values],
        "days": book["days"],
        "least": book["least"],
    }
    return pages.show(request, "feedback/needs", "users_tickets", "users_needs", context | extra)


def _line(row: Need, persons: int) -> dict[str, Any]:
    return {
        "row": row,
        "url": addresses.need(row),
        "persons": persons,
        "kind": kinds.label(row.kind),
        "state": words.need_state(row.state),
        "tone": words.NEED_TONES[Need.State(row.state)],
    }


def _offer(group: grouping.Group) -> dict[str, Any]:
    return {
        "group": group,
        "title": grouping.title_of(group),
        "kind": kinds.label(group.kind),
        "said": [text or "—" for text in texts_of(group.threads[:3]).values()],
        "more": max(0, len(group.threads) - 3),
    }


def _open(request: BrandRequest) -> str:
    post = request.POST
    row = needs.open_need(
        actor=request.member,
        title=post.get("title", ""),
        kind=post.get("kind", ""),
        product=post.get("product", ""),
        thread_ids=post.getlist("thread"),
    )
    return _("已立需求 %(number)s：%(title)s") % {"number": row.number, "title": row.title}


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def need(request: BrandRequest, need_id: UUID) -> HttpResponse:
    """Show a need: its size, who asked, where it stands, who was told."""
    Need.objects.for_member(request.member, settings.SEE).one(need_id)
    acts = {
        "edit": _edit,
        "move": _move,
        "attach": _attach,
        "detach": _detach,
        "sent": _sent,
        "told": _told,
        "unreachable": _unreachable,
    }
    if request.method == "POST":
        return kit.act(request, {k: _of(f, need_id) for k, f in acts.items()}, _page(need_id))
    return _page(need_id)(request, {})


def _of(act: Any, need_id: UUID) -> Any:
    return lambda request: act(request, {"actor": request.member, "need_id": need_id, "seen": kit.seen(request)})


def _page(need_id: UUID) -> Any:
    def show(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        rows = Need.objects.for_member(request.member, settings.SEE).select_related("owner__user", "brand")
        row: Need = rows.one(need_id)
        size, progress = grouping.size(row), grouping.progress(row)
        asked = row.asked.select_related("thread__brand", "ticket__brand", "message").order_by("state", "-at")
        context = {
            **_line(row, size.persons),
            "n": row,
            "measure": size,
            "stake": grouping.stake(row),
            "progress": progress,
            "settled": progress["told"] + progress["unreachable"],
            "asked": [_asked(a) for a in asked[:200]],
            "alike": _alike(row),
            "tickets": [(t, addresses.ticket(t)) for t in grouping.tickets_of(row).select_related("brand")[:20]],
            "moves": [(s, words.need_state(s)) for s in Need.State.values if s in needs.MOVES[Need.State(row.state)]],
            "colleagues": teams.everybody(row.brand),
            "shipped": row.state == Need.State.SHIPPED,
            "typed": {},
        }
        return pages.show(request, "feedback/need", "users_tickets", "users_needs", context | extra)

    return show


def _alike(row: Need) -> list[dict[str, Any]]:
    rows = grouping.alike(row)[:20]
    words_of = texts_of(rows)
    for one in rows:
        one.brand = row.brand
    return [{"row": t, "url": inbox.thread(t), "said": words_of[t.pk] or t.said} for t in rows]


def _asked(row: Asked) -> dict[str, Any]:
    url = inbox.thread(row.thread) if row.thread else addresses.ticket(row.ticket) if row.ticket else ""
    tone = {Asked.State.TOLD: "good", Asked.State.READY: "warn"}.get(Asked.State(row.state), "")
    return {
        "row": row,
        "url": url,
        "state": words.asked_state(row.state),
        "tone": tone,
        "place": _(row.thread.place) if row.thread and row.thread.place else "",
        "link": row.thread.url if row.thread else "",
    }


def _edit(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    given: dict[str, Any] = {k: post.get(k, "") for k in ("title", "text", "words")}
    needs.edit(**ids, **given, owner_id=post.get("owner") or None)
    return _("已保存")


def _move(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    row = needs.move(**ids, state=post.get("state", ""), reason=post.get("reason", ""), words=post.get("words", ""))
    return _("已改为%(state)s") % {"state": words.need_state(row.state)}


def _attach(request: BrandRequest, ids: dict[str, Any]) -> str:
    n = needs.attach(**ids, thread_ids=request.POST.getlist("thread"))
    return ngettext("归入 %(n)d 条", "归入 %(n)d 条", n) % {"n": n}


def _detach(request: BrandRequest, ids: dict[str, Any]) -> str:
    needs.detach(actor=ids["actor"], asked_id=request.POST.get("asked", ""))
    return _("已移出")


def _sent(request: BrandRequest, ids: dict[str, Any]) -> str:
    post = request.POST
    answering.sent(
        actor=ids["actor"],
        message_id=post.get("message", ""),
        url=post.get("url", ""),
        picture=shots.sent(request),
        declared=post.get("declared") == "1",
    )
    return _("已登记告知")


def _told(request: BrandRequest, ids: dict[str, Any]) -> str:
    needs.told(actor=ids["actor"], asked_id=request.POST.get("asked", ""), how=request.POST.get("how", ""))
    return _("已登记告知")


def _unreachable(request: BrandRequest, ids: dict[str, Any]) -> str:
    needs.unreachable(actor=ids["actor"], asked_id=request.POST.get("asked", ""), reason=request.POST.get("how", ""))
    return _("已登记无法联系")
