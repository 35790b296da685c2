"""Deep links of the room: every figure has an address of its own, and what an address says is read back exactly."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from hongqiao.ui.period import Period

Link = Callable[..., str]


def metric_link(slug: str, period: Period, where: Mapping[str, Any] | None = None) -> Link:
    """Return a maker of addresses: link(code, start=…, platform="douyin") keeps the page's period and filters."""
    base = {k: _text(v) for k, v in (where or {}).items()}
    span = {"period": period.key} if period.key != "custom" else {"start": str(period.start), "end": str(period.end)}

    address = cache(lambda code: reverse("data_metric", args=[slug, code]))  # a page has hundreds of links

    def link(code: str, start: date | None = None, end: date | None = None, **cell: Any) -> str:
        days = {"start": str(start), "end": str(end or start)} if start else span
        query = {**days, **base, **{k: _text(v) for k, v in cell.items()}}
        return f"{address(code)}?{urlencode(query)}"

    return link


NOT_STATED, EMPTY = "∅", "∅-"


def _text(value: Any) -> str:
    """Return a value as an address carries it: "∅" not stated, "∅-" an empty text, a "∅" of its own doubled."""
    if value is None:
        return NOT_STATED
    text = str(value)
    return EMPTY if not text else "∅" + text if text.startswith("∅") else text


def value_of(text: str) -> str | None:
    """Return the value that an address carries: the inverse of how links write it."""
    if text in (NOT_STATED, EMPTY):
        return None if text == NOT_STATED else ""
    return text[1:] if text.startswith("∅∅") else text
