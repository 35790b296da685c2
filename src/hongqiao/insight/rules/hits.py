"""One strong piece: how much of a change it carries by its own count, and a fall that is only its fading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.insight.rules import saying
from hongqiao.insight.watching import settings
from hongqiao.ledger.rules import Look, Statement

PLACES = {"platform", "account"}


@dataclass(frozen=True)
class Hit:
    """A piece with what it has of a metric by itself (`own`: the piece's metric), as known at the version asked."""

    key: str
    title: Any
    published: date
    own: str
    value: float

    @property
    def cite(self) -> dict[str, Any]:
        return saying.cite([self.own], {"content": self.key}, self.published, self.published, ("content",))

    def told(self) -> dict[str, Any]:
        """Return the piece as parameters."""
        return {"title": self.title, "day": saying.day(self.published), "own": saying.figure(self.own, self.value)}


def strongest(look: Look, code: str, where: Mapping[str, Any], start: date, end: date) -> Hit | None:
    """Return the piece published in these days that has most of a metric by itself; None where pieces do not count it
    or the place is cut finer than an account."""
    own = settings(look.brand)["pieces"].get(code)
    if own is None or set(where) - PLACES:
        return None
    answer = look.ask([own], ("day", "content"), where, start, end, totals=False, coverage=False)
    rows = [r for r in answer.rows if r[own]]
    if not rows:
        return None
    best = max(rows, key=lambda r: (float(r[own]), str(r["content"])))
    title = answer.labels.get("content", {}).get(best["content"]) or {"word": saying.UNTITLED}
    return Hit(str(best["content"]), title, best["day"], own, float(best[own]))


def carrying(look: Look, code: str, where: Mapping[str, Any], days: tuple[date, date], rise: float) -> Hit | None:
    """Return the strongest piece of some days (and a few before) where it makes up much of a rise, else None."""
    known = settings(look.brand)["acts"]
    found = strongest(look, code, where, days[0] - timedelta(days=known["hit_lead"]), days[1]) if rise > 0 else None
    return found if found and found.value >= known["hit"] * rise else None


@dataclass(frozen=True)
class Faded:
    """A fall to where the metric was before a piece: means a day before the piece, while it ran, and now."""

    hit: Hit
    first: date
    before: float
    during: float
    after: float


def fading(look: Look, code: str, where: Mapping[str, Any], start: date, end: date) -> Faded | None:
    """Return the piece whose fading a fall is: it carried a rise in the weeks before, and the days in question do not
    lie below those before it. None where any of that does not hold, or is not known."""
    known = settings(look.brand)["acts"]
    recent = timedelta(days=known["fade_days"])
    hit = strongest(look, code, where, start - recent, start - timedelta(days=1))
    if hit is None:
        return None
    first = hit.published - recent
    answer = look.ask([code], ("day",), where, first, end, totals=False, coverage=False)
    values = {r["day"]: float(r[code]) for r in answer.rows if r[code] is not None}
    before = [v for d, v in values.items() if d < hit.published]
    during = [v for d, v in values.items() if hit.published <= d < start]
    after = [v for d, v in values.items() if d >= start]
    if len(before) < known["fade_least"] or not during or not after:
        return None
    usual, while_it_ran, now = float(np.median(before)), float(np.mean(during)), float(np.mean(after))
    risen = (while_it_ran - usual) * len(during)
    if while_it_ran < (1 + known["fade_rise"]) * usual or hit.value < known["hit"] * risen:
        return None
    if not (1 - known["fade_below"]) * usual <= now < while_it_ran:
        return None
    return Faded(hit, first, usual, while_it_ran, now)


def faded_statement(code: str, where: Mapping[str, Any], found: Faded, end: date) -> Statement:
    """Say that a fall is a piece's fading, with the three levels."""
    cited = saying.cite([code], where, found.first, end)
    levels = {n: saying.figure(code, round(getattr(found, n), 1)) for n in ("before", "during", "after")}
    return saying.statement("faded", cited, **found.hit.told(), **levels)
