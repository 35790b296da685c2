"""Background work of the import room."""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from hongqiao.errors import N_, HongqiaoError
from hongqiao.imports import services
from hongqiao.imports.checklist import jobs as checklist  # noqa: F401 - registers its kind
from hongqiao.imports.models import ImportBundle, ImportFile
from hongqiao.imports.services.running import give_up
from hongqiao.warehouse import care, inbox
from hongqiao.warehouse.models import Manifest
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand, Job, Member

SLICE = 30.0  # seconds: far below what a job may take


class Stopped(HongqiaoError):
    code, status = "import_cancelled", 409
    message = N_("导入任务被取消，没有写入任何数据")
    next_step = N_("需要时点「重新识别」，再确认一次")


class GaveUp(HongqiaoError):
    code, status = "import_gave_up", 503
    message = N_("试了几次都没有成功，没有写入任何数据")
    next_step = N_("请稍后点「重新识别」再确认；仍不行，请把文件编号告诉管理员")


def _subjects_of_files(asked: Sequence[Job]) -> dict[UUID, jobs.Subject]:
    """Name the file of each job, with its page."""
    wanted = {j.id: j.payload.get("file") for j in asked}
    files = ImportFile.objects.filter(id__in=[f for f in wanted.values() if f]).select_related("brand")
    known = {str(f.id): jobs.Subject(f.shown, f"/b/{f.brand.slug}/imports/{f.id}/") for f in files}
    return {job_id: known[str(f)] for job_id, f in wanted.items() if str(f) in known}


def _subjects_of_bundles(asked: Sequence[Job]) -> dict[UUID, jobs.Subject]:
    """Name the zip of each job, with the page that shows what came out of it."""
    wanted = {j.id: j.payload.get("bundle") for j in asked}
    bundles = ImportBundle.objects.filter(id__in=[b for b in wanted.values() if b]).select_related("brand")
    known = {str(b.id): jobs.Subject(b.name, f"/b/{b.brand.slug}/imports/") for b in bundles}
    return {job_id: known[str(b)] for job_id, b in wanted.items() if str(b) in known}


@jobs.handler(services.RUN, atomic=False, label=N_("导入文件"), subject=_subjects_of_files)
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
    """Import the files of a manifest one after another; every run is short and goes on where the last one ended.

    `then` in the payload names the job (kind, payload) that waits for all of them.
    """
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
    care.count(member.brand_id)
    if then := ctx.payload.get("then"):
        jobs.enqueue(then["kind"], brand_id=member.brand_id, key="", payload=then["payload"])
    return {"files": at}


@jobs.handler(services.UNPACK, atomic=False, label=N_("打开压缩包"), subject=_subjects_of_bundles)
def unpack(ctx: jobs.Context) -> Any:
    """Hand over the files of a zip; every run is short, and the row says how far it came."""
    bundle = ImportBundle.objects.select_related("brand", "account", "created_by__user").get(id=ctx.payload["bundle"])
    began = time.monotonic()

    def go_on(share: float) -> bool:
        ctx.progress(share)
        return time.monotonic() - began < SLICE

    whole = services.unpack(bundle, go_on)
    return {"files": bundle.total} if whole else jobs.Continue(ctx.payload)


@jobs.handler("imports.watch", atomic=False, label=N_("收取文件夹里的文件"))
def watch(ctx: jobs.Context) -> dict[str, int]:
    """Look into every brand's folder once. What a round does not get to waits for the next."""
    counts: Counter[str] = Counter()
    for brand in Brand.objects.order_by("id"):
        counts.update(services.watch(brand))
    return dict(counts)


@jobs.handler("imports.tidy", atomic=False, label=N_("清理过期的上传"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    return services.sweep()


@jobs.handler("imports.care", atomic=False, label=N_("整理数据文件"))
def care_for_parts(ctx: jobs.Context) -> dict[str, int]:
    """Move waiting events into parts, merge small parts, count large ones, remove what is retired.

    Each step may be killed and run again.
    """
    flushed = sum(inbox.flush(brand_id) for brand_id in inbox.due())
    brands = list(Manifest.objects.values_list("brand_id", flat=True))
    merged = counted = 0
    for n, brand_id in enumerate(brands):
        merged += care.compact(brand_id)
        counted += care.count(brand_id)
        ctx.progress((n + 1) / len(brands))
    return {"flushed": flushed, "merged": merged, "counted": counted, "removed": care.sweep()}


if settings.WATCH:
    jobs.every("imports.watch", minutes=1)
jobs.every("imports.tidy", minutes=15)
jobs.every("imports.care", minutes=60)
