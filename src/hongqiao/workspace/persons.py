"""Who keeps something of a user, named by the person key: how it is moved to another key and back, given out, erased.

A room registers its keepers in its `keepers.py` (`registry.discover`). The audience's merging, exporting and
erasing ask them all; so nobody has to be known by name there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

#: (brand, from, to) → what was moved, as JSON, for `back`
Move = Callable[[UUID, str, str], Any]
#: (brand, what was moved, to)
Back = Callable[[UUID, Any, str], None]
#: (brand, keys) → rows as they are given to the person
Export = Callable[[UUID, Sequence[str]], list[dict[str, Any]]]
#: (brand, keys) → how many rows left
Erase = Callable[[UUID, Sequence[str]], int]


@dataclass(frozen=True)
class Keeper:
    """One kind of rows. `label` is a msgid: what an export calls them."""

    name: str
    label: str
    move: Move
    back: Back
    export: Export
    erase: Erase


_KEEPERS: dict[str, Keeper] = {}


def register(name: str, label: str, *, move: Move, back: Back, export: Export, erase: Erase) -> None:
    """Say that somebody keeps rows of users."""
    _KEEPERS[name] = Keeper(name, label, move, back, export, erase)


def keepers() -> dict[str, Keeper]:
    """Return every keeper by name, in the order of their names."""
    from hongqiao.workspace.registry import discover

    discover()
    return dict(sorted(_KEEPERS.items()))


def column(
    name: str,
    label: str,
    model: Any,
    shown: Callable[[Any], dict[str, Any]],
    *,
    field: str = "subject",
    once: Sequence[str] = (),
    erase: Erase | None = None,
) -> None:
    """Register a model that names its user in a column.

    once: fields that are unique with that column; where the other person has such a row already, the row stays.
    erase: where to delete the rows is not all there is to do.
    """

    def rows(brand_id: UUID, keys: Sequence[str]) -> models.QuerySet:
        found: models.QuerySet = model.objects.filter(brand_id=brand_id, **{f"{field}__in": list(keys)})
        return found

    def move(brand_id: UUID, other: str, keep: str) -> list[str]:
        taken = {tuple(v) for v in rows(brand_id, [keep]).values_list(*once)} if once else set()
        mine = rows(brand_id, [other]).values_list("pk", *once)
        ids = [pk for pk, *said in mine if not once or tuple(said) not in taken]
        _point(model, field, ids, keep)
        return [str(pk) for pk in ids]

    def back(brand_id: UUID, moved: Any, other: str) -> None:
        _point(model, field, moved, other, brand_id=brand_id)

    def export(brand_id: UUID, keys: Sequence[str]) -> list[dict[str, Any]]:
        return [shown(row) for row in rows(brand_id, keys).order_by("pk")]

    def delete(brand_id: UUID, keys: Sequence[str]) -> int:
        found = rows(brand_id, keys)
        n = found.count()
        found.delete()
        return n

    register(name, label, move=move, back=back, export=export, erase=erase or delete)


def _point(model: Any, field: str, ids: Sequence[Any], key: str, **also: Any) -> None:
    for start in range(0, len(ids), 500):  # databases bound the length of a list
        model.objects.filter(pk__in=ids[start : start + 500], **also).update(**{field: key})
