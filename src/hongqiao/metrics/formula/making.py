"""From a definition to a metric that answers like any other: parts, unit, what may be added, how it is written.

Every figure is worked out in its own cell from the sums there, so a ratio of ratios is one of sums, and a total is
counted anew, never added up from cells. Sums of one table are taken over the rows that state every part. Serves D1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from hongqiao.errors import N_
from hongqiao.metrics.formula import units
from hongqiao.metrics.formula.reading import BadFormula, TooLong, _too_long
from hongqiao.metrics.formula.tree import Number, Op, Part, Tree, codes, constant, leaves, swapped, written
from hongqiao.metrics.measures import over_rows_of
from hongqiao.metrics.model import Formula, Metric
from hongqiao.metrics.settings import data

__all__ = ["BadFormula", "Definition", "TooLong", "make"]

Find = Callable[[str], Metric]


class WholeShare(BadFormula):
    code = "formula_whole_share"
    message = N_("第 %(at)s 个字：%(name)s 本身是占全部的比例，不能放进公式")
    next_step = N_("请用它的分子写公式")


class NotAShare(BadFormula):
    code = "formula_not_a_share"
    message = N_("单位是“%(unit)s”，不能显示成百分比")
    next_step = N_("只有相同单位相除的结果可以显示成百分比")


class NoCutLeft(BadFormula):
    code = "formula_no_cut"
    message = N_("这些指标没有共同的维度，放在一起没有意义")
    next_step = N_("请换成能按同一个维度看的指标")


@dataclass(frozen=True)
class Definition:
    """One version of a brand's own metric. `format`: "" as its unit suggests, rate, number."""

    code: str
    label: str
    tree: Tree
    note: str = ""
    format: str = ""
    better: Literal["up", "down"] | None = None
    number: int = 1
    retired: bool = False


def make(given: Definition, find: Find) -> Metric:
    """Return the metric of a definition; `find` gives the metrics it names. Raises BadFormula with the place."""
    formula = _formula(given.tree, find)
    shown, unit = _shown(given, formula)
    first, parts = next(iter(formula.parts.values())), tuple(formula.parts.values())
    kinds = {p.day_kind for p in parts}
    made = Metric(
        given.code,
        given.label,
        "own",
        given.note or written(given.tree, lambda code: find(code).label),
        unit,
        shown,
        first.numerator,
        first.table,
        N_("由公式算出"),
        first.day_kind if len(kinds) == 1 else N_("各组成指标自己的日子"),
        proxy=any(p.proxy for p in parts),
        better=given.better,
        not_comparable=next((p.not_comparable for p in parts if p.not_comparable), ""),
        decimals=0 if shown == "int" else data("thresholds")["formula"]["decimals"],
        beside=tuple(dict.fromkeys(c for p in parts for c in p.beside)),
        few=_few(formula),
        formula=formula,
        stamp=f"{given.code.partition('@')[0]}@{given.number}",
        retired=given.retired,
    )
    if not made.dimensions:
        raise NoCutLeft()
    return made


def _formula(said: Tree, find: Find) -> Formula:
    if _size(said, find) > data("thresholds")["formula"]["parts"]:
        raise _too_long()  # a formula of formulas may be far longer than it looks

    def house(part: Part) -> Tree:
        metric = find(part.code)
        return metric.formula.tree if metric.formula else Part(metric.code, part.at)

    unit = units.unit(said, lambda part: _unit(part, find))
    tree = swapped(said, house)
    parts = {code: find(code) for code in codes(tree)}
    top, base = _halves(tree)
    linear, extent = _linear(tree, parts), _extent(tree, parts)
    return Formula(said, tree, parts, _paired(parts), unit, linear, extent, top, base)


def _size(tree: Tree, find: Find) -> int:
    return sum(_leaves_of(find(leaf.code)) if isinstance(leaf, Part) else 1 for leaf in leaves(tree))


def _leaves_of(metric: Metric) -> int:
    return sum(1 for _leaf in leaves(metric.formula.tree)) if metric.formula else 1


