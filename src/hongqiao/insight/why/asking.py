"""The question and its answer: two periods' leaves of one metric, explained."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from django.utils.translation import gettext as _

from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries
from hongqiao.methods.rootcause import Explained, explain
from hongqiao.metrics import METRICS, Query
from hongqiao.workspace.models import Member

Rows = dict[tuple, list[float]]
MOST_DIMS = 4


class NotSplit(Invalid):
    """A change that has no parts that add up to it; `why` is a key of WHY_NOT."""

    code = "not_split"
    message = N_("%(metric)s 不能拆成加得起来的部分：%(why)s")
    next_step = N_("换成它的分子或分母来拆，或在指标探索里按维度看")

    def __init__(self, metric: str, why: str) -> None:
        super().__init__(metric=_(METRICS[metric].label), why=_(WHY_NOT[why]))


WHY_NOT = {
    "persons": N_("按人去重的数不能跨维度相加"),
    "not_sums": N_("各平台口径不同（有的按次、有的按人），合起来不是两个总数之比；选一个平台再拆"),
    "no_dims": N_("没有可以拆的维度，或只有一个取值"),
    "no_base": N_("对比期没有数据"),
}


@dataclass(frozen=True)
class Asked:
    """A metric over a period against the one before or the year before; `by`: the dimensions to look in, () for all
    over which the figures add up."""

    metric: str
    start: date
    end: date
    where: Mapping[str, Any]
    compare: Literal["previous", "year"] = "previous"
    span: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The explanation with both periods; `left_out`: dimensions over which the figures do not add up."""

    asked: Asked
    before_start: date
    before_end: date
    found: Explained
    dims: tuple[str, ...]
    left_out: tuple[str, ...]
    missing: int
    version: Any


@cache
def ratios() -> dict[str, Any]:
    """Return ratios.json."""
    return json.loads(files("hongqiao.insight.why").joinpath("ratios.json").read_text("utf-8"))


def ask(member: Member, asked: Asked) -> Answer:
    """Explain a change. Raises NotAllowed, NotFound for an unknown metric, NotCuttable, BadPeriod, NotSplit."""
    queries.checked(asked.start, asked.end)
    queries.checked_where(asked.where)
    for dimension in (*asked.where, *asked.by):
        queries.check_cut(asked.metric, dimension)
    handle = queries.opened(member)
    more: dict[str, Any] = {"compare": asked.compare, "span": asked.span}
    whole = queries.answer(handle, Query((asked.metric,), (), dict(asked.where), asked.start, asked.end, **more))
    if whole.compare_start is None or whole.compare_end is None or whole.compared.get(asked.metric) is None:
        raise NotSplit(asked.metric, "no_base")
    windows = ((whole.compare_start, whole.compare_end), (asked.start, asked.end))
    codes = _codes(asked.metric)
    leaves = _Leaves(handle, codes, dict(asked.where), windows)
    dims, left_out = _dims(leaves, asked)
    _agrees(asked.metric, whole, leaves)
    rows = leaves.by(dims)
    columns = {name: ["" if key[j] is None else str(key[j]) for key in rows] for j, name in enumerate(dims)}
    told = {name: column for name, column in columns.items() if len(set(column)) > 1}
    if not told:
        raise NotSplit(asked.metric, "no_dims")
    figures = [np.array([v[i] for v in rows.values()]) for i in range(2 * len(codes))]
    if len(codes) == 2:
        found = explain(told, figures[0], figures[2], base_before=figures[1], base_after=figures[3])
    else:
        found = explain(told, figures[0], figures[1])
    missing = sum(len(entry["missing"]) for entry in whole.coverage)
    return Answer(asked, *windows[0], found, tuple(told), left_out, missing, whole.version)


def _codes(code: str) -> tuple[str, ...]:
    """Return the sums that a metric is made of: itself, or numerator and denominator. Raises NotSplit."""
    if code in ratios()["ratios"]:
        return tuple(ratios()["ratios"][code])
    if METRICS[code].denominator is not None or METRICS[code].format == "rate":
        raise NotSplit(code, "persons")
    return (code,)


class _Leaves:
    """Sums of both periods by some dimensions, asked once each."""

    def __init__(self, handle: Any, codes: Sequence[str], where: dict[str, Any], windows: Sequence[Any]) -> None:
        self.handle, self.codes, self.where, self.windows = handle, tuple(codes), where, windows
        self.kept: dict[tuple[str, ...], Rows] = {}

    def by(self, dims: tuple[str, ...]) -> Rows:
        """Return key → [first code before, second before, first after, second after] (one code: before, after)."""
        if dims not in self.kept:
            rows: Rows = {}
            width = len(self.codes)
            for i, (start, end) in enumerate(self.windows):
                asked = Query(self.codes, dims, self.where, start, end, limit=None, totals=False, coverage=False)
                for row in queries.answer(self.handle, asked).rows:
                    held = rows.setdefault(tuple(row[d] for d in dims), [0.0] * (2 * width))
                    for j, code in enumerate(self.codes):
                        held[i * width + j] += float(row[code] or 0)
            self.kept[dims] = rows
        return self.kept[dims]

    def totals(self, dims: tuple[str, ...]) -> list[float]:
        return [sum(column) for column in zip(*self.by(dims).values(), strict=True)]


def _dims(leaves: _Leaves, asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the dimensions to explain over, and those left out because the figures do not add up over them."""
    from hongqiao.insight.rules.windows import DIMS

    held = set.intersection(*(set(METRICS[c].dimensions) for c in leaves.codes))
    wanted = asked.by or tuple(d for d in DIMS if d in held)
    wanted = tuple(d for d in wanted if d in held and d not in asked.where)
    whole = leaves.totals(())
    kept: tuple[str, ...] = ()
    out = []
    for dimension in wanted:
        finer = leaves.totals((*kept, dimension)) or [0.0] * len(whole)
        same = all(abs(a - b) <= 0.005 * abs(b) for a, b in zip(finer, whole, strict=True))
        if same and len(kept) < MOST_DIMS:
            kept = (*kept, dimension)
        else:
            out.append(dimension)
    if not kept:
        persons = bool(wanted)
        raise NotSplit(asked.metric, "persons" if persons else "no_dims")
    return kept, tuple(out)


def _agrees(code: str, whole: Any, leaves: _Leaves) -> None:
    """Raises NotSplit where a ratio is not its two sums in either period."""
    if len(leaves.codes) != 2:
        return
    before_top, before_base, top, base = leaves.totals(())
    for value, said in ((before_top / before_base if before_base else None, whole.compared.get(code)),
                        (top / base if base else None, whole.totals.get(code))):  # fmt: skip
        if value is None or said is None:
            raise NotSplit(code, "no_base")
        if abs(value - float(said)) > ratios()["agree"] * abs(float(said)):
            raise NotSplit(code, "not_sums")
