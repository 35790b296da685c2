"""What goes on one slide: short sections together, tables by rows, statements by lines; goals as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats.pdf import marks

ROOM = 5.45  # inches between the head and the foot of a slide
LINE, CARD_ROW, HEAD_ROW, ROW = 0.36, 1.45, 0.42, 0.37  # inches that a line, a row of cards and rows of a table take
LINES = (ROOM - 0.2) / LINE
FEW = LINE * 7  # inches of lines that are few enough to be written larger
CARDS, ACROSS = 8, 4  # cards of a slide, and of a row
WRAP, SUB_WRAP, CELL, TITLE = 104, 124, 34, 56  # half-widths of a line, of a smaller one, a title; letters of a cell
SHORT = 2  # sections of so few statements share a slide
Block = Mapping[str, Any]


def gathered(sections: Sequence[Block]) -> Iterator[tuple[str, Sequence[Block]]]:
    """Yield title and blocks of what is told together: short neighbouring sections share a slide under their heads.

    A short one between long ones joins the last of them: no slide is left for one line. The first stays the first.
    """
    runs = [(short, list(run)) for short, run in groupby(sections, _short)]
    late: list[Block] = []
    for n, (short, run) in enumerate(runs):
        if not short:
            yield from ((s["title"], s["blocks"]) for s in run)
        elif n == 0 or (len(run) > 1 and n < len(runs) - 1):
            yield from _together(run)
        else:
            late += run
    yield from _together(late)


def _short(section: Block) -> bool:
    return len(section["blocks"]) <= SHORT and all(b["block"] in ("sentence", "callout") for b in section["blocks"])


def _together(small: Sequence[Block]) -> Iterator[tuple[str, Sequence[Block]]]:
    """Yield short sections in as few slides as hold them."""
    part: list[Block] = []
    for section in small:
        if part and sum(map(_lines_of, part)) + _lines_of(section) > LINES:
            yield _shared(part)
            part = []
        part.append(section)
    if part:
        yield _shared(part)


def _lines_of(section: Block) -> float:
    return 1 + sum(weight(b) for b in section["blocks"])


def _shared(part: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    if len(part) == 1:
        return part[0]["title"], part[0]["blocks"]
    blocks: list[Block] = []
    for section in part:
        blocks += [{"block": "sentence", "text": section["title"], "head": True, "notes": []}, *section["blocks"]]
    return _titled([s["title"] for s in part]), blocks


def _titled(titles: Sequence[str]) -> str:
    """Return one line that names what is on a slide, at most so wide."""
    whole = _("、").join(titles)
    if wide(whole) <= TITLE:
        return whole
    return _("%(first)s等") % {"first": _("、").join(titles[:2])}


def pages(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield what goes on one slide: as much as fits, in its order; charts by themselves, two side by side."""
    page: list[Block] = []
    used = 0.0
    for block in _parts(blocks):
        tall = height(block)
        beside = block["block"] == "chart" and [b["block"] for b in page] == ["chart"]
        if page and not beside and used + tall > ROOM:
            yield page
            page, used = [], 0.0
        page.append(block)
        used += tall
    if page:
        yield page


def height(block: Block) -> float:
    """Return how many inches a block of `pages` takes."""
    match block["block"]:
        case "lines":
            return LINE * sum(weight(s) for s in block["sentences"]) + 0.2
        case "kpis":
            return -(-min(len(block["items"]), CARDS) // ACROSS) * CARD_ROW + 0.1
        case "table":
            return HEAD_ROW + sum(map(_row, block["rows"])) + 0.25
    return ROOM


def _row(row: Sequence[Block]) -> float:
    return ROW * (1 + max((len(c["text"]) // CELL for c in row), default=0))


def _parts(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks of which each fits a slide: statements in runs, tables by rows, both in even parts."""
    for said, run in groupby(blocks, lambda b: b["block"] in ("sentence", "callout", "line")):
        if said:
            yield from _runs(list(run))
            continue
        for block in run:
            yield from _split(block) if block["block"] in ("table", "goals") else [block]


def _runs(sentences: Sequence[Block]) -> Iterator[Block]:
    """Yield statements in even parts: none is parted from what explains it, no head from what it is of."""
    units: list[list[Block]] = []
    for s in sentences:
        if units and (s.get("sub") or units[-1][-1].get("head")):
            units[-1].append(s)
        else:
            units.append([s])
    left = ceil(sum(map(weight, sentences)) / LINES)
    even = sum(map(weight, sentences)) / left
    part: list[Block] = []
    for unit in units:
        held, more = sum(map(weight, part)), sum(map(weight, unit))
        if part and ((held >= even and left > 1) or held + more > LINES):
            yield {"block": "lines", "sentences": part}
            part, left = [], left - 1
        part = [*part, *unit]
    yield {"block": "lines", "sentences": part}


def weight(sentence: Block) -> float:
    """Return how many lines a statement takes on a slide; what explains another is smaller."""
    small = sentence.get("sub", False)
    lines = 1 + wide(sentence["text"]) // (SUB_WRAP if small else WRAP)
    return lines * 0.8 if small else float(lines)


def wide(text: str) -> int:
    """Return how wide a text is, a Chinese letter being two of others."""
    return sum(1 + (c > "\u2e80") for c in text)


def _split(block: Block) -> Iterator[Block]:
    """Yield a table in even parts that fit a slide."""
    table = block if block["block"] == "table" else goal_table(block)
    rows = table["rows"]
    parts = ceil(sum(map(_row, rows)) / (ROOM - HEAD_ROW - 0.25)) or 1
    size = ceil(len(rows) / parts) or 1
    for first in range(0, max(len(rows), 1), size):
        yield {**table, "rows": rows[first : first + size]}


def goal_table(block: Block) -> dict[str, Any]:
    """Return goals as a table: what PowerPoint can edit."""
    heads = [_("目标"), _("范围"), _("负责人"), _("完成"), _("进度"), _("时间进度"), _("状态")]
    rows = [
        [
            _plain(g["label"], notes=g["notes"]),
            _plain(g["place"]),
            _plain(g["owner"]),
            _plain(f"{g['value']} / {g['target']}", right=True),
            _plain(g["percent"], right=True),
            _plain(g["time_words"].rpartition(" ")[2], right=True),
            _plain(g["state"], tone=g["tone"]),
        ]
        for g in block["items"]
    ]
    return {"block": "table", "heads": [{"label": h, "right": 3 <= n <= 5} for n, h in enumerate(heads)], "rows": rows}


def _plain(text: str, *, right: bool = False, tone: str = "", notes: Sequence[int] = ()) -> dict[str, Any]:
    return {"text": text, "right": right, "tone": tone, "notes": list(notes)}


def marked(block: Block) -> str:
    """Return the note numbers of a block as text: [3–5,9]."""
    found = ",".join(m["text"] for m in marks(list(block.get("notes", []))))
    return f" [{found}]" if found else ""


def clean(text: str) -> str:
    """Return a text without the control characters that XML 1.0 forbids."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
