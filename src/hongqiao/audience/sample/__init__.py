"""The sample brand's groups and its contest of August, through the services. U2.

Who took part is in the files, so the job waits until they are in. No winner and no effect is written down.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from hongqiao.workspace.jobs import enqueue
from hongqiao.workspace.models import Member

TELL, WAIT, TRIES = "audience.sample", 30, 240  # seconds between looks, looks


def plant(member: Member, folder: Path, tried: int = 0) -> None:
    """Ask for the story; it looks every few seconds whether the files are in."""
    payload = {"member": str(member.pk), "folder": str(folder), "tried": tried}
    at = timezone.now() + timedelta(seconds=WAIT if tried else 0)
    enqueue(TELL, brand_id=member.brand_id, key=str(tried), payload=payload, run_at=at)
