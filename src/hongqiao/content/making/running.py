"""A live room's run sheet from its products and its length: seconds, kinds, who, lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hongqiao.content.making.errors import TooManyProducts
from hongqiao.content.production.settings import shipped

Segment = dict[str, Any]


def book() -> dict[str, Any]:
    """Return knowledge/content/live.json: the skeleton, roles, lines, checks."""
    return shipped("live")


def sheet(products: Sequence[str], minutes: int) -> list[Segment]:
    """Return segments that fill exactly `minutes`: opening, products in turn, closing.

    Between two products the mechanism is told again and a draw is held when their time has come. Where there is time
    left the products come round again. Raises TooManyProducts where they would not all get the least they need.
    """
    told, end = book(), minutes * 60
    opening, closing, product = told["opening"], told["closing"], told["product"]
    begins = sum(o["seconds"] for o in opening)
    rounds = _rounds(products, begins, end - closing["seconds"])
    rows: list[Segment] = []
    for one in opening:
        _add(rows, one, one["seconds"])
    for turn in rounds:
        if turn["product"] is None:
            _add(rows, told[turn["what"]], turn["seconds"])
            continue
        for part, seconds in _parts(product["parts"], turn["seconds"]):
            _add(rows, part, seconds, turn["product"])
    _add(rows, closing, end - (rows[-1]["end"] if rows else 0))
    return rows


def _add(rows: list[Segment], one: Mapping[str, Any], seconds: int, product: str = "") -> None:
    start = rows[-1]["end"] if rows else 0
    row = {"start": start, "end": start + seconds, "kind": one["kind"], "who": one["who"], "line": one["line"]}
    rows.append(row | ({"product": product} if product else {}))


def _parts(parts: Sequence[Mapping[str, Any]], seconds: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield a product's parts with their seconds, whole fives; the last takes what is left."""
    left = seconds
    for part in parts[:-1]:
        own = round(seconds * part["share"] / 5) * 5
        left -= own
        yield part, own
    yield parts[-1], left


def _rounds(products: Sequence[str], begins: int, ends: int) -> list[dict[str, Any]]:
    """Return what stands between opening and closing: products with their seconds, the mechanism again, draws."""
    told = book()
    own = _each(len(products), begins, ends)
    if own < told["product"]["least"]:
        fits = next((n for n in range(len(products), 0, -1) if _each(n, begins, ends) >= told["product"]["least"]), 0)
        raise TooManyProducts(count=len(products), fits=fits)
    found: list[dict[str, Any]] = []
    now, last, n = begins, {"again": begins, "draw": begins}, 0
    while now + own <= ends and (n < len(products) or now + told["product"]["least"] <= ends):
        found.append({"what": "product", "product": products[n % len(products)], "seconds": own})
        now, n = now + own, n + 1
        for what in ("again", "draw"):
            one = told[what]
            if (
                now - last[what] >= one["every"]
                and now + one["seconds"] <= ends
                and _still(n, len(products), now, one, own, ends)
            ):
                found.append({"what": what, "product": None, "seconds": one["seconds"]})
                now += one["seconds"]
                last[what] = now
    return found


def _still(n: int, count: int, now: int, one: Mapping[str, Any], own: int, ends: int) -> bool:
    """Whether the products that have not come yet still fit after it."""
    return now + one["seconds"] + max(0, count - n) * own <= ends


def _each(count: int, begins: int, ends: int) -> int:
    """Return the seconds a product gets, whole fives, with the mechanism and draws that fall between."""
    told = book()
    room = ends - begins
    beside = sum(room // told[w]["every"] * told[w]["seconds"] for w in ("again", "draw"))
    return min(told["product"]["most"], (room - beside) // max(count, 1) // 5 * 5)
