"""What stands in the way of a calendar of pieces: too close, too much selling, on a solemn day, not ready, too much
for the people (C1). Pure: days and plain slots in, conflicts out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

#: Stages in order; a piece is ready for a step when it stands at it or beyond.
ORDER = ("brief", "copy", "making", "review", "approved", "scheduled", "published")


@dataclass(frozen=True)
class Slot:
    """A piece on the calendar; `minute`: of the day, in its account's zone."""

    key: str
    day: date
    minute: int
    platform: str
    account: str
    stage: str
    sells: bool = False
    pillar: str = ""
    form: str = ""


@dataclass(frozen=True)
class Conflict:
    """What is wrong, how badly, on which day, with which pieces. `block`: it may not go out so."""

    code: str
    level: str  # block, warn
    day: date
    keys: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)


def conflicts(
    slots: Sequence[Slot], rules: Mapping[str, Any], today: date, solemn: Mapping[date, str]
) -> list[Conflict]:
    """Return what stands in the way, by day. `rules`: cadence.json; `solemn`: day → its name."""
    ordered = sorted(slots, key=lambda s: (s.day, s.minute, s.key))
    ahead = [s for s in ordered if s.stage != "published"]
    found = [*_past(ahead, today), *_solemn(ahead, solemn), *_unready(ahead, rules["ready"], today)]
    by_account: dict[tuple[str, str], list[Slot]] = defaultdict(list)
    for slot in ordered:
        by_account[slot.platform, slot.account].append(slot)
    for line in by_account.values():
        found += [*_close(line, rules["gap_minutes"]), *_selling(line)]
    return sorted(found, key=lambda c: (c.day, c.level, c.code, c.keys))


def _past(slots: Sequence[Slot], today: date) -> Iterator[Conflict]:
    for s in slots:
        if s.day < today:
            yield Conflict("past", "block", s.day, (s.key,), {"days": (today - s.day).days})


def _solemn(slots: Sequence[Slot], solemn: Mapping[date, str]) -> Iterator[Conflict]:
    """Nothing that sells goes out on a solemn day; anything else is asked about."""
    for s in slots:
        if s.day in solemn:
            yield Conflict("solemn", "block" if s.sells else "warn", s.day, (s.key,), {"name": solemn[s.day]})


def _unready(slots: Sequence[Slot], ready: Mapping[str, int], today: date) -> Iterator[Conflict]:
    """The last step whose day has passed without the piece standing there: text D-3, in review D-2, approved D-1."""
    for s in slots:
        left = (s.day - today).days
        missed = [step for step, days in ready.items() if 0 <= left < days and _before(s.stage, step)]
        if missed:
            yield Conflict("unready", "warn", s.day, (s.key,), {"step": missed[-1], "days": ready[missed[-1]]})


def _before(stage: str, step: str) -> bool:
    """Whether a stage is not beyond a step: a text that is being written on the day it was due is not ready."""
    wanted = ORDER.index("review") if step in ("copy", "review") else ORDER.index(step)
    floor = ORDER.index("making") if step == "copy" else wanted
    return stage in ORDER and ORDER.index(stage) < floor


def _close(line: Sequence[Slot], least: int) -> Iterator[Conflict]:
    for one, after in zip(line, line[1:], strict=False):
        minutes = (after.day - one.day).days * 1440 + after.minute - one.minute
        if minutes < least:
            yield Conflict("close", "warn", after.day, (one.key, after.key), {"minutes": minutes, "least": least})


def _selling(line: Sequence[Slot]) -> Iterator[Conflict]:
    """Two that sell, one right after the other on one account."""
    for one, after in zip(line, line[1:], strict=False):
        if one.sells and after.sells:
            yield Conflict("selling", "warn", after.day, (one.key, after.key))


@dataclass(frozen=True)
class Share:
    """How many of a month's pieces are of a kind, and how many there should be."""

    code: str
    count: int
    wanted: int


def quotas(slots: Sequence[Slot], wanted: int, shares: Mapping[str, float]) -> list[Share]:
    """Return each pillar's count against its share of the month, `wanted` pieces or as many as there are."""
    whole = max(wanted, len(slots))
    counted: dict[str, int] = defaultdict(int)
    for s in slots:
        counted[s.pillar] += 1
    return [Share(code, counted[code], round(share * whole)) for code, share in shares.items()]


def sell_share(slots: Sequence[Slot]) -> float | None:
    """Return the share of pieces that sell, None without pieces."""
    return sum(s.sells for s in slots) / len(slots) if slots else None


def loads(
    work: Sequence[tuple[str, date, float]], week: Mapping[str, float]
) -> dict[tuple[str, date], tuple[float, float]]:
    """Return (member, Monday) → hours asked for and their share of what a week can hold. `work`: member, day, hours."""
    able = week["hours"] * week["usable"]
    summed: dict[tuple[str, date], float] = defaultdict(float)
    for member, day, hours in work:
        summed[member, day - timedelta(days=day.weekday())] += hours
    return {key: (hours, hours / able) for key, hours in summed.items()}


def free_slots(
    first: date, last: date, times: Sequence[str], weekdays: Sequence[int], taken: Sequence[Slot]
) -> Iterator[tuple[date, int]]:
    """Yield (day, minute) that are free, one a day at most; the hours take turns."""
    minutes = [int(t[:2]) * 60 + int(t[3:5]) for t in times]
    held = {s.day for s in taken}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if day in held or (weekdays and day.weekday() not in weekdays) or not minutes:
            continue
        yield day, minutes[n % len(minutes)]


def spread(days: Sequence[tuple[date, int]], wanted: int) -> list[tuple[date, int]]:
    """Return `wanted` of the free slots, as far apart as they lie."""
    if wanted <= 0 or not days:
        return []
    if wanted >= len(days):
        return list(days)
    step = len(days) / wanted
    return [days[int(step * (i + 0.5))] for i in range(wanted)]
