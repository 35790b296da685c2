"""Reads of mentions: search, filters, order, pages by cursor, copies of one wave as one line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from hongqiao.crisis.models import Incident, Mention
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit

SEE, HANDLE = "crisis.view", "crisis.handle"
State = Mention.State
FILTERS = (
    "q",
    "channel",
    "kind",
    "negative",
    "nature",
    "flag",
    "state",
    "owner",
    "source",
    "incident",
    "from",
    "to",
    "drill",
)
#: what a list may be ordered by → the column; each goes down, or up with no "-" before it
SORTS = {"posted": "posted_at", "heard": "heard_at", "followers": "followers", "likes": "likes"}
UNDONE = (State.NEW, State.OPEN, State.DOING)


def mentions(member: Member) -> Any:
    """Return the mentions that a member may see."""
    return Mention.objects.for_member(member, SEE)


def found(member: Member, asked: Mapping[str, Any]) -> QuerySet:
    """Return mentions that fit. `negative` "1" or "0"; `owner` a member's key, "me" or "none"; `from`, `to` days.

    `state` "todo" is all that is not done. What no row can be is no filter. Drills are shown where asked for alone.
    """
    rows = mentions(member)
    if not asked.get("incident"):  # a drill's own page asks for its own
        rows = rows.filter(drill=str(asked.get("drill", "")) == "1")
    if q := str(asked.get("q") or ""):
        rows = rows.filter(Q(text__icontains=q) | Q(title__icontains=q))
    for name in ("channel", "kind", "nature"):
        if value := str(asked.get(name) or ""):
            rows = rows.filter(**{name: value})
    if (negative := str(asked.get("negative") or "")) in ("0", "1"):
        rows = rows.filter(negative=negative == "1")
    if flag := str(asked.get("flag") or ""):
        # as text: SQLite cannot ask what a JSON list contains
        said = rows.annotate(flagged=Cast("flags", TextField())).filter(flagged__contains=f'"{flag}"')
        rows = said if flag.isidentifier() else rows.none()
    state = str(asked.get("state") or "")
    rows = rows.filter(state__in=UNDONE) if state == "todo" else rows.filter(state=state) if state else rows
    rows = _of_rows(member, rows, asked)
    return _in_days(member, rows, asked)


def _of_rows(member: Member, rows: QuerySet, asked: Mapping[str, Any]) -> QuerySet:
    owner = str(asked.get("owner") or "")
    if owner in ("me", "none"):
        rows = rows.filter(owner=member if owner == "me" else None)
    elif owner:
        rows = rows.filter(owner=key) if (key := _key(owner)) else rows.none()
    for name in ("source", "incident"):
        if value := str(asked.get(name) or ""):
            rows = rows.filter(**{name: key}) if (key := _key(value)) else rows.none()
    return rows


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def incident(member: Member, key: str) -> Incident | None:
    """Return the incident whose mentions are listed, None where none is asked for or it is none of the brand's."""
    held = _key(key)
    return Incident.objects.for_member(member, SEE).filter(pk=held).first() if held else None


def _in_days(member: Member, rows: QuerySet, asked: Mapping[str, Any]) -> QuerySet:
    """Return those posted on the days asked for, as the brand's zone has them."""
    zone = ZoneInfo(member.brand.zone)
    for name, plus, how in (("from", 0, "posted_at__gte"), ("to", 1, "posted_at__lt")):
        day = kit.day(str(asked.get(name) or ""))
        if day and 2000 <= day.year <= 2100:
            rows = rows.filter(**{how: datetime.combine(day + timedelta(days=plus), time(), zone)})
    return rows


def collapsed(rows: QuerySet) -> QuerySet:
    """Return one line a wave: its leader, or copies whose leader the filters leave out; `times` is how often in all."""
    led = rows.order_by().filter(pk=OuterRef("first_id"))
    return rows.filter(Q(first=None) | ~Exists(led)).annotate(times=Count("copies") + 1)


def page(rows: QuerySet, sort: str, after: str, size: int) -> tuple[list[Mention], str]:
    """Return one page in the order asked for (newest posted first where that is none), and the next one's cursor."""
    down = not sort or sort.startswith("-")
    column = SORTS.get(sort.lstrip("-"), "posted_at")
    timed = column.endswith("_at")
    key = F(column) if timed else Coalesce(column, -1)
    rows = rows.annotate(key=key).order_by("-key" if down else "key", "-id" if down else "id")
    if (cursor := _cursor(after, timed)) is not None:
        value, pk = cursor
        way = "lt" if down else "gt"
        rows = rows.filter(Q(**{f"key__{way}": value}) | Q(key=value, **{f"id__{way}": pk}))
    shown = list(rows.select_related("source", "owner__user", "incident")[: size + 1])
    if len(shown) <= size:
        return shown, ""
    last = shown[size - 1]
    said = last.key.isoformat() if timed else str(last.key)
    return shown[:size], f"{said}_{last.pk}"


def _cursor(text: str, timed: bool) -> tuple[Any, UUID] | None:
    value, _, pk = text.rpartition("_")
    key = _key(pk)
    if key is None or not value:
        return None
    try:
        return (datetime.fromisoformat(value) if timed else int(value[:19]), key)
    except ValueError:
        return None


def counts(member: Member) -> dict[str, int]:
    """Return how many mentions are in each state, drills left out; one line a wave is not counted here."""
    rows = mentions(member).filter(drill=False).values_list("state").annotate(n=Count("pk")).order_by()
    return dict(rows)


def undone(member: Member) -> int:
    """Return how many mentions wait for somebody."""
    return mentions(member).filter(drill=False, state__in=(State.OPEN, State.DOING)).count()


def wave(row: Mention) -> QuerySet:
    """Return the mentions of the same wording, the first of them too."""
    leader = row.first_id or row.pk
    return Mention.objects.filter(brand=row.brand_id).filter(Q(pk=leader) | Q(first=leader))


def channels(member: Member) -> list[str]:
    """Return the channels of the last 90 days."""
    since = timezone.now() - timedelta(days=90)
    rows = mentions(member).filter(posted_at__gte=since).exclude(channel="")
    return sorted(rows.order_by().values_list("channel", flat=True).distinct()[:200])
