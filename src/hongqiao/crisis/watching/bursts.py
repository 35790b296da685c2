"""Bursts: what was said, counted by five minutes of posting, goes through the watchers once and in order.

A source's series go on to the end of the last five minutes that it was heard past; silence that was listened to is a 0,
what was not heard is no row. What was posted before that and read since (a round an hour, a slow feed) counts in the
first five minutes still to come, if it is not older than a day: nothing is counted twice and nothing fresh is lost.
State and `until` are kept in one transaction with the alarms that they led to: a run after a crash says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Mention, Series, Source
from hongqiao.crisis.watching import alarms, clocks, grading, hearing, opening, tables
from hongqiao.methods.bursts import BadBursts, BurstSettings, Seen, ShareWatcher, Watcher, minutes
from hongqiao.workspace.models import Brand

STEP = timedelta(minutes=5)
COUNT, SHARE = "count", "share"


@dataclass(frozen=True)
class Burst:
    """An alarm of a series: of which kind of complaint ("" all), where, from when on, and the numbers."""

    sort: str
    kind: str
    source: Source
    end: datetime
    seen: Seen

    @property
    def since(self) -> datetime:
        """How far back the mentions of it are looked for: over the scale that alarmed, an hour at least."""
        return self.end - max(timedelta(minutes=self.seen.minutes), timedelta(hours=1))


def floor(moment: datetime) -> datetime:
    """Return the beginning of the five minutes that a moment lies in."""
    return moment.replace(second=0, microsecond=0) - timedelta(minutes=moment.minute % 5)


def watch(brand: Brand) -> list[Burst]:
    """Bring every series of a brand's sources up to what was heard; alarms become incidents. Returns the bursts."""
    found: list[Burst] = []
    for source in Source.objects.filter(brand=brand, on=True, heard_at__isnull=False).order_by("pk"):
        with transaction.atomic():
            bursts = _advance(brand, source)
            for burst in bursts:
                told(brand, burst, floor(min(source.heard_at or timezone.now(), timezone.now())))
            found += bursts
    return found


def _advance(brand: Brand, source: Source) -> list[Burst]:
    """Take the next five minutes of one source. Its cursor and the state of its watchers are one row."""
    rules, now = tables.severity(brand), timezone.now()
    assert source.heard_at is not None
    until = floor(min(source.heard_at, now))
    key = f"source|{source.pk}"
    row = Series.objects.select_for_update().filter(brand=brand, key=key).first() or Series(brand=brand, key=key)
    read_until = now - timedelta(seconds=rules["settle_seconds"])
    begin = row.until or _begin(source, until, rules)
    if begin is None or begin >= until:
        return []
    bins = _bins(source, begin, until, _cursor(row), read_until)
    watchers = _Watchers(row.state, tables.bursts(brand))
    fresh = now - timedelta(hours=rules["burst_fresh_hours"])
    zone, found = ZoneInfo(brand.zone), []
    for start in _steps(begin, until):
        at = minutes(start.astimezone(zone))
        seen = watchers.step(at, bins.get(start, Counter()))
        found += [Burst(s, k, source, start + STEP, one) for (s, k), one in seen if start >= fresh]
    row.state = watchers.to_json() | {"read": read_until.isoformat()}
    row.until = until
    row.save()
    return found


def _cursor(row: Series) -> datetime | None:
    held = row.state.get("read")
    return datetime.fromisoformat(held) if held else None


def _begin(source: Source, until: datetime, rules: Any) -> datetime | None:
    """Where a new series begins: with the first that was said, at most so many days back."""
    first = Mention.objects.filter(source=source, drill=False).aggregate(at=Min("posted_at"))["at"]
    if first is None:
        return until - STEP
    return max(floor(first), until - timedelta(days=rules["burst_history_days"]))


def _steps(begin: datetime, until: datetime) -> Iterator[datetime]:
    while begin < until:
        yield begin
        begin += STEP


def _bins(
    source: Source, begin: datetime, until: datetime, read: datetime | None, read_until: datetime
) -> dict[datetime, Counter[str]]:
    """Count what is new by five minutes: "" all mentions, "-" the negative ones, and those by kind."""
    rows = Mention.objects.filter(source=source, drill=False, read_at__lte=read_until, posted_at__lt=until)
    rows = rows.filter(posted_at__gte=begin) | (
        rows.filter(posted_at__lt=begin, posted_at__gte=begin - timedelta(days=1), read_at__gt=read)
        if read
        else rows.none()
    )
    bins: dict[datetime, Counter[str]] = {}
    for posted, negative, kind in rows.values_list("posted_at", "negative", "kind").iterator(chunk_size=5000):
        counted = bins.setdefault(max(floor(posted), begin), Counter())
        counted[""] += 1
        if negative:
            counted["-"] += 1
            if kind:
                counted[f"-{kind}"] += 1
    return bins


