"""The tree of what feedback is about, as data: knowledge/audience/feedback.json with a brand's own words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.knowledge import read
from hongqiao.methods.opinion import Kinds, kinds_of
from hongqiao.workspace.models import Brand


def book() -> dict[str, Any]:
    """Return the tree as it ships."""
    return read("audience/feedback")


@cache
def entries() -> dict[str, dict[str, Any]]:
    """Return code ("logistics.slow") → {label, group, team, priority, why, sure, likely, first}."""
    found: dict[str, dict[str, Any]] = {}
    for group, tree in book()["kinds"].items():
        above = {k: tree[k] for k in ("team", "priority", "why", "first") if k in tree}
        for code, entry in tree["subs"].items():
            found[f"{group}.{code}"] = {"why": "", "first": False, **above, **entry, "group": group}
    return found


def known(code: str) -> bool:
    """Return whether a kind is one of the tree's."""
    return code in entries()


def group_of(code: str) -> str:
    """Return the first level of a kind, "" for none."""
    return code.partition(".")[0]


def label(code: str) -> str:
    """Return a kind as people say it: 物流 · 慢与延误; a first level alone; "" for none."""
    group, _dot, _sub = code.partition(".")
    if group not in book()["kinds"]:
        return ""
    first = _(book()["kinds"][group]["label"])
    return f"{first} · {_(entries()[code]['label'])}" if code in entries() else first


def groups() -> list[tuple[str, str]]:
    """Return (code, label) of the first level."""
    return [(code, _(tree["label"])) for code, tree in book()["kinds"].items()]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (label of the first level, [(code, label)]) for a select."""
    return [
        (_(tree["label"]), [(f"{group}.{code}", _(sub["label"])) for code, sub in tree["subs"].items()])
        for group, tree in book()["kinds"].items()
    ]


def compiled(brand: Brand) -> Kinds:
    """Return the words by which the rules tell kinds, with those that the brand added."""
    own = ((brand.settings or {}).get("audience") or {}).get("feedback") or {}
    more = own.get("more") or {}
    return _compiled(tuple(sorted((k, tuple(v)) for k, v in more.items() if known(k))))


def shipped() -> Kinds:
    """Return the words by which the rules tell kinds, as they ship."""
    return _compiled(())


@cache
def _compiled(more: tuple[tuple[str, tuple[str, ...]], ...]) -> Kinds:
    extra: Mapping[str, tuple[str, ...]] = dict(more)
    data, opinion = book(), read("opinion/kinds")
    kinds = {
        code: {
            "floor": 0,
            "first": entry["first"],
            "sure": [*entry["sure"], *extra.get(code, ())],
            "likely": entry["likely"],
        }
        for code, entry in entries().items()
    }
    never = ["(?!)"]  # a question may be feedback here: "能不能出小瓶"
    words = {"denied": data["denied"], "reach": data["reach"], "despite": opinion["despite"]}
    return kinds_of({**words, "asked": never, "harmless": data["harmless"], "kinds": kinds})
