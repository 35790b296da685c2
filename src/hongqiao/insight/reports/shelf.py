"""Files of reports: made by the worker, kept some days under the data folder, never served half-built. Serves D2d.

A file's name holds what it would say, so that nobody is given what another may see, and newer facts make a new one.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from hongqiao import warehouse
from hongqiao.errors import N_, HongqiaoError
from hongqiao.insight.models import Report
from hongqiao.insight.reports import formats, queries, thresholds
from hongqiao.workspace import jobs, permissions
from hongqiao.workspace.models import Job, Member

FILE = "insight.report_file"
PART = ".part"  # ends the name of a file that is being written


class NotMade(HongqiaoError):
    """The worker could not make it; what stopped it is said in its own words."""

    code, status = "report_file_failed", 503
    message = N_("没有生成")
    next_step = N_("请过一分钟再试；仍不行，请联系管理员")


def folder(brand_id: Any) -> Path:
    return Path(settings.DATA) / "reports" / str(brand_id)


def path_of(member: Member, report: Report, shape: str) -> Path:
    """Return where a member's file of a report lies once it is made.

    Whoever holds other permissions, reads another language or comes after newer facts has a file of their own.
    """
    held = ",".join(sorted(permissions.held_by(member)))
    version = warehouse.open(report.brand_id).version
    said = (report.digest, held, translation.get_language() or "", str(version), settings.VERSION)
    mark = sha256("|".join(said).encode()).hexdigest()[:32]
    return folder(report.brand_id) / f"{report.pk}-{mark}.{shape}"


def wanted(member: Member, report: Report, shape: str) -> Path | Job:
    """Return the file, or the job that makes it: asked for again, it is the same job.

    Raises NotAllowed, NoSuchShape, NoTypeface, and NotMade for a minute after the worker failed.
    """
    permissions.require(member, queries.TAKE)
    formats.check(shape)
    path = path_of(member, report, shape)
    if path.is_file():
        return path
    asked: dict[str, Any] = {"report": str(report.pk), "member": str(member.pk), "shape": shape}
    asked |= {"language": translation.get_language(), "held": sorted(permissions.held_by(member))}
    rested(FILE, report.brand_id, path.name)
    return jobs.enqueue(FILE, brand_id=report.brand_id, key=path.name, payload=asked, priority=5, again=True)


def rested(kind: str, brand_id: Any, key: str) -> None:
    """Raise NotMade where this job has only just failed: who asks every second is told why, not made to wait."""
    found = jobs.known(kind, brand_id, key)
    pause = timedelta(seconds=thresholds()["file_again_seconds"])
    ended = found.finished_at if found and found.state == Job.State.FAILED else None
    if found and ended and timezone.now() - ended < pause:
        kept: Mapping[str, Any] = found.error or {}
        raise NotMade(kept.get("message", ""), kept.get("next_step", ""), **(kept.get("params") or {}))


def make(job: Mapping[str, Any]) -> Path:
    """Make the file of a job's payload, for what its member may see now and might when it was asked for.

    It appears whole or not at all. Raises NotFound, NotAllowed, NoTypeface.
    """
    member = Member.objects.select_related("brand", "user").get(pk=job["member"])
    member.scopes = job["held"]  # type: ignore[attr-defined]  # a token's file holds no more than it may see
    report = queries.report_of(member, job["report"])
    with translation.override(job["language"]):
        path = path_of(member, report, job["shape"])
        if not path.is_file():
            _write(path, queries.file_of(member, report, job["shape"]))
    return path


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=PART)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep() -> int:
    """Remove files past their days, and what a killed worker left half-written. Returns how many."""
    line, gone = time.time() - thresholds()["file_days"] * 86400, 0
    for path in (Path(settings.DATA) / "reports").glob("*/*"):
        if path.stat().st_mtime < line:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
