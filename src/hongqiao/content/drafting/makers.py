"""Who makes drafts: a protocol, and the maker that fills structures. It invents nothing: what is missing is a gap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hongqiao.content.drafting import structures
from hongqiao.content.drafting.material import Material

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Made:
    """One draft. `notes`: what is to be known of it, as codes: {code, word}."""

    body: dict[str, Any]
    structure: str = ""
    model: str = ""
    notes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Batch:
    """What a maker made, and what it refused to pass on."""

    drafts: tuple[Made, ...]
    refused: tuple[str, ...] = field(default=())


class Maker(Protocol):
    """Makes drafts from material."""

    def make(self, material: Material) -> Batch:
        """Return several drafts. A maker that asks others raises AssistantError where they fail."""
        ...


class TemplateDraft:
    """Fills the structures of the piece's form: offline, the same drafts from the same material."""

    def make(self, material: Material) -> Batch:
        chosen = structures.of_form(material.piece.form)[: structures.limits()["drafts"]]
        return Batch(tuple(Made(_body(s, material.values), s["code"]) for s in chosen))


def gap(what: str) -> str:
    """Return a visible gap: no text with one is approved."""
    return f"〔待补：{what}〕"


def _fill(text: str, values: Mapping[str, str]) -> str:
    names = structures.names()
    return _NAME.sub(lambda m: values.get(m[1]) or gap(names[m[1]]), text)


def _body(structure: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of a structure, filled."""

    def fill(text: str) -> str:
        return _fill(text, values)

    body: dict[str, Any] = {"title": _short(fill(structure["title"]), structure["form"])}
    for key in ("digest", "text"):
        if key in structure:
            body[key] = fill(structure[key])
    if "lines" in structure:
        body["text"] = "\n".join(map(fill, structure["lines"]))
    if "markdown" in structure:
        body["markdown"] = "\n\n".join(map(fill, structure["markdown"]))
    if "tags" in structure:
        body["tags"] = [values[n] for tag in structure["tags"] if (n := tag.strip("{}")) in values]
    if "fields" in structure:
        body["fields"] = {k: fill(v) for k, v in structure["fields"].items()}
    if "chapters" in structure:
        body["chapters"] = [{"start": start, "title": fill(title)} for start, title in structure["chapters"]]
    if "shots" in structure:
        body["shots"] = _rows(structure["shots"], "seconds", 1, fill)
    if "segments" in structure:
        body["segments"] = _rows(structure["segments"], "minutes", 60, fill)
    return body


def _rows(rows: list[dict[str, Any]], length: str, unit: int, fill: Any) -> list[dict[str, Any]]:
    made, at = [], 0
    for row in rows:
        end = at + row[length] * unit
        said = {k: fill(v) for k, v in row.items() if k != length and v}
        made.append({"start": at, "end": end, **said} | ({"subtitle": said["line"]} if unit == 1 else {}))
        at = end
    return made


def _short(title: str, form: str) -> str:
    """A title that material made too long keeps its first clause, where that is short enough."""
    most = 20 if form == "note" else structures.limits()["title"]
    first = re.split(r"[，｜：]", title)[0]
    return first if len(title) > most and 4 <= len(first) <= most and "〔" not in title else title
