"""From the dictionary to arrays: every watched metric by day and cut, one question a set of metrics and cut. Serves D2.

A day that an account's files do not cover is missing for every series the account counts in, never zero; a day that is
not over, or whose files are late, is neither judged nor learnt from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hongqiao.knowledge.nodes import calendar
from hongqiao.methods.watch import Event
from hongqiao.metrics import METRICS, Result
from hongqiao.workspace.models import Brand

Ask = Callable[..., Result]
Floats = NDArray[np.float64]


@cache
def _shipped() -> dict[str, Any]:
    return json.loads(files("hongqiao.insight.watching").joinpath("watched.json").read_text("utf-8"))


def settings(brand: Brand) -> dict[str, Any]:
    """Return what is watched for a brand: its differences over what ships."""
    return {**_shipped(), **(brand.settings or {}).get("watched", {})}


@cache
def nodes() -> list[dict[str, Any]]:
    """Return holidays and shopping nodes with their first and last day (knowledge/calendar.json)."""
    return [{**e, **{name: date.fromisoformat(e[name]) for name in ("first", "last")}} for e in calendar()["events"]]


@cache
def events() -> tuple[Event, ...]:
    """Return holidays and shopping nodes as the baselines take them."""
    return tuple(Event(e["code"], e["first"], e["last"]) for e in nodes())


@dataclass(frozen=True)
class Key:
    """One series: a metric where some dimensions have some values."""

    metric: str
    where: tuple[tuple[str, str | None], ...] = ()

    @property
    def cut(self) -> str:
        """The dimensions of the cut as watched.json writes them: "", "platform", "platform+campaign"."""
        return "+".join(name for name, _value in self.where)

    def __str__(self) -> str:
        return "|".join([self.metric, *(f"{name}={value}" for name, value in self.where)])


@dataclass
class Block:
    """Series of one kind over the same days. values (n, days), NaN where missing; partial: not final; denominators of
    rates, None for counts. breaks: by series, days from which it is made of more accounts than before."""

    kind: str
    keys: list[Key]
    first_day: date
    values: Floats
    partial: NDArray[np.bool_]
    denominators: Floats | None = None
    breaks: dict[int, tuple[date, ...]] = field(default_factory=dict)

    def of(self, key: Key) -> Floats | None:
        """Return one series' values, None where it is not there."""
        return self.values[self.keys.index(key)] if key in self.keys else None

    def index(self, day: date) -> int:
        return (day - self.first_day).days


def blocks(ask: Ask, brand: Brand, until: date) -> dict[str, Block]:
    """Return the series of counts and of rates up to and with `until`."""
    known = settings(brand)
    first = until - timedelta(days=int(known["days"]) - 1)
    answers = _Answers(ask, first, until)
    counts = _read(answers, known["counts"], known)
    rates = _read(answers, known["rates"], known)
    found = {"count": _block("count", counts, first, until), "rate": _block("rate", rates, first, until)}
    return {kind: block for kind, block in found.items() if block.keys}


class _Answers:
    """One question a cut for all metrics that carry it, asked once."""

    def __init__(self, ask: Ask, first: date, until: date) -> None:
        self.ask, self.first, self.until = ask, first, until
        self.kept: dict[str, tuple[Result, set[str]]] = {}

    def by(self, cut: str, codes: Iterable[str]) -> Result:
        wanted = {c for c in codes if c in METRICS and _carries(c, cut)}
        known = self.kept.get(cut)
        if known is None or not wanted <= known[1]:
            by = ("day", *_dims(cut))
            answer = self.ask(sorted(wanted), by, {}, self.first, self.until, totals=False)
            self.kept[cut] = known = (answer, wanted)
        return known[0]


def _carries(code: str, cut: str) -> bool:
    held = METRICS[code].dimensions
    return "day" in held and set(_dims(cut)) <= set(held)


def _dims(cut: str) -> tuple[str, ...]:
    return tuple(cut.split("+")) if cut else ()


@dataclass
class _Raw:
    key: Key
    days: dict[date, float]
    base: dict[date, float]
    missing: set[date]
    partial: set[date]
    breaks: set[date] = field(default_factory=set)


