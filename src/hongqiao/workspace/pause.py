"""The red button: whatever can be paused registers itself, so the button knows nobody by name.

A scope may have parts that can be paused alone ("publishing/account:…"): who asks names the parts that it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from hongqiao.errors import N_, Paused
from hongqiao.workspace.models import Brand, Pause

ALL = "all"
#: A brand → what of a scope can be paused alone: key → its words, in the reader's language.
Parts = Callable[[Brand], Mapping[str, str]]
_SCOPES: dict[str, str] = {ALL: N_("全部外发动作")}
_ALONE: set[str] = set()
_PARTS: dict[str, Parts] = {}


def register(name: str, label: str, *, alone: bool = False, parts: Parts | None = None) -> None:
    """Say that something can be paused. `label` is a msgid.

    alone: only its own switch stops it, not the one for everything: colleagues must hear of a crisis.
    """
    _SCOPES[name] = label
    if alone:
        _ALONE.add(name)
    if parts is not None:
        _PARTS[name] = parts


def scopes() -> dict[str, str]:
    """Return name → label of all that can be paused, "all" first."""
    from hongqiao.workspace.registry import discover

    discover()
    return _SCOPES


def part(name: str, key: str) -> str:
    """Return the scope of a part of a scope."""
    return f"{name}/{key}"


def parts(brand: Brand) -> dict[str, str]:
    """Return scope → words of every part of the brand's that can be paused alone."""
    scopes()
    return {part(name, key): words for name, of in _PARTS.items() for key, words in of(brand).items()}


def standing(brand: Brand | UUID, *names: str) -> list[Pause]:
    """Return the switches that stop one of these, or everything, now: the widest first."""
    brand_id = brand.pk if isinstance(brand, Brand) else brand
    wanted = [*names, *(() if set(names) & _ALONE else (ALL,))]
    found = _on().filter(brand_id=brand_id, scope__in=wanted).select_related("brand", "by__user")
    return sorted(found, key=lambda row: (row.scope != ALL, row.scope.count("/"), row.scope))


def is_paused(brand: Brand | UUID, name: str) -> bool:
    """Return whether this, or everything, is paused for the brand. Ask again right before the act."""
    return bool(standing(brand, name))


def any_on(brand: Brand) -> bool:
    """Return whether any switch of the brand is on."""
    return _on().filter(brand=brand).exists()


def _on() -> QuerySet[Pause]:
    return Pause.objects.filter(Q(until=None) | Q(until__gt=timezone.now()), on=True)


def require(brand: Brand | UUID, name: str) -> None:
    """Raise Paused where the red button is on for this."""
    if is_paused(brand, name):
        raise Paused()