def _unit(part: Part, find: Find) -> units.Unit:
    metric = find(part.code)
    if metric.share:
        raise WholeShare(at=part.at + 1, name=metric.label)
    if metric.unit == units.UNSAID:
        raise units.NoUnit(at=part.at + 1, name=metric.label)
    return metric.formula.unit if metric.formula else units.of_metric(metric.unit)


def _paired(parts: dict[str, Metric]) -> dict[str, Metric]:
    """Take sums of one table over the rows that state all of them. Orders and events are whole rows already."""
    of: dict[str, list[Metric]] = defaultdict(list)
    for metric in parts.values():
        alone = metric.numerator
        if len(metric.measures) == 1 and alone.row is not None and not alone.zero:
            of[alone.source].append(metric)
    found = dict(parts)
    for alike in (m for m in of.values() if len(m) > 1):
        measures = [m.numerator for m in alike]
        found |= {m.code: replace(m, numerator=over_rows_of(m.numerator, measures)) for m in alike}
    return found


def _linear(tree: Tree, parts: dict[str, Metric]) -> bool:
    """Whether cells may be added up to a total: sums of sums, times numbers."""
    if isinstance(tree, Part):
        return parts[tree.code].additive
    if isinstance(tree, Number):
        return False
    if tree.sign in "+-":
        return _linear(tree.left, parts) and _linear(tree.right, parts)
    if tree.sign == "/":
        return constant(tree.right) is not None and _linear(tree.left, parts)
    sides = (tree.left, tree.right), (tree.right, tree.left)
    return any(constant(number) is not None and _linear(rest, parts) for number, rest in sides)


def _extent(tree: Tree, parts: dict[str, Metric]) -> int | None:
    """Return 1 for what grows with the period, 0 for what does not, None for neither."""
    if isinstance(tree, Number):
        return 0
    if isinstance(tree, Part):
        return 0 if parts[tree.code].stands else 1
    left, right = _extent(tree.left, parts), _extent(tree.right, parts)
    if left is None or right is None:
        return None
    if tree.sign in "+-":
        return left if left == right else None
    found = left + right if tree.sign == "*" else left - right
    return found if found in (0, 1) else None


def _halves(tree: Tree) -> tuple[Any, Any]:
    """Return what a ratio divides and by what; None, None for what is no ratio. Numbers around it do not matter."""
    if isinstance(tree, Op) and tree.sign == "*":
        for number, rest in ((tree.left, tree.right), (tree.right, tree.left)):
            if constant(number) is not None:
                return _halves(rest)
    if isinstance(tree, Op) and tree.sign == "/":
        return (tree.left, tree.right) if constant(tree.right) is None else _halves(tree.left)
    return None, None


def _few(formula: Formula) -> str:
    """Name the threshold of a ratio whose base is distinct persons: too few of them are no rate."""
    if formula.base is None:
        return ""
    base = [formula.parts[c] for c in codes(formula.base)]
    return "persons" if all(p.unit == "人" and p.numerator.zero and not p.additive for p in base) else ""


def _shown(given: Definition, formula: Formula) -> tuple[Any, str]:
    """Return how the figure is written, and its unit."""
    times, unit = units.factor(formula.tree), formula.unit
    if given.format == "rate" and (unit or times != 1):
        raise NotAShare(unit=units.written(unit))
    if not unit:
        if given.format == "rate" or (not given.format and times == 1):
            return "rate", "%"
        return "number", {100: "%", 1000: "‰"}.get(times, "倍")
    said = units.written(unit, units.scale(times))
    if unit.get("元") == 1 and given.format != "number":
        return "money", said
    return ("int" if _whole(formula) and given.format != "number" else "number"), said


def _whole(formula: Formula) -> bool:
    """Whether it can only come to whole numbers."""
    numbers = [leaf.value for leaf in leaves(formula.tree) if isinstance(leaf, Number)]
    divides = "/" in written(formula.tree, lambda _code: "x", plain=True)
    whole = all(n == n.to_integral_value() for n in numbers)
    return whole and not divides and all(p.format == "int" for p in formula.parts.values())
