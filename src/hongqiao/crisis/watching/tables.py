"""The tables that watching goes by, with a brand's differences: severity, telling, gathering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hongqiao.crisis import settings
from hongqiao.knowledge import opinions, read
from hongqiao.methods.bursts import BurstSettings, Grave
from hongqiao.methods.crisis.severity import Table
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand

SEVERITY, TELLING, GATHERING, GRAVE = "severity", "telling", "gathering", "grave"


def own(brand: Brand) -> dict[str, Any]:
    """Return what the brand changed of the table of severity, as it is kept."""
    return dict(((brand.settings or {}).get("crisis") or {}).get(SEVERITY) or {})


def merged(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shipped table of severity with changes; of levels and natures each line is changed alone."""
    shipped = read(f"crisis/{SEVERITY}")
    found = shipped | {k: v for k, v in changes.items() if k in shipped}
    levels = changes.get("levels") or {}
    found["levels"] = {level: dict(row) | dict(levels.get(level) or {}) for level, row in shipped["levels"].items()}
    found["natures"] = shipped["natures"] | dict(changes.get("natures") or {})
    return found


def severity(brand: Brand) -> dict[str, Any]:
    """Return the table of severity as data."""
    return merged(own(brand))


def table(brand: Brand) -> Table:
    """Return the table of severity to reckon with."""
    return Table.of(severity(brand))


def commander_role(brand: Brand, level: str) -> str:
    """Return the role that commands at a level."""
    role = str(severity(brand)["levels"][level]["commander"])
    return role if role in permissions.roles() else permissions.TOP


def bursts(brand: Brand) -> BurstSettings:
    """Return the settings of the watchers. Raises BadBursts."""
    return BurstSettings.of(severity(brand)["bursts"])


def telling(brand: Brand) -> dict[str, Any]:
    """Return who hears of alarms."""
    return settings.of(brand, TELLING)


def gathering(brand: Brand) -> dict[str, Any]:
    """Return what makes mentions one incident."""
    return settings.of(brand, GATHERING)


def natures(brand: Brand) -> tuple[Grave, ...]:
    """Return what is grave by nature, gravest first, as the brand has it."""
    return Grave.all_of(settings.of(brand, GRAVE))


def nature_of(brand: Brand, code: str) -> Grave | None:
    """Return one nature, None for an ordinary complaint."""
    return next((n for n in natures(brand) if n.code == code), None) if code else None


def floor_of(brand: Brand, code: str) -> str:
    """Return the level that an incident of this nature has at least; "" for an ordinary one."""
    found = nature_of(brand, code)
    return found.floor if found else ""


def kind_label(code: str) -> str:
    """Return a kind of complaint as it is called, in Chinese; the code where it is not known."""
    return str(read("opinion/kinds")["kinds"].get(code, {}).get("label", code))


def kinds() -> tuple[str, ...]:
    """Return the kinds of complaint."""
    return opinions.kinds().order


def patterns(book: Mapping[str, Any]) -> list[re.Pattern[str]]:
    """Return how batch numbers are written."""
    return [re.compile(p) for p in book["batches"]]
