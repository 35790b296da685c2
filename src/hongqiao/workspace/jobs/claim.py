"""Taking one job by changing its row, keeping it by a lease, giving it back. Every write names its claim."""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import notices
from hongqiao.workspace.jobs.handlers import Continue, Lost, kinds, mine, subjects
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Brand, Job
from hongqiao.workspace.words import stored_error

log = logging.getLogger("hongqiao.jobs")
TRIES = 20
LOWEST, HIGHEST = -(2**15), 2**15  # more than any priority


class WorkerDied(HongqiaoError):
    code, status = "worker_died", 500
    message = N_("任务执行时进程中断，已达重试上限")
    next_step = N_("请重试；反复出现请查看服务器内存与磁盘，并联系管理员")


class Unexpected(HongqiaoError):
    code, status = "unexpected", 500
    message = N_("程序出错（%(kind)s）")
    next_step = N_("请重试；仍不行，请把任务编号 %(job)s 告诉管理员")


def _due(now: datetime, least: int, below: int) -> Any:
    due = Job.objects.filter(state=Job.State.QUEUED, run_at__lte=now, priority__gte=least, priority__lt=below)
    return due.order_by("-priority", "run_at", "id")


def claim(worker: str, *, least: int = LOWEST, below: int = HIGHEST) -> Job | None:
    """Take the next due job of these priorities, or None.

    Two workers never hold one: a row changes only where nobody changed it first.
    """
    if connection.vendor == "postgresql":
        return _claim_skipping(worker, least, below)
    for _ in range(TRIES):
        job = _due(timezone.now(), least, below).first()
        if job is None or _take(job, worker):
            return job
    return None


# One statement, one round trip. The claim need not wait for the disk: one that a crash forgets is a job still queued.
SKIPPING = """
UPDATE workspace_job SET state = 'running', claimed_by = %(worker)s, lease_until = %(lease)s, claims = claims + 1,
    attempts = attempts + 1, started_at = COALESCE(started_at, %(now)s), version = version + 1
WHERE id = (SELECT id FROM workspace_job WHERE state = 'queued' AND run_at <= %(now)s
              AND priority >= %(least)s AND priority < %(below)s
            ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
  AND (SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL
RETURNING *
"""


def _claim_skipping(worker: str, least: int, below: int) -> Job | None:
    now = timezone.now()
    given = {"worker": worker, "now": now, "lease": _lease(now), "least": least, "below": below}
    return next(iter(Job.objects.raw(SKIPPING, given)), None)


def _take(job: Job, worker: str) -> bool:
    now = timezone.now()
    fields = {"state": Job.State.RUNNING, "claimed_by": worker, "lease_until": _lease(now), "claims": job.claims + 1}
    fields |= {"attempts": job.attempts + 1, "started_at": job.started_at or now, "version": job.version + 1}
    if not Job.objects.filter(pk=job.pk, claims=job.claims, state=Job.State.QUEUED).update(**fields):
        return False
    for name, value in fields.items():
        setattr(job, name, value)
    return True


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=limits()["job_lease"])


def rescue() -> int:
    """Give jobs whose worker died back to the queue, or end them as failed past their attempts. Returns how many."""
    now, count = timezone.now(), 0
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)[:100]:
        count += _rescue_one(job, now)
    return count


def _rescue_one(job: Job, now: datetime) -> int:
    with transaction.atomic():
        row = mine(job).filter(lease_until__lt=now)
        if job.cancelling:
            return row.update(state=Job.State.CANCELLED, finished_at=now, version=F("version") + 1)
        entry = kinds().get(job.kind)
        if job.attempts < (entry.attempts if entry else 1):
            return row.update(state=Job.State.QUEUED, run_at=now, lease_until=None, version=F("version") + 1)
        return _fail(job, stored_error(WorkerDied()), row)


def beat(job: Job, fraction: float, message: str, params: dict[str, Any]) -> tuple[bool, bool]:
    """Renew the lease and write the progress. Returns (still ours, somebody cancelled)."""
    fields = {"lease_until": _lease(timezone.now()), "progress": fraction, "message": message, "params": params}
    ours = bool(mine(job).update(**fields, version=F("version") + 1))
    return ours, ours and Job.objects.filter(pk=job.pk, cancelling=True).exists()


def finish(job: Job, result: Any) -> None:
    """Mark done, or queue the continuation. Raises Lost where the claim is gone: the transaction goes as well."""
    if isinstance(result, Continue):
        fields: dict[str, Any] = {
            "state": Job.State.QUEUED,
            "payload": result.payload,
            "attempts": 0,
            "lease_until": None,
        }
        fields |= {"run_at": timezone.now()} | ({} if result.progress is None else {"progress": result.progress})
    else:
        fields = {"state": Job.State.DONE, "progress": 1, "result": result, "finished_at": timezone.now()}
        fields |= {"lease_until": None, "error": None}
    if not mine(job).update(**fields, version=F("version") + 1):
        raise Lost()


def end_cancelled(job: Job) -> None:
    """Mark a job that stopped because somebody asked."""
    mine(job).update(state=Job.State.CANCELLED, finished_at=timezone.now(), lease_until=None, version=F("version") + 1)


def fail(job: Job, error: Exception) -> None:
    """Queue the job again after a pause where trying again can help, else mark it failed with what to do next."""
    if isinstance(error, HongqiaoError):
        kept, again = stored_error(error), getattr(error, "again", False)
    else:
        log.error("job %s (%s) failed, attempt %d", job.pk, job.kind, job.attempts, exc_info=error)
        kept, again = stored_error(Unexpected(kind=type(error).__name__, job=str(job.pk))), True
    entry = kinds().get(job.kind)
    if again and entry and job.attempts < entry.attempts:
        steps = entry.backoff
        later = timezone.now() + timedelta(seconds=steps[min(job.attempts, len(steps)) - 1])
        mine(job).update(state=Job.State.QUEUED, run_at=later, error=kept, lease_until=None, version=F("version") + 1)
        return
    with transaction.atomic():
        _fail(job, kept, mine(job))


def _fail(job: Job, kept: dict[str, Any], row: Any) -> int:
    fields = {"state": Job.State.FAILED, "error": kept, "finished_at": timezone.now(), "lease_until": None}
    count = row.update(**fields, version=F("version") + 1)
    if count and job.brand_id:
        brand = Brand.objects.get(pk=job.brand_id)
        with contextlib.suppress(LookupError):
            told = {"url": _page(brand), "kind": job.kind}
            about = _about(job)
            code, told = ("job.failed_about", told | {"about": about}) if about else ("job.failed", told)
            notices.tell(notices.holders(brand, "settings.jobs"), code, **told)
    return count


def _about(job: Job) -> str:
    """Return the words of what the job is about; "" also where its room cannot say: a notice is never lost over it."""
    try:
        found = subjects([job]).get(job.pk)
    except Exception:
        log.exception("the subject of job %s (%s) cannot be told", job.pk, job.kind)
        return ""
    return found.label[:120] if found else ""


def _page(brand: Brand) -> str:
    return f"/b/{brand.slug}/settings/jobs/"
