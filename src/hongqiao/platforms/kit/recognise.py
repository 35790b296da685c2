"""Which layouts a file's tables are: by header set, and sheet names where a platform says so. Never a silent guess."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hongqiao.platforms.kit import captured
from hongqiao.platforms.kit.headers import Head, fold, head, heads, is_personal
from hongqiao.platforms.kit.settings import formats, limits
from hongqiao.platforms.kit.shelf import Shelf, field_of
from hongqiao.platforms.kit.sources import Sheet, open_sheets
from hongqiao.platforms.model import Found, Layout

Row = list[str]
Finder = Callable[["Book", Sheet], list[Found]]


@dataclass(frozen=True)
class Book:
    """What recognition knows besides the sheet: the sheets' names and the name the person's file had."""

    sheets: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class _Match:
    layout: Layout
    known: int
    missing: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, int, int]:
        """The best first: complete, with the most known headers, with the fewest missing."""
        return (bool(self.missing), -self.known, len(self.missing))


def recognise(
    path: Path,
    *,
    name: str = "",
    extra: Sequence[Layout] = (),
    shelf: Shelf,
    finders: Iterable[Finder] = (),
) -> list[Found]:
    """Every table of every sheet. Raises Unreadable. `extra`: remembered mappings, tried before ours."""
    sheets = open_sheets(path)
    book = Book(tuple(s.name for s in sheets), name or path.name)
    own = Shelf(extra)
    result: list[Found] = []
    for sheet in sheets:
        tables = _tables(book, sheet, (own, shelf), tuple(finders))
        for found in tables:
            found.path, found.source = path, sheet
            if not getattr(sheet, "sound", True):
                found.say("bad_character")
            captured.propose(found, sheet, book.name)
        result += tables
    return [f for f in result if f.note != "empty_sheet"] or result[:1]


def _tables(book: Book, sheet: Sheet, shelves: tuple[Shelf, Shelf], finders: tuple[Finder, ...]) -> list[Found]:
    rows = sheet.head(limits()["head_rows"])
    if not any(any(cell.strip() for cell in row) for row in rows):
        empty = Found(sheet.name)
        empty.say("empty_sheet")
        return [empty]
    if found := _best_rows(book, sheet, rows, shelves[0], sure=True):
        return found
    for finder in finders:
        if special := finder(book, sheet):
            return special
    return _best_rows(book, sheet, rows, shelves[1]) or [_stranger(sheet, rows)]


def _best_rows(book: Book, sheet: Sheet, rows: list[Row], shelf: Shelf, *, sure: bool = False) -> list[Found]:
    """Score each of the first rows as a header row, whole and cut at empty columns; the best that has a match.

    `sure`: a person said that it is one of these layouts.
    """
    best: tuple[tuple[int, int, int], list[Found]] = ((0, 0, 0), [])
    if not shelf.layouts:
        return []
    for at, row in enumerate(rows[: limits()["header_rows"]]):
        for blocks in _cuts(row):
            found = [_block(book, sheet, rows, at, cut, nth, shelf, sure=sure) for nth, cut in enumerate(blocks)]
            hits = [f for f in found if f.layout or f.candidates]
            if len(hits) < len(found):
                continue  # a cut with a part we do not know is no cut
            score = (
                sum(f.layout is not None and not f.missing for f in hits),
                sum(len(f.headers) - len(f.unknown) for f in hits),
                -at,
            )
            if hits and score > best[0]:
                best = (score, found)
    return best[1]


def _cuts(row: Row) -> list[list[list[int]]]:
    """The row as one table, and as several where empty cells part it."""
    filled = [i for i, cell in enumerate(row) if cell.strip()]
    if len(filled) < 2 or len(row) > limits()["max_columns"]:
        return []
    blocks: list[list[int]] = [[filled[0]]]
    for i in filled[1:]:
        if i == blocks[-1][-1] + 1:
            blocks[-1].append(i)
        else:
            blocks.append([i])
    whole = [list(range(filled[0], filled[-1] + 1))]
    return [whole, blocks] if len(blocks) > 1 and all(len(b) > 1 for b in blocks) else [whole]


def _block(
    book: Book, sheet: Sheet, rows: list[Row], at: int, columns: list[int], number: int, shelf: Shelf, *, sure: bool
) -> Found:
    titles = heads([_cell(rows[at], c) for c in columns])
    found = Found(sheet.name, number, header_row=at + 1, headers=[t.full for t in titles], columns=columns)
    found.rows = max(0, sheet.height - at - 1)
    turned = [t.full for t in titles] == ["指标", "数值"]
    if turned:
        titles, body = _turn(found, sheet, at)
    layouts = shelf.fitting(titles, pairs=turned)
    if not layouts:
        return found
    if not turned:
        body = [[_cell(row, c) for c in columns] for row in rows[at + 1 :]]
    matches = sorted((m for one in layouts if (m := _match(book, sheet.name, titles, body, one))), key=lambda m: m.rank)
    settle(found, matches, titles, body, sure=sure)
    return found


def _turn(found: Found, sheet: Sheet, at: int) -> tuple[list[Head], list[Row]]:
    """A table of labels and values as the one record it is."""
    rows = [r for r in sheet.head(limits()["scan_rows"])[at + 1 :] if _cell(r, found.columns[0]).strip()]
    titles = heads([_cell(r, found.columns[0]) for r in rows])
    found.record = [_cell(r, found.columns[1]) for r in rows]
    found.headers, found.columns = [t.full for t in titles], list(range(len(titles)))
    found.rows = 1
    return titles, [[v or "" for v in found.record]]


def settle(found: Found, matches: list[_Match], titles: list[Head], body: list[Row], *, sure: bool = False) -> None:
    """Write what was decided into `found`: the layout; or the candidates, when the first two fit equally well or when
    the headers are words that other systems use as well and nobody said that it is this one (`sure`).
    """
    found.preview = _preview(found.headers, body)
    if not matches:
        return
    if len(matches) > 1 and matches[0].rank == matches[1].rank:
        found.candidates = [m.layout.code for m in matches if m.rank == matches[0].rank]
        found.say("several_fit")
        return
    if not sure and not _tells(matches[0].layout, titles):
        found.candidates = list(dict.fromkeys(m.layout.code for m in matches if not m.missing))
        found.say("words_shared" if found.candidates else "not_recognised")
        return
    dress(found, matches[0].layout, titles, body, matches[0].missing)


def _tells(layout: Layout, titles: list[Head]) -> bool:
    """Whether one of the headers is the platform's own beyond doubt, where the layout says which those are."""
    fields = (f for t in titles for f in field_of(layout, t))
    return not layout.telling or any(f.header in layout.telling for f in fields)


