"""Reads of the calendar: pieces by day in their account's zone, conflicts, loads, the month's plan. C1."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.book import queries as book
from hongqiao.content.models import Piece, Plan, Stage, Task, Topic
from hongqiao.content.production import queries as production
from hongqiao.content.production import settings
from hongqiao.content.production.queries import local
from hongqiao.content.production.slots import solemn
from hongqiao.methods.planning import Conflict, Slot, conflicts, loads
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import figures
from hongqiao.workspace.models import Account, Brand, BrandedQuerySet, Member

SEE, EDIT, SCHEDULE = production.SEE, production.EDIT, production.SCHEDULE
SELLS = (Piece.Commercial.OWN, Piece.Commercial.PAID, Piece.Commercial.AFFILIATE)


def rules(brand: Brand) -> dict[str, Any]:
    """Return knowledge/content/cadence.json with what the brand changed."""
    return settings.of(brand, "cadence")


def usual_form(brand: Brand, platform: str) -> str:
    """Return what a platform's piece is where a topic names no form: the first that topics are made in there."""
    return str(settings.of(brand, "topics")["forms"].get(platform, [Piece.Form.NOTE])[0])


def month_of(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def between(member: Member, first: date, last: date) -> list[Piece]:
    """Return the pieces whose slot falls on these days, in order; a day on either side is asked for zones' sake."""
    zone = ZoneInfo(member.brand.zone)
    begin = datetime.combine(first - timedelta(days=1), time(0), zone)
    end = datetime.combine(last + timedelta(days=2), time(0), zone)
    found = Piece.objects.for_member(member, SEE).filter(publish_at__gte=begin, publish_at__lt=end)
    rows = found.exclude(stage=Stage.ARCHIVED).defer("brief", "review").order_by("publish_at", "id")
    # a month may hold thousands of pieces of few people and accounts: each of those is made once
    pieces = list(rows.prefetch_related("owner__user", "account", "topic"))
    for p in pieces:
        p.brand = member.brand
    return [p for p in pieces if first <= cast(datetime, local(p)).date() <= last]


def slot(piece: Piece) -> Slot:
    """Return a piece as the rules of the calendar read it."""
    at = cast(datetime, local(piece))
    pillar = piece.topic.pillar if piece.topic else ""
    return Slot(
        str(piece.pk),
        at.date(),
        at.hour * 60 + at.minute,
        piece.platform,
        str(piece.account_id or ""),
        piece.stage,
        piece.commercial in SELLS or piece.buying,
        pillar,
        piece.form,
    )


def today(brand: Brand) -> date:
    """Return today: the day of the desk, on which things really go out."""
    return figures.real_day(brand)


def stands(member: Member, pieces: Sequence[Piece]) -> list[Conflict]:
    """Return what stands in the way of these pieces."""
    slots = [slot(p) for p in pieces]
    days = [s.day for s in slots]
    grave = solemn(member.brand, min(days), max(days)) if days else {}
    names = {day: _(one.name) for day, one in grave.items()}
    return conflicts(slots, rules(member.brand), today(member.brand), names)


def waiting(member: Member) -> BrandedQuerySet:
    """Return the pieces on their way that have no slot yet, newest first."""
    found = production.pieces(member).filter(publish_at=None, stage__in=production.OPEN)
    return cast(BrandedQuerySet, found)


def passed(member: Member) -> BrandedQuerySet:
    """Return the topics that passed and are not made yet, the best first."""
    found = Topic.objects.for_member(member, SEE).filter(state=Topic.State.PASSED).select_related("persona")
    return cast(BrandedQuerySet, found.order_by("-score", "-id"))


def weeks(member: Member, first: date, last: date) -> dict[tuple[str, date], tuple[str, float, float]]:
    """Return (member, Monday) → name, hours of open tasks due, share of what a week can hold."""
    monday = first - timedelta(days=first.weekday())
    sunday = last + timedelta(days=6 - last.weekday())
    tasks = Task.objects.for_member(member, SEE).filter(done_at=None, due__gte=monday, due__lte=sunday, hours__gt=0)
    rows = list(tasks.exclude(owner=None).exclude(piece__stage=Stage.ARCHIVED).select_related("owner__user"))
    names = {str(t.owner_id): str(t.owner) for t in rows}
    work = [(str(t.owner_id), cast(date, t.due), float(t.hours or 0)) for t in rows]
    return {key: (names[key[0]], *load) for key, load in loads(work, rules(member.brand)["week"]).items()}


def plans(member: Member, month: date) -> dict[str, Plan]:
    """Return platform → the month's plan, of those that were written."""
    rows = Plan.objects.for_member(member, SEE).filter(month=month.replace(day=1))
    return {p.platform: p for p in rows}


def platforms_of(member: Member) -> list[str]:
    """Return the content platforms on which the brand has an account of its own, the oldest first."""
    own = Account.objects.filter(brand=member.brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    found = dict.fromkeys(own.order_by("created_at").values_list("platform", flat=True))
    known = rules(member.brand)["platforms"]
    return [p for p in found if p in known and p in PLATFORMS]


def shares(brand: Brand) -> dict[str, float]:
    """Return pillar → its share of a month, from the brand book."""
    return {p["code"]: float(p.get("quota") or 0) for p in book.pillars(brand)}


def by_day(pieces: Sequence[Piece]) -> dict[date, list[Piece]]:
    """Return day → its pieces in the order of the clock."""
    found: dict[date, list[Piece]] = defaultdict(list)
    for p in pieces:
        found[cast(datetime, local(p)).date()].append(p)
    return found
