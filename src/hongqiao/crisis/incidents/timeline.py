"""The timeline of an incident: what happened, by whom, when. Nothing is changed in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from hongqiao.crisis.models import Entry, Incident
from hongqiao.workspace.models import Member


def note(
    incident: Incident,
    code: str,
    *,
    by: Member | None = None,
    text: str = "",
    at: datetime | None = None,
    **params: Any,
) -> Entry:
    """Write a line in the caller's transaction; `code` has its words in incidents/words.py. No personal data."""
    return Entry.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        at=at or timezone.now(),
        code=code,
        params=params,
        text=text,
        by=by,
    )
