"""The books as their page shows them: rows in words, fields for their forms, what differs from what ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.crisis import settings
from hongqiao.crisis.incidents import calling
from hongqiao.crisis.tending import columns, parts
from hongqiao.crisis.tending.columns import Column
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand, Member

UNITS = {
    "minutes": N_("分钟"),
    "hours": N_("小时"),
    "days": N_("天"),
    "share": "%",
    "times": N_("次"),
    "times_of": N_("倍"),
    "count": N_("条"),
    "runs": N_("处"),
    "sigmas": N_("个标准差"),
    "letters": N_("字"),
    "measures": N_("条"),
}
Row = Mapping[str, Any]


def lists(member: Member, part: parts.Part, shown: tuple[parts.Rows, ...], typed: Row) -> list[dict[str, Any]]:
    """Return lists with their rows. typed: what was refused {key, code, post, bad}, {} where nothing was."""
    brand = member.brand
    book, own = settings.of(brand, part.file), settings.own(brand, part.file).get(settings.ROWS) or {}
    return [_list(member, part, rows, book, own.get(rows.key) or {}, typed) for rows in shown]


def _list(
    member: Member, part: parts.Part, rows: parts.Rows, book: dict[str, Any], own: Row, typed: Row
) -> dict[str, Any]:
    shipped = {r["code"]: r for r in settings.rows_of(part.file, read(f"crisis/{part.file}"), rows.key)}
    held = settings.rows_of(part.file, book, rows.key)
    here = typed if typed.get("key") == rows.key else {}
    phones = calling.of(member) if part.file == "roles" else {}
    marked = calling.kept(member.brand) if part.file == "roles" else set()
    lines = []
    for place, row in enumerate(held):
        ships = row["code"] in shipped
        line = {
            "code": row["code"], "ships": ships, "changed": row["code"] in (own.get("changed") or {}),
            "keep": row["code"] in rows.keep, "first": not place, "last": place == len(held) - 1,
            "cells": [cell(c, row, book, ships) for c in rows.columns],
            "fields": fields(rows.columns, row, book, ships, here if here.get("code") == row["code"] else {}),
            "open": bool(here) and here.get("code") == row["code"], "phone": phones.get(row["code"]),
            "has_phone": row["code"] in marked,
            "numbers": _numbers(phones.get(row["code"]), here if here.get("code") == row["code"] else {}),
        }  # fmt: skip
        lines.append(line)
    gone = [{"code": c, "title": _(str(shipped[c][rows.title]))} for c in own.get("removed") or () if c in shipped]
    blank = dict(rows.new)
    return {
        "key": rows.key, "label": rows.label, "about": rows.about, "heads": [_(c.label) for c in rows.columns],
        "rows": lines, "gone": gone, "changed": bool(own), "order": "order" in own, "moves": not rows.by,
        "phases": part.file == "repair",
        "new": fields(rows.columns, blank, book, False, here if here.get("code") == "" else {}),
        "new_open": bool(here) and here.get("code") == "",
    }  # fmt: skip


def _numbers(kept: calling.Contact | None, here: Row) -> list[dict[str, str]]:
    """Return the fields of a seat's numbers, with what was typed and what is wrong with it."""
    post, bad = here.get("phones"), here.get("bad") or {} if here.get("phones") else {}
    known = kept or calling.Contact()
    found = []
    for pre, name, label, held in (
        ("p", "phone", _("本人"), known.phone),
        ("q", "deputy_phone", _("替补"), known.deputy),
    ):
        value = post.get(name, "") if post else held.said if held else ""
        found.append({"name": name, "pre": pre, "label": label, "value": value, "bad": bad.get(name, "")})
    return found


def cell(column: Column, row: Row, book: Row, ships: bool) -> dict[str, Any]:
    """Return one cell in words."""
    value = row.get(column.name)
    return {
        "label": _(column.label),
        "name": column.name,
        "kind": column.kind,
        "text": _said(column, value, book, ships),
    }


