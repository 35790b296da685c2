"""An uploaded file of members: a short one is taken at once, a long one in the background, so that nobody waits.

Until the job is through, the rows lie encrypted in the folder of imports, which is swept of what is forgotten there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.utils import timezone

from hongqiao.audience.people import merging, reading, settings
from hongqiao.audience.uploads import laid_down
from hongqiao.warehouse import config
from hongqiao.workspace import jobs, keys, permissions
from hongqiao.workspace.models import Brand, Job, Member

KIND = "audience.members"
SHOWN = 50  # problems of a file
KEPT = timedelta(hours=12)  # a result stands so long on the page


def begin(*, actor: Member, upload: Any) -> Job | dict[str, Any]:
    """Take a short file and return what came of it, or ask for the job that takes a long one.

    Raises NotAllowed, NoFile, and what `reading.read` raises.
    """
    permissions.require(actor, merging.EDIT)
    rules = settings.rules(actor.brand)
    with laid_down(upload) as path:
        members = reading.read(path, rules["file_rows"])
    name = (upload.name or "file")[:80]
    if len(members.rows) <= rules["at_once"]:
        return short(reading.take(actor=actor, members=members, name=name))
    place = config.tmp() / f"members-{uuid4().hex}"
    place.write_text(keys.encrypt(json.dumps([members.rows, members.unknown]).encode()))
    told = {"file": place.name, "name": name, "member": str(actor.pk), "count": len(members.rows)}
    return jobs.enqueue(KIND, brand_id=actor.brand_id, key=place.name, payload=told, priority=1)


def short(done: dict[str, Any], before: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Return what is told of a file, with what was told of the rows before: the first problems, how many more."""
    problems = [*before.get("problems", []), *({"row": p["row"], "code": p["code"]} for p in done["problems"])]
    counts = {name: done[name] + before.get(name, 0) for name in reading.COUNTS}
    more = before.get("more", 0) + max(0, len(problems) - SHOWN)
    return {**counts, "unknown": done["unknown"], "problems": problems[:SHOWN], "more": more}


def work(ctx: jobs.Context) -> dict[str, Any] | jobs.Continue:
    """Take the rows that lie there. Once more after a crash they change nothing, only some count as known then."""
    told, place = ctx.payload, config.tmp() / Path(ctx.payload["file"]).name
    actor = Member.objects.select_related("brand").get(brand=ctx.job.brand, pk=told["member"])
    rows, unknown = json.loads(keys.decrypt(place.read_text()))
    size, done = settings.rules(actor.brand)["at_once"], dict(told.get("done") or {})
    for at in range(told.get("at", 0), len(rows), size):
        if ctx.should_rest:
            return jobs.Continue({**told, "at": at, "done": done}, at / len(rows))
        ctx.progress(at / len(rows))
        some = reading.Members([(n, row) for n, row in rows[at : at + size]], unknown)
        done = short(reading.take(actor=actor, members=some, name=told["name"]), done)
    place.unlink(missing_ok=True)
    return done


def lately(brand: Brand) -> list[Job]:
    """Return the files that are on their way or were taken lately, the newest first."""
    return list(Job.objects.filter(brand=brand, kind=KIND, created_at__gte=timezone.now() - KEPT).order_by("-id")[:5])
