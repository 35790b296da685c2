"""What took off or fell against its own percentiles: days of a platform, and pieces that are young."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.desk import Desk
from hongqiao.insight.reports.document import Sentence, fig
from hongqiao.metrics import METRICS


@dataclass(frozen=True)
class Point:
    """A statement of a day, and how far from the usual it is: the first is the most remarkable."""

    day: date
    sentence: Sentence
    apart: float
    good: bool
    of: tuple[str, str] = ("", "")  # platform and metric


def rank(history: Sequence[float], value: float) -> float:
    """Return the share of `history` (sorted) below `value`, those equal to it counted half: its percentile, 0 to 1."""
    low, high = bisect_left(history, value), bisect_right(history, value)
    return (low + high) / 2 / len(history)


def by_day(desk: Desk, first: date | None = None) -> list[Point]:
    """Return the points of the days from `first` (the desk's) to its last one, of each metric and platform."""
    book = thresholds()
    first = first or desk.start
    since = first - timedelta(days=book["history_days"])
    codes = tuple(c for c in book["daily_metrics"] if c in METRICS)
    result = desk.ask(codes, ("day", "platform"), None, since, desk.end, totals=False, coverage=True)
    partial = _partial(result.coverage)
    series: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for row in result.rows:
        for code in codes:
            if row.get(code) is not None and (row["platform"], code, row["day"]) not in partial:
                series[row["platform"], code][row["day"]] = float(row[code])
    found: list[Point] = []
    for (platform, code), values in sorted(series.items()):
        for offset in range((desk.end - first).days + 1):
            day = first + timedelta(days=offset)
            if day in values and (point := _judge(desk, platform, code, values, day)):
                found.append(point)
    return sorted(found, key=lambda p: (-p.apart, p.day, p.sentence.code, str(p.sentence.params)))


def _partial(coverage: Iterable[Any]) -> set[tuple[str, str, date]]:
    return {(row["platform"], row["metric"], day) for row in coverage for day in (*row["partial"], *row["missing"])}


def _judge(desk: Desk, platform: str, code: str, values: dict[date, float], day: date) -> Point | None:
    """Say that a day is outside the platform's own percentiles; None where it is not, or too few days are known."""
    book = thresholds()
    back = [day - timedelta(days=n + 1) for n in range(book["history_days"])]
    history = sorted(values[d] for d in back if d in values)
    if len(history) < book["history_least"]:
        return None
    value, usual = values[day], median(history)
    place = rank(history, value)
    off = (value - usual) / usual if usual else 0.0
    high, low = place >= book["high"], place <= book["low"]
    if not (high or low) or abs(off) < book["apart"]:
        return None
    better = METRICS[code].better
    good = better is not None and (better == "up") == high
    params = {
        "platform": {"platform": platform},
        "metric": {"metric": code},
        "value": desk.of(code, value),
        "usual": desk.of(code, usual),
        "off": fig(off, "percent", signed=True),
        "days": len(history),
        "percentile": {"percentile": place},
        "day": {"day": day},
    }
    where = {"platform": platform}
    cites = [
        desk.cite(code, where=where, start=day, end=day),
        desk.cite(code, where=where, start=back[-1], end=back[0]),
    ]
    tone = "" if better is None else "good" if good else "bad"
    said = Sentence("day.high" if high else "day.low", params, cites, tone)
    return Point(day, said, abs(off), good, (platform, code))


def one_each(points: Sequence[Point]) -> list[Point]:
    """Return the most remarkable point of each day, platform and direction: views, likes and follows rise together."""
    kept: dict[tuple[date, str, bool], Point] = {}
    for point in points:
        kept.setdefault((point.day, point.of[0], point.good), point)
    return list(kept.values())


def runs(points: Sequence[Point]) -> list[Point]:
    """Return points with neighbouring days of one platform, metric and direction told as one run."""
    groups: dict[tuple[str, ...], list[list[Point]]] = defaultdict(list)
    for point in sorted(points, key=lambda p: p.day):
        found = groups[*point.of, point.sentence.code]
        if found and point.day - found[-1][-1].day == timedelta(days=1):
            found[-1].append(point)
        else:
            found.append([point])
    told = [_run(run) for found in groups.values() for run in found]
    return sorted(told, key=lambda p: (-p.apart, p.day, p.of))


def _run(run: Sequence[Point]) -> Point:
    peak = max(run, key=lambda p: (p.apart, p.day))
    if len(run) == 1:
        dated = Sentence(f"{peak.sentence.code}.dated", peak.sentence.params, peak.sentence.cites, peak.sentence.tone)
        return Point(peak.day, dated, peak.apart, peak.good, peak.of)
    params = {**peak.sentence.params, "first": {"day": run[0].day}, "last": {"day": run[-1].day}, "n": len(run)}
    whole = {**peak.sentence.cites[0], "start": run[0].day, "end": run[-1].day}
    said = Sentence(f"{peak.sentence.code}.run", params, [whole, peak.sentence.cites[1]], peak.sentence.tone)
    return Point(run[0].day, said, peak.apart, peak.good, peak.of)


def pieces(desk: Desk) -> list[Sentence]:
    """Return young pieces whose views are already beyond the older ones' percentile, platform by platform."""
    book = thresholds()
    since = desk.end - timedelta(days=book["piece_days"])
    young = desk.end - timedelta(days=book["piece_young_days"] - 1)
    rows = piece_rows(desk, since, desk.end)
    found: list[tuple[float, float, Sentence]] = []
    for platform in sorted({r["platform"] for r in rows}):
        mine = [r for r in rows if r["platform"] == platform]
        older = sorted(float(r["piece_views"]) for r in mine if r["day"] < young)
        if len(older) < book["piece_least"]:
            continue
        for row in (r for r in mine if r["day"] >= young):
            place = rank(older, float(row["piece_views"]))
            if place >= book["piece_high"]:
                found.append((-place, -float(row["piece_views"]), _piece(desk, row, place, len(older))))
    return [s for *_order, s in sorted(found, key=lambda x: (x[0], x[1], str(x[2].params)))][: book["lines"]]


def piece_rows(desk: Desk, start: date, end: date) -> list[dict[str, Any]]:
    """Return own pieces published in the days with their views, by day, platform and key; those without views fall."""
    codes = ("piece_views", "piece_interactions", "piece_followers", "piece_share_rate")
    result = desk.ask(codes, ("day", "platform", "content"), None, start, end, totals=False, coverage=False)
    titles = result.labels.get("content", {})
    rows = [{**r, "title": titles.get(r["content"], "")} for r in result.rows if r.get("piece_views") is not None]
    return sorted(rows, key=lambda r: (r["day"], r["platform"], r["content"]))


def _piece(desk: Desk, row: dict[str, Any], place: float, n: int) -> Sentence:
    params = {
        "title": {"title": row["title"]},
        "platform": {"platform": row["platform"]},
        "age": (desk.end - row["day"]).days + 1,
        "value": desk.of("piece_views", row["piece_views"]),
        "n": n,
        "percentile": {"percentile": place},
    }
    where = {"content": row["content"]}
    cites = [desk.cite("piece_views", where=where, start=row["day"], end=row["day"])]
    return Sentence("piece.rising", params, cites, "good")
