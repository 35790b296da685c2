"""What journeys keep of a person: how it moves to another key and back, goes out to the person, and is erased.

What a person applied for stands among the trials, which are kept there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Enrolment

State = Enrolment.State
STANDS = (State.ACTIVE, State.HELD)


@transaction.atomic
def move(brand_id: UUID, other: str, keep: str) -> dict[str, list[str]]:
    """Move rows to another key; return which. Where both are under way to one goal the moved one leaves: a person is
    led by one journey. A row that the other has for the same round stays."""
    _leave(brand_id, other, keep)
    held = set(Enrolment.objects.filter(brand_id=brand_id, subject=keep).values_list("journey", "round"))
    mine = Enrolment.objects.filter(brand_id=brand_id, subject=other).values_list("pk", "journey", "round")
    rows = [pk for pk, *said in mine if tuple(said) not in held]
    Enrolment.objects.filter(pk__in=rows).update(subject=keep)
    return {"enrolments": [str(pk) for pk in rows]}


def _leave(brand_id: UUID, other: str, keep: str) -> None:
    goals = Enrolment.objects.filter(brand_id=brand_id, subject=keep, state__in=STANDS).values_list("goal", flat=True)
    both = Enrolment.objects.filter(brand_id=brand_id, subject=other, state__in=STANDS, goal__in=list(goals))
    both.update(state=State.LEFT, why="merged", ended_at=timezone.now(), step="")


@transaction.atomic
def back(brand_id: UUID, moved: Any, other: str) -> None:
    """Undo `move`: the rows bear their own key again; who left for it stays out."""
    Enrolment.objects.filter(brand_id=brand_id, pk__in=moved["enrolments"]).update(subject=other)


def export(brand_id: UUID, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the journeys of a person."""
    led = Enrolment.objects.filter(brand_id=brand_id, subject__in=list(keys)).select_related("journey").order_by("id")
    return [
        {"journey": e.journey.name, "arm": e.arm, "state": e.state, "why": e.why, "entered_at": e.entered_at}
        for e in led
    ]


@transaction.atomic
def erase(brand_id: UUID, keys: Sequence[str]) -> int:
    """Erase them; the figures of a journey lose the person."""
    led = Enrolment.objects.filter(brand_id=brand_id, subject__in=list(keys))
    count = led.count()
    led.delete()
    return count
