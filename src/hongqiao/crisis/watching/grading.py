"""Windows of an incident against the table of severity: levels rise and fall, with everything that led to them kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hongqiao.crisis.incidents import steps, timeline
from hongqiao.crisis.models import Alarm, Incident, Mention, Source
from hongqiao.crisis.watching import alarms, commanding, opening, tables
from hongqiao.methods.bursts import minutes
from hongqiao.methods.crisis.severity import Look, Numbers, Table, graver, look, settled
from hongqiao.workspace import audit
from hongqiao.workspace.models import Brand, Member

KEPT = 24  # looks of an incident that are kept


def heard_until(brand: Brand, *, drill: bool = False) -> datetime:
    """Return until when the brand's sources were heard; now for a drill, or where nothing is listened to."""
    now = timezone.now()
    if drill:
        return now
    last = Source.objects.filter(brand=brand, on=True).aggregate(at=Max("heard_at"))["at"]
    return min(last, now) if last else now


def numbers_of(incident: Incident, table: Table, until: datetime) -> Numbers:
    """Count the window that ends at `until`, by when things were posted; persons over all that gathers to it."""
    since, hours = until - timedelta(minutes=table.window_minutes), table.window_minutes / 60
    every = Mention.objects.filter(brand=incident.brand, drill=incident.drill)
    window = every.filter(posted_at__gt=since, posted_at__lte=until)
    least = int(tables.severity(incident.brand)["platform_least"])
    mine = list(window.filter(incident=incident, negative=True).values("channel", "followers", "author_key", "pk"))
    channels = Counter(m["channel"] for m in mine if m["channel"])
    authors: dict[Any, int] = {}
    for m in mine:
        who = m["author_key"] or m["pk"]
        authors[who] = max(authors.get(who, 0), m["followers"] or 0)
    return Numbers(
        negative=len(mine) / hours,
        usual=_usual(incident, table),
        total=window.count() / hours,
        followers=max(authors.values(), default=0),
        reach=sum(authors.values()),
        platforms=sum(n >= least for n in channels.values()),
        press=window.filter(incident=incident, kind="press").count(),
        hot=_hot(incident),
        marks=tuple(sorted(incident.fields.get("marks", []))),
        persons=_persons(incident),
    )


def _usual(incident: Incident, table: Table) -> float:
    """Negatives an hour over the days before it was posted; of a series that is younger, over its own days."""
    end = incident.posted_at
    start = end - timedelta(days=table.baseline_days)
    before = Mention.objects.filter(brand=incident.brand, drill=False, posted_at__gte=start, posted_at__lt=end)
    first = before.order_by("posted_at").values_list("posted_at", flat=True).first()
    if first is None:
        return 0.0
    hours = max((end - first).total_seconds() / 3600, 24.0)
    return before.filter(negative=True).exclude(incident=incident).count() / hours


def _hot(incident: Incident) -> int | None:
    held = incident.fields.get("hot")
    return held if isinstance(held, int) and held > 0 else None


def _persons(incident: Incident) -> dict[str, int]:
    """Different persons by kind of complaint; an author who is not known counts as one of their own."""
    rows = incident.mentions.filter(negative=True).values_list("kind", "author_key", "pk")
    found: dict[str, set[Any]] = {}
    for kind, author, key in rows:
        found.setdefault(kind, set()).add(author or key)
    return {kind: len(who) for kind, who in found.items() if kind}


@transaction.atomic
def regard(incident: Incident, *, until: datetime | None = None, count: bool = True, alarm: bool = True) -> Look:
    """Look at an incident that is locked or of this transaction, and let its level follow.

    count: whether the look is one of the windows, where sources were heard past the last one by `every_minutes`; where
    not, only what needs no second look raises it (its nature, how many persons). alarm: whether a rise alarms.
    """
    table, at = tables.table(incident.brand), until or heard_until(incident.brand, drill=incident.drill)
    counted = count and due(incident, table, at)
    looked = counted or not incident.parts
    found = look(table, numbers_of(incident, table, at) if looked else _renewed(incident))
    if counted:
        incident.hits = [*incident.hits, [round(minutes(at), 2), found.level]][-KEPT:]
    floor = _floor(incident, found)
    level = settled(table, incident.level, [(h[0], h[1]) for h in incident.hits], floor=floor)
    seen_at = at.isoformat() if looked else incident.parts["at"]
    incident.parts = dict(found.parts) | {"columns": dict(found.columns), "at": seen_at, "table": level}
    incident.save_next("hits", "parts")
    if incident.by_hand:
        _mind(incident, level)
    elif level != incident.level:
        put(incident, level, why=_why(found, level), alarm=alarm)
    return found


def _renewed(incident: Incident) -> Numbers:
    """The numbers of the last window with the nature of now: what changes between two looks, and counts at once."""
    held = {f.name: incident.parts[f.name] for f in fields(Numbers) if f.name not in ("persons", "marks", "hot")}
    marks = tuple(sorted(incident.fields.get("marks", [])))
    return Numbers(**held, hot=_hot(incident), marks=marks, persons=_persons(incident))


def due(incident: Incident, table: Table, until: datetime) -> bool:
    """Whether sources were heard far enough past the last window for another look: one window is one hit."""
    return not incident.hits or minutes(until) - incident.hits[-1][0] >= table.every_minutes - 0.1  # kept rounded


def _floor(incident: Incident, found: Look) -> str:
    """What needs no second window: the nature of what happened, and how many persons it happened to."""
    held = [level for level in (incident.floor, found.columns["nature"]) if level]
    return min(held, key=("I", "II", "III", "IV").index, default="IV")


def _why(found: Look, level: str) -> str:
    """The columns that reached the level; the floor where none did."""
    return "+".join(name for name, held in found.columns.items() if held == level) or "table"


def _mind(incident: Incident, level: str) -> None:
    """A person's level stands; where the table says graver, they are told once a level."""
    if graver(level, incident.level):
        key = f"table|{incident.pk}|{level}|{incident.by_hand.get('at', '')}"
        alarms.raise_alarm(incident.brand, Alarm.Why.LEVEL, key, incident=incident, level=level, hand=incident.level)


def put(
    incident: Incident, level: str, *, why: str, by: Member | None = None, reason: str = "", alarm: bool = True
) -> None:
    """Give an incident a level, and a commander who may hold it; say so. Locked, or of this transaction.

    alarm: whether a rise alarms; not where what raised it alarms anyway.
    """
    before, incident.level = incident.level, level
    handed, fields = incident.commander, ["level"]
    raised = graver(level, before)
    if raised and (incident.commander is None or not commanding.enough(incident.commander, incident.brand, level)):
        incident.commander = commanding.commander(incident.brand, level)
        fields.append("commander")
    incident.save_next(*fields)
    steps.hasten(incident)
    said: dict[str, Any] = {"number": incident.number, "before": before, "level": level, "why": why}
    timeline.note(incident, "incident.level", by=by, text=reason, **said)
    if incident.commander != handed:
        who: dict[str, Any] = {"before": str(handed or ""), "name": str(incident.commander or "")}
        timeline.note(incident, "incident.commander", by=by, **who)
        said |= {"commander": who["name"]}
    audit.record(by, "incident.level", incident, brand=incident.brand, **said, reason=reason)
    opening.announce(incident, "incident.level", before=before, why=why)
    if raised and alarm:
        key = f"level|{incident.pk}|{incident.version}"
        alarms.raise_alarm(
            incident.brand, Alarm.Why.LEVEL, key, incident=incident, level=level, before=before, cause=why
        )
