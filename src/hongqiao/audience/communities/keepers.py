"""Activities and draws keep something of users: how it moves with a merge, goes out, and is erased.

The record of who won a draw must stay as long as the law wants it (knowledge/audience/draws.json); a daily job lets it
go then. Everybody else's slip keeps its opaque id alone, so that a published list can still be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction

from hongqiao.audience.communities import kit
from hongqiao.audience.models import Entry, Slip, Trust
from hongqiao.errors import N_
from hongqiao.workspace import persons

HOLDERS: tuple[Any, ...] = (Entry, Slip, Trust)
OF = {Entry: "activity_id", Slip: "draw_id", Trust: "activity_id"}


def _of(model: Any, brand_id: UUID, keys: Sequence[str]) -> models.QuerySet:
    found: models.QuerySet = model.objects.filter(brand_id=brand_id, who__in=list(keys))
    return found


@transaction.atomic
def move(brand_id: UUID, other: str, keep: str) -> dict[str, list[str]]:
    """Move rows to another key; a part that both have in one draw or survey stays: one a person."""
    moved = {}
    for model in HOLDERS:
        rows = _of(model, brand_id, [other])
        if model is not Entry:
            rows = rows.exclude(**{f"{OF[model]}__in": _of(model, brand_id, [keep]).values(OF[model])})
        moved[model.__name__] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        model.objects.filter(pk__in=moved[model.__name__]).update(who=keep)
    return moved


@transaction.atomic
def back(brand_id: UUID, moved: Any, other: str) -> None:
    """Undo `move`."""
    for model in HOLDERS:
        model.objects.filter(brand_id=brand_id, pk__in=moved.get(model.__name__, [])).update(who=other)


def export(brand_id: UUID, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a person brought to activities, and the draws they took part in with what they won."""
    entries = _of(Entry, brand_id, keys).select_related("activity").order_by("pk")
    slips = _of(Slip, brand_id, keys).select_related("draw").prefetch_related("wins").order_by("pk")
    return [
        *({"activity": e.activity.title, "at": e.said_at, "words": kit.unseal(e.words), "choice": e.choice}
          for e in entries),
        *({"draw": s.draw.title, "ticket": s.code, "at": s.taken_at, "won": [w.prize for w in s.wins.all()]}
          for s in slips),
    ]  # fmt: skip


@transaction.atomic
def erase(brand_id: UUID, keys: Sequence[str]) -> int:
    """Take name and words out of what a person brought; rows that figures and published lists count stay nameless."""
    count = _of(Trust, brand_id, keys).delete()[0]
    for entry in _of(Entry, brand_id, keys).select_for_update():
        entry.who, entry.known, entry.name, entry.words = entry.pk.hex, False, "", ""
        entry.photo, entry.follow_up, entry.state = "", "", Entry.State.HIDDEN
        entry.save_next("who", "known", "name", "words", "photo", "follow_up", "state")
        count += 1
    for slip in _of(Slip, brand_id, keys).filter(wins=None).select_for_update(of=("self",)):
        slip.who, slip.known, slip.name = slip.pk.hex, False, ""
        slip.save_next("who", "known", "name")
        count += 1
    return count


persons.register("activities", N_("社群与活动"), move=move, back=back, export=export, erase=erase)
