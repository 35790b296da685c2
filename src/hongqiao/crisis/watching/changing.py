"""A brand's own table of severity: only what differs from the shipped one is kept. Row X1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hongqiao.crisis.watching import tables
from hongqiao.knowledge import read
from hongqiao.methods.bursts import BurstSettings
from hongqiao.methods.crisis.severity import LEVELS, BadSeverity, Table
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

TEND = "settings.brand"
#: What may be changed: whole numbers over all, figures of a level; shares are given as shares, 0 to 1.
WHOLE = ("hits", "calm", "every_minutes", "baseline_days", "platform_least")
LINES = (
    "times", "negative", "share", "of", "followers", "reach", "platforms", "press", "hot", "first_minutes",
    "update_minutes",
)  # fmt: skip


@transaction.atomic
def save(*, actor: Member, seen: int | None, wanted: Mapping[str, Any]) -> Brand:
    """Keep what differs of `wanted` ({hits, …, levels: {II: {times: 9}}}); an empty one returns to the shipped table.

    Raises NotAllowed, Conflict, BadSeverity.
    """
    permissions.require(actor, TEND)
    brand: Brand = Brand.objects.for_member(actor, TEND).locked(actor.brand_id, seen)
    changes = differences(wanted)
    whole = tables.merged(changes)
    Table.of(whole)
    BurstSettings.of(whole["bursts"])
    _roles(whole)
    room = dict((brand.settings or {}).get("crisis") or {})
    room[tables.SEVERITY] = changes
    brand.settings = {**(brand.settings or {}), "crisis": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    audit.record(actor, "crisis.severity_changed", brand, changes=changes)
    return brand


def differences(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from the shipped table. Raises BadSeverity for what it does not have."""
    shipped = read(f"crisis/{tables.SEVERITY}")
    changes: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "levels":
            changes |= _levels(shipped["levels"], value)
        elif name == "natures":
            found = {k: v for k, v in value.items() if shipped["natures"].get(k) != v}
            changes |= {"natures": found} if found else {}
        elif name not in WHOLE and name not in ("bursts", "baseline_least"):
            raise BadSeverity(name=name, value=str(value))
        elif shipped[name] != value:
            changes[name] = value
    return changes


def _levels(shipped: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found = {}
    for level, row in wanted.items():
        if level not in LEVELS or set(row) - set(LINES) - {"commander"} - {"persons", "marks"}:
            raise BadSeverity(name=level, value=", ".join(sorted(row)))
        own = {k: v for k, v in row.items() if shipped[level].get(k) != v}
        if own:
            found[level] = own
    return {"levels": found} if found else {}


def _roles(whole: Mapping[str, Any]) -> None:
    for level in LEVELS:
        if whole["levels"][level]["commander"] not in permissions.roles():
            raise BadSeverity(name=f"{level} commander", value=str(whole["levels"][level]["commander"]))
