"""Who is let in: by a move between tiers or an event, once a round, one journey a person and goal. The arm is a
function of person and journey; the held ones are known to the ledger and never reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from hongqiao import warehouse
from hongqiao.audience.journeys import book, facts
from hongqiao.audience.journeys.facts import Came
from hongqiao.audience.models import Enrolment, Journey, Person
from hongqiao.audience.tiers import judging, standing
from hongqiao.delivery.reaching import guards
from hongqiao.ledger.measuring.persons import HOLD, arm_of
from hongqiao.ledger.services import entering as ledger

State = Enrolment.State
STANDS = (State.ACTIVE, State.HELD)
RULES_CHANGED = "rules_changed"  # why of a move that nothing a person did explains


def let_in(journey_id: UUID, now: datetime) -> int:
    """Let those in whom the trigger names since it was last looked; return how many. In one transaction with the
    cursor: a worker that dies lets nobody in, and none is let in twice. While the tiers are judged anew nobody comes in
    by them: half of a history says where people stood once."""
    row = Journey.objects.select_related("brand").get(pk=journey_id)
    handle = standing.judged(row.brand) if by_tier(row) else warehouse.open(row.brand_id)
    if row.state != Journey.State.RUNNING or handle is None:
        return 0
    came, cursor = whom(row, handle, now)  # may take seconds, which nobody else should wait for
    with transaction.atomic():
        held = Journey.objects.select_for_update().get(pk=journey_id)
        if (held.state, held.cursor, held.began) != (row.state, row.cursor, row.began):
            return 0
        fresh, began = free(row, came, now), True
        most = book.of(row.brand)["enter_most"]
        if len(fresh) > most and starting(row):
            fresh, began = fresh[:most], False  # those who stand there at the start come in sets
        enrol(row, fresh, now)
        if (cursor, began) != (row.cursor, row.began):
            row.cursor, row.began = cursor, began
            row.save(update_fields=["cursor", "began"])
    return len(fresh)


def by_tier(row: Journey) -> bool:
    """Return whether people come in by where they stand, and not by an event."""
    return bool(row.trigger["kind"] == "tier")


def starting(row: Journey) -> bool:
    """Return whether those who stand in the tier at the start are still to come in."""
    return bool(row.trigger.get("existing")) and not row.began


def whom(row: Journey, handle: Any, now: datetime) -> tuple[list[Came], int]:
    """Return whom the trigger names, and the cursor after it."""
    newest = max(row.cursor, facts.newest(handle, "tiers" if by_tier(row) else "events"))
    if starting(row):
        return facts.standing(handle, row.trigger), row.cursor or newest
    if row.trigger.get("existing"):
        return facts.moved(handle, row.trigger, _since(row)), newest
    return news(row, handle, row.started_at or now, now), newest


def news(row: Journey, handle: Any, start: datetime, now: datetime) -> list[Came]:
    """Return whom something brought there that happened after `start`, and not so long ago that it is no news.

    A move is written anew with each history that is judged again, and is dated by the end of its week then; so the
    facts are asked where people stood at the start, all that is known of them by now included. Where nothing that they
    did moved them (other thresholds, two persons found to be one, an old order heard of late) they did not come either.
    """
    floor = max(start, now - timedelta(days=book.of(row.brand)["late_days"]))
    if not by_tier(row):
        return facts.happened(handle, row.trigger["event"], _since(row), floor)
    came = [c for c in facts.moved(handle, row.trigger, _since(row), floor) if c.why != RULES_CHANGED]
    unsure = [c.person for c in came if c.left is None or c.left <= floor]
    place = row.trigger["tier"], row.trigger.get("stage", "")
    stood = judging.stood(row.brand, handle, unsure, floor) if unsure else {}
    there = {who for who, (tier, stage) in stood.items() if place in ((tier, ""), (tier, stage))}
    return [c for c in came if c.person not in there]


def _since(row: Journey) -> int:
    """What comes in within one second has one place in the order, and a version may be read a little late."""
    return row.cursor - int(book.of(row.brand)["overlap_seconds"]) * facts.SECOND


def free(row: Journey, came: Sequence[Came], now: datetime) -> list[tuple[Came, int]]:
    """Return (who, round) of those who may come in, each once."""
    by = {c.person: c for c in came}
    if not by:
        return []
    people = list(by)
    barred = set(guards.refused(row.brand, people, "profile"))
    barred |= set(
        Enrolment.objects.filter(brand=row.brand, goal=row.goal, state__in=STANDS, subject__in=people).values_list(
            "subject", flat=True
        )
    )
    before = {
        subject: (last, ended, entered)
        for subject, last, ended, entered in Enrolment.objects.filter(journey=row, subject__in=people)
        .values("subject")
        .annotate(last=Max("round"), ended=Max("ended_at"), entered=Max("entered_at"))
        .values_list("subject", "last", "ended", "entered")
    }
    again, found = int(row.trigger.get("again_days") or 0), []
    for person, one in by.items():
        if person in barred:
            continue
        last, ended, entered = before.get(person, (0, None, now))
        if last and (not again or ended is None or ended > now - timedelta(days=again)):
            continue
        if last and (one.left is None or one.left <= entered):
            continue  # still there since they came in, however often the move was written anew
        found.append((one, last + 1))
    return found


def enrol(row: Journey, fresh: Sequence[tuple[Came, int]], now: datetime) -> None:
    """Take persons in at a moment: each drawn into an arm that the ledger keeps. In the caller's transaction."""
    rows, arms = [], {}
    for one, number in fresh:
        arm = arms[one.person] = arm_of(seed(row), one.person, row.holdout)
        held = arm == HOLD
        made = Enrolment(brand_id=row.brand_id, journey=row, subject=one.person, goal=row.goal, round=number)
        made.move, made.arm, made.entered_at = one.move, arm, now
        made.state = State.HELD if held else State.ACTIVE
        made.due_at = now + timedelta(days=row.days) if held else now
        if not held:
            arrive(made, row.steps, row.steps[0]["id"], now)
        rows.append(made)
    Enrolment.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    if row.action_id:
        ledger.enter(row.action_id, row.brand_id, arms)


