"""只是结构变化: a ratio moved, but no part of it did: only the parts' shares changed, so no part has to be mended.

Held against the brand's own weeks: a change that it sees most weeks is not said. Where this speaks, `insight.moved`
does not: one movement is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.errors import N_
from hongqiao.insight.leaves import Leaves, Rows
from hongqiao.insight.rules import saying
from hongqiao.insight.rules.windows import Window
from hongqiao.insight.why.asking import ratios
from hongqiao.ledger.rules import Look, Raised, Rule, Statement
from hongqiao.methods.rootcause import Explained, Rules, Slice
from hongqiao.methods.rootcause.contributions import MIX_ONLY
from hongqiao.metrics import METRICS

KEPT = "insight.only_mix"


@dataclass(frozen=True)
class Mixed:
    """A ratio's change over a week that is mix along `dim`: the slices of it, and their shares of the base."""

    code: str
    found: Explained
    dim: str
    slices: tuple[Slice, ...]
    shares: Mapping[str, tuple[float, float]]
    usual: float
    weeks: int


def said(look: Look) -> set[str]:
    """Return the ratios that this run called only mix."""
    return set(look.shared.get(KEPT, ()))


def detect(look: Look) -> Iterator[Raised]:
    """Raise the ratios of the last seven days that moved by mix alone, the strangest first; at most so many a look."""
    window = Window(look.day - timedelta(days=7), look.day - timedelta(days=1))
    found = [m for code, (top, base) in ratios()["ratios"].items() if (m := _mixed(look, code, top, base, window))]
    found.sort(key=lambda m: -abs(m.found.change) / m.usual if m.usual else 0.0)
    chosen = found[: int(look.settings["most"])]
    look.shared[KEPT] = {m.code for m in chosen}
    for mixed in chosen:
        yield _raised(look, mixed, window)


def _mixed(look: Look, code: str, top: str, base: str, window: Window) -> Mixed | None:
    if code not in METRICS or not METRICS[code].better:
        return None
    changes = _weeks(look, top, base, window)
    if len(changes) < look.settings["weeks"]:
        return None
    usual = float(np.quantile(np.abs(changes[:-1]), look.settings["share"]))
    if abs(changes[-1]) <= usual:
        return None
    leaves = Leaves(look.ask, (top, base), {}, window.both)
    dims, _left = leaves.additive(leaves.carried())
    found = leaves.explained(dims) if min(leaves.totals()[1::2]) > 0 else None
    if found is None or found.verdict != MIX_ONLY or not found.before or not _agrees(look, code, window, found.after):
        return None
    if abs(found.change) < look.settings["least"] * abs(found.before):
        return None
    if abs(found.rate) > Rules().mix * abs(found.change):
        return None  # along one dimension only shares moved, but within its slices rates did
    dim = min((d for d in found.by_dim if len(found.by_dim[d]) > 1), key=lambda d: _moved(found.by_dim[d]))
    return Mixed(code, found, dim, found.by_dim[dim], _shares(leaves.by(dims), dims.index(dim)), usual, len(changes))


def _agrees(look: Look, code: str, window: Window, after: float | None) -> bool:
    """Whether the two sums give the dictionary's own figure: platforms that count persons and those that count times
    have no common ratio, and no mix."""
    own = look.ask([code], (), {}, window.start, window.end, coverage=False).totals.get(code)
    if own is None or after is None:
        return False
    return abs(after - float(own)) <= float(ratios()["agree"]) * abs(float(own))


def _moved(slices: tuple[Slice, ...]) -> float:
    return sum(abs(s.rate) for s in slices)


def _weeks(look: Look, top: str, base: str, window: Window) -> np.ndarray:
    """Return the changes of the ratio from week to week, the last one that of the window; weeks end as it does. A week
    without a whole base has no ratio, and the weeks before it are not reached over it."""
    first = window.end - timedelta(weeks=int(look.settings["history"])) + timedelta(days=1)
    answer = look.ask([top, base], ("day",), {}, first, window.end, totals=False)
    sums = np.full((2, int(look.settings["history"]) * 7), np.nan)
    for row in answer.rows:
        for i, code in enumerate((top, base)):
            if row[code] is not None:
                sums[i, (row["day"] - first).days] = float(row[code])
    missing = {d for e in answer.coverage for d in e["missing"] if e["metric"] in (top, base)}
    gaps = [(d - first).days for d in missing if first <= d <= window.end]
    sums[:, gaps] = np.nan
    whole = sums.reshape(2, -1, 7).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(whole[1] > 0, whole[0] / whole[1], np.nan)
    changes = np.diff(ratio)
    known = np.isfinite(changes)
    return changes[known] if len(changes) and known[-1] else np.array([])


