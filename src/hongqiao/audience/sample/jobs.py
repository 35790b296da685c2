"""The sample's story of groups, contest and surveys in the background, once the files are in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hongqiao.audience import sample
from hongqiao.audience.sample import contest, outreach, surveys
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Job, Member


@jobs.handler(sample.TELL, label=N_("准备示例的社群、活动、问卷与触达"))
def tell(ctx: jobs.Context) -> dict[str, Any]:
    """Plant groups at once, the contest when all files are in, the recall when everybody has a tier; look again in half
    a minute where they are not."""
    host = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    folder, tried = Path(ctx.payload["folder"]), int(ctx.payload.get("tried", 0))
    contest.groups(host, folder)
    coming = Job.objects.filter(brand=host.brand, kind__startswith="imports.", state__in=("queued", "running"))
    if not coming.exists() and contest.plant(host, folder):
        surveys.plant(host, folder, sorted(contest.takers_of(host, folder)))
        if outreach.plant(host, folder):
            return {"planted": True}
    if tried < sample.TRIES:
        sample.plant(host, folder, tried + 1)
    return {"planted": False}
