"""Alarms: raised once a cause, told up the ladder until somebody takes them.

What is told goes through delivery: a line in the app, e-mail to who wants it, the groups that want it, all urgent. A
drill's alarm is told only to who holds a seat in it, and to no group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Mention, Seat
from hongqiao.crisis.watching import clocks, tables
from hongqiao.delivery.services import post
from hongqiao.methods.crisis.severity import LEVELS
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member

CARD = "crisis.alarm"
SEE = "crisis.view"


@transaction.atomic
def raise_alarm(
    brand: Brand,
    why: str,
    key: str,
    *,
    incident: Incident | None = None,
    mention: Mention | None = None,
    drill: bool = False,
    **params: Any,
) -> Alarm | None:
    """Raise an alarm and tell the first who are to hear; None where this cause alarmed already.

    params: plain codes and numbers that `words.sentence` speaks of, never anybody's words or names.
    """
    now = timezone.now()
    row, made = Alarm.objects.get_or_create(
        brand=brand,
        key=key[:200],
        defaults={
            "why": why,
            "params": params,
            "incident": incident,
            "mention": mention,
            "at": now,
            "drill": incident.drill if incident else drill,
            "next_at": now,
        },
    )
    if not made:
        return None
    tell(row)
    return row


def tell(alarm: Alarm) -> list[Member]:
    """Tell the next step of the ladder, say when the one after is due. Locked, or of this transaction."""
    book, now = tables.telling(alarm.brand), timezone.now()
    steps = book["levels"][level_of(alarm)]
    step = steps[min(alarm.step, len(steps) - 1)]
    members = hearers(alarm, step["to"])
    post(
        alarm.brand,
        CARD,
        {"alarm": str(alarm.pk)},
        key=f"alarm|{alarm.pk}|{alarm.step}",
        members=members,
        notice=(CARD, {"alarm": str(alarm.pk)}),
        url=address(alarm),
        urgent=True,
        groups=bool(step["groups"]) and not alarm.drill,
    )
    told = {"at": now.isoformat(timespec="seconds"), "step": alarm.step, "members": [str(m.pk) for m in members]}
    alarm.told = [*alarm.told, told]
    alarm.step += 1
    alarm.next_at = _next(alarm, steps, book)
    alarm.save_next("told", "step", "next_at")
    return members


def _next(alarm: Alarm, steps: Sequence[Mapping[str, Any]], book: Mapping[str, Any]) -> Any:
    """When the next step is due: by its own minute, then again and again as often as the table says."""
    if alarm.step < len(steps):
        return max(alarm.at + timedelta(minutes=steps[alarm.step]["after"]), timezone.now() + timedelta(minutes=1))
    if alarm.step - len(steps) < book["most"]:
        return timezone.now() + timedelta(minutes=book["repeat"])
    return None


def level_of(alarm: Alarm) -> str:
    """Return the level that an alarm is told by."""
    level = alarm.incident.level if alarm.incident else str(alarm.params.get("level", "IV"))
    return level if level in LEVELS else "IV"


def hearers(alarm: Alarm, to: Sequence[str]) -> list[Member]:
    """Return the members at work who may see the room and whom a step names; in a drill only those who are in it."""
    found = Member.objects.filter(brand=alarm.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    every = [m for m in found.order_by("created_at") if permissions.allows(m, SEE)]
    if alarm.drill:
        return [m for m in every if m.pk in _seated(alarm)]
    commander = alarm.incident.commander_id if alarm.incident else None
    wanted = {w.partition(":")[::2] for w in to}
    return [m for m in every if _named(m, wanted, commander, alarm.mention.owner_id if alarm.mention else None)]


def _named(member: Member, wanted: set[tuple[str, str]], commander: Any, owner: Any) -> bool:
    for sort, code in wanted:
        if (sort == "commander" and member.pk == commander) or (sort == "owner" and member.pk == owner):
            return True
        if (sort == "role" and member.role == code) or (sort == "may" and permissions.allows(member, code)):
            return True
    return False


def _seated(alarm: Alarm) -> set[UUID]:
    """Return who is in a drill: its seats and deputies, its commander, who began it."""
    if alarm.incident is None:
        return set()
    seats = Seat.objects.filter(incident=alarm.incident).values_list("member_id", "deputy_id")
    held = {key for pair in seats for key in pair}
    return {k for k in held | {alarm.incident.commander_id, alarm.incident.by_id} if k}


def address(alarm: Alarm) -> str:
    """Return the path where an alarm is taken: the room's first page, where those that wait stand first."""
    return f"/b/{alarm.brand.slug}/crisis/#alarm-{alarm.pk}"


def escalate(brand: Brand) -> int:
    """Tell the next of every alarm of a brand that nobody took in its time; those of ended incidents rest."""
    due = Alarm.objects.filter(brand=brand, taken_at=None, next_at__lte=timezone.now())
    count = 0
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            held = Alarm.objects.select_for_update(of=("self",)).select_related("brand", "incident", "mention")
            alarm = held.filter(pk=key, taken_at=None, next_at__lte=timezone.now()).first()
            if alarm is None:
                continue
            if alarm.incident and alarm.incident.state not in clocks.BURNING:
                alarm.next_at = None
                alarm.save_next("next_at")
                continue
            tell(alarm)
            count += 1
    return count
