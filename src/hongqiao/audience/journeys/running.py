"""What is due is done: in sets of rows that are locked, each set one transaction with the messages it asks for.

A worker that dies in a set did nothing of it. A message's key names person and step, so that a set that is done again
asks for nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hongqiao import warehouse
from hongqiao.audience.journeys import book, facts, questionnaires, samples
from hongqiao.audience.journeys.entering import arrive, leave
from hongqiao.audience.models import Enrolment, Journey
from hongqiao.audience.tiers import standing
from hongqiao.delivery import reaching
from hongqiao.delivery.models import Reach
from hongqiao.delivery.reaching.acting import stopped_parts
from hongqiao.workspace import bulk
from hongqiao.workspace.models import Brand

State = Enrolment.State
FIELDS = ("state", "step", "since", "due_at", "ended_at", "why")
#: What is kept of a message's origin and key.
ORIGIN = "journey"


@dataclass
class Known:
    """What a set needs to know, asked once: who reached the goal, how far applications went, what was sent last, which
    surveys take answers and who gave theirs."""

    goal: set[str] = field(default_factory=set)
    joined: dict[tuple[Any, str], str] = field(default_factory=dict)
    tiers: dict[str, str] | None = None  # None: not asked, or just being judged anew
    reached: dict[Any, str] = field(default_factory=dict)
    collecting: set[str] = field(default_factory=set)
    answered: set[tuple[str, str]] = field(default_factory=set)


def one_set(brand: Brand, now: datetime) -> int:
    """Do one set of what is due; return how many steps were done. 0: nothing is due, or all is paused."""
    whole, _, origins = stopped_parts(brand)
    if whole:
        return 0
    running = Journey.objects.filter(brand=brand, state=Journey.State.RUNNING)
    journeys = {row.pk: row for row in running if origin(row) not in origins}
    with transaction.atomic():
        rows = _locked(list(journeys), brand, now)
        for row in rows:
            row.journey, row.brand = journeys[row.journey_id], brand
        return _done(brand, rows, now) if rows else 0


def watched(now: datetime) -> int:
    """End the watching of the held whose days are over, of every brand; return how many."""
    held = Enrolment.objects.filter(state=State.HELD, due_at__lte=now)
    return held.update(state=State.DONE, why="window", ended_at=now)


def _locked(journeys: Sequence[Any], brand: Brand, now: datetime) -> list[Enrolment]:
    due = Enrolment.objects.filter(brand=brand, state=State.ACTIVE, due_at__lte=now, journey__in=journeys)
    skip = connection.features.has_select_for_update_skip_locked
    size = book.of(brand)["set"]
    return list(due.select_for_update(of=("self",), skip_locked=skip).order_by("due_at", "id")[:size])


def _done(brand: Brand, rows: list[Enrolment], now: datetime) -> int:
    known = _known(brand, rows)
    live, steps = rows, 0
    for row in rows:
        if row.subject in known.goal:
            leave(row, "goal", now, State.DONE)
            steps += 1
    for _ in range(book.of(brand)["steps_most"]):
        live = [row for row in live if row.state == State.ACTIVE and row.due_at <= now]
        if not live:
            break
        acting = []
        for row in live:
            done = _think(row, known, now)
            if done is None:
                acting.append(row)
            else:
                steps += done
        steps += _act(brand, acting, now) if acting else 0
    bulk.update(rows, FIELDS)
    return steps


def _known(brand: Brand, rows: Sequence[Enrolment]) -> Known:
    known, handle = Known(), warehouse.open(brand.pk)
    by_event: dict[str, dict[str, datetime]] = {}
    for row in rows:
        if event := book.event_of(brand, row.goal):
            since = by_event.setdefault(event, {})
            since[row.subject] = min(row.entered_at, since.get(row.subject, row.entered_at))
    for event, since in by_event.items():
        known.goal |= facts.reached(handle, event, since)
    tests = {s["test"] for row in rows for s in row.journey.steps if s["kind"] == book.CONDITION}
    journeys, people = {row.journey_id for row in rows}, [row.subject for row in rows]
    if "joined" in tests:
        known.joined = samples.states(journeys, people)
    if surveys := questionnaires.named([s for row in rows for s in row.journey.steps]):
        known.collecting = questionnaires.collecting(brand, surveys)
        known.answered = questionnaires.answered(brand, surveys, people)
    if "tier" in tests and (judged := standing.judged(brand)) is not None:
        known.tiers = facts.places(judged, people)
    if "reached" in tests:
        sent = Reach.objects.filter(brand=brand, subject__in=people, origin__in=[f"{ORIGIN}:{j}" for j in journeys])
        known.reached = {(o, s): state for o, s, state in sent.order_by("id").values_list("origin", "subject", "state")}
    return known


def _think(row: Enrolment, known: Known, now: datetime) -> int | None:
    """Do a step that reaches nobody; return how many steps were done, None where the step is to reach the person."""
    steps = row.journey.steps
    at = book.place(steps, row.step)
    if at < 0:
        leave(row, "step_gone", now)
        return 1
    step = steps[at]
    if step["kind"] == book.ACT:
        return _pointless(row, step, known, now)
    if step["kind"] == book.EXIT:
        leave(row, "done", now, State.DONE)
        return 1
    if step["kind"] == book.WAIT:
        return max(arrive(row, steps, row.step, now), 1)
    return _condition(row, step, known, now)


def _pointless(row: Enrolment, step: book.Step, known: Known, now: datetime) -> int | None:
    """Pass over a step that sends a survey which the person has answered, and end where it takes no answers any more;
    None for a step that is to be sent."""
    surveys = questionnaires.sent(step)
    if surveys - known.collecting:
        leave(row, "survey_closed", now)
        return 1
    if surveys and all((survey, row.subject) in known.answered for survey in surveys):
        return 1 + arrive(row, row.journey.steps, book.following(row.journey.steps, row.step), now)
    return None


def _condition(row: Enrolment, step: book.Step, known: Known, now: datetime) -> int:
    steps, look = row.journey.steps, timedelta(minutes=book.of(row.brand)["look_minutes"])
    if step["test"] == "tier" and known.tiers is None:
        row.due_at = now + look  # half of a history says where people stood once
        return 1
    if _holds(row, step, known):
        return 1 + arrive(row, steps, book.following(steps, row.step), now)
    row.since = row.since or now
    until = row.since + timedelta(hours=step["within_hours"])
    if now < until:
        row.due_at = min(until, now + look)
        return 1
    if step["else"]:
        return 1 + arrive(row, steps, step["else"], now)
    leave(row, "condition", now)
    return 1


def _holds(row: Enrolment, step: book.Step, known: Known) -> bool:
    test, value = step["test"], step["value"]
    if test == "bought":
        return row.subject in known.goal
    if test == "joined":
        got = known.joined.get((row.journey_id, row.subject), "")
        return got in book.ORDER and book.ORDER.index(got) >= book.ORDER.index(value)
    if test == questionnaires.ANSWERED:
        return (value, row.subject) in known.answered
    if test == "tier":
        return known.tiers is not None and known.tiers.get(row.subject) == value
    last = known.reached.get((f"{ORIGIN}:{row.journey_id}", row.subject), "")
    return last in (Reach.State.SENT, Reach.State.DELIVERED)


def _act(brand: Brand, rows: Sequence[Enrolment], now: datetime) -> int:
    """Ask for the messages of a set; where one is refused here and now, by its other channel if it has one."""
    steps = {row.pk: row.journey.steps[book.place(row.journey.steps, row.step)] for row in rows}
    sent = reaching.send_many(brand, [ask(row, steps[row.pk]) for row in rows])
    again = [
        row
        for row, reach in zip(rows, sent, strict=True)
        if reach.state == Reach.State.REFUSED and steps[row.pk].get("fallback")
    ]
    other = reaching.send_many(brand, [ask(row, steps[row.pk], other=True) for row in again])
    last = {row.pk: reach for row, reach in zip(rows, sent, strict=True)}
    last |= {row.pk: reach for row, reach in zip(again, other, strict=True)}
    done = len(rows)
    for row in rows:
        if last[row.pk].why == "opted_out":
            leave(row, "opted_out", now)
        else:
            done += arrive(row, row.journey.steps, book.following(row.journey.steps, row.step), now)
    return done


def ask(row: Enrolment, step: book.Step, *, other: bool = False) -> reaching.Ask:
    """Return the message of a step; `other`: by its fallback."""
    way = step["fallback"] if other else step
    content = questionnaires.filled(dict(way["content"]), row.subject)
    if row.journey.kind and "${link}" in str(content):
        link = samples.link(row.journey, row.subject)
        content["values"] = {**(content.get("values") or {}), "link": link}
    key = f"{ORIGIN}:{row.pk}:{step['id']}" + (":other" if other else "")
    return reaching.Ask(key, row.subject, way["channel"], step["purpose"], content, None, origin(row.journey))


def origin(row: Journey) -> str:
    """Return how a journey's messages name it, and what of it can be paused."""
    return f"{ORIGIN}:{row.pk}"


