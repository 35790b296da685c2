"""Background work of the editors: pictures of pasted articles fetched into the library."""

from __future__ import annotations

from typing import Any

from hongqiao.content.editors import pictures
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Member


@jobs.handler(pictures.FETCH, atomic=False, label=N_("取回文章里的外部图片"), attempts=2)
def fetch(ctx: jobs.Context) -> dict[str, Any]:
    """Fetch each picture, one after the other. The same picture again is the same asset, so twice is once."""
    actor = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    wanted, found = ctx.payload["addresses"], {}
    for n, src in enumerate(wanted):
        ctx.progress(n / len(wanted))
        found[src] = pictures.fetch(actor, src)
    return found
