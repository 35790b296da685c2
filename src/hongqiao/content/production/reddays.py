"""Days that are no days like others, as a brand keeps them: its own added, a public one switched off, with a reason.

Kept in `Brand.settings["content"]["cadence"]`: `red_days` [{on, label, why, off}], `solemn_off` {node: off};
`off` is {reason, by, at}. The version seen is the brand's, whose settings they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.content.production import settings
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.knowledge import nodes
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.figures import real_day
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand, Member

CHANGE = "settings.brand"
_ON = re.compile(r"(\d{4}-)?\d{2}-\d{2}")
_LEAP = 2028  # 02-29 is a day of some years


class BadDay(Invalid):
    code = "bad_red_day"
    message = N_("日期或名称不对：%(value)s")
    next_step = N_("日期写成 12-13（每年）或 2026-12-13（只这一年），名称不超过 %(letters)s 个字")

    def __init__(self, *, value: str) -> None:
        super().__init__(value=value, letters=letters("label"))


class DayTaken(Invalid):
    code = "red_day_taken"
    message = N_("%(on)s 已经在列表里了")
    next_step = N_("请改那一条，或换一个日期")


class TooManyDays(Invalid):
    code = "red_days_many"
    message = N_("自己加的日子最多 %(most)s 个")
    next_step = N_("请先移除过去的日子")


class ReasonMissing(Invalid):
    code = "red_day_reason"
    message = N_("停用要写理由")
    next_step = N_("写明为什么这天不用再提醒，理由会留在操作记录里")


def most() -> int:
    """Return how many days of its own a brand keeps."""
    return int(settings.shipped("cadence")["red_days_most"])


def letters(name: str) -> int:
    """Return how long the label, why or reason of a day may be."""
    return int(settings.shipped("cadence")["red_day_letters"][name])


@dataclass(frozen=True)
class Day:
    """A day of the list. key: a node's code, or `on` of the brand's own; next: when it is on again, if ever."""

    key: str
    own: bool
    on: str
    next: date | None
    label: str
    why: str
    off: Mapping[str, str] | None


def days(brand: Brand) -> list[Day]:
    """Return public days and the brand's own, by when they come next; what is over stands last."""
    today, cadence = real_day(brand), settings.of(brand, "cadence")
    coming: dict[str, nodes.Node] = {}
    for node in nodes.between(today, today + timedelta(days=800)):  # a day by the moon may be more than a year away
        if node.solemn:
            coming.setdefault(node.code, node)
    off = cadence["solemn_off"]
    found = [Day(c, False, "", n.first, n.label, n.note, off.get(c)) for c, n in coming.items()]
    for own in cadence["red_days"]:
        found.append(
            Day(own["on"], True, own["on"], _next(own["on"], today), own["label"], own.get("why", ""), own.get("off"))
        )
    return sorted(found, key=lambda d: (d.next or date.max, d.label))


def _next(on: str, today: date) -> date | None:
    if len(on) > 5:
        day = date.fromisoformat(on)
        return day if day >= today else None
    for year in range(today.year, today.year + 9):
        try:
            day = date.fromisoformat(f"{year}-{on}")
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def _on(text: str) -> str:
    said = text.strip()
    try:
        if not _ON.fullmatch(said):
            raise ValueError
        date.fromisoformat(said if len(said) > 5 else f"{_LEAP}-{said}")
    except ValueError:
        raise BadDay(value=text[:40]) from None
    return said


@transaction.atomic
def keep(*, actor: Member, seen: int | None, on: str, label: str, why: str = "", was: str = "") -> None:
    """Add a day of the brand's own, or change the one that `was`.

    Raises NotAllowed, Conflict, NotFound, BadDay, DayTaken, TooManyDays.
    """
    brand, cadence = _locked(actor, seen)
    on, label, why = _on(on), one_line(label), one_line(why)[: letters("why")]
    if not label or len(label) > letters("label"):
        raise BadDay(value=label[:60] or "—")
    rows: list[dict[str, Any]] = cadence["red_days"]
    before = next((r for r in rows if r["on"] == was), None) if was else None
    if was and before is None:
        raise NotFound()
    if any(r["on"] == on and r is not before for r in rows):
        raise DayTaken(on=on)
    if before is None and len(rows) >= most():
        raise TooManyDays(most=most())
    made = {**(before or {}), "on": on, "label": label, "why": why}
    cadence["red_days"] = [made if r is before else r for r in rows] if before else [*rows, made]
    settings.keep(brand, "cadence", cadence)
    audit.record(actor, "red_day.changed" if was else "red_day.added", brand, on=on, label=label)


@transaction.atomic
def switch(*, actor: Member, seen: int | None, key: str, on: bool, reason: str = "") -> None:
    """Switch a day off, with a reason, or on again. Raises NotAllowed, Conflict, NotFound, ReasonMissing."""
    brand, cadence = _locked(actor, seen)
    day, said = _find(brand, key), one_line(reason)[: letters("reason")]
    if not on and not said:
        raise ReasonMissing()
    off = None if on else {"reason": said, "by": str(actor), "at": timezone.now().isoformat(timespec="seconds")}
    if day.own:
        cadence["red_days"] = [
            {k: v for k, v in (r | {"off": off}).items() if v is not None} if r["on"] == key else r
            for r in cadence["red_days"]
        ]
    else:
        kept = {k: v for k, v in cadence["solemn_off"].items() if k != key}
        cadence["solemn_off"] = kept | ({key: off} if off else {})
    settings.keep(brand, "cadence", cadence)
    code = "red_day.on" if on else "red_day.off"
    audit.record(actor, code, brand, label=day.label, reason=said)


@transaction.atomic
def remove(*, actor: Member, seen: int | None, key: str) -> None:
    """Take a day of the brand's own out of the list. Raises NotAllowed, Conflict, NotFound."""
    brand, cadence = _locked(actor, seen)
    day = _find(brand, key)
    if not day.own:
        raise NotFound()
    cadence["red_days"] = [r for r in cadence["red_days"] if r["on"] != key]
    settings.keep(brand, "cadence", cadence)
    audit.record(actor, "red_day.removed", brand, on=day.on, label=day.label)


def _find(brand: Brand, key: str) -> Day:
    found = next((d for d in days(brand) if d.key == key), None)
    if found is None:
        raise NotFound()
    return found


def _locked(actor: Member, seen: int | None) -> tuple[Brand, dict[str, Any]]:
    permissions.require(actor, CHANGE)
    brand: Brand = Brand.objects.select_for_update().get(pk=actor.brand_id)
    if seen is not None and brand.version != seen:
        raise Conflict()
    known = settings.of(brand, "cadence")
    return brand, {k: known[k] for k in ("red_days", "solemn_off")}


#: Each writes one audit row.
WRITES = [keep, switch, remove]