class _Watchers:
    """The watchers of one source: negatives, their share, and negatives by kind. A damaged state begins anew."""

    def __init__(self, state: Any, settings: BurstSettings) -> None:
        self.settings = settings
        held = state.get("watchers", {})
        names = {(COUNT, ""), *((COUNT, kind) for kind in tables.kinds())}
        self.counts = {n: self._of(Watcher, held.get("|".join(n))) for n in sorted(names)}
        self.share = self._of(ShareWatcher, held.get(f"{SHARE}|"))

    def _of(self, make: Any, state: Any) -> Any:
        if state:
            try:
                return make.of_json(state, self.settings)
            except BadBursts:
                pass
        return make(self.settings)

    def step(self, at: float, bins: Counter[str]) -> list[tuple[tuple[str, str], Seen]]:
        """Take one five minutes; return what alarms."""
        said = [((COUNT, kind), watcher.step(at, bins[f"-{kind}"])) for (_sort, kind), watcher in self.counts.items()]
        said.append(((SHARE, ""), self.share.step(at, bins["-"], bins[""])))
        return [(name, seen) for name, seen in said if seen.alarm and seen.up]

    def settle(self, kind: str) -> None:
        """An incident of a kind is over: its next one is held against what was before it."""
        for name in {(COUNT, ""), (COUNT, kind)}:
            if name in self.counts:
                self.counts[name].settle()
        self.share.settle()

    def to_json(self) -> dict[str, Any]:
        held = {"|".join(n): w.to_json() for n, w in self.counts.items()}
        return {"watchers": held | {f"{SHARE}|": self.share.to_json()}}


def told(brand: Brand, burst: Burst, until: datetime) -> Incident | None:
    """Make of a burst an incident with its mentions up to now, or more of the one that many are of; alarm once."""
    rows = list(mentions_of(burst, until))
    if len(rows) < tables.bursts(brand).least:
        return None
    incident = _held_by(rows)
    fresh = incident is None
    loose = [m for m in rows if m.incident_id is None]
    kind = burst.kind or (incident.kind if incident else _main_kind(loose))
    loose = [m for m in loose if not kind or m.kind in ("", kind)]
    if incident is None:
        incident = opening.open_incident(brand, kind=kind, mentions=loose, why="burst")
        if kind:
            incident.fields = incident.fields | {"burst": {"kind": kind, "source": str(burst.source.pk)}}
            incident.save_next("fields")
        hearing.look_back(incident)
    else:
        hearing.gather_all(incident, loose)
    grading.regard(incident, alarm=not fresh)
    if _alarmed(incident, burst.end):
        return incident
    alarms.raise_alarm(
        brand,
        Alarm.Why.SHARE if burst.sort == SHARE else Alarm.Why.BURST,
        f"burst|{incident.pk}|{burst.end.isoformat(timespec='minutes')}",
        incident=incident,
        end=burst.end.isoformat(),
        kind=burst.kind,
        n=len(rows),
        minutes=round(max(burst.seen.minutes, 60)),
        usual=round(burst.seen.expected * 12, 1),
        channel=burst.source.channel,
    )
    return incident


def _alarmed(incident: Incident, end: datetime) -> bool:
    """Whether a burst of this incident alarmed in the hour before: its kind and all negatives burst at once."""
    bursts = incident.alarms.filter(why__in=(Alarm.Why.BURST, Alarm.Why.SHARE))
    ends = [str(params["end"]) for params in bursts.values_list("params", flat=True) if "end" in params]
    return any(abs(datetime.fromisoformat(at) - end) < timedelta(hours=1) for at in ends)


def mentions_of(burst: Burst, until: datetime) -> Iterable[Mention]:
    """Return the negative mentions that a burst is made of, and what was said since, oldest first."""
    found = Mention.objects.filter(
        source=burst.source, drill=False, negative=True, posted_at__gte=burst.since, posted_at__lt=until
    ).exclude(state=Mention.State.ASIDE)
    return (found.filter(kind=burst.kind) if burst.kind else found).order_by("posted_at")


def _held_by(rows: list[Mention]) -> Incident | None:
    """Return the burning incident that a third of the mentions are of, or more: one burst opens no second one."""
    counted = Counter(m.incident_id for m in rows if m.incident_id)
    for key, n in counted.most_common():
        if 3 * n >= len(rows):
            found = Incident.objects.select_for_update().filter(pk=key, state__in=clocks.BURNING).first()
            if found:
                return found
    return None


def _main_kind(rows: list[Mention]) -> str:
    counted = Counter(m.kind for m in rows if m.kind).most_common(1)
    return counted[0][0] if counted and 2 * counted[0][1] >= len(rows) else ""


@transaction.atomic
def settle(brand: Brand, kind: str) -> None:
    """An incident is over, or an alarm was none: what comes next of its kind is held against what was before it."""
    for row in Series.objects.select_for_update().filter(brand=brand, key__startswith="source|"):
        watchers = _Watchers(row.state, tables.bursts(brand))
        watchers.settle(kind)
        row.state = watchers.to_json() | {"read": row.state.get("read")}
        row.save(update_fields=["state"])
