"""Typed cells of a workbook as the text a person sees."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit.settings import formats

#: Put before a whole number that a float can no longer hold exactly: an id that passed through one lost digits.
LOST = "\ue01a"
_EXACT = 2**53
#: Control characters (not tab, line feed, carriage return), zero-width space, byte order mark.
#: Zero-width joiners stay: emoji are made with them.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\ufeff]"
_CONTROL_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])
_WIDE_SPACES = tuple(c.encode() for c in "\u00a0\u2002\u2003\u3000")
_INVISIBLE = ("\u200b".encode(), "\ufeff".encode())


def text(value: Any) -> str | None:
    """One cell as text, None for an empty one. Whole floats lose their `.0`; no exponent is ever written."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}:{seconds % 60:02.0f}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str | None:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value == int(value):
        return f"{LOST if abs(value) >= _EXACT else ''}{int(value)}"
    shown = repr(value)
    return shown if "e" not in shown else f"{value:.20f}".rstrip("0")


def column(values: Sequence[Any]) -> pa.Array:
    """A column of typed cells as an Arrow string array, as written."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return pa.array(values, pa.string())
    if kinds == {float}:
        numbers = pa.array(values, pa.float64())
        span = pc.min_max(numbers)
        low, high = span["min"].as_py(), span["max"].as_py()
        if low is not None and max(-low, high) < _EXACT:
            shown = numbers.cast(pa.int64() if _whole(numbers) else pa.float64()).cast(pa.string())
            if not pc.any(pc.match_substring(shown, "e")).as_py():
                return pc.replace_substring_regex(shown, r"\.0$", "")
    return pa.array([text(v) for v in values], pa.string())


def _whole(numbers: pa.Array) -> bool:
    return bool(pc.all(pc.equal(pc.trunc(numbers), numbers)).as_py())


def tidy(values: pa.Array, *, nulls_done: bool = False) -> pa.Array:
    """Cells as conversion wants them: no control characters, no space around them, null words null (facts B0.4).

    Most columns have neither; the bytes are looked at first, which is much cheaper than a kernel over the cells.
    `nulls_done`: the reader has already made plain null words null.
    """
    data = values.buffers()[2]
    if data is None or not data.size:
        return values if nulls_done else _without_nulls(values)
    extremes = pc.min_max(pa.Array.from_buffers(pa.uint8(), data.size, [None, data]))
    least, wide = extremes["min"].as_py(), extremes["max"].as_py() > 0x7F
    raw = data.to_pybytes()
    if (wide and any(mark in raw for mark in _INVISIBLE)) or (
        least < 0x20 and len(raw.translate(None, _CONTROL_BYTES)) < len(raw)
    ):
        values = pc.replace_substring_regex(values, CONTROL, "")
    if least <= 0x20 or (wide and any(space in raw for space in _WIDE_SPACES)):
        trimmed = pc.utf8_trim_whitespace(values) if wide else pc.ascii_trim_whitespace(values)
        if pc.sum(pc.binary_length(trimmed)) != pc.sum(pc.binary_length(values)):
            return _without_nulls(trimmed)
    return values if nulls_done else _without_nulls(values)


def _without_nulls(values: pa.Array) -> pa.Array:
    null = pc.is_in(values, _nulls())
    return pc.if_else(null, pa.scalar(None, pa.string()), values) if pc.any(null).as_py() else values


@cache
def _nulls() -> pa.Array:
    return pa.array(formats()["nulls"], pa.string())
