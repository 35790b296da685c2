"""Cells written plainly, read by Arrow's own casts, many times faster than the macros; what is not plain is left out.

Plain means: every reading of the cell by `macros` gives the same value. A test holds the two equal, kind by kind.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit.cells import LOST
from hongqiao.platforms.kit.settings import formats
from hongqiao.platforms.model import Field

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(), "id": pa.string(), "code": pa.string(), "channel": pa.string(), "int": pa.int64(),
    "number": pa.float64(), "percent": pa.float64(), "rate": pa.float64(), "ratio": pa.float64(),
    "seconds": pa.float64(), "money": pa.decimal128(18, 4), "fen": pa.decimal128(18, 4),
    "datetime": pa.timestamp("us"), "date": pa.date32(), "epoch": pa.timestamp("us"), "epoch_ms": pa.timestamp("us"),
}  # fmt: skip
_RATES = frozenset({"rate", "ratio", "percent"})
_DAY = (
    r"[1-9]\d{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))"
)
_REAL = r"^-?\d{1,15}(?:\.\d{1,15})?$"
_MOMENT = rf"^{_DAY}(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?$"
_SHAPES = {
    "int": r"^-?\d{1,18}$", "number": _REAL, "seconds": _REAL, "money": r"^-?\d{1,14}(?:\.\d{1,4})?$",
    "fen": r"^-?\d{1,12}$", "datetime": _MOMENT, "date": _MOMENT, **dict.fromkeys(_RATES, _REAL[:-1] + "%?$"),
}  # fmt: skip
_GROUPED = r"^-?\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?$"
#: Other spellings of a point in time and what they are in ISO 8601, whole cells only.
_MOMENTS = (
    (r"^([12]\d{3})/(\d\d)/(\d\d)((?: \d\d:\d\d(?::\d\d)?)?)$", r"\1-\2-\3\4"),
    (r"^([12]\d{3})(\d\d)(\d\d)$", r"\1-\2-\3"),
    (r"^([12]\d{3})年(\d\d)月(\d\d)日((?: \d\d:\d\d(?::\d\d)?)?)$", r"\1-\2-\3\4"),
    (r"^([12]\d{3})年(\d\d)月(\d\d)日 ?(\d\d)时(\d\d)分(\d\d)秒$", r"\1-\2-\3 \4:\5:\6"),
)
_LENGTHS = frozenset({10, 16, 19, None})  # of a day, with minutes, with seconds


def read(field: Field, cells: pa.Array, percent: bool) -> tuple[pa.Array, pa.Array | None]:
    """(values, which cells are not plain or None): an unplain cell's value is null. `percent`: the column's profile."""
    if cells.null_count == len(cells):
        return pa.nulls(len(cells), ARROW[field.kind]), None
    if field.kind in _WORDS:
        return _WORDS[field.kind](field, cells)
    if field.kind not in _SHAPES:
        return pa.nulls(len(cells), ARROW[field.kind]), cells.is_valid()
    scale = 100.0 if field.kind == "percent" or percent else 1.0
    if (made := _cast(field.kind, cells, scale)) is not None:
        return made, None
    cells = _respelled(field.kind, cells)
    shaped = pc.match_substring_regex(cells, _SHAPES[field.kind])
    made = _cast(field.kind, pc.if_else(shaped, cells, None), scale)
    if made is None:
        return pa.nulls(len(cells), ARROW[field.kind]), cells.is_valid()
    odd = pc.invert(pc.fill_null(shaped, True))
    return made, odd if pc.any(odd).as_py() else None


def _cast(kind: str, cells: pa.Array, scale: float) -> pa.Array | None:
    """The whole column by Arrow's cast, None where a cell is not plain enough for it."""
    try:
        if kind in ("datetime", "date"):
            return _moments(kind, cells)
        if kind in _RATES:
            return _rates(cells, scale)
        if kind == "fen":
            cents = pc.multiply(pc.cast(cells, pa.decimal128(12, 0)), pa.scalar(Decimal("0.01")))
            return cents.cast(ARROW[kind])
        if kind == "int" and pc.any(pc.match_substring(cells, "x", ignore_case=True)).as_py():
            return None  # Arrow reads 0x10
        made = pc.cast(cells, ARROW[kind])
    except pa.ArrowInvalid:
        return None
    return made if kind in ("int", "money") or _finite(made) else None


