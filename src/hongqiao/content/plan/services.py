"""Writes of the calendar: move a piece to another day or hour, take it off, plan a month, fill it. C1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from hongqiao.content.models import Piece, Plan, Topic
from hongqiao.content.plan import queries
from hongqiao.content.production import services as production
from hongqiao.content.production.queries import zone_of
from hongqiao.content.production.slots import solemn
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.methods import planning
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Account, Member


class BadSlot(Invalid):
    code = "bad_slot"
    message = N_("排期的日期或时间不对：%(day)s")
    next_step = N_("日期写成 2026-06-18，时间写成 20:00")


class BadPlan(Invalid):
    code = "bad_plan"
    message = N_("%(name)s 不对：%(value)s")
    next_step = N_("篇数 0 到 200，占比 0 到 100，时间写成 20:00")


def moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a day and a clock time in a zone. Raises BadSlot; an hour that summer time leaves out is the
    next one that there is."""
    try:
        found = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock or "12:00"), zone)
        if not 2000 <= found.year <= 2100:
            raise ValueError
    except (ValueError, OverflowError):
        raise BadSlot(day=f"{day} {clock}"[:40]) from None
    return found


@transaction.atomic
def move_piece(
    *, actor: Member, piece_id: UUID | str, seen: int | None, day: str, clock: str = "", solemn_reason: str = ""
) -> Piece:
    """Give a piece another day; without a clock time it keeps its own.

    Raises NotFound, NotAllowed, Conflict, BadSlot, SolemnDay.
    """
    row = Piece.objects.for_member(actor, queries.EDIT).select_related("account", "brand").one(piece_id)
    at = queries.local(row)
    clock = clock or (f"{at:%H:%M}" if at else _first_slot(row))
    wanted = moment(day, clock, zone_of(row))
    if at == wanted:
        return row
    return production.change_piece(
        actor=actor, piece_id=piece_id, seen=seen, publish_at=wanted, solemn_reason=solemn_reason
    )


def _first_slot(row: Piece) -> str:
    known = queries.rules(row.brand)["platforms"].get(row.platform, {})
    return (known.get("slots") or ["12:00"])[-1]


