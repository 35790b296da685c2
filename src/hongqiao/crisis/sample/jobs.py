"""The sample's talk and incidents in the background: a part a step, each of them safe to take again."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from hongqiao.crisis.sample import LATER, TELL
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Member


@jobs.handler(TELL, atomic=False, label=N_("准备示例的舆情"))
def tell(ctx: jobs.Context) -> Any:
    """Plant what is left of the sample's room; a stopped run goes on at the part it had come to."""
    host = Member.objects.select_related("brand", "user").get(pk=ctx.payload["member"])
    folder, at = Path(ctx.payload["folder"]), int(ctx.payload.get("at", 0))
    while at < len(LATER):
        import_module(f"hongqiao.crisis.sample.{LATER[at]}").plant(host, folder)
        at += 1
        ctx.progress(at / len(LATER))
        if ctx.should_rest and at < len(LATER):
            return jobs.Continue({**ctx.payload, "at": at}, at / len(LATER))
    return {"parts": at}
