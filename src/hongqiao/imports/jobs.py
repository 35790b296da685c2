"""Background work of the import room."""

import time
from pathlib import Path
from typing import Any
from uuid import UUID

from hongqiao.errors import N_, HongqiaoError
from hongqiao.imports import services
from hongqiao.imports.services.running import give_up
from hongqiao.warehouse import care, inbox
from hongqiao.warehouse.models import Manifest
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Member

SLICE = 30.0  # seconds: far below what a job may take


class Stopped(HongqiaoError):
    code, status = "import_cancelled", 409
    message = N_("导入任务被取消，没有写入任何数据")
    next_step = N_("需要时点「重新识别」，再确认一次")


class GaveUp(HongqiaoError):
    code, status = "import_gave_up", 503
    message = N_("试了几次都没有成功，没有写入任何数据")
    next_step = N_("请稍后点「重新识别」再确认；仍不行，请把文件编号告诉管理员")


@jobs.handler(services.RUN, atomic=False, label=N_("导入文件"))
def run_import(ctx: jobs.Context) -> dict[str, Any]:
    """Import one file. Its own state in its row: a second run takes nothing twice."""
    file_id = UUID(ctx.payload["file"])
    try:
        file = services.run(file_id, on_progress=ctx.progress)
    except jobs.Cancelled:
        give_up(file_id, Stopped())
        raise
    except jobs.Lost:
        raise
    except Exception:
        if ctx.attempt >= jobs.kinds()[services.RUN].attempts:
            give_up(file_id, GaveUp())
        raise
    return {"state": file.state}


@jobs.handler("imports.listed", atomic=False, label=N_("导入示例文件"))
def import_listed(ctx: jobs.Context) -> Any:
    """Import the files of a manifest one after another; every run is short and goes on where the last one ended."""
    manifest, at, began = Path(ctx.payload["manifest"]), ctx.payload.get("at", 0), time.monotonic()
    member = Member.objects.select_related("brand", "user").get(id=ctx.payload["member"])
    todo = services.entries(manifest)
    while at < len(todo):
        services.take_listed(member, manifest, todo[at])
        at += 1
        ctx.progress(at / len(todo))
        if time.monotonic() - began > SLICE:
            return jobs.Continue({**ctx.payload, "at": at}, at / len(todo))
    care.compact(member.brand_id)
    return {"files": at}


@jobs.handler("imports.tidy", atomic=False, label=N_("清理过期的上传"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    return services.sweep()


@jobs.handler("imports.care", atomic=False, label=N_("整理数据文件"))
def care_for_parts(ctx: jobs.Context) -> dict[str, int]:
    """Move waiting events into parts, merge small parts, remove what is retired. Each step may be killed and rerun."""
    flushed = sum(inbox.flush(brand_id) for brand_id in inbox.due())
    brands = list(Manifest.objects.values_list("brand_id", flat=True))
    merged = 0
    for n, brand_id in enumerate(brands):
        merged += care.compact(brand_id)
        ctx.progress((n + 1) / len(brands))
    return {"flushed": flushed, "merged": merged, "removed": care.sweep()}


jobs.every("imports.tidy", minutes=15)
jobs.every("imports.care", minutes=60)
