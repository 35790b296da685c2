"""The two clocks of an incident: since it was posted (shown), and since it was first heard, where its term begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from hongqiao.crisis.models import Entry, Incident
from hongqiao.methods.crisis.severity import Table

State = Incident.State
#: States in which an incident burns, and those in which mentions still gather to it.
BURNING = (State.OPEN, State.HANDLING)
GATHERS = (State.OPEN, State.HANDLING, State.MENDING)


@dataclass(frozen=True)
class Clock:
    """A term: when it ends, how much of it is left (negative: over), and how long it is."""

    code: str  # "first": the first answer; "update": the next word
    due_at: datetime
    left: timedelta
    whole: timedelta

    @property
    def late(self) -> bool:
        return self.left < timedelta(0)

    def near(self, book: Mapping[str, Any]) -> bool:
        """Whether it is time to remind."""
        return self.left <= max(self.whole * book["near"], timedelta(minutes=book["least_minutes"]))


def answer_by(incident: Incident, table: Table) -> datetime:
    """Return when the first answer is due: counted from the first hearing, an import moves nothing."""
    first, _update = table.terms(incident.level, incident.nature)
    return incident.heard_at + timedelta(minutes=first)


def running(incident: Incident, table: Table, now: datetime, *, word_at: datetime | None = None) -> Clock | None:
    """Return the clock that runs: to the first answer, then to the next update; None where none does.

    word_at: when somebody last said something in the room (`last_words`).
    """
    if incident.state not in BURNING:
        return None
    first, update = (timedelta(minutes=m) for m in table.terms(incident.level, incident.nature))
    if incident.answered_at is None:
        due = incident.heard_at + first
        return Clock("first", due, due - now, first)
    due = max(incident.answered_at, word_at or incident.answered_at) + update
    return Clock("update", due, due - now, update)


def last_words(incidents: list[Incident]) -> dict[Any, datetime]:
    """Return incident → when a person last wrote in its timeline."""
    said = Entry.objects.filter(incident__in=incidents, by__isnull=False)
    return dict(said.values("incident").annotate(at=Max("at")).values_list("incident", "at"))
