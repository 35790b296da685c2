"""A brand's own books: rows changed, added, taken out, put in order, figures set; only what differs is kept.

The version seen is the brand's, whose settings they are.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.db import transaction

from hongqiao.crisis import differences, settings
from hongqiao.crisis.tending import checks, parts
from hongqiao.crisis.tending.errors import BadRow, NoSuchRow, RowNeeded, Wrong
from hongqiao.errors import N_, NotFound
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

TEND = "settings.brand"
Values = Mapping[str, Any]


@transaction.atomic
def save(
    *, actor: Member, seen: int | None, part: str, lists: Mapping[str, Sequence[Values]] | None = None,
    numbers: Values | None = None,
) -> Brand:  # fmt: skip
    """Keep whole lists and figures of a book, as a program sends them; what is not named stays. A row without a code is
    new. Raises NotFound, NotAllowed, Conflict, BadRow, NoSuchRow, RowNeeded, SeatNeeded."""
    brand, asked = _locked(actor, seen), parts.of(part)
    known = {r.key: r for r in asked.lists(brand)}
    wanted = {}
    for key, rows in (lists or {}).items():
        if key not in known:
            raise NoSuchRow(code=key)
        wanted[key] = _all(brand, asked, known[key], rows)
    return _write(actor, brand, part, wanted, _figures(asked, numbers or {}), act="saved")


@transaction.atomic
def keep_row(*, actor: Member, seen: int | None, part: str, key: str, code: str, values: Values) -> Brand:
    """Change a row, or add one where `code` is "". Raises as `save` does."""
    brand, asked, rows, held = _opened(actor, seen, part, key)
    before = _row(held, code) if code else None
    made = _cleaned(asked, rows, before, values)
    after = [made if r["code"] == code else r for r in held] if code else [*held, made]
    return _write(actor, brand, part, {key: _checked(rows, after)}, {}, act="kept" if code else "added", row=made)


@transaction.atomic
def remove_row(*, actor: Member, seen: int | None, part: str, key: str, code: str) -> Brand:
    """Take a row out; one that ships can be brought back by `reset_row`. Raises as `save` does."""
    brand, _asked, rows, held = _opened(actor, seen, part, key)
    gone = _row(held, code)
    after = [r for r in held if r["code"] != code]
    return _write(actor, brand, part, {key: _checked(rows, after)}, {}, act="removed", row=gone)


@transaction.atomic
def move_row(*, actor: Member, seen: int | None, part: str, key: str, code: str, down: bool) -> Brand:
    """Put a row one place up or down. Raises as `save` does, NotFound where a column orders the list."""
    brand, _asked, rows, held = _opened(actor, seen, part, key)
    row = _row(held, code)
    if rows.by:
        raise NotFound()
    place = held.index(row)
    held.insert(max(0, place + (1 if down else -1)), held.pop(place))
    return _write(actor, brand, part, {key: held}, {}, act="moved", row=row)


@transaction.atomic
def reset_row(*, actor: Member, seen: int | None, part: str, key: str, code: str) -> Brand:
    """Let a row be as it ships, also one that was taken out. Raises as `save` does."""
    brand, asked, rows, held = _opened(actor, seen, part, key)
    row = _row(_shipped(asked, key), code)
    there = any(r["code"] == code for r in held)
    after = [dict(row) if r["code"] == code else r for r in held] if there else [*held, dict(row)]
    return _write(actor, brand, part, {key: _checked(rows, after)}, {}, act="reset", row=row)


@transaction.atomic
def reset(*, actor: Member, seen: int | None, part: str, key: str = "") -> Brand:
    """Let a list, or with no key the whole book with its figures, be as it ships. Raises as `save` does."""
    brand, asked = _locked(actor, seen), parts.of(part)
    keys = [r.key for r in asked.lists(brand)]
    if key and key not in keys:
        raise NotFound()
    lists = {k: _shipped(asked, k) for k in ([key] if key else keys)}
    shipped = read(f"crisis/{asked.file}")
    figures = {} if key else {n["path"]: _at(shipped, n["path"]) for n in parts.numbers(asked)}
    return _write(actor, brand, part, lists, figures, act="reset_all")


@transaction.atomic
def keep_numbers(*, actor: Member, seen: int | None, part: str, values: Values) -> Brand:
    """Set figures of a book by their path; an empty one goes back to the shipped. Raises as `save` does."""
    brand, asked = _locked(actor, seen), parts.of(part)
    return _write(actor, brand, part, {}, _figures(asked, values), act="numbers")


def _locked(actor: Member, seen: int | None) -> Brand:
    permissions.require(actor, TEND)
    brand: Brand = Brand.objects.for_member(actor, TEND).locked(actor.brand_id, seen)
    return brand


def _opened(
    actor: Member, seen: int | None, part: str, key: str
) -> tuple[Brand, parts.Part, parts.Rows, list[dict[str, Any]]]:
    """Return the brand, locked, the book, one of its lists and the rows in force. Raises NotFound."""
    brand, asked = _locked(actor, seen), parts.of(part)
    rows = next((r for r in asked.lists(brand) if r.key == key), None)
    if rows is None:
        raise NotFound()
    book = settings.of(brand, asked.file)
    return brand, asked, rows, [dict(r) for r in settings.rows_of(asked.file, book, key)]


def _row(rows: Sequence[Values], code: str) -> dict[str, Any]:
    found = next((r for r in rows if r["code"] == code), None)
    if found is None:
        raise NotFound()
    return dict(found)


def _shipped(asked: parts.Part, key: str) -> list[dict[str, Any]]:
    return settings.rows_of(asked.file, read(f"crisis/{asked.file}"), key)


def _all(brand: Brand, asked: parts.Part, rows: parts.Rows, given: Sequence[Values]) -> list[dict[str, Any]]:
    """Return whole rows of what was sent; each known one keeps what was not named."""
    held = {r["code"]: r for r in settings.rows_of(asked.file, settings.of(brand, asked.file), rows.key)}
    known = {r["code"]: r for r in _shipped(asked, rows.key)} | held
    found: list[dict[str, Any]] = []
    for row in given:
        code = str(row.get("code") or "")
        if code and (code not in known or code in {r["code"] for r in found}):
            raise NoSuchRow(code=code[:40])
        found.append(_cleaned(asked, rows, known.get(code), row))
    return _checked(rows, found)


def _cleaned(asked: parts.Part, rows: parts.Rows, before: Values | None, values: Values) -> dict[str, Any]:
    """Return a row with its fields checked. Raises BadRow with every field that is wrong."""
    ships = before is not None and any(r["code"] == before["code"] for r in _shipped(asked, rows.key))
    made = dict(before) if before else {"code": f"plan-{secrets.token_hex(4)}", **rows.new}
    bad = {}
    for column in rows.columns:
        if column.fixed and ships:
            continue
        given = values.get(column.name, made.get(column.name, _nothing(column.kind)))
        try:
            made[column.name] = column.clean(given)
        except Wrong as wrong:
            bad[column.name] = wrong.said()
    if bad:
        raise BadRow(bad)
    return made


def _nothing(kind: str) -> Any:
    empty: dict[str, Any] = {"tick": False, "choices": [], "words": [], "when": {}}
    return empty.get(kind, "")


def _checked(rows: parts.Rows, after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in their order. Raises RowNeeded, BadRow where there are too many."""
    if rows.keep - {r["code"] for r in after}:
        raise RowNeeded()
    most = parts.limits()["most"]["rows"]
    if len(after) > most:
        raise BadRow({rows.title: Wrong(N_("最多 %(most)s 项"), most=most).said()})
    return sorted(after, key=lambda r: r[rows.by]) if rows.by else after