def dress(found: Found, layout: Layout, titles: list[Head], body: list[Row], missing: tuple[str, ...] = ()) -> None:
    """Fill in what follows from the layout: unknown and dropped columns, percent profiles, notes."""
    found.layout, found.missing = layout, list(missing)
    if missing:
        found.say("missing_columns")
    for code in layout.note.split():
        found.say(code)
    for place, title in enumerate(titles):
        fields = field_of(layout, title)
        if not fields and title.full:
            (found.dropped if is_personal(title.full) else found.unknown).append(title.full)
        elif any(f.personal for f in fields):
            found.dropped.append(title.full)
        if any(f.kind in ("rate", "ratio") for f in fields):
            _profile(found, title, [_cell(r, place) for r in body], found.columns[place])
    if found.dropped:
        found.say("personal_dropped")
    if dict(layout.hashed) and _keyless(layout, titles):
        found.say("key_from_values")
    if not any(any(c.strip() for c in row) for row in body) and found.rows <= max(1, len(body)):
        found.rows = 0
        found.notes.insert(0, "header_only")
        found.note = "header_only"
    found.preview = _preview(found.headers, body, set(found.dropped))


def _keyless(layout: Layout, titles: list[Head]) -> bool:
    fed = {f.target for t in titles for f in field_of(layout, t)}
    return any(f"{t}.{k}" not in fed for t, k in layout.hashed)


def _profile(found: Found, title: Head, cells: list[str], column: int) -> None:
    """Percent by the header's unit or a sign in the cells, never by size; values above 1 with neither are no guess."""
    if title.unit == "%" or any(c.strip().endswith(("%", "％")) for c in cells):
        found.percents.append(column)
    elif any(re.fullmatch(r"\d+(\.\d+)?", c.strip()) and float(c) > 1 for c in cells):
        found.unclear.append(column)
        found.say("rate_unclear")