def heard(rows: Sequence[Reach]) -> None:
    """Hear what became of messages: one that a vendor refused goes by the other channel, a refusal of the person ends.

    Called in the transaction that keeps it.
    """
    bad = [r for r in rows if r.state in (Reach.State.FAILED, Reach.State.REFUSED)]
    if not bad:
        return
    keys = {str(r.pk): r.key.split(":") for r in bad}
    wanted = {parts[1] for parts in keys.values() if len(parts) >= 3}
    found = Enrolment.objects.filter(pk__in=wanted).select_related("journey", "brand")
    people = {str(e.pk): e for e in found}
    asks: list[reaching.Ask] = []
    for reach in bad:
        parts = keys[str(reach.pk)]
        row = people.get(parts[1]) if len(parts) >= 3 else None
        if row is None:
            continue
        if reach.why == "opted_out":
            _out(row, reach)
        elif len(parts) == 3 and reach.why != "unsure" and row.journey.state != Journey.State.ENDED:
            at = book.place(row.journey.steps, parts[2])
            if at >= 0 and row.journey.steps[at].get("fallback"):
                asks.append(ask(row, row.journey.steps[at], other=True))
    if asks:
        reaching.send_many(bad[0].brand, asks)


def _out(row: Enrolment, reach: Reach) -> None:
    from django.utils import timezone

    Enrolment.objects.filter(pk=row.pk, state=State.ACTIVE).update(
        state=State.LEFT, why="opted_out", ended_at=timezone.now(), step=""
    )
