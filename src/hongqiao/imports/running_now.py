"""How far the imports of a brand are: for the page of the room and for 今日."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Min

from hongqiao.imports.manifest import entries
from hongqiao.imports.models import BundleState, FileState, ImportBundle, ImportFile
from hongqiao.workspace.models import Brand, Job

LISTED = "imports.listed"
_STEPS_BACK = 20  # a busy day of many batches is not walked back to its morning
_OPEN_JOBS = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True)
class Progress:
    """Files of the imports under way: how many wait their turn, run now, are over, and end with an error."""

    queued: int = 0
    running: int = 0
    done: int = 0
    refused: int = 0

    @property
    def active(self) -> bool:
        return bool(self.queued or self.running)

    @property
    def total(self) -> int:
        return self.queued + self.running + self.done + self.refused

    @property
    def over(self) -> int:
        return self.done + self.refused


def progress(brand: Brand) -> Progress:
    """Return how far the imports under way are; nothing is under way where `active` is False.

    What counts as over is what ended since the worker was last idle. A list of files that a job takes one after another
    (the sample's) and a zip that is being opened count with the files they still hold.
    """
    ahead = _listed(brand)
    mine = ImportFile.objects.filter(brand=brand)
    open_now = mine.filter(state__in=(FileState.QUEUED, FileState.RUNNING))
    moments = [open_now.aggregate(at=Min("confirmed_at"))["at"], ahead[1] if ahead else None]
    since = min((m for m in moments if m), default=None)
    unopened = sum(
        b.total - b.at
        for b in ImportBundle.objects.filter(brand=brand, state__in=(BundleState.QUEUED, BundleState.RUNNING))
    )
    if since is None:
        return Progress(queued=unopened)
    over = _over(mine.exclude(confirmed_at=None), since)
    running = open_now.filter(state=FileState.RUNNING).count()
    waiting = open_now.filter(state=FileState.QUEUED).count() + unopened
    if ahead:
        waiting += max(0, ahead[0] - running)
    return Progress(
        queued=waiting,
        running=running,
        done=over.filter(state__in=(FileState.DONE, FileState.UNDONE)).count(),
        refused=over.filter(state=FileState.REFUSED).count(),
    )


def _over(confirmed: Any, since: datetime) -> Any:
    """Return the files that ended since `since`, and while any of those already waited, back to the last idle time."""
    for _ in range(_STEPS_BACK):
        over = confirmed.filter(finished_at__gte=since)
        earlier = over.aggregate(at=Min("confirmed_at"))["at"]
        if earlier is None or earlier >= since:
            break
        since = earlier
    return over


def _listed(brand: Brand) -> tuple[int, datetime] | None:
    """Return how many files a running list still holds and since when it runs; None without one."""
    job = Job.objects.filter(brand=brand, kind=LISTED, state__in=_OPEN_JOBS).order_by("id").first()
    if job is None:
        return None
    count = _length(job.payload.get("manifest", ""))
    taken = max(job.payload.get("at", 0), round(job.progress * count))
    return max(0, count - taken), job.created_at


@lru_cache(maxsize=8)
def _length(manifest: str) -> int:
    """Return how many files a list names; 0 where it cannot be read."""
    try:
        return len(entries(Path(manifest)))
    except (OSError, ValueError, KeyError, TypeError):
        return 0
