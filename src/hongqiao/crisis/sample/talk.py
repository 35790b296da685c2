"""The year's talk of the sample's mention files, heard with its own times; a story's rows when they were posted.

Rows of no story are heard when the sample is brought in, as any old file would be: they are the usual against which
things are measured, and alarm nobody. The last day of the files is told live instead.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.models import Mention, Source
from hongqiao.crisis.sample import kit
from hongqiao.workspace.models import Brand, Member

Row = Mapping[str, str]
STEP = timedelta(minutes=20)  # what a system pushed within so long is heard together


def plant(member: Member, folder: Path) -> None:
    """Hear and read the files; what is known already comes to nothing."""
    brand = member.brand
    stories = [one["heard"] for one in kit.read(folder, "past")["incidents"]]
    if not Mention.objects.filter(brand=brand, source__way=Source.Way.FILE).exists():
        with transaction.atomic():
            _files(brand, folder, [r for r in rows(folder) if not any(of(r, s) for s in stories)])
    kit.understand(brand)


def pushed(brand: Brand, folder: Path, story: Mapping[str, Any]) -> list[Mention]:
    """Hear a story as the system pushed it, soon after it was posted, and read it; return its mentions, those known
    already too."""
    source, lag = kit.sources(brand, folder)["push"], timedelta(minutes=story["lag"])
    said = [_heard(r, brand) for r in rows(folder) if of(r, story)]
    batches: dict[datetime, list[Heard]] = {}
    for one in said:
        posted = one.posted_at or kit.moment(story["from"], brand)
        last = next(reversed(batches), posted)
        batches.setdefault(last if posted - last < STEP else posted, []).append(one)
    with transaction.atomic():
        for some in batches.values():
            arrive(source, some, at=max(h.posted_at for h in some if h.posted_at) + lag)
    kit.understand(brand)
    found = Mention.objects.filter(source=source, outer__in=[h.outer for h in said])
    return list(found.order_by("posted_at", "id"))


def of(row: Row, story: Mapping[str, Any]) -> bool:
    """Whether a row of a file is of a story: its place, its time, its words."""
    when = row["时间"].replace(" ", "T")
    inside = story["from"] <= when < story["to"] and row["来源"] == story["source"]
    return inside and kit.says(row["内容"], story["says"])


def rows(folder: Path) -> Iterator[Row]:
    """Yield the rows of the files up to the last day that is told of them."""
    until = kit.read(folder, "past")["until"]
    for path in sorted(folder.parent.glob("*/mentions/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (r for r in csv.DictReader(file) if r["时间"][:10] <= until)


def _heard(row: Row, brand: Brand) -> Heard:
    posted = kit.moment(row["时间"].replace(" ", "T"), brand)
    likes = int(row["点赞"]) if row["点赞"] else None
    return Heard(row["链接"], row["内容"], posted, row["来源"], url=row["链接"], author=row["作者"], likes=likes)


def _files(brand: Brand, folder: Path, given: Sequence[Row]) -> None:
    """Hear the rest now, by the file that a person would have brought."""
    held, rest = kit.sources(brand, folder), list(given)
    for one in kit.read(folder, "listening")["files"]:
        wanted = one.get("only")
        some = [r for r in rest if wanted is None or r["来源"] in wanted]
        rest = [r for r in rest if r not in some] if wanted else []
        arrive(held[one["code"]], [_heard(r, brand) for r in some])