def _said(column: Column, value: Any, book: Row, ships: bool) -> str:
    names = {str(code): label for code, label in column.options}
    if column.fixed and ships:
        return _law(column.name, book)
    if column.kind == "minutes":
        return minutes(int(value or 0))
    if column.kind == "tick":
        return _("是") if value else ""
    if column.kind == "words":
        return "、".join(value or ())
    if column.kind == "choices":
        return "、".join(names.get(v, v) for v in value or ())
    if column.kind == "choice":
        return names.get(str(value), str(value or ""))
    if column.kind == "when":
        asks = {ask: (words, dict(options)) for ask, words, options in column.asks}
        said = [(asks[a][0], "／".join(asks[a][1].get(o, o) for o in v)) for a, v in (value or {}).items() if a in asks]
        return "；".join(f"{words}{answers}" for words, answers in said)
    text = _(str(value)) if value else ""
    return f"{text} {_(column.unit)}" if text and column.unit else text


def _law(name: str, book: Row) -> str:
    """Return where a term that ships comes from, and when that was read in the official text."""
    if name == "basis":
        return _(book["law"]["label"])
    return str(book["law"]["checked"]) or _("待核对原文")


def minutes(value: int) -> str:
    """Return minutes in the largest unit that leaves no rest: 3 天, 90 分钟."""
    number, unit = columns.split(value)
    if unit == "d":
        return ngettext("%(n)s 天", "%(n)s 天", number) % {"n": number}
    if unit == "h":
        return ngettext("%(n)s 小时", "%(n)s 小时", number) % {"n": number}
    return ngettext("%(n)s 分钟", "%(n)s 分钟", number) % {"n": number}


def fields(given: tuple[Column, ...], row: Row, book: Row, ships: bool, here: Row) -> list[dict[str, Any]]:
    """Return the fields of a form with their values, or with what was typed and what is wrong with it."""
    post, bad = here.get("post"), here.get("bad") or {}
    return [_field(c, row, book, ships, post, bad.get(c.name, "")) for c in given]


def _field(column: Column, row: Row, book: Row, ships: bool, post: QueryDict | None, bad: str) -> dict[str, Any]:
    value = row.get(column.name)
    if column.fixed and ships:
        return {"kind": "fixed", "name": column.name, "label": _(column.label), "value": _law(column.name, book)}
    number, unit = columns.split(int(value or 0)) if column.kind == "minutes" else (value, "")
    if post is not None:
        number, unit = post.get(column.name, ""), post.get(f"{column.name}.unit", "m")
        value = column.typed(post)
    chosen = {str(v) for v in value or ()} if column.kind == "choices" else {str(value)}
    if column.kind == "words":
        number = "\n".join(value or ()) if post is None else post.get(column.name, "")
    blank = value is None and post is None
    return {
        "kind": column.kind, "name": column.name, "label": _(column.label), "bad": bad, "most": column.most,
        "help": _(column.help) if column.help else "", "unit": _(column.unit) if column.unit else "",
        "value": "" if blank else number, "on": bool(value), "optional": column.optional, "chosen_unit": unit,
        "options": [(str(c), label, str(c) in chosen) for c, label in column.options],
        "units": [(code, _(label)) for code, (_size, label) in columns.UNITS.items()],
        "asks": [_ask(a, words, options, value) for a, words, options in column.asks],
    }  # fmt: skip


def _ask(code: str, words: str, options: columns.Options, value: Any) -> dict[str, Any]:
    given = (value or {}).get(code) or () if isinstance(value, Mapping) else ()
    return {"code": code, "words": words, "options": [(o, label, o in given) for o, label in options]}


def numbers(brand: Brand, part: parts.Part, typed: Row) -> list[dict[str, Any]]:
    """Return the figures with what they do; shares in per cent."""
    book, shipped = settings.of(brand, part.file), read(f"crisis/{part.file}")
    post, bad = typed.get("post"), typed.get("bad") or {}
    found = []
    for one in parts.numbers(part):
        path, share = one["path"], bool(one.get("share"))
        value, default = shown(at(book, path), share), shown(at(shipped, path), share)
        found.append(
            {
                "path": path, "label": _(one["label"]), "does": _(one["description"]), "unit": _(UNITS[one["unit"]]),
                "value": post.get(path, value) if post is not None else value, "default": default,
                "changed": value != default, "bad": bad.get(path, ""),
            }
        )  # fmt: skip
    return found


def shown(value: float, share: bool) -> str:
    return f"{value * 100:g}" if share else f"{value:g}"


def at(book: Row, path: str) -> Any:
    for name in path.split("."):
        book = book[name]
    return book
