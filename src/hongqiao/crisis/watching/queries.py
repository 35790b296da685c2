"""Reads of watching: alarms that wait, incidents, what was said by time, whether the sources are heard. X1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Max, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Look, Mention, Source
from hongqiao.crisis.watching import clocks
from hongqiao.methods.crisis.severity import LEVELS
from hongqiao.workspace.models import Brand, BrandedQuerySet, Member

SEE, HANDLE = "crisis.view", "crisis.handle"
ORDER = Case(*(When(level=level, then=Value(n)) for n, level in enumerate(LEVELS)), default=Value(9))
SORTS: dict[str, Any] = {
    "level": ORDER,
    "number": F("number"),
    "heard": F("heard_at"),
    "posted": F("posted_at"),
    "n": F("n"),
}


def waiting(member: Member) -> list[Alarm]:
    """Return the alarms that nobody took of what still burns, gravest and oldest first."""
    found = Alarm.objects.for_member(member, SEE).filter(taken_at=None)
    found = found.filter(Q(incident=None) | Q(incident__state__in=clocks.BURNING))
    rows = found.select_related("incident__brand", "incident__commander__user", "mention", "brand")
    return sorted(rows, key=lambda a: (LEVELS.index(a.incident.level) if a.incident else 3, a.at))


def incidents(member: Member) -> BrandedQuerySet:
    """Return the incidents that a member may see, each with `n`, how many mentions it has."""
    found = Incident.objects.for_member(member, SEE).select_related("brand", "commander__user", "into")
    return cast(BrandedQuerySet, found.annotate(n=Count("mentions", distinct=True), last_at=Max("mentions__posted_at")))


def burning(member: Member) -> list[Incident]:
    """Return the incidents that burn, gravest first, then those longest known."""
    rows = incidents(member).filter(state__in=clocks.BURNING)
    return list(rows.order_by(ORDER, "heard_at"))


def found(member: Member, asked: Mapping[str, Any]) -> BrandedQuerySet:
    """Return the incidents that fit: q, level, state (or "burning"), kind, commander, start, end (days of hearing)."""
    rows = incidents(member)
    if text := asked.get("q", ""):
        named = Q(title__icontains=text) | Q(topics__icontains=text)
        rows = rows.filter(
            named | Q(number=int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else named
        )
    for name, values in (("level", LEVELS), ("state", Incident.State.values)):
        if asked.get(name) in values:
            rows = rows.filter(**{name: asked[name]})
    if asked.get("state") == "burning":
        rows = rows.filter(state__in=clocks.BURNING)
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("commander") == "me":
        rows = rows.filter(commander=member)
    zone = ZoneInfo(member.brand.zone)
    if asked.get("start"):
        rows = rows.filter(heard_at__gte=datetime.combine(asked["start"], datetime.min.time(), zone))
    if asked.get("end"):
        rows = rows.filter(heard_at__lt=datetime.combine(asked["end"], datetime.min.time(), zone) + timedelta(days=1))
    return cast(BrandedQuerySet, rows)


def ordered(rows: Any, sort: str) -> Any:
    """Return incidents in order: level, number, heard, posted, n; the newest first where nothing is said."""
    name = sort.lstrip("-")
    if name not in SORTS:
        return rows.order_by("-number")
    field = SORTS[name]
    down = sort.startswith("-")
    if name == "level":
        down = not down  # large first is grave first
    return rows.order_by(field.desc() if down else field.asc(), "-number")


def mentions(member: Member) -> BrandedQuerySet:
    """Return what was heard, drills left out."""
    return cast(BrandedQuerySet, Mention.objects.for_member(member, SEE).filter(drill=False))


def volume(member: Member, *, hours: int, step: timedelta) -> dict[str, Any]:
    """Return counts by `step` of posting up to now: starts, all, negative, whether the brand listened to that time.

    `since`: from when it is listened at all (None: no source). What was said before that and came later is counted.
    """
    now = timezone.now()
    end = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    begin = end - timedelta(hours=hours)
    rows = mentions(member).filter(posted_at__gte=begin, posted_at__lt=end)
    every: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    for posted, negative in rows.values_list("posted_at", "negative").iterator(chunk_size=5000):
        slot = (posted - begin) // step
        every[slot] += 1
        bad[slot] += bool(negative)
    slots = range(int(timedelta(hours=hours) / step))
    until, since = heard(member)["until"], listened_since(member)
    known = [
        every[n] > 0
        or (since is not None and since < begin + (n + 1) * step and (until is None or begin + n * step < until))
        for n in slots
    ]
    return {
        "starts": [begin + n * step for n in slots],
        "all": [every[n] for n in slots],
        "negative": [bad[n] for n in slots],
        "heard": known,
        "since": since,
    }


def listened_since(member: Member) -> datetime | None:
    """Return since when the brand listens: when its first source was set up or heard; None where it has no source."""
    rows = Source.objects.for_member(member, SEE).exclude(options__has_key="drill")
    first = Look.objects.filter(source=OuterRef("pk"), error="").order_by("at").values("at")[:1]
    told = rows.annotate(first=Subquery(first)).values_list("created_at", "first")
    return min((at for pair in told for at in pair if at is not None), default=None)


def band(member: Member, *, days: int, hours: int = 24) -> dict[int, tuple[float, float]]:
    """Return hour of the day → middle and upper end (nine in ten) of negatives an hour over the days before."""
    zone = ZoneInfo(member.brand.zone)
    end = timezone.now() - timedelta(hours=hours)
    rows = mentions(member).filter(negative=True, posted_at__gte=end - timedelta(days=days), posted_at__lt=end)
    by: dict[tuple[Any, int], int] = Counter()
    for posted in rows.values_list("posted_at", flat=True).iterator(chunk_size=5000):
        local = posted.astimezone(zone)
        by[local.date(), local.hour] += 1
    dates = sorted({day for day, _hour in by})
    if not dates:
        return {}
    span = (dates[-1] - dates[0]).days + 1
    every = [dates[0] + timedelta(days=n) for n in range(span)]
    made = {}
    for hour in range(24):
        held = sorted(by.get((day, hour), 0) for day in every)
        made[hour] = (float(held[len(held) // 2]), float(held[min(len(held) - 1, round(0.9 * (len(held) - 1)))]))
    return made


def shares(member: Member, *, hours: int) -> dict[str, list[tuple[str, int]]]:
    """Return negatives of the last hours by kind and by channel, the most first."""
    since = timezone.now() - timedelta(hours=hours)
    rows = mentions(member).filter(negative=True, posted_at__gte=since)
    return {
        name: list(
            rows.exclude(**{name: ""}).values(name).annotate(n=Count("pk")).order_by("-n").values_list(name, "n")[:8]
        )
        for name in ("kind", "channel")
    }


def told(member: Member, *, hours: int) -> dict[str, int]:
    """Return how much was said in the last hours, how much of it negative, and the same of as many hours before."""
    now, length = timezone.now(), timedelta(hours=hours)
    rows, bad = mentions(member).filter(posted_at__gt=now - 2 * length, posted_at__lte=now), Q(negative=True)
    late = Q(posted_at__gt=now - length)
    return rows.aggregate(
        said=Count("pk", filter=late),
        against=Count("pk", filter=late & bad),
        said_before=Count("pk", filter=~late),
        against_before=Count("pk", filter=~late & bad),
    )


def heard(member: Member) -> dict[str, Any]:
    """Return the sources that are on: how many of them were heard in time, which were not, and until when."""
    rows = list(Source.objects.for_member(member, SEE).filter(on=True).order_by("name"))
    now = timezone.now()
    late = [s for s in rows if s.heard_at is None or now - s.heard_at > timedelta(minutes=s.every)]
    until = max((s.heard_at for s in rows if s.heard_at), default=None)
    return {"all": len(rows), "late": late, "fresh": len(rows) - len(late), "until": until}


def unread(brand: Brand) -> int:
    """Return how many mentions are kept and not read yet."""
    return Mention.objects.filter(brand=brand, state=Mention.State.NEW, drill=False).count()


def commanders(member: Member) -> list[tuple[str, str]]:
    """Return who commands or commanded an incident, for a filter."""
    held = incidents(member).exclude(commander=None).values_list("commander", flat=True).distinct()
    people = Member.objects.filter(pk__in=held.order_by()).select_related("user")
    return [(str(m.pk), str(m)) for m in people]
