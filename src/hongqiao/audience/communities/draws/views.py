"""Pages of draws: the list, one with its form, entries, beacon, winners and their prizes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hongqiao.audience.communities import exports, kit
from hongqiao.audience.communities.draws import delivering, drawing, entering, forms, opening, pasting, queries
from hongqiao.audience.communities.views import show
from hongqiao.audience.communities.words import PROBLEMS
from hongqiao.audience.models import Draw, Win
from hongqiao.errors import NotFound
from hongqiao.workspace import audit, pause, permissions, shots
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit as pages

TONES = {"draft": "", "open": "good", "closed": "info", "drawn": "warn", "done": "", "void": "danger"}
WIN_TONES = {"waiting": "warn", "claimed": "info", "sent": "info", "received": "good", "forfeited": ""}
ROWS = 3  # empty rows for prizes below those that are there


def line(row: Draw) -> dict[str, Any]:
    """Return a draw as a line of a list."""
    return {
        "row": row,
        "state": _(str(row.get_state_display())),
        "mode": _(str(row.get_mode_display())),
        "tone": TONES[row.state],
    }


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return pages.act(request, {"create": _create}, _listed)
    return _listed(request, {})


def _listed(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("draw"):
        return HttpResponseRedirect(reverse("users_draw", args=[request.brand.slug, made.pk]))
    rows, following = pages.page_of(queries.draws(request.member), pages.after(request), 50)
    modes = [(v, _(str(label))) for v, label in Draw.Mode.choices]
    return show(request, "draws", {"rows": [line(r) for r in rows], "next": following, "modes": modes} | extra, "draws")


def _create(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    made = opening.create_draw(actor=request.member, title=post.get("title", ""), mode=post.get("mode", ""))
    return {"draw": made}


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def draw(request: BrandRequest, draw_id: UUID) -> HttpResponse:
    row = queries.draw(request.member, draw_id)

    def page(req: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        shown = queries.draw(req.member, draw_id)
        url = absolute(f"/d/{shown.token}/", req) if shown.token else ""
        return show(req, "draw", _context(req.member, shown, extra) | {"url": url} | extra, "draws")

    if request.method == "POST":
        return pages.act(request, {n: partial(f, row=row) for n, f in ACTS.items()}, page)
    return page(request, {})


@brand_view("data.export")
@require_safe
def export(request: BrandRequest, draw_id: UUID) -> HttpResponseBase:
    row = queries.draw(request.member, draw_id)
    audit.record(request.member, "draw.exported", row, title=row.title)
    return exports.draw("xlsx" if request.GET.get("format") == "xlsx" else "csv", row)


@brand_view(kit.SEE)
@require_safe
def proof(request: BrandRequest, draw_id: UUID, name: str) -> HttpResponseBase:
    row = queries.draw(request.member, draw_id)
    mine = [row.proof.get("shot"), *(w.proof.get("shot") for w in row.wins.all())]
    if name not in mine:
        raise NotFound()
    return shots.shown(request.brand.pk, name)


def _context(member: Member, row: Draw, extra: Mapping[str, Any]) -> dict[str, Any]:
    book = forms.rules(row.brand)
    typed = extra.get("typed") if extra.get("typed_act") in ("save", "open") else None
    form = _read(typed) if typed is not None and typed.get("act") == "save" else row.form
    found = forms.problems(row) if row.state == "draft" and row.mode == "own" else []
    said = {p.field: _(PROBLEMS[p.code]) % p.params if p.params else _(PROBLEMS[p.code]) for p in found[::-1]}
    mine = next((t for t in row.typed if t["by"] == str(member.pk)), None)
    prizes = {p["code"]: f"{p['level']} {p['name']}" for p in row.form.get("prizes", [])}
    return {
        "row": row,
        "line": line(row),
        "problems": said,
        "lacks": len(found),
        "form": form,
        "texts": [_text(f, form, said) for f in book["fields"] if f["code"] in forms.TEXTS],
        "times": [_field(n, label, _local(form.get(n)), said) for n, label in _times()],
        "prizes": _prizes(form, said),
        "beacons": [(b["code"], _(b["label"]), _(b["words"])) for b in book["beacons"] if b["enough"]],
        "conditions": [
            (c, _(label), c in form.get("conditions", [])) for c, label in book["conditions"]["labels"].items()
        ],
        "barred_words": _(book["barred"].get(forms.platform(row), {}).get("words", "")),
        "law": book["law"],
        "look_up": book["look_up"].format(chain=row.chain, round=row.round),
        "tax": _(book["tax"]["label"]),
        "paused": pause.is_paused(row.brand, opening.SCOPE),
        "tickets": [_ticket(t, row) for t in queries.tickets(row)[:200]],
        "count": row.tickets.count(),
        "reasons": [
            (c, _(label))
            for c, label in kit.book(row.brand)["exclusions"]["labels"].items()
            if c not in ("hidden", "over_cap")
        ],
        "wins": [_win(w, prizes, member) for w in queries.wins(row)],
        "typed_by_me": mine,
        "typed_n": len(row.typed),
        "running": entering.running(row),
        "may_close": _between(row.closes, row.due),
        "may_type": _between(queries.draws_at(row), None),
        "draws_at": queries.draws_at(row),
        "missed": bool(row.state == "open" and row.due and timezone.now() >= row.due),
    }


def _between(first: Any, last: Any) -> bool:
    now = timezone.now()
    return bool(first and first <= now and (last is None or now < last))


def _times() -> list[tuple[str, str]]:
    return [
        ("opens", _("报名开始")),
        ("closes", _("报名截止")),
        ("due", _("公开随机数最早可知")),
        ("draw_time", _("开奖时间")),
    ]


def _local(value: Any) -> str:
    found = forms.moment(value)
    return timezone.localtime(found).strftime("%Y-%m-%dT%H:%M") if found else str(value or "")


def _field(name: str, label: str, value: Any, said: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "bad": said.get(name, "")}


def _text(field: Mapping[str, str], form: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    return _field(field["code"], _(field["label"]), form.get(field["code"], ""), said)


def _prizes(form: Mapping[str, Any], said: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [*form.get("prizes", []), *({} for _n in range(ROWS))]
    labels = {
        "level": _("奖项种类"),
        "name": _("品名"),
        "sort": _("奖品种类"),
        "price": _("单价（元）"),
        "quantity": _("份数"),
    }
    return [
        {
            "n": n + 1,
            "cells": [
                _field(k, label, row.get(k, ""), {k: said.get(f"prizes.{n}.{k}", "")}) for k, label in labels.items()
            ],
        }
        for n, row in enumerate(rows)
    ]


def _ticket(ticket: Any, row: Draw) -> dict[str, Any]:
    reasons = kit.book(row.brand)["exclusions"]["labels"]
    name = kit.masked(kit.unseal(ticket.name)) or ticket.who[:8]
    return {
        "row": ticket,
        "name": name,
        "why": _(reasons.get(ticket.excluded, ticket.excluded)) if ticket.excluded else "",
    }


def _win(win: Win, prizes: Mapping[str, str], member: Member) -> dict[str, Any]:
    may = permissions.allows(member, kit.CONTACT)
    return {
        "row": win,
        "prize": prizes.get(win.prize, win.prize),
        "state": _(str(win.get_state_display())),
        "tone": WIN_TONES[win.state],
        "name": kit.masked(kit.unseal(win.ticket.name)) or win.ticket.who[:8],
        "contact": kit.unseal(win.contact) if may and win.contact else "",
        "moves": [m for m in delivering.MOVES[win.state] if m != "forfeited"] if win.prize else [],
    }


def _read(post: Any) -> dict[str, Any]:
    """Return a form as it was sent."""
    rows = zip(*(post.getlist(f"prize.{n}") for n in forms.PRIZE), strict=False)
    prizes = [dict(zip(forms.PRIZE, row, strict=True)) for row in rows]
    names = (*forms.TEXTS, *forms.TIMES, *forms.COUNTS, *forms.TICKS, "beacon", "source")
    found: dict[str, Any] = {n: post.get(n, "") for n in names}
    return found | {
        "conditions": post.getlist("conditions"),
        "prizes": [p for p in prizes if any(v.strip() for v in p.values())],
    }


def _save(request: BrandRequest, row: Draw) -> str:
    opening.save_form(
        actor=request.member,
        draw_id=row.pk,
        seen=pages.seen(request),
        title=request.POST.get("title", ""),
        form=_read(request.POST),
    )
    return _("已保存")


def _open(request: BrandRequest, row: Draw) -> str:
    opening.open_draw(actor=request.member, draw_id=row.pk, seen=pages.seen(request))
    return _("已开放报名，规则不再能改。请把公开页地址和规则哈希发到你改不了的地方")


def _close(request: BrandRequest, row: Draw) -> str:
    opening.close_draw(actor=request.member, draw_id=row.pk, seen=pages.seen(request))
    return _("名单已公布")


def _void(request: BrandRequest, row: Draw) -> str:
    reason = request.POST.get("reason", "")
    opening.void_draw(actor=request.member, draw_id=row.pk, seen=pages.seen(request), reason=reason)
    return _("已作废")


def _enter(request: BrandRequest, row: Draw) -> str:
    post = request.POST
    made = entering.enter(
        actor=request.member,
        draw_id=row.pk,
        person=post.get("person", ""),
        name=post.get("name", ""),
        count=post.get("count") or 1,
    )
    return _("已报名，编号 %(code)s") % {"code": made.code}


def _exclude(request: BrandRequest, row: Draw) -> str:
    reason = request.POST.get("reason", "")
    done = entering.exclude(
        actor=request.member, ticket_id=pages.row_id(request), seen=pages.seen(request), reason=reason
    )
    return _("已排除 %(code)s") % {"code": done.code} if reason else _("已恢复 %(code)s") % {"code": done.code}


def _beacon(request: BrandRequest, row: Draw) -> str:
    post = request.POST
    done = drawing.type_beacon(
        actor=request.member,
        draw_id=row.pk,
        seen=pages.seen(request),
        value=post.get("value", ""),
        signature=post.get("signature", ""),
    )
    return _("两人一致，已开奖") if done.state == Draw.State.DRAWN else _("已录入，等另一位同事录入")


def _result(request: BrandRequest, row: Draw) -> str:
    post = request.POST
    rows = zip(*(post.getlist(n) for n in pasting.FIELDS), strict=False)
    winners = [dict(zip(pasting.FIELDS, one, strict=True)) for one in rows]
    drawing.record_result(
        actor=request.member,
        draw_id=row.pk,
        seen=pages.seen(request),
        text=post.get("text", ""),
        winners=[w for w in winners if any(v.strip() for v in w.values())] + pasting.winners(post.get("many", "")),
        url=post.get("url", ""),
        picture=shots.sent(request),
    )
    return _("平台结果已登记")


def _move(request: BrandRequest, row: Draw) -> str:
    post = request.POST
    given = {n: post.get(n, "") for n in ("contact", "carrier", "text", "url")}
    delivering.move_win(
        actor=request.member,
        win_id=pages.row_id(request),
        seen=pages.seen(request),
        state=post.get("state", ""),
        picture=shots.sent(request),
        **given,
    )
    return _("兑奖进度已更新")


def _forfeit(request: BrandRequest, row: Draw) -> str:
    heir = delivering.forfeit(
        actor=request.member,
        win_id=pages.row_id(request),
        seen=pages.seen(request),
        reason=request.POST.get("reason", ""),
    )
    return _("已弃奖，候补 %(code)s 递补") % {"code": heir.ticket.code} if heir else _("已弃奖，没有候补")


ACTS = {
    "save": _save,
    "open": _open,
    "close": _close,
    "void": _void,
    "enter": _enter,
    "exclude": _exclude,
    "beacon": _beacon,
    "result": _result,
    "move": _move,
    "forfeit": _forfeit,
}