def seed(row: Journey) -> str:
    """Return what the draw of a journey's arms is a function of, beside the person."""
    return row.pk.hex


def arrive(row: Enrolment, steps: Sequence[book.Step], key: str, now: datetime) -> int:
    """Put a person before a step; a wait is begun at once. "" ends. Returns how many steps were done by it."""
    done = 0
    while True:
        at = book.place(steps, key) if key else -1
        row.since = None
        if at < 0:
            leave(row, "done" if not key else "step_gone", now, State.DONE if not key else State.LEFT)
            return done
        step = steps[at]
        row.step, row.due_at = str(step["id"]), now
        if step["kind"] != book.WAIT:
            return done
        done += 1
        following = book.following(steps, row.step)
        if following:
            row.step, row.due_at = following, now + timedelta(hours=step["hours"])
            return done
        key = ""


def leave(row: Enrolment, why: str, now: datetime, state: str = State.LEFT) -> None:
    """End a person's way, and why."""
    row.state, row.why, row.ended_at, row.step = state, why, now, ""


def flagged(brand: Any, people: Any, purpose: str) -> dict[str, str]:
    """A guard of reaching: the young and the erased are reached for nothing, who refused to be profiled not by
    journeys and recommendations."""
    rows = Person.objects.filter(brand=brand).exclude(minor=False, no_profile=False, erased_at=None)
    wanted, found = set(people), {}
    for key, minor, no_profile, erased in rows.values_list("key", "minor", "no_profile", "erased_at"):
        if key in wanted:
            code = "erased" if erased else "minor" if minor else "no_profile"
            if code != "no_profile" or (no_profile and purpose == "profile"):
                found[key] = code
    return found
