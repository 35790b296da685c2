"""Actions that get into each other's way: on one target at once, nobody can tell whose effect it was.

The same figure in slices that meet, the same piece, or a kind of action that does the opposite (`opposes` in
playbook.json) where their slices meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.ledger import playbook
from hongqiao.ledger.measuring.plans import values
from hongqiao.ledger.models import Action, ActionState

OPEN = (ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE)


def compatible(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Return whether two slices can share a row: no dimension names different values in both."""
    return all({str(v) for v in values(a[d])} & {str(v) for v in values(b[d])} for d in set(a) & set(b))


def touches(other: Action, metric: str, where: Mapping[str, Any]) -> bool:
    """Return whether an action may have moved a metric's slice: it acts on it or is measured by it, in a slice that
    meets this one."""
    for said in (other.target, other.measure):
        if said.get("metric") == metric and compatible(said.get("where") or {}, where):
            return True
    return False


def opposed(one: Action, other: Action) -> bool:
    """Return whether two actions do the opposite of each other in slices that meet."""
    book = playbook.of(None)
    against = other.template in book.get(one.template, {}).get("opposes", [])
    against = against or one.template in book.get(other.template, {}).get("opposes", [])
    return against and compatible(_where(one), _where(other))


def clash(one: Action, other: Action) -> bool:
    """Return whether the effect of one could not be told from that of the other, in the same days."""
    piece, metric = one.target.get("content"), one.measure.get("metric") or one.target.get("metric", "")
    if (piece and piece == other.target.get("content")) or opposed(one, other) or _pieces(one) & _pieces(other):
        return True
    alike = not _pieces(one) and one.measure.get("method") != "holdout"  # arms are compared with each other
    return bool(metric) and alike and touches(other, metric, _where(one))


def _where(action: Action) -> Mapping[str, Any]:
    return action.measure.get("where") or action.target.get("where") or {}


def _pieces(action: Action) -> set[str]:
    arms = action.measure.get("arms") or {}
    return {*arms.get("a", []), *arms.get("b", [])}


def rivals(action: Action) -> list[Action]:
    """Return the brand's other open actions that clash with one, kept or not yet."""
    found = Action.objects.filter(brand_id=action.brand_id, state__in=OPEN).exclude(pk=action.pk)
    return [other for other in found.select_related("brand").order_by("id") if clash(action, other)]
