"""Days and seasons that content is planned by, computed for any year from content/nodes.json. C1, B1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from lunar_python import Lunar

from hongqiao.knowledge import read

SOLEMN = ("solemn", "state")


@dataclass(frozen=True)
class Node:
    """A day or a stretch of days. `prep`: from when it must be prepared; `words`: what gives a brand a reason."""

    code: str
    label: str
    kind: str
    first: date
    last: date
    prep: date
    size: str
    words: tuple[str, ...]
    note: str
    solemn: bool

    @property
    def key(self) -> str:
        """Return the name by which a topic keeps it: code and year."""
        return f"{self.code}:{self.first.year}"


def book() -> dict[str, Any]:
    """Return content/nodes.json."""
    return read("content/nodes")


def calendar() -> dict[str, Any]:
    """Return calendar.json: days off as announced, and the years for which none are announced yet."""
    return read("calendar")


@cache
def holidays() -> frozenset[date]:
    """Return every day off that was announced."""
    found: set[date] = set()
    for event in calendar()["events"]:
        if event["kind"] == "holiday":
            first, last = date.fromisoformat(event["first"]), date.fromisoformat(event["last"])
            found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return frozenset(found)


def announced(year: int) -> bool:
    """Whether the days off of a year are announced; until then nobody may tell them."""
    known = {date.fromisoformat(e["first"]).year for e in calendar()["events"] if e["kind"] == "holiday"}
    return year in known and year not in calendar()["unannounced"]


@cache
def of_year(year: int) -> tuple[Node, ...]:
    """Return the nodes that begin in a year, in order."""
    found = [node for row in book()["nodes"] for node in _of(row, year)]
    return tuple(sorted(found, key=lambda n: (n.first, n.code)))


def _of(row: dict[str, Any], year: int) -> Iterator[Node]:
    """Yield a node's days of a year: once, but a day by the lunar calendar may fall in it twice, or not at all."""
    near = (year - 1, year, year + 1)
    for first in (d for d in (_day(row["on"], y) for y in near) if d.year == year):
        yield Node(
            row["code"],
            row["label"],
            row["kind"],
            first,
            next(d for d in (_day(row.get("until", row["on"]), y) for y in near) if d >= first),
            first - timedelta(days=row["prep"]),
            row["size"],
            tuple(row.get("terms", ())),
            row.get("description", ""),
            row["kind"] in SOLEMN or row.get("care") == "solemn",
        )


def between(first: date, last: date) -> list[Node]:
    """Return the nodes that touch a stretch of days, in order."""
    years = range(first.year - 1, last.year + 1)
    return [n for y in years for n in of_year(y) if n.first <= last and n.last >= first]


def ahead(day: date, days: int) -> list[Node]:
    """Return the nodes that are on, or begin within so many days."""
    return between(day, day + timedelta(days=days))


def find(key: str) -> Node | None:
    """Return the node of a key (code:year), None where there is none."""
    code, _, year = key.partition(":")
    if not (year.isascii() and year.isdigit() and 1900 < int(year) < 2100):
        return None
    return next((n for n in of_year(int(year)) if n.code == code), None)


def _day(rule: str, year: int) -> date:
    """Return the day that a rule names in a year."""
    parts = rule.split()
    if parts[0] == "lunar":
        month, day = (int(x) for x in parts[1].split("-"))
        return _solar(Lunar.fromYmd(year, month, day).getSolar()) + timedelta(days=_added(parts[2:]))
    if parts[0] == "term":
        return next(d for name, d in _terms(year) if name == parts[1])
    if parts[0] == "weekday":
        return _weekday(parts[1], year) + timedelta(days=_added(parts[2:]))
    return date.fromisoformat(f"{year}-{rule}")


def _added(rest: list[str]) -> int:
    return int(rest[0]) if rest else 0


def _solar(day: Any) -> date:
    return date(day.getYear(), day.getMonth(), day.getDay())


def _terms(year: int) -> Iterator[tuple[str, date]]:
    """Yield the 24 terms of a year: the table of a lunar year begins in the winter before."""
    for lunar_year in (year, year + 1):
        for name, day in Lunar.fromYmd(lunar_year, 1, 1).getJieQiTable().items():
            if day.getYear() == year and not name.isascii():
                yield name, _solar(day)


def _weekday(rule: str, year: int) -> date:
    month, weekday, which = rule.split("-")
    first = date(year, int(month), 1)
    days = [first + timedelta(days=n) for n in range(31)]
    on = [d for d in days if d.month == first.month and d.isoweekday() == int(weekday)]
    return on[-1] if which == "L" else on[int(which) - 1]