def _read(answers: _Answers, wanted: Sequence[Mapping[str, Any]], known: Mapping[str, Any]) -> list[_Raw]:
    by_cut: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in wanted:
        for cut in entry["cuts"]:
            by_cut[cut].append(entry)
    found: list[_Raw] = []
    for cut, entries in by_cut.items():
        codes = {e["metric"] for e in entries} | {e["of"] for e in entries if "of" in e}
        result = answers.by(cut, codes)
        for entry in entries:
            if entry["metric"] in METRICS and _carries(entry["metric"], cut):
                found += _of_metric(result, entry, cut, float(known["least_volume"]))
    return _once(found)


def _of_metric(result: Result, entry: Mapping[str, Any], cut: str, least: float) -> list[_Raw]:
    code, base = entry["metric"], entry.get("of", "")
    raws: dict[tuple[tuple[str, str], ...], _Raw] = {}
    for row in result.rows:
        value = row.get(code)
        if value is None:
            continue
        if any(row[name] is None for name in _dims(cut)):
            continue
        where = tuple((name, str(row[name])) for name in _dims(cut))
        raw = raws.get(where)
        if raw is None:
            raw = raws[where] = _Raw(Key(code, where), {}, {}, set(), set())
        raw.days[row["day"]] = float(value)
        if base:
            raw.base[row["day"]] = float(row.get(base) or 0)
    for raw in raws.values():
        _covered(raw, result, code, cut)
    return [r for r in raws.values() if r.days and (base or np.median(list(r.days.values())) >= least)]


def _covered(raw: _Raw, result: Result, code: str, cut: str) -> None:
    """Note which days the files of the accounts in this series do not cover, or not wholly."""
    places = {name: value for name, value in raw.key.where if name in ("platform", "account")}
    begins = min(raw.days) if raw.days else None
    for entry in result.coverage:
        if entry["metric"] != code or any(str(entry[name]) != value for name, value in places.items()):
            continue
        if begins and entry["first_day"] and entry["first_day"] > begins and cut in ("", "platform"):
            raw.breaks.add(entry["first_day"])
        raw.missing.update(entry["missing"])
        raw.partial.update(entry["partial"])
        if entry["last_day"]:
            after = entry["last_day"] + timedelta(days=1)
            raw.missing.update(after + timedelta(days=i) for i in range((max(raw.days) - entry["last_day"]).days))


def _once(raws: list[_Raw]) -> list[_Raw]:
    """Leave out an account's series that is its platform's, and a total that is one platform's."""
    seen: dict[tuple[str, frozenset], _Raw] = {}
    order = {"platform": 0, "account": 2, "": 3}
    kept = []
    for raw in sorted(raws, key=lambda r: order.get(r.key.cut, 1)):
        same = (raw.key.metric, frozenset(raw.days.items()))
        if same not in seen:
            seen[same] = raw
            kept.append(raw)
    return kept


def _block(kind: str, raws: Sequence[_Raw], first: date, until: date) -> Block:
    days = (until - first).days + 1
    values = np.full((len(raws), days), np.nan)
    partial = np.zeros((len(raws), days), bool)
    bases = np.zeros((len(raws), days))
    for i, raw in enumerate(raws):
        begins, ends = min(raw.days), until
        for day, value in raw.days.items():
            values[i, (day - first).days] = value
            bases[i, (day - first).days] = raw.base.get(day, 0.0)
        if kind == "count":
            _zeros(values[i], raw, first, begins, ends)
        for day in raw.missing:
            if first <= day <= until:
                values[i, (day - first).days] = np.nan
        for day in raw.partial:
            if first <= day <= until:
                partial[i, (day - first).days] = True
    breaks = {i: tuple(sorted(raw.breaks)) for i, raw in enumerate(raws) if raw.breaks}
    return Block(kind, [r.key for r in raws], first, values, partial, bases if kind == "rate" else None, breaks)


#: Tables whose rows are things that happened: a covered day without any is a day of none.
HAPPENED = {"orders", "order_lines", "refunds", "events", "placements_daily"}


def _zeros(values: Floats, raw: _Raw, first: date, begins: date, ends: date) -> None:
    """Write zero for covered days on which nothing happened, from the first day of the series on."""
    if METRICS[raw.key.metric].table not in HAPPENED:
        return
    last = max(raw.days)
    for i in range((begins - first).days, (min(ends, last) - first).days + 1):
        if np.isnan(values[i]):
            values[i] = 0.0
