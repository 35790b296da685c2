"""Mappings that ship: for exports whose real headers nobody has shown us. One JSON file each, with source and date.

A template is offered on the mapping page where its headers fit the file; a person confirms every column before anything
is read with it. {"code", "label", "platform", "system", "table", "columns": {column: {"kind", "headers", "unit"}},
"indicators": every header that names a known indicator is one, "marks": headers that only this system writes,
"unconfirmed", "source", "checked"}
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from hongqiao.platforms.kit.headers import fold, head
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.model import Found, Unreadable
from hongqiao.platforms.targets import INDICATORS, layout_from_mapping, mapping_notes


@dataclass(frozen=True)
class Template:
    """A mapping that ships. `columns`: target → {"kind", "headers" (any of them, the first counts most), "unit"}."""

    code: str
    label: str  # msgid
    platform: str  # code in PLATFORMS or of a system that has no place there yet
    system: str  # as people call the back end
    table: str
    columns: dict[str, dict[str, Any]] = field(hash=False)
    source: str
    checked: str
    unconfirmed: bool = True
    indicators: bool = False
    marks: tuple[str, ...] = ()

    def mapping(self, headers: list[str]) -> dict[str, Any]:
        """What this template says of these headers, in the form that `layout_from_mapping` takes."""
        columns: dict[str, dict[str, str]] = {}
        for target, rule in self.columns.items():
            named = (h for want in rule["headers"] for h in headers if h not in columns and _same(h, want))
            if header := next(named, ""):
                columns[header] = {"column": target, "kind": rule["kind"]}
        if self.indicators:
            known = (h for h in headers if h not in columns and any(s in INDICATORS for s in _spellings(h)))
            columns |= {h: {"column": "value", "kind": "number"} for h in known}
        mapping: dict[str, Any] = {
            "code": "",
            "label": self.label,
            "table": self.table,
            "columns": {h: columns[h] for h in headers if h in columns},
            "headers": headers,
            "options": {"currency": "CNY", "earliest": limits()["earliest"]},
            "notes": [],
        }
        notes = ["unconfirmed"] if self.unconfirmed else []
        return {**mapping, "notes": notes + mapping_notes(mapping)}

    def marked(self, headers: list[str]) -> int:
        return sum(any(_same(h, mark) for h in headers) for mark in self.marks)

    def strangeness(self, mapping: dict[str, Any]) -> int:
        """How far down its list each matched spelling stands, added up: of two that fit, the nearer one comes first."""
        wanted = {c: rule["headers"] for c, rule in self.columns.items()}
        chosen = ((h, wanted[c["column"]]) for h, c in mapping["columns"].items() if c["column"] in wanted)
        return sum(next(n for n, want in enumerate(known) if _same(h, want)) for h, known in chosen)


def _spellings(header: str) -> tuple[str, str]:
    one = head(header)
    return fold(one.full), fold(one.name)


def _same(header: str, want: str) -> bool:
    return fold(want) in _spellings(header)


@cache
def templates() -> tuple[Template, ...]:
    """Every mapping that ships, by code."""
    folder = files("hongqiao.platforms.templates")
    found = [json.loads(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".json")]
    return tuple(Template(**{**one, "marks": tuple(one.get("marks", ()))}) for one in sorted(found, key=_code))


def _code(one: dict[str, Any]) -> str:
    return str(one["code"])


def fitting(found: Found) -> list[tuple[Template, dict[str, Any]]]:
    """The templates whose headers fit a table, best first, each with the mapping to confirm. Imports nothing."""
    headers = [h for h in found.headers if h]
    fits = []
    for one in templates():
        mapping = one.mapping(headers)
        share = len(mapping["columns"]) / max(1, len(headers))
        if share >= limits()["known_share"] and _whole(mapping):
            rank = (-one.marked(headers), -share, one.strangeness(mapping), one.code)
            fits.append((rank, one, mapping))
    return [(one, mapping) for _, one, mapping in sorted(fits, key=lambda f: f[0])]


def _whole(mapping: dict[str, Any]) -> bool:
    """Whether a layout can be made of it: the columns its table cannot do without are there, and one figure beside."""
    try:
        layout = layout_from_mapping(mapping)
    except Unreadable:
        return False
    kinds = {f.kind for f in layout.fields if f.table}
    return len(mapping["columns"]) > 1 and bool(kinds & {"int", "number", "money", "fen", "rate", "percent", "seconds"})
