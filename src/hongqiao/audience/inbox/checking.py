"""An answer held against law, products and the brand's voice before it goes out."""

from __future__ import annotations

from typing import Any

from hongqiao.audience.inbox.settings import limits
from hongqiao.compliance import draft as drafts
from hongqiao.compliance.craft import present
from hongqiao.methods.craft import Draft, Found
from hongqiao.workspace.models import Brand

LET = ("law.diversion",)  # an answer may say how customer service is reached
HOLDS = ("block", "hold")


def check(brand: Brand, text: str, platform: str = "") -> list[Found]:
    """Return what is found in an answer, the graver first; craft does not judge it."""
    wanted = tuple(limits(brand)["holding_rules"])
    found = drafts.check(brand, Draft(platform=platform, form="note", text=text))
    return [f for f in found if f.rule.startswith(wanted) and not f.rule.startswith(LET)]


def holding(found: list[Found]) -> list[Found]:
    """Return what keeps an answer back."""
    return [f for f in found if f.level in HOLDS]


def shown(found: list[Found]) -> list[dict[str, Any]]:
    """Return what was found in words."""
    lines = []
    for one in found:
        label, why, todo = present.said(one)
        lines.append({"label": label, "word": one.word, "why": why, "todo": todo, "level": one.level})
    return lines
