"""How grave an incident is, by an open table: what each column says, and when a level rises or falls. X1.

`look` holds the numbers of one window against the table and says which line each column reached; `settled` makes a
level of the looks so far: a level reached in `hits` looks in a row holds, and it falls only after `calm` whole windows
below. The floor by nature holds whatever the numbers. Levels are "I" (gravest) to "IV"; "" is none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Self

from hongqiao.errors import N_, Invalid

LEVELS = ("I", "II", "III", "IV")
COLUMNS = ("volume", "share", "reach", "nature")
_WHOLE = ("window_minutes", "every_minutes", "baseline_days", "hits", "calm")
_LINES = (
    "times", "negative", "share", "of", "followers", "reach", "platforms", "press", "hot",
    "first_minutes", "update_minutes",
)  # fmt: skip


class BadSeverity(Invalid):
    """A line of the table cannot be taken as it is."""

    code = "bad_severity"
    message = N_("定级表里的 %(name)s 不可用：%(value)s")
    next_step = N_("请填正数；越严重的级别门槛不能比较轻的低")


@dataclass(frozen=True)
class Numbers:
    """One window. negative: bad mentions an hour; usual: the same on ordinary days; total: all mentions an hour;
    followers: of the largest author; reach: of all authors together; platforms: channels with enough of them; press:
    press reports; hot: the best place on a hot list (None: on none); marks: what was said of it (central, regulator,
    executive, values); persons: kind of complaint → how many different persons.
    """

    negative: float = 0.0
    usual: float = 0.0
    total: float = 0.0
    followers: int = 0
    reach: int = 0
    platforms: int = 0
    press: int = 0
    hot: int | None = None
    marks: tuple[str, ...] = ()
    persons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What a window came to: the gravest level of any column, and the numbers of each, for anybody to recompute."""

    level: str
    columns: Mapping[str, str]
    parts: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """The table as data (knowledge/crisis/severity.json), checked."""

    levels: Mapping[str, Mapping[str, Any]]
    natures: Mapping[str, int]
    window_minutes: int
    every_minutes: int
    baseline_days: int
    baseline_least: float
    hits: int
    calm: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the table of the data. Raises BadSeverity for what is no table."""
        for name in _WHOLE:
            if not isinstance(data.get(name), int) or not 1 <= data[name] <= 100_000:
                raise BadSeverity(name=name, value=str(data.get(name)))
        levels = {level: dict(data["levels"][level]) for level in LEVELS}
        for level, row in levels.items():
            for name in _LINES:
                if name in row and not _number(row[name], share=name == "share"):
                    raise BadSeverity(name=f"{level} {name}", value=str(row[name]))
        _rising(levels)
        if not _number(data["baseline_least"]) or data["baseline_least"] <= 0:
            raise BadSeverity(name="baseline_least", value=str(data["baseline_least"]))
        held = {name: data[name] for name in (*_WHOLE, "baseline_least")}
        return cls(levels=levels, natures=dict(data["natures"]), **held)

    def terms(self, level: str, nature: str = "") -> tuple[int, int]:
        """Return minutes to the first answer and between two updates."""
        row = self.levels[level]
        return min(row["first_minutes"], self.natures.get(nature, row["first_minutes"])), row["update_minutes"]


def _number(value: Any, *, share: bool = False) -> bool:
    good = type(value) in (int, float) and isfinite(value) and 0 <= value <= 1e9
    return good and (not share or value <= 1)


def _rising(levels: Mapping[str, Mapping[str, Any]]) -> None:
    """A graver level is never easier to reach, and never answered later."""
    for lighter, graver in zip(LEVELS[:0:-1], LEVELS[-2::-1], strict=True):
        for name in ("times", "negative", "share", "of"):
            if levels[graver][name] < levels[lighter][name]:
                raise BadSeverity(name=f"{graver} {name}", value=str(levels[graver][name]))
        for name in ("first_minutes", "update_minutes"):
            if levels[graver][name] > levels[lighter][name]:
                raise BadSeverity(name=f"{graver} {name}", value=str(levels[graver][name]))


def gravest(levels: Iterable[str]) -> str:
    """Return the gravest of some levels, "" where there is none."""
    found = [LEVELS.index(level) for level in levels if level in LEVELS]
    return LEVELS[min(found)] if found else ""


def lightest(levels: Iterable[str]) -> str:
    """Return the lightest of some levels; one that is "" is lighter than all."""
    held = list(levels)
    return "" if not held or "" in held else LEVELS[max(LEVELS.index(level) for level in held)]


def graver(a: str, b: str) -> bool:
    """Return whether `a` is graver than `b`."""
    return a != b and gravest((a, b)) == a


def look(table: Table, numbers: Numbers) -> Look:
    """Hold one window against the table."""
    times = numbers.negative / max(numbers.usual, table.baseline_least)
    share = min(numbers.negative / numbers.total, 1.0) if numbers.total > 0 else 0.0
    columns = dict.fromkeys(COLUMNS, "")
    for level in reversed(LEVELS):
        row = table.levels[level]
        reached = {
            "volume": times >= row["times"] and numbers.negative >= row["negative"],
            "share": share >= row["share"] and numbers.negative >= row["of"],
            "reach": _reach(row, numbers),
            "nature": _nature(row, numbers),
        }
        columns |= {name: level for name, yes in reached.items() if yes}
    parts = asdict(numbers) | {"marks": list(numbers.marks), "times": round(times, 2), "share": round(share, 4)}
    return Look(gravest(columns.values()), columns, parts)


def _reach(row: Mapping[str, Any], numbers: Numbers) -> bool:
    """Whether any line of the column is reached; a level has only the lines that it names."""
    for name in ("followers", "reach", "platforms", "press"):
        if name in row and getattr(numbers, name) >= max(row[name], 1):
            return True
    if numbers.hot is None or "hot" not in row:
        return False
    return not row["hot"] or numbers.hot <= row["hot"]


def _nature(row: Mapping[str, Any], numbers: Numbers) -> bool:
    if set(row["marks"]) & set(numbers.marks):
        return True
    return any(numbers.persons.get(kind, 0) >= least for kind, least in row["persons"].items())


def settled(table: Table, level: str, looks: Sequence[tuple[float, str]], *, floor: str = "IV") -> str:
    """Return the level that an incident has now.

    level: that it has; looks: (minute, level) in order of time, the newest last; floor: not below this. It rises to
    what the last `hits` looks all reached. It falls to the gravest of the last `calm` windows, where each of them was
    looked at and all were below.
    """
    held = gravest((level, floor)) or "IV"
    if not looks:
        return held
    if len(looks) >= table.hits:
        risen = lightest(found for _at, found in looks[-table.hits :])
        if graver(risen, held):
            return risen
    now, size = looks[-1][0], table.window_minutes
    windows = [[found for at, found in looks if now - (k + 1) * size < at <= now - k * size] for k in range(table.calm)]
    if not all(windows):
        return held
    highest = gravest(found for window in windows for found in window)
    return gravest((highest, floor, "IV")) if graver(held, highest) else held
