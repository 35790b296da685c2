"""The question and its answer: two periods' leaves of one metric, explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from django.utils.translation import gettext as _

from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries
from hongqiao.insight.leaves import Leaves
from hongqiao.ledger.rules import Look
from hongqiao.methods.rootcause import Explained
from hongqiao.metrics import METRICS, BadPeriod, Query, Result
from hongqiao.metrics.buckets import earlier
from hongqiao.workspace.models import Member

MOST_DIMS = 4
Windows = tuple[tuple[date, date], tuple[date, date]]
Totals = tuple[Any, Any]


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
    "no_base": N_("对比期没有数据"),
    "formula": N_("它由公式算出，不是几个数的和；可以分别拆它的组成指标"),
}


@dataclass(frozen=True)
class Asked:
    """A metric over a period against the one before, the year before, or as many days from `base` on; `by`: the
    dimensions to look in, () for all over which the figures add up."""

    metric: str
    start: date
    end: date
    where: Mapping[str, Any]
    compare: Literal["previous", "year"] = "previous"
    span: str = ""
    by: tuple[str, ...] = ()
    base: date | None = None

    def before(self) -> tuple[date, date]:
        """Return the days it is held against. Raises BadPeriod for a base that does not lie before."""
        if self.base is None:
            return earlier(self.start, self.end, self.compare, self.span)
        last = self.base + (self.end - self.start)
        if last >= self.start:
            raise BadPeriod(start=str(self.base), end=str(last))
        return self.base, last


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
    queries.checked(asked.base, None)
    queries.checked_where(asked.where)
    for dimension in (*asked.where, *asked.by):
        queries.check_cut(asked.metric, dimension)
    handle = queries.opened(member)
    windows = (asked.before(), (asked.start, asked.end))
    was, whole = (queries.answer(handle, Query((asked.metric,), (), dict(asked.where), *days)) for days in windows)
    if was.totals.get(asked.metric) is None:
        raise NotSplit(asked.metric, "no_base")
    look = Look(member.brand, handle, asked.end + timedelta(days=1))
    totals = was.totals.get(asked.metric), whole.totals.get(asked.metric)
    found, left_out = explained(look.ask, asked.metric, asked.where, windows, totals, asked.by)
    missing = sum(len(entry["missing"]) for entry in whole.coverage)
    return Answer(asked, *windows[0], found, tuple(found.by_dim), left_out, missing, whole.version)


def explained(
    ask: Callable[..., Result], code: str, where: Mapping[str, Any], windows: Windows, totals: Totals, by: Sequence[str]
) -> tuple[Explained, tuple[str, ...]]:
    """Return what made the change between two windows, and the dimensions left out; `totals` is the metric's own value
    in both. Raises NotSplit."""
    leaves = Leaves(ask, _codes(code), where, windows)
    dims, left_out = _dims(leaves, code, by)
    _agrees(code, totals, leaves)
    found = leaves.explained(dims)
    if found is None:
        if not all(METRICS[c].additive for c in leaves.codes):
            raise NotSplit(code, "persons")
        found = leaves.undivided()
    return found, left_out


def _codes(code: str) -> tuple[str, ...]:
    """Return the sums that a metric is made of: itself, or numerator and denominator. Raises NotSplit."""
    if code in ratios()["ratios"]:
        return tuple(ratios()["ratios"][code])
    if METRICS[code].formula:
        if not METRICS[code].additive:
            raise NotSplit(code, "formula")
        return (code,)
    if METRICS[code].denominator is not None or METRICS[code].format == "rate":
        raise NotSplit(code, "persons")
    return (code,)


def _dims(leaves: Leaves, code: str, by: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the dimensions to explain over, and those left out because the figures do not add up over them."""
    wanted = leaves.carried(by) if by else leaves.carried()
    kept, out = leaves.additive(wanted, MOST_DIMS)
    if wanted and not kept:
        raise NotSplit(code, "persons")
    return kept, out


def _agrees(code: str, totals: Totals, leaves: Leaves) -> None:
    """Raises NotSplit where a ratio is not its two sums in either period."""
    if len(leaves.codes) != 2:
        return
    before_top, before_base, top, base = leaves.totals()
    for value, said in ((before_top / before_base if before_base else None, totals[0]),
                        (top / base if base else None, totals[1])):  # fmt: skip
        if value is None or said is None:
            raise NotSplit(code, "no_base")
        if abs(value - float(said)) > ratios()["agree"] * abs(float(said)):
            raise NotSplit(code, "not_sums")
