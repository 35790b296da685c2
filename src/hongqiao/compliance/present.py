"""A check as its page shows it: the text in pieces, its hits in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hongqiao.compliance import packs, queries
from hongqiao.compliance.models import Check, Word
from hongqiao.errors import N_
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
    grave = {"block": 0, "warn": 1, "info": 2}
    return sorted(found.values(), key=lambda x: (x["exemption"] is not None, grave[x["hit"]["level"]], x["number"]))


def pieces(check: Check, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the text in order: plain parts, and hits with their line."""
    out: list[dict[str, Any]] = []
    at = 0
    for one in lines:
        start, end = one["hit"]["start"], one["hit"]["end"]
        out += [{"text": check.text[at:start]}, {"text": check.text[start:end], "line": one}]
        at = end
    return [*out, {"text": check.text[at:]}]


def summary(lines: list[queries.Line]) -> dict[str, int]:
    """Return how many hits hold a text, are to be confirmed, are only told, and were let stand."""
    return {
        "holds": sum(x.holds for x in lines),
        "warns": sum(x.hit["level"] == "warn" and not x.exemption for x in lines),
        "infos": sum(x.hit["level"] == "info" and not x.exemption for x in lines),
        "let": sum(x.exemption is not None for x in lines),
    }
