"""A brand's own bounds of groups and activities: only what differs from those that ship is kept. U2.

Draws have theirs in `draws/bounds.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.errors import N_, Invalid
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

NAME, ROUTINE = "communities", "routine"


@dataclass(frozen=True)
class Bound:
    """One number: where it stands in the file, its words, and between what it may be. A share is typed in percent.

    law: which article sets the bound beyond which it may not go, "" for none; money: kept as text, as amounts are.
    """

    part: str
    name: str
    label: str
    unit: str
    does: str
    least: float
    most: float
    share: bool = False
    law: str = ""
    money: bool = False

    @property
    def code(self) -> str:
        return f"{self.part}.{self.name}"


BOUNDS = (
    Bound("health", "retention", N_("7 日留存低于"), N_("%"), N_("入群一周后还在的人太少时告警"), 0, 1, True),
    Bound("health", "messages", N_("每日消息低于"), N_("条"), N_("群太冷清时告警"), 0, 100_000),
    Bound("health", "reports", N_("一天被举报超过"), N_("次"), N_("被举报太多时告警"), 0, 10_000),
    Bound("health", "members", N_("人数超过"), N_("人"), N_("群太满时提醒分群；粉丝群不算"), 2, 100_000),
    Bound("scale", "least_pairs", N_("信任分至少要几人"), N_("人"), N_("前后都打过分的人少于它时不给差值"), 2, 10_000),
    Bound("takers", "before", N_("活动前看多少天的购买"), N_("天"), N_("只比这些天里买过的人"), 7, 730),
    Bound("takers", "after", N_("活动后看多少天的购买"), N_("天"), N_("这些天过完才比复购"), 7, 365),
    Bound("takers", "least", N_("两边至少各几人"), N_("人"), N_("少于它时写“数据不足”"), 10, 100_000),
)


class BadBound(Invalid):
    code = "bad_bound"
    message = N_("“%(what)s”不能是“%(value)s”")
    next_step = N_("这里要 %(least)s 到 %(most)s 之间的数")


class BadClock(Invalid):
    code = "bad_clock"
    message = N_("“%(what)s”的时间不对：%(value)s")
    next_step = N_("请写成 09:00 这样，前面的动作不晚于后面的")


def shown(bound: Bound, value: Any) -> str:
    """Return a number as its field holds it."""
    return f"{float(value) * 100:g}" if bound.share else f"{float(value):g}"


def numbers(bounds: Sequence[Bound], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the numbers that were typed, by part; one that was left empty is not in it. Raises BadBound."""
    found: dict[str, Any] = {}
    for bound in bounds:
        if text := str(typed.get(bound.code, "")).strip():
            found.setdefault(bound.part, {})[bound.name] = _number(bound, text)
    return found


def taken(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, by part; what was left empty is as it ships. Raises BadBound, BadClock."""
    found = numbers(BOUNDS, typed)
    steps = [{**step, "at": _clock(step, typed)} for step in read(f"audience/{NAME}")[ROUTINE]]
    for before, after in zip(steps, steps[1:], strict=False):
        if before["at"] > after["at"]:
            raise BadClock(what=_(after["label"]), value=after["at"])
    return found | {ROUTINE: steps}


def _number(bound: Bound, text: str) -> float | str:
    try:
        value = float(text) / (100 if bound.share else 1)
    except ValueError:
        value = math.nan
    if not bound.least <= value <= bound.most or (not bound.share and not value.is_integer()):
        least, most = shown(bound, bound.least), shown(bound, bound.most)
        raise BadBound(what=_(bound.label), value=text[:20], least=least, most=most)
    if bound.share:
        return round(value, 4)
    return str(int(value)) if bound.money else int(value)


def _clock(step: Mapping[str, str], typed: Mapping[str, str]) -> str:
    text = str(typed.get(f"{ROUTINE}.{step['code']}", "")).strip() or step["at"]
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError:
        raise BadClock(what=_(step["label"]), value=text[:20]) from None


@transaction.atomic
def save(*, actor: Member, seen: int | None, wanted: Mapping[str, Any]) -> Brand:
    """Keep what differs; an empty one returns to what ships. Raises NotAllowed, Conflict."""
    brand = taking(actor, seen)
    shipped, kept = read(f"audience/{NAME}"), differing(BOUNDS, NAME, kit.own_of(brand), wanted)
    kept[ROUTINE] = steps if (steps := wanted.get(ROUTINE)) and steps != shipped[ROUTINE] else None
    return keep(actor, brand, NAME, kept, "communities.bounds_changed")


def taking(actor: Member, seen: int | None) -> Brand:
    """Return the brand, locked, whose bounds are changed. Raises NotAllowed, Conflict."""
    permissions.require(actor, kit.EDIT)
    brand: Brand = Brand.objects.for_member(actor, kit.EDIT).locked(actor.brand_id, seen)
    return brand


def differing(bounds: Sequence[Bound], name: str, own: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the brand's own of a file with the bounds as wanted: what is as it ships is not in it."""
    shipped, kept = read(f"audience/{name}"), dict(own)
    for part in {bound.part for bound in bounds}:
        names = {bound.name for bound in bounds if bound.part == part}
        others = {k: v for k, v in (kept.get(part) or {}).items() if k not in names}
        kept[part] = others | {k: v for k, v in (wanted.get(part) or {}).items() if v != shipped[part][k]}
    return kept


def keep(actor: Member, brand: Brand, name: str, kept: Mapping[str, Any], code: str) -> Brand:
    """Write a brand's own of a file, in the caller's transaction, and say so."""
    kept = {k: v for k, v in kept.items() if v}
    room = {**((brand.settings or {}).get("audience") or {}), name: kept}
    brand.settings = {**(brand.settings or {}), "audience": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    audit.record(actor, code, brand, changes=kept)
    return brand


def lines(brand: Brand, typed: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return a line a number of groups and activities."""
    return told(BOUNDS, NAME, kit.book(brand), kit.own_of(brand), typed)


def told(
    bounds: Sequence[Bound], name: str, book: Mapping[str, Any], own: Mapping[str, Any], typed: Mapping[str, str] | None
) -> list[dict[str, Any]]:
    """Return a line a number: its value now, how it ships, whether it is the brand's own, what the law has to do
    with it."""
    shipped = read(f"audience/{name}")
    return [
        {"code": b.code, "label": _(b.label), "unit": _(b.unit) if b.unit else "", "does": _(b.does), "law": b.law,
         "value": typed.get(b.code, "") if typed else shown(b, book[b.part][b.name]),
         "shipped": shown(b, shipped[b.part][b.name]), "own": b.name in (own.get(b.part) or {})}
        for b in bounds
    ]  # fmt: skip


def clocks(brand: Brand, typed: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return a line a step of a group's day."""
    first = {step["code"]: step["at"] for step in read(f"audience/{NAME}")[ROUTINE]}
    return [
        {"code": f"{ROUTINE}.{s['code']}", "label": _(s["label"]), "shipped": first.get(s["code"], ""),
         "value": typed.get(f"{ROUTINE}.{s['code']}", "") if typed else s["at"],
         "own": s["at"] != first.get(s["code"])}
        for s in kit.book(brand)[ROUTINE]
    ]  # fmt: skip


WRITES = [save]
