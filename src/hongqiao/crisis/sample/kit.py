"""What the parts share: what their files tell, who works there, the sources by their codes, reading at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.crisis.models import Source
from hongqiao.crisis.reading import reader
from hongqiao.workspace import invented
from hongqiao.workspace.models import Brand, Member, Notice

Cast = Mapping[str, Member]
Told = dict[str, Any]
CODES = ("crisis.", "incident.", "statement.", "drill.", "mention.", "member.")


def read(folder: Path, name: str) -> Told:
    """Return what a file of the sample tells."""
    found: Told = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return found


def cast_of(host: Member, folder: Path) -> dict[str, Member]:
    """Return code → member: the team of the desk's story, and who is there for the room alone."""
    desk = json.loads((folder.parent / "desk.json").read_text("utf-8"))["people"]
    return invented.gather(host, [*desk, *read(folder, "listening")["people"]])


def sources(brand: Brand, folder: Path) -> dict[str, Source]:
    """Return code → source of those that are there."""
    told = read(folder, "listening")
    names = {one["name"]: one["code"] for one in (*told["sources"], *told["files"])}
    rows = Source.objects.filter(brand=brand, name__in=list(names)).select_related("brand")
    return {names[s.name]: s for s in rows}


def moment(said: str, brand: Brand) -> datetime:
    """Return a moment that a file tells in the brand's own time."""
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(brand.zone))


def understand(brand: Brand) -> None:
    """Read what waits, as the job would a moment later."""
    while reader.read_chunk(brand):
        pass


def settled(brand: Brand, since: datetime) -> None:
    """Count what was told since then on the way as read: what is over is no news to anybody."""
    rows = Notice.objects.filter(brand=brand, read_at=None, created_at__gte=since)
    keys = [n.pk for n in rows if n.code.startswith(CODES)]
    Notice.objects.filter(pk__in=keys).update(read_at=timezone.now())


def says(text: str, words: Sequence[str]) -> bool:
    """Whether a text has one of the words; any has none of none."""
    return not words or any(w in text for w in words)
