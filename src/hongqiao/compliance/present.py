"""A check as its page shows it: the text in pieces, its hits in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs, queries
from hongqiao.compliance.craft.parts import draft_of
from hongqiao.compliance.models import Check, Word
from hongqiao.errors import N_
from hongqiao.methods.craft import Found
from hongqiao.methods.craft.model import GRAVE
from hongqiao.platforms import PLATFORMS

COLOURS = {"block": "danger", "warn": "warn", "info": "info"}
OWN = {"label": N_("品牌自定的词"), "next_step": ""}


def level(code: str) -> dict[str, str]:
    """Return a level in words and colour."""
    return {"label": _(Word.Level(code).label), "colour": COLOURS.get(code, "")}


def platforms() -> list[tuple[str, str]]:
    """Return the platforms that content goes to, by code and name: those whose traits are known."""
    return [(p.code, _(p.name)) for p in PLATFORMS.values() if p.traits]


def industries() -> list[tuple[str, str]]:
    """Return the trades by code and name."""
    return [(i["code"], _(i["label"])) for i in packs.industries()]


def line(number: int, one: queries.Line) -> dict[str, Any]:
    """Return one hit with the words of its rule and basis."""
    group = packs.groups_by_code().get(one.hit["rule"], OWN)
    basis = packs.bases()[one.hit["basis"]]
    return {
        "number": number,
        "hit": one.hit,
        "holds": one.holds,
        "exemption": one.exemption,
        "why": _(packs.exemption_kinds().get(one.exemption.kind, "")) if one.exemption else "",
        "level": level(one.hit["level"]),
        "rule": _(group["label"]),
        "advice": _(group["next_step"]) if group.get("next_step") else "",
        "basis": _(basis["label"]),
        "about": _(basis["description"]),
        "unchecked": basis["state"] == "to_check",
    }


def together(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the hits with those of one word and rule as one, the graver first; those let stand come last."""
    found: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for one in lines:
        key = (one["hit"]["rule"], one["hit"]["word"], one["exemption"] is not None)
        found.setdefault(key, one | {"times": 0})["times"] += 1
    return sorted(found.values(), key=lambda x: (x["exemption"] is not None, GRAVE[x["hit"]["level"]], x["number"]))


def pieces(check: Check, lines: list[dict[str, Any]], rows: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the text in order: plain parts, and what is found with its mark; of two on one place the graver stays."""
    out: list[dict[str, Any]] = []
    at = 0
    taken: list[tuple[int, int]] = []
    marks = [*_marks(lines), *_marks_beside(check, rows)]
    for start, end, mark in sorted(marks, key=lambda m: m[2]["colour"] != "danger"):
        if all(end <= a or b <= start for a, b in taken):
            taken.append((start, end))
            out.append({"start": start, "end": end, "mark": mark})
    parts: list[dict[str, Any]] = []
    for one in sorted(out, key=lambda x: x["start"]):
        parts += [{"text": check.text[at : one["start"]]}, {"text": check.text[one["start"] : one["end"]], **one}]
        at = one["end"]
    return [*parts, {"text": check.text[at:]}]


def _marks(lines: list[dict[str, Any]]) -> list[tuple[int, int, dict[str, Any]]]:
    return [
        (x["hit"]["start"], x["hit"]["end"], _mark(x["level"], x["rule"], f"hit-{x['number']}", x["exemption"]))
        for x in lines
    ]


def _marks_beside(check: Check, rows: Sequence[dict[str, Any]]) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the marks of what has a place of its own; a whole text and mere notes are not marked."""
    starts = dict(drafts.joined(draft_of(check.draft))[0]) if check.draft else {}
    return [
        (at + f.start, at + f.end, _mark(row["level"], row["label"], f"found-{row['number']}", row["let"]))
        for row in rows
        if (f := row["found"]).end > f.start and f.level != "info" and (at := starts.get(f.place, -1)) >= 0
    ]


def _mark(level: dict[str, str], rule: str, anchor: str, let: Any) -> dict[str, Any]:
    return {"label": level["label"], "colour": level["colour"], "rule": rule, "anchor": anchor, "let": bool(let)}


def summary(lines: list[queries.Line], found: Sequence[Found] = ()) -> dict[str, int]:
    """Return how many things hold a text, are to be confirmed, are only told, and were let stand."""
    beside = drafts.summary(found)
    words = {
        "holds": sum(x.holds for x in lines),
        "warns": sum(x.hit["level"] == "warn" and not x.exemption for x in lines),
        "infos": sum(x.hit["level"] == "info" and not x.exemption for x in lines),
        "let": sum(x.exemption is not None for x in lines),
    }
    return {k: n + beside[k] for k, n in words.items()}
