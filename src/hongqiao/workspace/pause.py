"""The red button: whatever can be paused registers itself, so the button knows nobody by name."""

from __future__ import annotations

from uuid import UUID

from hongqiao.errors import N_, Paused
from hongqiao.workspace.models import Brand, Pause

ALL = "all"
_SCOPES: dict[str, str] = {ALL: N_("全部外发动作")}
_ALONE: set[str] = set()


def register(name: str, label: str, *, alone: bool = False) -> None:
    """Say that something can be paused. `label` is a msgid.

    alone: only its own switch stops it, not the one for everything: colleagues must hear of a crisis.
    """
    _SCOPES[name] = label
    if alone:
        _ALONE.add(name)


def scopes() -> dict[str, str]:
    """Return name → label of all that can be paused, "all" first."""
    from hongqiao.workspace.registry import discover

    discover()
    return _SCOPES


def is_paused(brand: Brand | UUID, name: str) -> bool:
    """Return whether this, or everything, is paused for the brand. Ask again right before the act."""
    brand_id = brand.pk if isinstance(brand, Brand) else brand
    scopes = (name,) if name in _ALONE else (name, ALL)
    return Pause.objects.filter(brand_id=brand_id, scope__in=scopes, on=True).exists()


def any_on(brand: Brand) -> bool:
    """Return whether any switch of the brand is on."""
    return Pause.objects.filter(brand=brand, on=True).exists()


def require(brand: Brand | UUID, name: str) -> None:
    """Raise Paused where the red button is on for this."""
    if is_paused(brand, name):
        raise Paused()