def _shares(rows: Rows, place: int) -> dict[str, tuple[float, float]]:
    """Return value → its share of the base before and after."""
    sums: dict[str, list[float]] = {}
    for key, values in rows.items():
        held = sums.setdefault("" if key[place] is None else str(key[place]), [0.0, 0.0])
        held[0] += values[1]
        held[1] += values[3]
    before, after = (sum(v[i] for v in sums.values()) for i in (0, 1))
    return {name: (v[0] / before, v[1] / after) for name, v in sums.items()}


def _raised(look: Look, mixed: Mixed, window: Window) -> Raised:
    code, found = mixed.code, mixed.found
    grown = max(mixed.shares, key=lambda name: abs(mixed.shares[name][1] - mixed.shares[name][0]))
    before, after = mixed.shares[grown]
    told: dict[str, Any] = {
        "metric": saying.metric(code),
        "start": saying.day(window.start),
        "end": saying.day(window.end),
        "before": saying.figure(code, found.before),
        "value": saying.figure(code, found.after),
        "slice": saying.named(look, mixed.dim, grown or None),
        "was": saying.share(before),
        "is": saying.share(after),
        "days": saying.days(window),
    }
    good = (found.change > 0) == (METRICS[code].better == "up")
    top, base = ratios()["ratios"][code]
    return Raised(
        key=f"{code}|mix|{mixed.dim}|{_monday(window.end)}",
        variant="mixed",
        kind="opportunity" if good else "problem",
        day=window.end,
        severity=1,
        subject={"metric": code, "where": {}},
        params=told,
        evidence=tuple(_evidence(mixed, window, told, [code, top, base])),
    )


def _monday(day: date) -> date:
    """Return the week's first day: the same mix seen from each day of a week is one finding."""
    return day - timedelta(days=day.weekday())


def _evidence(mixed: Mixed, window: Window, told: dict[str, Any], codes: list[str]) -> Iterator[Statement]:
    code, found = mixed.code, mixed.found
    cited = saying.cite([code], {}, window.before.start, window.end)
    yield Statement("ratio", told, cited)
    split = saying.cite(codes, {}, window.before.start, window.end, ("week", mixed.dim))
    moved = {"mix": saying.moved(code, found.mix), "rate": saying.moved(code, found.rate)}
    yield saying.statement("mix", split, **moved)
    yield saying.statement("only_mix", split)
    yield Statement("share_of", told, split)
    weeks = saying.cite([code], {}, window.end - timedelta(weeks=mixed.weeks), window.end, ("week",))
    yield saying.statement("unusual", weeks, usual=saying.moved(code, mixed.usual), n=mixed.weeks)


RULE = Rule(
    code="insight.mix",
    room="data",
    kind="either",
    label=N_("只是结构变化"),
    watches=N_("能拆成分子分母的比率，最近 7 天与前 7 天比，按平台、账号、渠道、计划等拆开"),
    speaks=N_("比率的变化超过自己平时的周变化，但各部分自身没有变，变的只是它们的占比"),
    finding={
        "mixed": N_(
            "%(metric)s %(start)s～%(end)s 由 %(before)s 变为 %(value)s，只是结构变化："
            "%(slice)s的占比由 %(was)s 变为 %(is)s"
        )
    },
    evidence={
        **saying.EVIDENCE,
        "ratio": N_("%(metric)s %(start)s～%(end)s 为 %(value)s，前一周 %(before)s"),
        "share_of": N_("%(slice)s的占比由 %(was)s 变为 %(is)s"),
        "unusual": N_("近 %(n)s 周里，绝大多数周变化不超过 %(usual)s"),
    },
    detect=detect,
    measured=N_("不用改哪一部分；看占比是不是有意为之"),
    settings=saying.thresholds("insight.mix"),
)
