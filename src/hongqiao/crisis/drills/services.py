"""Drills: started from a scenario, ended with a score; where no incident opened by itself, a person opens one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis import settings
from hongqiao.crisis.drills import belonging, injecting, scoring
from hongqiao.crisis.incidents import kit, timeline
from hongqiao.crisis.models import Drill, Incident, Mention, Source
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.methods.crisis import drill as method
from hongqiao.workspace import audit, jobs, notices, permissions
from hongqiao.workspace.models import Brand, Member

STEP = "crisis.drill"
SPEEDS = (1, 5, 20)


class OneRuns(Conflict):
    code = "drill_runs"
    message = N_("已有一场演练在进行")
    next_step = N_("请先结束它")


class EndedAlready(Conflict):
    code = "drill_ended"
    message = N_("这场演练已经结束")
    next_step = N_("请刷新后看得分")


class HasIncident(Conflict):
    code = "drill_has_incident"
    message = N_("这场演练已经有事件了")
    next_step = N_("请到事件里处置")


class NothingHeard(Conflict):
    code = "drill_silent"
    message = N_("演练的第一条提及还没有来")
    next_step = N_("请稍等片刻")


def scenarios(brand: Brand) -> dict[str, dict[str, Any]]:
    """Return the scenarios by code."""
    return {s["code"]: s for s in settings.of(brand, "drills")["scenarios"]}


@transaction.atomic
def start(*, actor: Member, scenario: str, speed: int = 1) -> Drill:
    """Begin a drill: its mentions come by the scenario's minutes, `speed` times faster. Colleagues are told that it is
    a drill. Raises NotAllowed, Invalid, OneRuns."""
    permissions.require(actor, kit.HANDLE)
    known = scenarios(actor.brand).get(scenario)
    if known is None or speed not in SPEEDS:
        raise Invalid()
    Brand.objects.select_for_update().get(pk=actor.brand_id)  # one at a time
    if Drill.objects.filter(brand=actor.brand, state=Drill.State.RUNNING).exists():
        raise OneRuns()
    now = timezone.now()
    name = f"演练 {timezone.localtime(now).strftime('%Y-%m-%d %H:%M:%S.%f')}"
    source = Source.objects.create(
        brand=actor.brand,
        name=name,
        way=Source.Way.PASTE,
        on=False,
        options={"drill": True, "kind": known["expect"]["kind"]},
    )
    row = Drill.objects.create(
        brand=actor.brand, scenario=scenario, source=source, started_at=now, speed=speed, by=actor
    )
    _queue(row, 0)
    audit.record(actor, "drill.started", row, scenario=scenario, speed=speed)
    told = notices.holders(actor.brand, kit.HANDLE, but=actor)
    notices.tell(told, "drill.started", url=_url(row), scenario=scenario, name=str(actor))
    return row


def _url(row: Drill) -> str:
    return reverse("crisis_drill", args=[row.brand.slug, row.pk])


def _queue(row: Drill, number: int) -> None:
    said = scenarios(row.brand)[row.scenario]["mentions"]
    if number < len(said):
        at = row.started_at + timedelta(minutes=said[number]["at"] / row.speed)
        payload = {"drill": str(row.pk), "n": number}
        jobs.enqueue(STEP, brand_id=row.brand_id, key=f"{row.pk}:{number}", payload=payload, run_at=at)


@transaction.atomic
def play(drill_id: UUID | str, number: int) -> bool:
    """Let mention `number` come, and ask for the next; once only, nothing once the drill has ended."""
    row = (
        Drill.objects.select_for_update(of=("self",))
        .select_related("brand", "source__brand")
        .filter(pk=drill_id)
        .first()
    )
    if row is None or row.state != Drill.State.RUNNING or row.sent != number:
        return False
    said = scenarios(row.brand)[row.scenario]["mentions"]
    if number >= len(said):
        return False
    injecting.inject(row.source, number, said[number], timezone.now())
    row.sent = number + 1
    row.save(update_fields=["sent"])  # nothing a person decided: who ends it meanwhile meets no conflict
    _queue(row, number + 1)
    return True


def incident_of(row: Drill) -> Incident | None:
    """Return the incident that the drill came to: of its mentions, or opened by hand."""
    return belonging.of_drill(row)


@transaction.atomic
def open_by_hand(*, actor: Member, drill_id: UUID | str, seen: int | None, level: str) -> Incident:
    """Open the drill's incident by hand, at the level that a person gives it. Raises HasIncident, NothingHeard,
    EndedAlready, Invalid, Conflict."""
    row = _running(actor, drill_id, seen)
    Brand.objects.select_for_update().get(pk=row.brand_id)  # the reader opens none meanwhile; one number at a time
    if incident_of(row):
        raise HasIncident()
    heard = list(Mention.objects.filter(source=row.source).order_by("heard_at"))
    if not heard:
        raise NothingHeard()
    if level not in Incident.Level.values:
        raise Invalid()
    incident = _incident(actor, row, level, heard)
    row.incident = incident
    row.save_next("incident")
    audit.record(actor, "drill.opened", row, scenario=row.scenario, level=level)
    timeline.note(incident, "drill.opened", by=actor, scenario=row.scenario, level=level)
    return incident


def _incident(actor: Member, row: Drill, level: str, heard: list[Mention]) -> Incident:
    known = scenarios(row.brand)[row.scenario]
    last = Incident.objects.filter(brand=row.brand).aggregate(n=Max("number"))["n"] or 0
    fields = {"title": known["label"], "kind": known["expect"]["kind"], "level": level, "drill": True, "by": actor}
    fields |= {"posted_at": heard[0].posted_at, "heard_at": heard[0].heard_at, "number": last + 1}
    made = Incident.objects.create(brand=row.brand, **fields)
    Mention.objects.filter(pk__in=[m.pk for m in heard]).update(incident=made)
    return made


def _running(actor: Member, drill_id: UUID | str, seen: int | None) -> Drill:
    permissions.require(actor, kit.HANDLE)
    row: Drill = Drill.objects.for_member(actor, kit.HANDLE).locked(drill_id, seen)
    if row.state != Drill.State.RUNNING:
        raise EndedAlready()
    return row


@transaction.atomic
def review(*, actor: Member, drill_id: UUID | str, seen: int | None, what: str, why: str, change: str) -> Drill:
    """Keep the review of a drill with its incident: what happened, why, what is changed. Raises NothingHeard where no
    incident came of it, EndedAlready, Conflict."""
    row = _running(actor, drill_id, seen)
    found = incident_of(row)
    if found is None:
        raise NothingHeard()
    incident = kit.of(actor, found.pk)
    said = {"what": what, "why": why, "change": change}
    incident.lessons = {**incident.lessons, **{k: kit.clean(v, 2000, lines=True) for k, v in said.items()}}
    incident.save_next("lessons")
    row.save_next()
    audit.record(actor, "drill.reviewed", row, scenario=row.scenario)
    timeline.note(incident, "drill.reviewed", by=actor, scenario=row.scenario)
    return row


@transaction.atomic
def end(*, actor: Member, drill_id: UUID | str, seen: int | None) -> Drill:
    """End a drill and keep its score; its incident is closed, what was still to come does not come.

    Raises EndedAlready, Conflict.
    """
    row = _running(actor, drill_id, seen)
    incident, now = incident_of(row), timezone.now()
    parts = scoring.score(row, incident, scenarios(row.brand)[row.scenario]["expect"])
    row.score = {"total": method.total(parts), "parts": [asdict(p) for p in parts]}
    row.state, row.ended_at, row.incident = Drill.State.ENDED, now, incident
    row.save_next("state", "ended_at", "score", "incident")
    if incident and incident.state not in (Incident.State.CLOSED, Incident.State.MERGED):
        incident.state, incident.closed_at = Incident.State.CLOSED, now
        incident.save_next("state", "closed_at")
        timeline.note(incident, "drill.ended", by=actor, scenario=row.scenario, total=row.score["total"])
    audit.record(actor, "drill.ended", row, scenario=row.scenario, total=row.score["total"])
    return row


WRITES = [start, open_by_hand, review, end]
