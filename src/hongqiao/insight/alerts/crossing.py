"""When a series crosses a line: pure, the same for the preview on history and for what is raised tonight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Point:
    """One day or week. value: None where it is missing, not over or of too few; before: the one it is compared with
    (the same weekday a week earlier, or the week before), None where that is not known."""

    first: date
    last: date
    value: float | None
    before: float | None = None

    @property
    def change(self) -> float | None:
        """Relative change; None where the earlier figure is not above zero: a share of nothing says nothing."""
        if self.value is None or self.before is None or self.before <= 0:
            return None
        return self.value / self.before - 1


@dataclass(frozen=True)
class Run:
    """Days or weeks beyond the line without a rest: one crossing, told once."""

    first: date
    last: date
    n: int
    worst: Point


def beyond(point: Point, condition: str, line: float) -> bool | None:
    """Return whether a point is beyond the line, None where it cannot be judged."""
    seen = point.change if condition in ("rises", "falls") else point.value
    if seen is None or not math.isfinite(seen):
        return None
    return {"above": seen > line, "below": seen < line, "rises": seen > line, "falls": seen < -line}[condition]


def runs(points: Iterable[Point], condition: str, line: float, rest: int) -> list[Run]:
    """Return the crossings in order of time. What cannot be judged neither ends nor makes one; one that begins at most
    `rest` judged points after the last one's end is the same one, for a figure that wavers about its line is one news.
    """
    found: list[list[Point]] = []
    quiet = rest + 1
    for point in points:
        said = beyond(point, condition, line)
        if said is None:
            continue
        if not said:
            quiet += 1
            continue
        if found and quiet <= rest:
            found[-1].append(point)
        else:
            found.append([point])
        quiet = 0
    return [Run(r[0].first, r[-1].last, len(r), _worst(r, condition)) for r in found]


def _worst(points: Sequence[Point], condition: str) -> Point:
    high = condition in ("above", "rises")
    seen = [(p.change if condition in ("rises", "falls") else p.value) or 0.0 for p in points]
    return points[seen.index(max(seen) if high else min(seen))]


def usual(points: Sequence[Point], condition: str, share: float, least: int) -> float | None:
    """Return the line that the brand's own figures stayed within for `share` of the time; None where too few are known
    or the figures never moved that way."""
    relative = condition in ("rises", "falls")
    seen = sorted(v for p in points if (v := p.change if relative else p.value) is not None)
    if len(seen) < least:
        return None
    high = condition in ("above", "rises")
    place = (len(seen) - 1) * (share if high else 1 - share)
    low = math.floor(place)
    found = seen[low] + (seen[min(low + 1, len(seen) - 1)] - seen[low]) * (place - low)
    if relative:
        found = found if high else -found
        return found if found > 0 else None
    return found
