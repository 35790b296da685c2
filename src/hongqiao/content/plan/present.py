"""The calendar as its pages show it: days with pieces, conflicts in words, loads, what a month still lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hongqiao.book import queries as book
from hongqiao.content.models import Piece, Stage, Topic
from hongqiao.content.plan import queries
from hongqiao.content.production import slots
from hongqiao.errors import N_
from hongqiao.knowledge import nodes
from hongqiao.methods import planning
from hongqiao.methods.planning import Conflict
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.words import platform_name

CONFLICTS = {
    "past": N_("排期已过 %(days)s 天，还没发布"),
    "solemn": N_("这天是%(name)s：不发推广内容，其余请确认语气"),
    "unready": N_("%(step)s应在发布前 %(days)s 天完成"),
    "close": N_("和同账号的上一条只隔 %(minutes)s 分钟（建议至少 %(least)s）"),
    "selling": N_("同账号连着两条都是推广"),
}
STEPS = {"copy": N_("文案"), "review": N_("送审"), "approved": N_("通过审核")}
STAGE_TONES = {Stage.APPROVED: "good", Stage.SCHEDULED: "good", Stage.PUBLISHED: "done", Stage.REVIEW: "info"}
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def said(conflict: Conflict) -> str:
    """Return a conflict in words."""
    params = dict(conflict.params)
    if "step" in params:
        params["step"] = _(STEPS[params["step"]])
    return _(CONFLICTS[conflict.code]) % params


def short(code: str) -> str:
    """Return the one character by which a platform is known."""
    return _(PLATFORMS[code].short) if code in PLATFORMS else code[:1]


def card(piece: Piece, found: Sequence[Conflict], *, may: bool, url: str) -> dict[str, Any]:
    """Return a piece as it stands on its day. `url`: of any piece, with KEY in its key's place."""
    at = queries.local(piece)
    stage = _(Stage(piece.stage).label)
    told: dict[str, Any] = {
        "row": piece,
        "key": str(piece.pk),
        "clock": f"{at:%H:%M}" if at else "",
        "day": f"{at:%Y-%m-%d}" if at else "",
        "found": found,
        "worst": "block" if any(c.level == "block" for c in found) else "warn" if found else "",
        "movable": piece.stage != Stage.PUBLISHED and may,
    }
    hint = [
        platform_name(piece.platform),
        str(piece.account or "—"),
        stage,
        *([str(piece.owner)] if piece.owner else []),
    ]
    title = "\n".join([" · ".join(hint), *(said(c) for c in found)])
    tone = STAGE_TONES.get(Stage(piece.stage), "")
    return told | {"html": _html(piece, told, f"{told['worst']} {tone}", title, stage, url.replace(KEY, told["key"]))}


KEY = str(UUID(int=0))


def _html(piece: Piece, told: Mapping[str, Any], css: str, title: str, stage: str, url: str) -> SafeString:
    """A card is written here, not by a template, and only what may hold a mark is escaped: a month of thousands is
    drawn in half the time."""
    name, day, clock = escape(piece.title), told["day"], told["clock"]
    dragged = ""
    if told["movable"]:
        dragged = (
            f' draggable="true" tabindex="0" data-piece="{told["key"]}" data-seen="{piece.version}" data-day="{day}"'
            f' data-clock="{clock}" aria-label="{clock} {name} {escape(stage)}"'
        )
    flag = '<i class="flag" aria-hidden="true"></i>' if told["worst"] else ""
    return mark_safe(  # noqa: S308 (keys, days and fixed words; titles, names and stages are escaped)
        f'<article class="slot {css}{" can" if told["movable"] else ""}"{dragged} title="{escape(title)}">'
        f'<span class="p">{escape(short(piece.platform))}</span><span class="t">{clock or escape(stage)}</span>{flag}'
        f'<a href="{escape(url)}" draggable="false">{name}</a></article>'
    )


def of_pieces(found: Sequence[Conflict]) -> dict[str, list[Conflict]]:
    """Return piece → what stands in its way."""
    by: dict[str, list[Conflict]] = defaultdict(list)
    for c in found:
        for key in c.keys:
            by[key].append(c)
    return by


def url_of(brand: Brand) -> str:
    """Return the address of a piece's page, with KEY in its key's place."""
    return reverse("content_piece", args=[brand.slug, KEY])


