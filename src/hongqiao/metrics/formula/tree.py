"""A formula as a tree of numbers, metrics and the four operations, and the two ways to work it out. Serves D1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.metrics.settings import data

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True)
class Number:
    value: Decimal
    at: int = 0


@dataclass(frozen=True)
class Part:
    """A metric by its code, with its version where a formula is kept: "followers_per_view@2"."""

    code: str
    at: int = 0


@dataclass(frozen=True)
class Op:
    sign: str  # + - * /
    left: Tree
    right: Tree
    at: int = 0


Tree = Number | Part | Op


def leaves(tree: Tree) -> Iterator[Number | Part]:
    """Yield numbers and metrics from left to right."""
    if isinstance(tree, Op):
        yield from leaves(tree.left)
        yield from leaves(tree.right)
    else:
        yield tree


def codes(tree: Tree) -> tuple[str, ...]:
    """Return the metrics of a formula, each once, in the order they stand."""
    return tuple(dict.fromkeys(leaf.code for leaf in leaves(tree) if isinstance(leaf, Part)))


def swapped(tree: Tree, of: Callable[[Part], Tree]) -> Tree:
    """Return the tree with every metric replaced."""
    if isinstance(tree, Op):
        return Op(tree.sign, swapped(tree.left, of), swapped(tree.right, of), tree.at)
    return of(tree) if isinstance(tree, Part) else tree


def constant(tree: Tree) -> Decimal | None:
    """Return what a tree without metrics comes to; None where it has metrics or divides by nothing."""
    if any(isinstance(leaf, Part) for leaf in leaves(tree)):
        return None
    return worked(tree, lambda _code: None)


def worked(tree: Tree, value_of: Callable[[str], Any]) -> Decimal | None:
    """Work a formula out over the figures of one cell.

    None where a figure is missing (it is not zero), where a base is not above zero, and where nobody could read it.
    """
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Part):
        value = value_of(tree.code)
        return None if value is None else Decimal(str(value))
    left, right = worked(tree.left, value_of), worked(tree.right, value_of)
    if left is None or right is None or (tree.sign == "/" and _no_base(tree.right, right)):
        return None
    value = _OPS[tree.sign](left, right)
    return value if abs(value) < Decimal(data("thresholds")["formula"]["largest"]) else None


_OPS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _no_base(tree: Tree, value: Decimal) -> bool:
    """A typed number may be negative; a base that was counted says nothing unless it is above zero."""
    return value == 0 or (value < 0 and not isinstance(tree, Number))


def over(tree: Tree, of: Callable[[str], pa.ChunkedArray]) -> Any:
    """Work a formula out over a whole column, as floats: to put cells in order."""
    if isinstance(tree, Number):
        return pa.scalar(float(tree.value), pa.float64())
    if isinstance(tree, Part):
        return of(tree.code)
    left, right = over(tree.left, of), over(tree.right, of)
    if tree.sign == "/":
        if isinstance(right, pa.Scalar):
            return pc.divide(left, right)
        right = pc.if_else(pc.greater(right, 0.0), right, pa.scalar(None, pa.float64()))
        return pc.divide(left, right)
    return {"+": pc.add, "-": pc.subtract, "*": pc.multiply}[tree.sign](left, right)


def written(tree: Tree, name: Callable[[str], str] = str, *, plain: bool = False) -> str:
    """Write a formula with as few brackets as it needs. `plain`: with the signs of a keyboard, as it is kept."""
    if isinstance(tree, Number):
        return f"{tree.value.normalize():f}"
    if isinstance(tree, Part):
        return name(tree.code)
    return "".join(
        [
            _held(tree.left, tree, False, name, plain),
            f" {tree.sign if plain else SIGNS[tree.sign]} ",
            _held(tree.right, tree, True, name, plain),
        ]
    )


def _held(tree: Tree, of: Op, right: bool, name: Callable[[str], str], plain: bool) -> str:
    text = written(tree, name, plain=plain)
    if isinstance(tree, Number) and tree.value < 0:
        return f"({text})"
    if not isinstance(tree, Op):
        return text
    loose = TIGHT[tree.sign] < TIGHT[of.sign] or (right and of.sign in "-/" and TIGHT[tree.sign] == TIGHT[of.sign])
    return f"({text})" if loose else text
