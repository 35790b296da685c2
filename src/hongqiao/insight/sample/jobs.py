"""The sample's story in the background, after its files: a day a step, each far shorter than a job may take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hongqiao.errors import N_
from hongqiao.workspace import jobs, words
from hongqiao.workspace.models import Job, Member

TELL = "insight.sample"
words.register("job", {"sample.day": N_("正在回看 %(day)s")})


@jobs.handler(TELL, atomic=False, label=N_("准备示例的台账"))
def tell(ctx: jobs.Context) -> Any:
    """Tell the story named in the payload; a stopped run goes on at the day it had come to."""
    from hongqiao.insight.sample import telling  # it judges: what that takes need not be loaded for a page

    host = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    story = telling.read(Path(ctx.payload["story"]))
    days = len(story["days"])

    def go_on(told: int) -> bool:
        ctx.progress(told / days, "sample.day", day=story["days"][told]["day"])
        return not ctx.should_rest

    return {"days": days} if telling.tell(host, story, go_on) else jobs.Continue(ctx.payload)


def under_way(brand_id: Any) -> int | None:
    """Return how far the telling is, in percent, while it waits or runs, else None."""
    open_ones = Job.objects.filter(brand_id=brand_id, kind=TELL, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    far = open_ones.values_list("progress", flat=True).first()
    return None if far is None else round(far * 100)
