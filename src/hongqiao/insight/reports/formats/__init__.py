"""A report in each of its shapes. What is heavy is imported when it is used: a start of the house need not wait.

`write(written, kind, rows)` answers the bytes of one shape; `rows` is asked only for the sheet's appendix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.insight.reports.written import Note, Written


@dataclass(frozen=True)
class Rows:
    """The rows behind one note: the figure at the report's version, heads, the first rows and how many there are."""

    figure: str
    version: int
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    count: int = 0


RowsOf = Callable[[Note], Rows]


@dataclass(frozen=True)
class Shape:
    """`module` has `write(written, rows) -> bytes`; `typeset`: by Typst, which needs a Chinese typeface."""

    label: str
    content_type: str
    module: str
    typeset: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
SHAPES: dict[str, Shape] = {
    "html": Shape(N_("网页"), "text/html; charset=utf-8", "page"),
    "pdf": Shape("PDF", "application/pdf", "pdf", typeset=True),
    "png": Shape(N_("长图"), "image/png", "picture", typeset=True),
    "pptx": Shape("PPT", _OFFICE + "presentationml.presentation", "slides"),
    "xlsx": Shape(N_("附表"), _OFFICE + "spreadsheetml.sheet", "sheet"),
}


class NoSuchShape(Invalid):
    code = "bad_report_format"
    message = N_("没有这种格式：%(shape)s")
    next_step = N_("可用的有：%(possible)s")


def check(shape: str) -> None:
    """Raises NoSuchShape, and NoTypeface where the machine lacks what the shape needs: said before any work."""
    if shape not in SHAPES:
        raise NoSuchShape(shape=shape, possible="、".join(SHAPES))
    if SHAPES[shape].typeset:
        from hongqiao.ui import fonts

        fonts.found()


def write(report: Written, shape: str, rows: RowsOf) -> bytes:
    """Return the report as a file. Raises NoSuchShape, and NoTypeface where PDF or picture has no CJK typeface."""
    check(shape)
    module = import_module(f"{__name__}.{SHAPES[shape].module}")
    made: bytes = module.write(report, rows)
    return made
