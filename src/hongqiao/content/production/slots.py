"""A piece's slot: on a solemn day it is asked about, and the desk hears of it and asks for the publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from hongqiao.content.models import Piece
from hongqiao.content.production import queries, settings
from hongqiao.errors import N_, Conflict
from hongqiao.knowledge import nodes
from hongqiao.workspace import audit
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand, Member

REASON = "solemn_reason"
WHY = N_("不宜发促销、娱乐和抽奖")


class SolemnDay(Conflict):
    code, confirm = "solemn_day", REASON
    message = N_("%(day)s 是%(name)s，%(why)s")
    next_step = N_("请换一天；一定要排在这天，写明理由再确认")


@dataclass(frozen=True)
class Solemn:
    """Why a day is no day like others; both are msgids, a brand's own are its words."""

    name: str
    why: str


def solemn(brand: Brand, first: date, last: date) -> dict[date, Solemn]:
    """Return the solemn days between two, a brand's own red days (`red_days` of cadence.json) among them; those that
    it switched off (reddays.py) are days like others."""
    days, cadence = [first + timedelta(days=n) for n in range((last - first).days + 1)], settings.of(brand, "cadence")
    marks = [n for n in nodes.between(first, last) if n.solemn and n.code not in cadence["solemn_off"]]
    found = {day: Solemn(n.label, WHY) for n in marks for day in days if n.first <= day <= n.last}
    for own in (one for one in cadence["red_days"] if not one.get("off")):
        on = [day for day in days if own["on"] in (day.isoformat(), f"{day:%m-%d}")]
        found |= dict.fromkeys(on, Solemn(own["label"], own.get("why") or WHY))
    return found


def mind(actor: Member, row: Piece, reason: str = "") -> None:
    """Ask where a piece's slot falls on a solemn day; the reason it stands there all the same is kept and audited.

    A day that was confirmed for this piece is not asked about again. Raises SolemnDay.
    """
    at = queries.local(row)
    found = solemn(row.brand, at.date(), at.date()).get(at.date()) if at else None
    if at is None or found is None:
        return
    day, said = at.date().isoformat(), one_line(reason)[:300]
    if ((row.review or {}).get("solemn") or {}).get("day") == day:
        return
    if not said:
        raise SolemnDay(day=day, name=_(found.name), why=_(found.why))
    row.review = {**(row.review or {}), "solemn": {"day": day, "reason": said, "by": str(actor)}}
    row.save(update_fields=["review"])
    audit.record(actor, "piece.solemn", row, name=row.title, day=day, node=found.name, reason=said)


Heard = Callable[[Member, Piece], Any]
H = TypeVar("H", bound=Heard)
_HEARD: list[Heard] = []


def on_slot(heard: H) -> H:
    """Let a function hear, in the same transaction, of a piece that stands scheduled with a slot that is new."""
    if heard not in _HEARD:
        _HEARD.append(heard)
    return heard


def tell(actor: Member, row: Piece) -> None:
    """Tell those who asked. What they raise undoes the move."""
    from hongqiao.workspace.registry import discover

    discover()
    for heard in _HEARD:
        heard(actor, row)
