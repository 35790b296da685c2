"""The sample's feedback in the background."""

from __future__ import annotations

from pathlib import Path

from hongqiao.audience.feedback.sample import TELL
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Member


@jobs.handler(TELL, atomic=True, label=N_("准备示例的用户反馈"))
def tell(ctx: jobs.Context) -> dict[str, int]:
    """Tell the story, all of it or nothing."""
    from hongqiao.audience.feedback.sample import telling

    host = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    return {"threads": telling.tell(host, Path(ctx.payload["folder"]))}