def take_off(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Take a piece off the calendar; it waits beside it. Raises NotFound, NotAllowed, Conflict."""
    return production.change_piece(actor=actor, piece_id=piece_id, seen=seen, publish_at=None)


@transaction.atomic
def plan_topic(
    *,
    actor: Member,
    topic_id: UUID | str,
    platform: str,
    form: str,
    day: str,
    clock: str = "",
    solemn_reason: str = "",
) -> Piece:
    """Make a piece of a topic on a day. Raises what `create_piece` raises, BadSlot."""
    mine = Account.objects.filter(brand=actor.brand, platform=platform, relation=Account.Relation.OWN)
    account = mine.filter(state=Account.State.OPEN).order_by("created_at").first()
    known = queries.rules(actor.brand)["platforms"].get(platform, {})
    zone = ZoneInfo(account.zone if account else actor.brand.zone)
    at = moment(day, clock or (known.get("slots") or ["12:00"])[-1], zone)
    return production.create_piece(
        actor=actor,
        topic_id=topic_id,
        platform=platform,
        account_id=account.pk if account else None,
        form=form,
        owner_id=actor.pk,
        publish_at=at,
        solemn_reason=solemn_reason,
    )


@transaction.atomic
def save_plan(*, actor: Member, month: date, platform: str, seen: int | None, **given: Any) -> Plan:
    """Write what a month is to bring on a platform: pieces, slots (clock times), quotas (percent by pillar), note.

    `seen` is None for a plan that is not written yet. Raises NotAllowed, Conflict, BadPlan.
    """
    permissions.require(actor, queries.EDIT)
    month = month.replace(day=1)
    if platform not in queries.rules(actor.brand)["platforms"]:
        raise BadPlan(name="platform", value=platform[:40])
    row = Plan.objects.select_for_update().filter(brand=actor.brand, month=month, platform=platform).first()
    if (row.version if row else None) != seen:
        raise Conflict()
    fields = _checked(actor, given)
    if row is None:
        row = Plan.objects.create(brand=actor.brand, month=month, platform=platform, **fields)
    else:
        for name, value in fields.items():
            setattr(row, name, value)
        row.save_next(*fields)
    audit.record(actor, "plan.saved", row, month=f"{month:%Y-%m}", platform=platform, pieces=row.pieces)
    return row


def _checked(actor: Member, given: Mapping[str, Any]) -> dict[str, Any]:
    pieces = _whole("pieces", given.get("pieces", 0), 200)
    slots = []
    for text in given.get("slots", ()):
        try:
            slots.append({"weekday": None, "time": time.fromisoformat(str(text).strip()).strftime("%H:%M")})
        except ValueError:
            raise BadPlan(name="slots", value=str(text)[:20]) from None
    pillars = queries.shares(actor.brand)
    quotas = {c: _whole(c, v, 100) / 100 for c, v in (given.get("quotas") or {}).items() if c in pillars}
    note = str(given.get("note", "")).replace("\x00", "").encode("utf-8", "ignore").decode()[:2000]
    return {"pieces": pieces, "slots": slots[:12], "quotas": quotas, "note": note}


def _whole(name: str, value: Any, most: int) -> int:
    text = str(value).strip() or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 4 or int(text) > most:
        raise BadPlan(name=name, value=text[:20])
    return int(text)


@transaction.atomic
def copy_plans(*, actor: Member, month: date) -> int:
    """Write this month's plans as last month's were, where none is written yet. Returns how many."""
    permissions.require(actor, queries.EDIT)
    month = month.replace(day=1)
    before = queries.plans(actor, month - timedelta(days=1))
    now = queries.plans(actor, month)
    made = 0
    for platform, row in before.items():
        if platform not in now:
            same = {"pieces": row.pieces, "slots": row.slots, "quotas": row.quotas, "musts": row.musts}
            new = Plan.objects.create(brand=actor.brand, month=month, platform=platform, **same)
            audit.record(actor, "plan.saved", new, month=f"{month:%Y-%m}", platform=platform, pieces=new.pieces)
            made += 1
    return made


@dataclass(frozen=True)
class Proposed:
    """A topic on a free slot; `why`: the pillar that still lacks pieces, or "" where it is the score alone."""

    topic: Topic
    platform: str
    form: str
    day: date
    clock: str
    why: str


def propose(actor: Member, month: date, platform: str) -> list[Proposed]:
    """Fill a month's free slots of a platform with passed topics: first pillars that lack pieces, then by score.

    Nothing is saved. Each topic is taken once. Days before tomorrow, and solemn days, are left out.
    """
    permissions.require(actor, queries.EDIT)
    first, last = queries.month_of(month)
    mine = [p for p in queries.between(actor, first, last) if p.platform == platform]
    slots = [queries.slot(p) for p in mine]
    plan = queries.plans(actor, first).get(platform)
    known = queries.rules(actor.brand)["platforms"].get(platform, {})
    wanted = plan.pieces if plan else known.get("low", 0)
    times = [s["time"] for s in plan.slots] if plan and plan.slots else known.get("slots", [])
    start = max(first, queries.today(actor.brand) + timedelta(days=1))
    grave = solemn(actor.brand, first, last)
    free = planning.free_slots(start, last, times, known.get("weekdays", ()), slots)
    chosen = planning.spread([f for f in free if f[0] not in grave], wanted - len(slots))
    shares = plan.quotas if plan and plan.quotas else queries.shares(actor.brand)
    lacks = {s.code: s.wanted - s.count for s in planning.quotas(slots, wanted, shares)}
    return _filled(list(queries.passed(actor)), platform, queries.usual_form(actor.brand, platform), chosen, lacks)


def _filled(
    topics: Sequence[Topic], platform: str, form: str, chosen: Sequence[tuple[date, int]], lacks: dict[str, int]
) -> list[Proposed]:
    left = [t for t in topics if not t.platforms or platform in t.platforms]
    found = []
    for day, minute in chosen:
        wanting = [t for t in left if lacks.get(t.pillar, 0) > 0]
        topic = next(iter(wanting or left), None)
        if topic is None:
            break
        left.remove(topic)
        why = topic.pillar if wanting else ""
        lacks[topic.pillar] = lacks.get(topic.pillar, 0) - 1
        found.append(Proposed(topic, platform, topic.form or form, day, f"{minute // 60:02d}:{minute % 60:02d}", why))
    return found


@transaction.atomic
def accept(*, actor: Member, month: date, platform: str, topics: Sequence[str]) -> list[Piece]:
    """Make pieces of the proposed topics that were ticked, on the slots proposed. Raises what `plan_topic` raises."""
    wanted = set(topics)
    return [
        plan_topic(
            actor=actor, topic_id=p.topic.pk, platform=p.platform, form=p.form, day=p.day.isoformat(), clock=p.clock
        )
        for p in propose(actor, month, platform)
        if str(p.topic.pk) in wanted
    ]
