"""Asking for work: enqueue in the caller's transaction, cancel, retry."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import Conflict
from hongqiao.workspace import audit, queries
from hongqiao.workspace.jobs.handlers import kinds
from hongqiao.workspace.models import Job, Member

#: a job of this priority or above is taken by a thread that does nothing else: for what somebody waits for by seconds
URGENT = 8
FINISHED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def full_key(kind: str, brand_id: UUID | str | None, key: str) -> str:
    """Return the key as kept: unique by kind and brand. A long one is folded to its hash."""
    text = f"{kind}|{brand_id or '-'}|{key}"
    return text if len(text) <= 255 else f"{kind}|{brand_id or '-'}|#{hashlib.sha256(key.encode()).hexdigest()}"


def enqueue(
    kind: str,
    *,
    brand_id: UUID | None,
    key: str,
    payload: dict[str, Any] | None = None,
    run_at: datetime | None = None,
    priority: int = 0,
    again: bool = False,
) -> Job:
    """Ask for a job in the caller's transaction; a key that is known already gives the job there is.

    again: a finished job of this key is queued anew with the new payload.
    Raises LookupError for a kind nobody registered.
    """
    if kind not in kinds():
        raise LookupError(f"no handler for job kind {kind!r}")
    kept = full_key(kind, brand_id, key)
    moment = run_at or timezone.now()
    job = Job(brand_id=brand_id, kind=kind, key=kept, payload=payload or {}, run_at=moment, priority=priority)
    Job.objects.bulk_create([job], ignore_conflicts=True)
    found = Job.objects.get(key=kept)
    if again and found.pk != job.pk:
        with transaction.atomic():
            found = Job.objects.select_for_update().get(pk=found.pk)
            if found.state in FINISHED:
                found.effects.all().delete()
                _requeue(found, payload=payload or {}, run_at=moment, priority=priority)
    return found


def known(kind: str, brand_id: UUID | None, key: str) -> Job | None:
    """Return the job of this key, None where it was never asked for or is forgotten."""
    return Job.objects.filter(key=full_key(kind, brand_id, key)).first()


def _requeue(job: Job, **fields: Any) -> None:
    fresh = {"state": Job.State.QUEUED, "attempts": 0, "progress": 0, "message": "", "params": {}, "error": None}
    fresh |= {"result": None, "finished_at": None, "started_at": None, "cancelling": False, "lease_until": None}
    for name, value in {**fresh, **fields}.items():
        setattr(job, name, value)
    job.version += 1
    job.save()


def _theirs(actor: Member) -> Any:
    """Return the jobs an actor may act on: the brand's, and the installation's own for its owner."""
    return Job.objects.for_member(actor, "settings.jobs") | queries.house_jobs(actor)


@transaction.atomic
def cancel(*, actor: Member, job_id: UUID, seen: int | None = None) -> Job:
    """Take a waiting job off the queue; tell a running one to stop at its next step. Raises NotFound, Conflict."""
    job = stop(_theirs(actor).locked(job_id, seen))
    audit.record(actor, "job.cancelled", job, kind=job.kind)
    return job


def stop(job: Job) -> Job:
    """Stop a job for a room whose own permission allows it; the caller locked the row and writes the audit row.

    Raises Conflict where it has ended.
    """
    if job.state in FINISHED:
        raise Conflict()
    if job.state == Job.State.QUEUED:
        job.state, job.finished_at = Job.State.CANCELLED, timezone.now()
    job.cancelling = True
    job.version += 1
    job.save(update_fields=["state", "finished_at", "cancelling", "version"])
    return job


@transaction.atomic
def retry(*, actor: Member, job_id: UUID, seen: int | None = None) -> Job:
    """Queue a failed or cancelled job anew; effects it made stay made. Raises NotFound, Conflict."""
    job = _theirs(actor).locked(job_id, seen)
    if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
        raise Conflict()
    _requeue(job, run_at=timezone.now())
    audit.record(actor, "job.retried", job, kind=job.kind)
    return job