def _match(book: Book, sheet: str, titles: list[Head], body: list[Row], layout: Layout) -> _Match | None:
    if layout.sheet and not re.fullmatch(layout.sheet, sheet.strip()):
        return None
    if layout.beside and not any(re.fullmatch(layout.beside, s.strip()) for s in book.sheets):
        return None
    named = [t for t in titles if t.full]
    hits = [(t, field_of(layout, t)) for t in named]
    known = sum(bool(fields) for _, fields in hits)
    if known < layout.at_least or (layout.exact and known < len(named)) or not _like(layout, titles, body):
        return None
    if layout.headers:
        return _remembered(layout, named, known)
    have = {f for _, fields in hits for f in fields}
    missing = tuple(dict.fromkeys(f.header for f in layout.fields if f.required and f not in have))
    if not _exported(layout, named, known):
        return None
    rule, columns = limits(), len({f.header for f in layout.fields})
    near = known >= max(rule["near_known"], rule["near_columns"] * columns)
    return _Match(layout, known, missing) if near or not missing else None


def _exported(layout: Layout, named: list[Head], known: int) -> bool:
    """False for a table of somebody's own with some of the platform's words in it.

    An export is known nearly through and through. Where its platform has added columns, nearly all that we know are
    there besides. Our own documented file may bring columns of its sender's, if it spells ours as documented.
    """
    rule, columns = limits(), len({f.header for f in layout.fields})
    share = known / len([t for t in named if not _repeated(layout, t)])
    whole = known >= max(rule["near_known"], rule["export_share"] * columns)
    ours = layout.documented and {f.header for f in layout.fields if f.required} <= {t.full for t in named}
    return share >= (rule["grown_share"] if whole or ours else rule["export_share"])


def _repeated(layout: Layout, title: Head) -> bool:
    """True for a second column under a name that the layout knows."""
    bare, _, times = title.full.rpartition("#")
    return times.isdigit() and bool(field_of(layout, head(bare)))


def _remembered(layout: Layout, named: list[Head], known: int) -> _Match | None:
    """A remembered mapping fits the table it was made for: nearly the same header set."""
    ours, theirs = {fold(h) for h in layout.headers}, {fold(t.full) for t in named}
    if len(ours & theirs) < limits()["mapped_share"] * len(ours | theirs):
        return None
    have = {f for t in named for f in field_of(layout, t)}
    return _Match(layout, known, tuple(dict.fromkeys(f.header for f in layout.fields if f.required and f not in have)))


def _like(layout: Layout, titles: list[Head], body: list[Row]) -> bool:
    """Where a field names a pattern, the first filled cell under its header must match."""
    for place, title in enumerate(titles):
        for one in field_of(layout, title):
            cell = next((c for row in body if (c := _cell(row, place).strip())), "")
            if one.pattern and cell and not re.search(one.pattern, cell):
                return False
    return True


def _stranger(sheet: Sheet, rows: list[Row]) -> Found:
    """A table we do not know: its most likely header row, for the mapping page."""
    first = rows[: limits()["header_rows"]]
    widths = [sum(bool(c.strip()) and not _numeric(c) for c in row) for row in first]
    at = next(i for i, w in enumerate(widths) if w == max(widths))
    columns = [i for i, c in enumerate(rows[at]) if c.strip()] or list(range(len(rows[at])))
    titles = heads([_cell(rows[at], c) for c in columns])
    found = Found(sheet.name, header_row=at + 1, headers=[t.full for t in titles], columns=columns)
    found.rows = max(0, sheet.height - at - 1)
    found.preview = _preview(found.headers, [[_cell(r, c) for c in columns] for r in rows[at + 1 :]])
    found.say("not_recognised")
    return found


def _numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[\s\d.,:%+\-/年月日¥]+", text))


def _cell(row: Row, at: int) -> str:
    return row[at] if at < len(row) else ""


def _preview(titles: list[str], body: list[Row], hidden: set[str] = frozenset()) -> list[Row]:  # type: ignore[assignment]
    nulls = formats()["nulls"]
    return [
        ["•••" if t in hidden and c.strip() not in nulls else c for t, c in zip(titles, row, strict=False)]
        for row in body[: limits()["preview_rows"]]
    ]


__all__ = ["Book", "Finder", "Shelf", "dress", "field_of", "head", "recognise", "settle"]
