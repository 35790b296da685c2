"""A 投后笔记数据 with labels that are not those we infer: read by position, with a warning, where the confirmed labels
stand in their known places. Never by position alone."""

from dataclasses import replace

from hongqiao.platforms.kit.headers import Head, heads
from hongqiao.platforms.kit.recognise import Book, dress, field_of
from hongqiao.platforms.kit.settings import limits, load
from hongqiao.platforms.kit.sources import Sheet
from hongqiao.platforms.model import Found, Layout
from hongqiao.platforms.pugongying.layouts import NOTES


def find(_book: Book, sheet: Sheet) -> list[Found]:
    """The table whose confirmed labels stand in their places, whatever the rest is called; [] for any other."""
    rule = load("positions.json", __package__)
    rows = sheet.head(limits()["head_rows"])
    for at, row in enumerate(rows[: limits()["header_rows"]]):
        if len(row) < rule["columns_at_least"]:
            continue
        titles = heads(row)
        if all(titles[int(place)].full == label for place, label in rule["anchors"].items()):
            return [_found(sheet, rows, at, titles, _strange(titles, rule["columns"]))]
    return []


def _found(sheet: Sheet, rows: list[list[str]], at: int, titles: list[Head], strange: dict[str, str]) -> Found:
    found = Found(sheet.name, header_row=at + 1, headers=[t.full for t in titles], columns=list(range(len(titles))))
    found.rows = max(0, sheet.height - at - 1)
    if strange:
        found.say("by_position")
    body = [[*row, *[""] * (len(titles) - len(row))] for row in rows[at + 1 :]]
    known = {f.header for t in titles for f in field_of(NOTES, t)} | set(strange)
    missing = tuple(f.header for f in NOTES.fields if f.required and f.header not in known)
    dress(found, _with_labels(strange), titles, body, missing)
    return found


def _strange(titles: list[Head], columns: dict[str, str]) -> dict[str, str]:
    """Our header → this file's label, for what has another name here and stands in its place."""
    known = {f.header for t in titles for f in field_of(NOTES, t)}
    return {
        header: titles[int(place)].full
        for place, header in columns.items()
        if header not in known and titles[int(place)].full and not field_of(NOTES, titles[int(place)])
    }


def _with_labels(strange: dict[str, str]) -> Layout:
    """The layout with a file's own labels as aliases; the layout itself where there are none."""
    if not strange:
        return NOTES
    fields = (replace(f, aliases=(*f.aliases, strange[f.header])) if f.header in strange else f for f in NOTES.fields)
    return replace(NOTES, fields=tuple(fields))
