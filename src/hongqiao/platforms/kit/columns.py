"""One column of text cells as typed values with the problems: plain cells by Arrow, the others by the macros."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit import convert, plain
from hongqiao.platforms.kit.convert import CODES, MOMENTS, REMARK, Scope
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.model import Field


@dataclass
class Column:
    """`codes`: the number (convert.CODES) of each cell's problem, None where no cell has one."""

    values: pa.Array
    codes: pa.Array | None

    @property
    def wrong(self) -> pa.Array | None:
        """Which cells have a problem that is more than a remark."""
        if self.codes is None:
            return None
        wrong = pc.and_(pc.greater(self.codes, 0), pc.less(self.codes, REMARK))
        return wrong if pc.any(wrong).as_py() else None

    @property
    def kept(self) -> pa.Array:
        """The values without those of cells that have a problem."""
        wrong = self.wrong
        return self.values if wrong is None else pc.if_else(wrong, None, self.values)


def column(field: Field, cells: pa.Array, about: Scope, desk: Desk, *, percent: bool, unclear: bool = False) -> Column:
    """Convert `cells` (tidied). `percent`, `unclear`: what the column's profile says of a rate."""
    values, odd = plain.read(field, cells, percent)
    codes = _codes(field, values, cells, about)
    if odd is not None:
        select = convert.select(field, about, percent)
        rows = pa.table({"n": pc.indices_nonzero(odd), "c0": cells.filter(odd)})
        made = desk.ask(select, rows, "n")
        values = pc.replace_with_mask(values, odd, _whole(made, "v").cast(values.type))
        codes = _zeros(len(cells)) if codes is None else codes
        codes = pc.replace_with_mask(codes, odd, _whole(made, "b").cast(pa.uint8()))
    if unclear and field.kind == "rate":
        codes = pc.if_else(values.is_valid(), _code("rate_out_of_range"), _code(""))
    return Column(values, None if codes is None or not pc.max(codes).as_py() else codes)


def _whole(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def _zeros(count: int) -> pa.Array:
    return pa.repeat(_code(""), count)


def _code(name: str) -> pa.Scalar:
    return pa.scalar(CODES.index(name), pa.uint8())


def _codes(field: Field, values: pa.Array, cells: pa.Array, about: Scope) -> pa.Array | None:
    """The problems of plain and of empty cells."""
    codes = None
    if field.key and cells.null_count:
        codes = pc.if_else(cells.is_null(), _code("missing_value"), _code(""))
    wrong, said = None, ""
    if field.kind == "id":
        wrong, said = plain.lost_digits(values), "id_lost_digits"
    elif field.kind in MOMENTS:
        within, said = plain.between(values, about.earliest, about.latest), "date_out_of_range"
        wrong = None if within is None else pc.invert(within)
    elif field.kind in ("rate", "percent"):
        within, said = plain.between(values, 0.0, 1.0), "rate_out_of_range"
        wrong = None if within is None else pc.invert(within)
    if wrong is None or not pc.any(wrong).as_py():
        return codes
    return pc.if_else(pc.fill_null(wrong, False), _code(said), _code("") if codes is None else codes)
