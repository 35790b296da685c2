"""What was said is read: of what it speaks, whether against us, how urgent; what cannot wait becomes a ticket. U3."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.feedback import classifying, tickets
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.workspace import bulk
from hongqiao.workspace.models import Brand

log = logging.getLogger(__name__)
_FILLED = ["read_at", "kind", "read", "negative"]


def unread(brand: Brand) -> list[Thread]:
    """Return the brand's threads that are to be read, in order of arrival."""
    rows = Thread.objects.filter(brand=brand, read_at=None).order_by("id")
    return list(rows[: limits(brand)["read_batch"]])


def read_chunk(brand: Brand) -> int:
    """Read some threads; return how many. What was worked out is kept only where the thread did not change since."""
    rows = unread(brand)
    if not rows:
        return 0
    texts = texts_of(rows)
    said = classifying.read(brand, [texts[t.pk] for t in rows])
    with transaction.atomic():
        still = dict(
            Thread.objects.filter(pk__in=[t.pk for t in rows], read_at=None)
            .select_for_update()
            .values_list("pk", "version")
        )
        now, kept = timezone.now(), []
        for row, one in zip(rows, said, strict=True):
            if still.get(row.pk) != row.version:
                continue
            row.read_at, row.read = now, one.kept()
            if not row.judged_at:
                row.kind, row.negative = one.kind, one.negative
            kept.append(row)
        bulk.update(kept, _FILLED)
        for row in kept:
            if row.state == Thread.State.OPEN:
                tickets.raise_urgent(row, texts[row.pk])
    return len(rows)


def texts_of(rows: Sequence[Thread], most: int = 3) -> dict[UUID, str]:
    """Return what each thread says since our last answer: its newest messages of theirs, the oldest first."""
    by: dict[UUID, list[str]] = defaultdict(list)
    ids = [t.pk for t in rows]
    messages = ThreadMessage.objects.filter(thread__in=ids, state__in=["heard", "sent"]).order_by("thread", "-at", "-id")
    over: set[UUID] = set()
    for key, way, text in messages.values_list("thread_id", "way", "text"):
        if way == ThreadMessage.Way.OUT and by[key]:
            over.add(key)
        elif way == ThreadMessage.Way.IN and key not in over and len(by[key]) < most:
            by[key].append(text)
    return {t.pk: "。".join(reversed(by[t.pk])) for t in rows}
