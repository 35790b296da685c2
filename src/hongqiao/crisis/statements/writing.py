"""A first draft by the structure of its kind: verified facts, measures, contact and day are put in; nothing is made up.

What is not known yet stays as 【…】, which the check finds: a draft with holes is never signed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.crisis import settings
from hongqiao.crisis.models import Incident
from hongqiao.workspace.models import Brand

_NUMBER = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[.．、)）]\s*(?!\d)")
#: What stands in the text (Chinese, as the statement is) where something is still open.
HOLES = {
    "facts": "【已核实的事实】",
    "people": "【对象】",
    "blame": "",
    "measures": "1. 【措施】，【期限】内完成，【负责人】负责",
    "next": "【下次更新时间】",
    "contact": "【联系方式】",
    "sign": "【署名】",
    "day": "【日期】",
    "topic": "【事项】",
    "basis": "【依据】",
    "product": "【产品】",
    "batch": "【批号】",
}


def book(brand: Brand) -> dict[str, Any]:
    """Return statements.json with the brand's differences; its own forbidden words among those of their list."""
    found = settings.of(brand, "statements")
    for own in found["words"]:
        found = found | {own["list"]: [*found[own["list"]], own["word"]]}
    return found


def bodily(incident: Incident) -> bool:
    """Whether somebody's body is concerned, so that a statement has to say what to do."""
    advice = book(incident.brand)["advice"]
    return incident.kind in advice["kinds"] or incident.nature in advice["natures"]


def draft(brand: Brand, kind: str, given: Mapping[str, str], *, body: bool = False) -> str:
    """Return the text of a kind, its sections in order; with what concerns bodies where `body`.

    Raises KeyError for a kind that there is not.
    """
    said = {name: given.get(name, "").strip() or hole for name, hole in HOLES.items()}
    sections = book(brand)["kinds"][kind]["sections"]
    lines = [s["say"].format_map(said) for s in sections if body or s.get("when") != "bodily"]
    return "\n".join(line for line in lines if line.strip())


def facts(texts: Sequence[str]) -> str:
    """Return facts as sentences, each in its own words."""
    return "".join(t.rstrip("。.；; ") + "。" for t in texts)


def measures(text: str) -> str:
    """Return what was typed, a measure a line, as a numbered list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"{n}. {_NUMBER.sub('', line)}" for n, line in enumerate(lines, 1))