def _finite(made: pa.Array) -> bool:
    return pc.all(pc.is_finite(made)).as_py() is not False


def _rates(cells: pa.Array, scale: float) -> pa.Array | None:
    """A cell with a sign is a percentage, another is what the column's profile says."""
    signed = pc.ends_with(cells, "%")
    if not pc.any(signed).as_py():
        made = pc.cast(cells, pa.float64())
        return pc.divide(made, scale) if _finite(made) else None
    made = pc.cast(pc.ascii_rtrim(cells, "%"), pa.float64())
    return pc.divide(made, pc.if_else(signed, 100.0, scale)) if _finite(made) else None


def _moments(kind: str, cells: pa.Array) -> pa.Array | None:
    if not set(pc.unique(pc.binary_length(cells)).to_pylist()) <= _LENGTHS:
        return None  # Arrow reads an hour without minutes
    made = pc.cast(cells, pa.timestamp("us"))
    return made.cast(pa.date32()) if kind == "date" else made


def _respelled(kind: str, cells: pa.Array) -> pa.Array:
    """Other spellings that occur often, as plain ones. A cell that is none of them stays as it is."""
    if kind in ("datetime", "date"):
        for pattern, plain in _MOMENTS:
            cells = pc.replace_substring_regex(cells, pattern, plain)
        return cells
    if kind == "seconds":
        cells = pc.replace_substring_regex(cells, r"^(\d{1,15}(?:\.\d{1,15})?)秒$", r"\1")
    grouped = pc.match_substring_regex(cells, _GROUPED)
    if pc.any(grouped).as_py():
        cells = pc.if_else(grouped, pc.replace_substring(cells, ",", ""), cells)
    return cells


def _as_written(_: Field, cells: pa.Array) -> tuple[pa.Array, None]:
    return cells, None


def _ids(_: Field, cells: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    odd = pc.or_(pc.starts_with(cells, "="), pc.starts_with(cells, "'"))
    return (cells, pc.fill_null(odd, False)) if pc.any(odd).as_py() else (cells, None)


def _channels(_: Field, cells: pa.Array) -> tuple[pa.Array, None]:
    whole = pc.is_in(cells, pa.array(formats()["all_channels"]))
    return pc.if_else(whole, "", cells), None


def _codes(field: Field, cells: pa.Array) -> tuple[pa.Array, None]:
    """The code of equal words, else of the first words contained, else `otherwise`."""
    table = cells.dictionary_encode()
    equal = dict(reversed(field.codes))
    made = [
        equal[word] if word in equal else next((code for part, code in field.codes if part in word), field.otherwise)
        for word in table.dictionary.to_pylist()
    ]
    return pa.array(made, pa.string()).take(table.indices), None


_WORDS: dict[str, Callable[[Field, pa.Array], tuple[pa.Array, pa.Array | None]]] = {
    "text": _as_written, "id": _ids, "channel": _channels, "code": _codes,
}  # fmt: skip


def lost_digits(ids: pa.Array) -> pa.Array:
    """Which ids passed through a number that could not hold them."""
    written = pc.match_substring_regex(ids, r"^\d(?:\.\d+)?[eE]\+?\d\d$")
    return pc.or_(pc.starts_with(ids, LOST), written)


def between(made: pa.Array, low: str | float, high: str | float) -> pa.Array | None:
    """Which values lie within bounds (ISO moments for days and moments), None where all of them do."""
    if isinstance(low, str):
        made = made.cast(pa.timestamp("us"))
        low, high = (pa.scalar(datetime.fromisoformat(str(one)), pa.timestamp("us")) for one in (low, high))
    within = pc.and_(pc.greater_equal(made, low), pc.less_equal(made, high))
    return None if pc.all(within).as_py() is not False else within
