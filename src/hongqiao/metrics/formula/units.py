"""The unit of a formula: 元 and 人 cannot be added; 元 ÷ 人 is 元/人; 次 ÷ 次 is a share. Serves D1."""

from __future__ import annotations

from collections.abc import Callable

from hongqiao.errors import N_
from hongqiao.metrics.formula.reading import BadFormula, ByZero
from hongqiao.metrics.formula.tree import Number, Op, Part, Tree, constant

#: unit → its power; empty for a share or a multiple
Unit = dict[str, int]
PURE = ("%", "倍", "")
UNSAID = "见指标"  # a metric whose unit depends on what is looked at
SCALES = {1000: "千", 10000: "万", 1000000: "百万"}


class UnlikeUnits(BadFormula):
    code = "formula_unlike_units"
    message = N_("第 %(at)s 个字：“%(left)s”与“%(right)s”不能相加减")
    next_step = N_("只有单位相同的数可以相加减；想看一个占另一个多少，请用 ÷")


class NoUnit(BadFormula):
    code = "formula_no_unit"
    message = N_("第 %(at)s 个字：%(name)s 的单位随指标而变，不能放进公式")
    next_step = N_("请换一个指标")


def of_metric(unit: str) -> Unit:
    """Return the unit of a metric of the dictionary."""
    return {} if unit in PURE else {unit: 1}


def unit(tree: Tree, of: Callable[[Part], Unit]) -> Unit:
    """Return the unit of a formula. Raises UnlikeUnits, ByZero, and what `of` raises."""
    if isinstance(tree, Number):
        return {}
    if isinstance(tree, Part):
        return of(tree)
    left, right = unit(tree.left, of), unit(tree.right, of)
    if tree.sign in "+-":
        if left != right:
            raise UnlikeUnits(at=tree.at + 1, left=written(left), right=written(right))
        return left
    if tree.sign == "/" and constant(tree.right) == 0:
        raise ByZero(at=tree.at + 1)
    way = 1 if tree.sign == "*" else -1
    powers = {u: left.get(u, 0) + way * right.get(u, 0) for u in (*left, *right)}
    return {u: p for u, p in powers.items() if p}


def written(found: Unit, scale: str = "") -> str:
    """Write a unit: 元/人, 人/千次; 倍 where nothing is left."""

    def side(sign: int) -> str:
        return "·".join(u + (str(abs(p)) if abs(p) > 1 else "") for u, p in sorted(found.items()) if p * sign > 0)

    top, bottom = side(1), side(-1)
    if not found:
        return "倍"
    return f"{top or '1'}/{scale}{bottom}" if bottom else top


def scale(times: int) -> str:
    """Write what a whole formula is multiplied by as a part of its unit: 千 in 人/千次."""
    return SCALES.get(times, str(times) if times > 1 else "")


def factor(tree: Tree) -> int:
    """Return the whole number that a formula is multiplied by as a whole, 1 where there is none."""
    if isinstance(tree, Op) and tree.sign == "*":
        for number, rest in ((tree.left, tree.right), (tree.right, tree.left)):
            if isinstance(number, Number) and number.value == int(number.value):
                return int(number.value) * factor(rest)
    if isinstance(tree, Op) and tree.sign == "/":
        return factor(tree.left)
    return 1
