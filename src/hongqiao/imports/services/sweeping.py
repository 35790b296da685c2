"""What is cleaned up by itself: bytes nobody confirmed, halves of uploads, imports whose worker is gone."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from hongqiao.imports import queries, storage
from hongqiao.imports.errors import Stale, Unexpected
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import EventReceipt, ImportBundle, ImportFile
from hongqiao.imports.services.files import enqueue
from hongqiao.imports.services.running import RUN, give_up
from hongqiao.imports.services.states import refuse
from hongqiao.workspace import audit
from hongqiao.workspace.jobs.queue import FINISHED
from hongqiao.workspace.models import Job


def sweep(now: datetime | None = None) -> dict[str, int]:
    """Do all of it; return how many stale files, leftovers on disk, and stuck imports there were."""
    now = now or timezone.now()
    receipts = now - timedelta(days=limits_of(None)["receipt_days"])
    EventReceipt.objects.filter(created_at__lt=receipts).delete()
    return {"stale": _stale(now), "leftovers": _leftovers(), "stuck": _stuck(now)}


def _stale(now: datetime) -> int:
    count = 0
    for file in queries.stale(now):
        with transaction.atomic():
            held = ImportFile.objects.select_for_update(of=("self",)).get(id=file.id)
            if held.state != file.state or not held.kept:
                continue
            held.kept = False
            refuse(held, Stale())
            held.tables.update(preview=[])
            audit.record(None, "import.stale", held, brand=file.brand, name=held.name)
            transaction.on_commit(partial(file.path.unlink, missing_ok=True))
        count += 1
    return count


def _leftovers() -> int:
    """Remove halves of uploads, and bytes whose import is gone or done."""
    known = set(ImportFile.objects.filter(kept=True).values_list("id", flat=True))
    known |= set(ImportBundle.objects.filter(kept=True).values_list("id", flat=True))
    gone = storage.leftovers(known, limits_of(None)["stale_partial_hours"])
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _stuck(now: datetime) -> int:
    """Give an import without a job a new one; end one whose job was cancelled or failed for good."""
    count = 0
    for file in queries.stuck(now):
        job = Job.objects.filter(kind=RUN, payload__file=str(file.id)).order_by("-id").first()
        if job is not None and job.state not in FINISHED:
            continue
        if job is not None and job.state in (Job.State.FAILED, Job.State.CANCELLED):
            give_up(file.id, Unexpected())
        else:
            with transaction.atomic():
                enqueue(file)
        count += 1
    return count
