"""A hold-out whose people come in one by one: each is drawn when they come, and watched from that day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from hongqiao.ledger.models import Assignment


def enter(action_id: UUID, brand_id: UUID, arms: Mapping[str, str]) -> None:
    """Keep the arms of those who came in now, in the caller's transaction; who is in already keeps theirs."""
    rows = (Assignment(brand_id=brand_id, action_id=action_id, person_key=k, arm=a) for k, a in arms.items())
    Assignment.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def came(action_id: UUID, at: datetime) -> None:
    """Say when all who are in came in, where a story is told of what happened then."""
    Assignment.objects.filter(action=action_id).update(created_at=at)