def _figures(asked: parts.Part, values: Values) -> dict[str, Any]:
    """Return figures by path, checked; "" is the shipped one. Raises BadRow with every one that is wrong."""
    known, shipped = {n["path"]: n for n in parts.numbers(asked)}, read(f"crisis/{asked.file}")
    found, bad = {}, {}
    for path, value in values.items():
        if path not in known:
            raise NoSuchRow(code=str(path)[:40])
        try:
            found[path] = _at(shipped, path) if value == "" else _figure(known[path], value)
        except Wrong as wrong:
            bad[path] = wrong.said()
    if bad:
        raise BadRow(bad)
    return found


def _figure(known: Values, value: Any) -> float | int:
    bounds = {"least": known["least"], "most": known["most"]}
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Wrong(N_("要是 %(least)s 到 %(most)s 的数字"), **bounds) from None
    if isinstance(value, bool) or not known["least"] <= number <= known["most"]:  # also what is no number at all: NaN
        raise Wrong(N_("要在 %(least)s 到 %(most)s 之间"), **bounds)
    if known.get("whole") and not number.is_integer():
        raise Wrong(N_("要是 %(least)s 到 %(most)s 的整数"), **bounds)
    return int(number) if number.is_integer() and known.get("whole") else round(number, 4)


def _at(book: Values, path: str) -> Any:
    for name in path.split("."):
        book = book[name]
    return book


def _write(
    actor: Member, brand: Brand, part: str, lists: Mapping[str, Sequence[Values]], figures: Values, *, act: str,
    row: Values | None = None,
) -> Brand:  # fmt: skip
    """Keep what differs from what ships, leave one audit row."""
    asked = parts.of(part)
    shipped, own = read(f"crisis/{asked.file}"), settings.own(brand, asked.file)
    before = settings.with_own(asked.file, own)
    changes = deepcopy(own)
    kept = dict(changes.get(settings.ROWS) or {})
    kept |= {key: differences.of(_shipped(asked, key), rows) for key, rows in lists.items()}
    changes[settings.ROWS] = {k: v for k, v in kept.items() if v}
    for path, value in figures.items():
        _put(changes, shipped, path, value)
    changes = {k: v for k, v in changes.items() if v or v == 0}
    checks.look(brand, asked.file, before, settings.with_own(asked.file, changes))
    room = dict((brand.settings or {}).get("crisis") or {}) | {asked.file: changes}
    brand.settings = {**(brand.settings or {}), "crisis": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    said: dict[str, Any] = {"lists": list(lists), "numbers": dict(figures), "what": _title(asked, brand, lists, row)}
    audit.record(actor, "crisis.tended", brand, part=part, act=act, **said)
    return brand


def _put(changes: dict[str, Any], shipped: Values, path: str, value: Any) -> None:
    """Set or, where it is the shipped one, drop a value at a path; a group that is left empty goes."""
    name, _dot, rest = path.partition(".")
    if rest:
        changes[name] = dict(changes.get(name) or {})
        _put(changes[name], shipped[name], rest, value)
        if not changes[name]:
            del changes[name]
    elif value == shipped[name]:
        changes.pop(name, None)
    else:
        changes[name] = value


def _title(asked: parts.Part, brand: Brand, lists: Mapping[str, Any], row: Values | None) -> str:
    if row is None:
        return ""
    titles = {r.key: r.title for r in asked.lists(brand)}
    return str(row.get(titles[next(iter(lists))], ""))


#: Each writes one audit row.
WRITES = [save, keep_row, remove_row, move_row, reset_row, reset, keep_numbers]
