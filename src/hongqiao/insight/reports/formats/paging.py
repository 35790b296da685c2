"""What goes on one slide: short sections together, tables by rows, statements by lines; goals as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats.pdf import marks

ROWS, LINES, WRAP = 9, 13, 50  # what a slide holds: rows of a table, lines of text, letters of a line
SHORT, SHARED = 2, 4  # sections of so few statements share a slide, so many of them
Block = Mapping[str, Any]


def gathered(sections: Sequence[Block]) -> Iterator[tuple[str, Sequence[Block]]]:
    """Yield title and blocks of what is told together: short neighbouring sections share a slide under their heads."""
    small: list[Block] = []
    for section in sections:
        if len(section["blocks"]) <= SHORT and all(b["block"] in ("sentence", "callout") for b in section["blocks"]):
            small.append(section)
            continue
        yield from _together(small)
        small = []
        yield section["title"], section["blocks"]
    yield from _together(small)


def _together(small: Sequence[Block]) -> Iterator[tuple[str, Sequence[Block]]]:
    if len(small) == 1:
        yield small[0]["title"], small[0]["blocks"]
        return
    for first in range(0, len(small), SHARED):
        part = small[first : first + SHARED]
        blocks: list[Block] = []
        for section in part:
            blocks += [{"block": "sentence", "text": section["title"], "head": True, "notes": []}, *section["blocks"]]
        yield _("、").join(s["title"] for s in part), blocks


def pages(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield what goes on one slide: sentences by lines, tables by rows, cards and charts with what explains them."""
    lines: list[Block] = []
    page: list[Block] = []
    for block in blocks:
        if block["block"] in ("sentence", "callout", "line"):
            lines.append(block)
            if sum(weight(b) for b in lines) >= LINES:
                yield [*page, {"block": "lines", "sentences": lines}]
                page, lines = [], []
            continue
        if lines:
            page.append({"block": "lines", "sentences": lines})
            lines = []
        if block["block"] == "chart":
            if any(b["block"] != "chart" for b in page) or len(page) == 2:
                yield page
                page = []
            page.append(block)
            continue
        if page:
            yield page
            page = []
        yield from _split(block) if block["block"] in ("table", "goals") else ()
        page = [block] if block["block"] == "kpis" else []
    if lines:
        page.append({"block": "lines", "sentences": lines})
    if page:
        yield page


def weight(sentence: Block) -> int:
    """Return how many lines a statement takes on a slide."""
    return 1 + len(sentence["text"]) // WRAP


def _split(block: Block) -> Iterator[list[Block]]:
    """Yield a table in parts that fit a slide."""
    table = block if block["block"] == "table" else goal_table(block)
    for first in range(0, max(len(table["rows"]), 1), ROWS):
        yield [{**table, "rows": table["rows"][first : first + ROWS]}]


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