def days(member: Member, first: date, last: date, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return every day with its pieces, its nodes and whether it is solemn or off."""
    told: dict[str, Any] = {"may": permissions.allows(member, queries.EDIT), "url": url_of(member.brand)}
    by_day, wrong = queries.by_day(pieces), of_pieces(queries.stands(member, pieces))
    marks: dict[date, list[nodes.Node]] = defaultdict(list)
    for node in nodes.between(first, last):
        marks[max(node.first, first)].append(node)
    grave, now = slots.solemn(member.brand, first, last), queries.today(member.brand)
    return [
        {
            "day": day,
            "iso": day.isoformat(),
            "today": day == now,
            "past": day < now,
            "weekend": day.weekday() > 4,
            "weekday": _(WEEKDAYS[day.weekday()]),
            "cards": [card(p, wrong.get(str(p.pk), ()), **told) for p in by_day.get(day, ())],
            "nodes": _marks(marks.get(day, ()), grave.get(day)),
            "solemn": day in grave,
        }
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def _marks(known: Sequence[nodes.Node], grave: slots.Solemn | None) -> list[dict[str, Any]]:
    """Return what a day's head names: a brand's own red day first, then its nodes, three at most."""
    own = [{"label": _(grave.name), "solemn": True}] if grave and grave.name not in {n.label for n in known} else []
    return [*own, *({"label": _(n.label), "solemn": n.solemn and grave is not None} for n in known)][:3]


def load(member: Member, first: date, last: date) -> list[dict[str, Any]]:
    """Return, a member, each week's hours against what it can hold, the fullest first."""
    over = queries.rules(member.brand)["week"]["over"]
    people: dict[str, dict[str, Any]] = {}
    for (key, monday), (name, hours, share) in queries.weeks(member, first, last).items():
        one = people.setdefault(key, {"name": name, "weeks": {}, "most": 0.0})
        one["weeks"][monday] = {"hours": round(hours, 1), "share": share, "over": share > over}
        one["most"] = max(one["most"], share)
    mondays = [first - timedelta(days=first.weekday()) + timedelta(weeks=n) for n in range(6)]
    mondays = [m for m in mondays if m <= last]
    rows = sorted(people.values(), key=lambda p: -p["most"])
    return [{**p, "cells": [{"monday": m, **p["weeks"].get(m, {"hours": 0})} for m in mondays]} for p in rows]


def month(member: Member, first: date, last: date) -> list[dict[str, Any]]:
    """Return, a platform, the month's plan with what is planned, done and lacking."""
    pieces, written = queries.between(member, first, last), queries.plans(member, first)
    return [_platform(member, code, written, [p for p in pieces if p.platform == code])
            for code in queries.platforms_of(member)]  # fmt: skip


def _platform(member: Member, code: str, written: Mapping[str, Any], pieces: Sequence[Piece]) -> dict[str, Any]:
    known, row = queries.rules(member.brand)["platforms"][code], written.get(code)
    slots = [queries.slot(p) for p in pieces]
    wanted = row.pieces if row else known["low"]
    shares = row.quotas if row and row.quotas else queries.shares(member.brand)
    sells = planning.sell_share(slots)
    most = queries.rules(member.brand)["sell_most"]
    return {
        "code": code,
        "name": platform_name(code),
        "row": row,
        "seen": row.version if row else "",
        "wanted": wanted,
        "usual": _("通常每月 %(low)s–%(high)s 篇") % known,
        "count": len(pieces),
        "text": f"{len(pieces)} / {wanted}",
        "done": sum(p.stage == Stage.PUBLISHED for p in pieces),
        "lacking": max(0, wanted - len(pieces)),
        "share": min(1.0, len(pieces) / wanted) if wanted else None,
        "times": "、".join(s["time"] for s in row.slots) if row and row.slots else "、".join(known["slots"]),
        "quotas": _quotas(member, planning.quotas(slots, wanted, shares), shares, code),
        "sells": None if sells is None else round(sells * 100),
        "sells_over": sells is not None and sells > most,
        "sells_most": round(most * 100),
        "musts": [_must(m, slots) for m in known["musts"]],
        "note": row.note if row else "",
    }


def _quotas(
    member: Member, found: Sequence[planning.Share], shares: Mapping[str, float], code: str
) -> list[dict[str, Any]]:
    labels = {p["code"]: p["label"] for p in book.pillars(member.brand)}
    rows = []
    for s in found:
        asked = urlencode({"pillar": s.code, "platform": code, "state": Topic.State.PASSED})
        rows.append(
            {
                "code": s.code,
                "label": _(labels.get(s.code, s.code)),
                "count": s.count,
                "wanted": s.wanted,
                "percent": round(shares.get(s.code, 0) * 100),
                "share": min(1.0, s.count / s.wanted) if s.wanted else float(s.count > 0),
                "short": max(0, s.wanted - s.count),
                "asked": asked,
            }
        )
    return rows


def _must(must: Mapping[str, Any], slots: Sequence[planning.Slot]) -> dict[str, Any]:
    fits = [s for s in slots if must.get("form") in (None, s.form) and must.get("pillar") in (None, s.pillar)]
    return {"label": _(must["label"]), "count": len(fits), "wanted": must["count"], "ok": len(fits) >= must["count"]}
