"""What ships for journeys, and what a journey's steps say: knowledge/audience/journeys.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience import settings
from hongqiao.audience.models import Journey
from hongqiao.workspace.models import Brand

Step = Mapping[str, Any]
#: How far an application went, in order.
ORDER = ("applied", "chosen", "sent", "reported")
WAIT, CONDITION, ACT, EXIT = "wait", "condition", "act", "exit"
KINDS = (WAIT, CONDITION, ACT, EXIT)


def of(brand: Brand) -> dict[str, Any]:
    """Return the rules of journeys with a brand's differences."""
    return settings.of(brand, "journeys")


def template(brand: Brand, code: str) -> dict[str, Any] | None:
    """Return a template by its code."""
    return next((t for t in of(brand)["templates"] if t["code"] == code), None)


def words(brand: Brand, part: str) -> list[tuple[str, str]]:
    """Return (code, words) of goals, tiers, tests or stages, in the reader's language."""
    return [(code, _(said["label"])) for code, said in of(brand)[part].items()]


def label(brand: Brand, part: str, code: str) -> str:
    """Return the words of one of them, the code itself where it is unknown."""
    said = of(brand)[part].get(code)
    return _(said["label"]) if said else code


def event_of(brand: Brand, goal: str) -> str:
    """Return the event by which a goal is reached, "" where none tells."""
    return str(of(brand)["goals"].get(goal, {}).get("event", ""))


def place(steps: Sequence[Step], key: str) -> int:
    """Return where a step stands, -1 where it is not there any more."""
    return next((n for n, s in enumerate(steps) if s["id"] == key), -1)


def following(steps: Sequence[Step], key: str) -> str:
    """Return the id of the step after one, "" at the end."""
    at = place(steps, key) + 1
    return str(steps[at]["id"]) if 0 < at < len(steps) else ""


def acts(row: Journey) -> list[Step]:
    """Return the steps that reach people."""
    return [s for s in row.steps if s["kind"] == ACT]
