"""What a thread says, as it is read: the newest messages of theirs since our last answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from hongqiao.audience.models import Thread, ThreadMessage


def texts_of(rows: Sequence[Thread], most: int = 3) -> dict[UUID, str]:
    """Return what each thread says since our last answer: its newest messages of theirs, the oldest first."""
    by: dict[UUID, list[str]] = defaultdict(list)
    ids = [t.pk for t in rows]
    messages = ThreadMessage.objects.filter(thread__in=ids, state__in=["heard", "sent"])
    messages = messages.order_by("thread", "-at", "-id")
    over: set[UUID] = set()
    for key, way, text in messages.values_list("thread_id", "way", "text"):
        if way == ThreadMessage.Way.OUT and by[key]:
            over.add(key)
        elif way == ThreadMessage.Way.IN and text and key not in over and len(by[key]) < most:
            by[key].append(text)
    return {t.pk: "。".join(reversed(by[t.pk])) for t in rows}
