"""Figures of the period: cards, lines by day, a table by platform, what moved and which platforms made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.desk import Desk, change_of, limit
from hongqiao.insight.reports.document import (
    Block,
    Callout,
    Cell,
    Chart,
    Head,
    Kpi,
    Kpis,
    Sentence,
    Series,
    Table,
    fig,
)
from hongqiao.insight.words import unit_of
from hongqiao.metrics import METRICS, Result
from hongqiao.metrics.settings import data


@dataclass(frozen=True)
class Like:
    """A metric against the period before: over all platforms, or over those whose files cover both periods alike."""

    now: Any
    was: Any
    change: float | None
    start: date | None = None
    end: date | None = None
    platforms: tuple[str, ...] = ()

    @property
    def where(self) -> dict[str, Any]:
        return {"platform": list(self.platforms)} if self.platforms else {}


def likes(desk: Desk, result: Result) -> dict[str, Like]:
    """Return how each metric of `whole` moved. A platform that came in between must not forbid to compare the others.

    Metrics that lack the same platforms share a question.
    """
    start, end = result.compare_start, result.compare_end
    found = {
        c: Like(result.totals.get(c), result.compared.get(c), change, start, end) for c, change in result.change.items()
    }
    for platforms, codes in _comparable(desk, result).items():
        again = desk.ask(codes, (), {"platform": list(platforms)}, compare="previous", span=desk.span)
        for c in codes:
            if again.change.get(c) is not None:
                found[c] = Like(again.totals[c], again.compared[c], again.change[c], start, end, platforms)
    return found


def _comparable(desk: Desk, result: Result) -> dict[tuple[str, ...], list[str]]:
    """Return platforms → the metrics that files cover alike in both periods on these platforms only."""
    start, end = result.compare_start, result.compare_end
    noted = {c for n in result.notes if n["code"] == "compare_thin" for c in n["metrics"]}
    thin = [c for c, change in result.change.items() if change is None and c in noted]
    found: dict[tuple[str, ...], list[str]] = {}
    if not thin or start is None or end is None:
        return found
    before = desk.ask(thin, (), None, start, end, totals=False).coverage
    allowed = data("thresholds")["compare_gap_share"]
    for code in thin:
        now_thin, now_known = _thin(result.coverage, code, desk.days, allowed)
        old_thin, old_known = _thin(before, code, (end - start).days + 1, allowed)
        if kept := tuple(sorted((now_known & old_known) - now_thin - old_thin)):
            found.setdefault(kept, []).append(code)
    return found


def _thin(covered: Any, code: str, days: int, allowed: float) -> tuple[set[str], set[str]]:
    """Return the platforms of which an account lacks too many days, and all that state the metric."""
    rows = [r for r in covered if r["metric"] == code]
    lacking = {r["platform"] for r in rows if (days - (r["expected"] - len(r["missing"]))) / days > allowed}
    return lacking, {r["platform"] for r in rows}


def kpis(desk: Desk, codes: list[str], most: int = 8) -> list[Block]:
    """Return the cards of those metrics that have a figure; a callout where none has."""
    result = desk.whole(codes)
    items = cards(desk, [c for c in codes if result.totals.get(c) is not None or c in result.few], result)
    if not items:
        return [Callout(Sentence("nothing.period"), "warn")]
    return [Kpis(items[:most])]


def cards(desk: Desk, codes: Sequence[str], result: Result) -> list[Kpi]:
    """Return the cards of metrics of `whole`."""
    moves = likes(desk, result)
    return [_card(desk, c, result, moves[c]) for c in codes]


def _card(desk: Desk, code: str, result: Result, moved: Like) -> Kpi:
    """Return one card: value, change against the period before, and what stands beside it."""
    thin = result.few.get(code)
    note = None
    if thin:
        note = Sentence("few", {"part": fig(thin[0] or 0), "base": fig(thin[1] or 0)})
    elif METRICS[code].proxy:
        note = Sentence("proxy")
    cites = [desk.cite(code)]
    if moved.platforms:
        note = Sentence("like", {"platforms": [{"platform": p} for p in moved.platforms]})
        cites += [
            desk.cite(code, where=moved.where),
            desk.cite(code, where=moved.where, start=moved.start, end=moved.end),
        ]
    return Kpi(
        {"metric": code},
        None if thin else desk.of(code, result.totals.get(code)),
        change_of(code, moved.change),
        METRICS[code].better or "",
        cites,
        note,
        bool(thin),
    )


def compared(desk: Desk) -> list[Block]:
    """Say what the changes are against, and which accounts lack days of the period."""
    result = desk.whole(headlines())
    found: list[Block] = []
    if result.compare_start and result.compare_end:
        days = {"start": {"day": result.compare_start}, "end": {"day": result.compare_end}}
        found.append(Sentence("compared.day" if desk.days == 1 else "compared", days, sub=True))
    lacking: dict[str, set[Any]] = {}
    for row in (r for r in result.coverage if r["metric"] in headlines()):
        days_out = {d for d in (*row["missing"], *row["partial"]) if desk.start <= d <= desk.end}
        if days_out:
            lacking.setdefault(row["account"], set()).update(days_out)
    if lacking:
        parts = [[desk.name(a), {"text": "（"}, {"days": len(d)}, {"text": "）"}] for a, d in sorted(lacking.items())]
        shown = sorted(parts, key=lambda p: str(p))[: limit("missing")]
        found.append(Callout(Sentence("lacking", {"accounts": [{"join": p} for p in shown], "n": len(parts)}), "warn"))
    return found


def headlines() -> list[str]:
    return [c for c in thresholds()["headlines"] if c in METRICS]


def daily_chart(desk: Desk, code: str, room: str = "data", kind: str = "line") -> list[Block]:
    """Return one metric by day; nothing where no day has a figure."""
    result = desk.ask((code,), ("day",), totals=False)
    known = {r["day"]: r.get(code) for r in result.rows}
    days = [desk.start + timedelta(days=n) for n in range(desk.days)]
    found = [known.get(d) for d in days]
    values = [None if v is None else float(v) for v in found]
    if not any(v is not None for v in values) or len(days) < 2:
        return []
    series = [Series({"metric": code}, values, room)]
    return [Chart(kind, {"metric": code}, [d.isoformat() for d in days], series, unit_of(code), [desk.cite(code)])]


def by_platform(desk: Desk) -> list[Block]:
    """Return one row a platform; metrics that no platform has are left out."""
    codes = [c for c in thresholds()["by_platform"] if c in METRICS]
    result = desk.ask(codes, ("platform",), compare="previous", span=desk.span)
    rows = [r for r in result.rows if any(r.get(c) is not None for c in codes)]
    kept = [c for c in codes if any(r.get(c) is not None for r in rows)]
    if not rows:
        return []
    rows.sort(key=lambda r: (-float(r.get(kept[0]) or 0), str(r["platform"])))
    heads = [Head({"word": PLATFORM}), *(Head({"metric": c}, right=True) for c in kept)]
    return [Table(heads, [[Cell({"platform": r["platform"]}), *(_cell(desk, c, r) for c in kept)] for r in rows])]


PLATFORM = N_("平台")


def tone_of(code: str, change: float | None) -> str:
    """Return whether a change is good or bad, "" where there is none or the metric knows no better."""
    better = METRICS[code].better
    return "" if not better or change is None else "good" if (change > 0) == (better == "up") else "bad"


def _cell(desk: Desk, code: str, row: dict[str, Any]) -> Cell:
    value, change = row.get(code), row.get(f"{code}__change")
    if value is None:
        return Cell(None)
    shown: list[Any] = [desk.of(code, value)]
    tone = ""
    if change is not None and abs(change) >= thresholds()["moved_least"]:
        shown.append(change_of(code, change))
        tone = tone_of(code, change)
    return Cell({"cells": shown}, [desk.cite(code, where={"platform": row["platform"]})], tone)


def moved(desk: Desk) -> list[Block]:
    """Return what moved most against the period before, each with the platforms that add up to it."""
    return [block for code, one in ranked(desk) for block in said(desk, code, one)] or unmoved(desk)


def ranked(desk: Desk) -> list[tuple[str, Like]]:
    """Return the metrics that moved, the most first."""
    codes = movers()
    moves = likes(desk, desk.whole(codes))
    sized = []
    for code in codes:
        change = moves[code].change
        if change is not None and abs(change) >= thresholds()["moved_least"]:
            sized.append((-abs(change), codes.index(code), code, moves[code]))
    return [(code, one) for *_order, code, one in sorted(sized, key=lambda x: x[:2])][: limit("moved_lines")]


def movers() -> list[str]:
    """Return the metrics of which a report says whether they moved."""
    return [c for c in thresholds()["moved"] if c in METRICS]


def unmoved(desk: Desk) -> list[Block]:
    """Say that nothing moved, or that the two periods cannot be compared."""
    codes = movers()
    change = desk.whole(codes).change
    steady = any(change.get(c) is not None for c in codes)
    return [Sentence("steady") if steady else Callout(Sentence("not_comparable"), "warn")]


def said(desk: Desk, code: str, one: Like) -> list[Block]:
    """Return what one metric did, and the platforms that add up to it."""
    change = one.change or 0.0
    params: dict[str, Any] = {
        "metric": {"metric": code},
        "now": desk.of(code, one.now),
        "was": desk.of(code, one.was),
        "change": change_of(code, one.change),
    }
    if one.platforms:
        params["platforms"] = [{"platform": p} for p in one.platforms]
    cites = [desk.cite(code, where=one.where), desk.cite(code, where=one.where, start=one.start, end=one.end)]
    how = "moved.like" if one.platforms else "moved.up" if change > 0 else "moved.down"
    found: list[Block] = [Sentence(how, params, cites, tone_of(code, change))]
    if METRICS[code].additive and (parts := _parts(desk, code, one)):
        found.append(parts)
    return found


def _parts(desk: Desk, code: str, one: Like) -> Sentence | None:
    """Return by platform what made the change: differences that add up to it exactly, the largest first."""
    alike = [c for c, other in ranked(desk) if other.platforms == one.platforms and METRICS[c].additive]
    result = desk.ask(alike, ("platform",), one.where, compare="previous", span=desk.span, coverage=False)
    parts = [(r["platform"], _exact(r.get(code)) - _exact(r.get(f"{code}__compare"))) for r in result.rows]
    parts = [(p, d) for p, d in parts if d]
    whole = _exact(one.now) - _exact(one.was)
    if not parts or sum(d for _p, d in parts) != whole:
        return None  # platforms that were there in one period only: what they add up to is not this change
    parts.sort(key=lambda x: (-abs(x[1]), str(x[0])))
    shown = [{"join": [{"platform": p}, {"text": " "}, desk.of(code, d, signed=True)]} for p, d in parts[:LISTED]]
    rest = sum((d for _p, d in parts[LISTED:]), Decimal(0))
    if rest:
        shown.append({"join": [{"word": OTHERS}, {"text": " "}, desk.of(code, rest, signed=True)]})
    cites = [desk.cite(code, where={"platform": p}) for p, _d in parts[:LISTED]]
    params = {"parts": shown, "whole": desk.of(code, whole, signed=True)}
    return Sentence("moved.parts", params, cites, sub=True)


LISTED, OTHERS = 4, N_("其他")


def _exact(value: Any) -> Decimal:
    return Decimal(0) if value is None else Decimal(str(value))
