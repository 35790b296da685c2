"""What the sample brand listens for and where: watch words, a system that pushes, a round, a feed that rests, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from hongqiao.crisis.intake import sources, watchwords
from hongqiao.crisis.models import Source, WatchWord
from hongqiao.crisis.sample import kit
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Write what `listening.json` tells; nothing where the brand listens already."""
    if WatchWord.objects.filter(brand=member.brand).exists() or Source.objects.filter(brand=member.brand).exists():
        return
    told, began = kit.read(folder, "listening"), timezone.now()
    cast = kit.cast_of(member, folder)
    for word in told["watch"]:
        watchwords.add(actor=cast["lead"], **word)
    for one in told["sources"]:
        _source(cast, dict(one))
    for one in told["files"]:  # as an import makes them: nobody adds one by hand
        Source.objects.create(brand=member.brand, name=one["name"], way=Source.Way.FILE, channel=one["channel"])
    kit.settled(member.brand, began)


def _source(cast: kit.Cast, one: dict[str, Any]) -> None:
    name, way, on = one.pop("name"), one.pop("way"), one.pop("on", True)
    one.pop("code")
    owner = one.pop("owner", "")
    row = sources.add(actor=cast["lead"], name=name, way=way, given=one | {"owner": cast[owner] if owner else None})
    if not on:
        sources.switch(actor=cast["lead"], source_id=row.pk, seen=None, on=False)
