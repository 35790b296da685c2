"""A brand's own numbers of the growth system: only what differs is kept; what they would do is shown before. U1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hongqiao.audience.growth import ledger, settings
from hongqiao.errors import N_, Invalid
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member


class BadGrowth(Invalid):
    code = "bad_growth"
    message = N_("“%(what)s”不能是“%(value)s”")
    next_step = N_("积分与天数是不小于 0 的数；等级门槛从低到高、互不相同，最低一级从 0 起")


def taken(typed: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return what was typed as {"rules": …, "least": …}; what was left empty is as it ships. Raises BadGrowth."""
    shipped = read(f"audience/{settings.NAME}")
    rules = {n: _number(n, typed.get(n, "")) for n in shipped["rules"] if typed.get(n, "").strip()}
    for name, value in rules.items():
        if name in ("window_days", "expire_months", "most_a_day") and value < 1:
            raise BadGrowth(what=name, value=typed[name][:20])
    least = {
        row["code"]: int(_number(row["label"], typed[f"least.{row['code']}"]))
        for row in shipped["levels"]
        if typed.get(f"least.{row['code']}", "").strip()
    }
    every = [least.get(row["code"], row["least"]) for row in shipped["levels"]]
    if every[0] != 0 or any(b <= a for a, b in zip(every, every[1:], strict=False)):
        raise BadGrowth(what=" < ".join(row["code"] for row in shipped["levels"]), value=str(every)[:40])
    return {"rules": rules, "least": least}  # type: ignore[dict-item]


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadGrowth(what=name, value=text[:20]) from None
    if not 0 <= value <= 10**7 or (name != "purchase" and not value.is_integer()):
        raise BadGrowth(what=name, value=text[:20])
    return int(value) if value.is_integer() else value


def preview(member: Member, wanted: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Return a line a level: persons now and by these thresholds. Points that were given stay."""
    permissions.require(member, ledger.EDIT)
    now = settings.levels(member.brand)
    shipped = read(f"audience/{settings.NAME}")["levels"]
    then = [settings.Level(r["code"], r["label"], int(wanted["least"].get(r["code"], r["least"]))) for r in shipped]
    was, will = counted(member.brand, now), counted(member.brand, then)
    return [{"code": lv.code, "label": lv.label, "was": was[lv.code], "will": will[lv.code],
             "change": will[lv.code] - was[lv.code]} for lv in then]  # fmt: skip


def counted(brand: Brand, levels: list[settings.Level]) -> Counter[str]:
    """Return how many persons with points are on each level."""
    found: Counter[str] = Counter()
    for row in ledger.earned(brand).iterator():
        found[settings.level_of(levels, row["points"] or 0).code] += 1
    return found


@transaction.atomic
def save(*, actor: Member, seen: int | None, wanted: Mapping[str, Mapping[str, float]]) -> Brand:
    """Keep what differs; an empty one returns to what ships. Raises NotAllowed, Conflict."""
    permissions.require(actor, ledger.EDIT)
    brand: Brand = Brand.objects.for_member(actor, ledger.EDIT).locked(actor.brand_id, seen)
    shipped = read(f"audience/{settings.NAME}")
    first = {row["code"]: row["least"] for row in shipped["levels"]}
    own = {
        "rules": {k: v for k, v in wanted.get("rules", {}).items() if v != shipped["rules"][k]},
        "least": {k: v for k, v in wanted.get("least", {}).items() if v != first[k]},
    }
    kept = {k: v for k, v in own.items() if v}
    kept |= {k: v for k, v in settings.own_of(brand).items() if k not in own}
    room = {**((brand.settings or {}).get("audience") or {}), settings.NAME: kept}
    brand.settings = {**(brand.settings or {}), "audience": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    audit.record(actor, "growth.rules_changed", brand, changes=own)
    return brand


WRITES = [save]
