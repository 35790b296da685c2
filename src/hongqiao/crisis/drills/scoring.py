"""What a drill came to, read from the rows of its incident and handed to the method (methods/crisis/drill.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from hongqiao.crisis import settings
from hongqiao.crisis.models import Answer, Drill, Incident, Mention, Statement, Step
from hongqiao.crisis.statements import checking, services
from hongqiao.crisis.watching import tables
from hongqiao.methods.crisis import drill as method


def score(row: Drill, incident: Incident | None, expect: Mapping[str, Any]) -> list[method.Part]:
    """Return the score as it stands now."""
    return method.score(seen(row, incident), expect, settings.of(row.brand, "drills"))


def seen(row: Drill, incident: Incident | None) -> method.Drill:
    """Return what was seen. Minutes are those of the scenario: a faster drill counts its clock as fast."""
    first = Mention.objects.filter(source=row.source).order_by("heard_at").first()
    if incident is None or first is None:
        return method.Drill(found=None, level="", answered=None, first_due=0)
    statement = _best(incident)
    return method.Drill(
        found=_minutes(row, first.heard_at, incident.created_at),
        level=incident.level,
        answered=_minutes(row, incident.heard_at, incident.answered_at) if incident.answered_at else None,
        first_due=tables.table(incident.brand).terms(incident.level, incident.nature)[0],
        steps=_steps(row, incident),
        statement=statement.kind if statement else "",
        flaws=len(checking.holding(checking.check(statement))) if statement else None,
        signed=bool(statement and services.signed(statement)),
        answers=list(
            Answer.objects.filter(incident=incident, approved_at__isnull=False).values_list("answer", flat=True)
        ),
        lessons=incident.lessons,
    )


def _minutes(row: Drill, start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60 * row.speed)


def _steps(row: Drill, incident: Incident) -> tuple[int, int]:
    """Return how many steps were done in time, and how many fell due by now or were done, by the drill's own clock."""
    now, done, due = timezone.now(), 0, 0
    for step in Step.objects.filter(incident=incident).exclude(state=Step.State.SKIPPED):
        term = (step.due_at - incident.heard_at).total_seconds() / 60
        if step.state == Step.State.DONE and step.done_at:
            due += 1
            done += _minutes(row, incident.heard_at, step.done_at) <= term
        elif _minutes(row, incident.heard_at, now) > term:
            due += 1
    return done, due


def _best(incident: Incident) -> Statement | None:
    """Return the statement that is judged: one that is out, else signed, else the newest."""
    rows = Statement.objects.filter(incident=incident).exclude(state=Statement.State.DROPPED)
    order = {"out": 0, "signed": 1, "review": 2, "draft": 3}
    found = sorted(rows.select_related("brand", "incident").order_by("-id"), key=lambda s: order[s.state])
    return found[0] if found else None
