"""What is kept of messages after a brand's time: how many, when, for how much – no longer whose, nor what was said.

PIPL art. 19: no longer than the purpose needs. Addresses, consents and refusals are kept for other reasons and stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hongqiao.delivery.models import Reach
from hongqiao.delivery.reaching import rules
from hongqiao.workspace import audit, bulk
from hongqiao.workspace.models import Brand

State = Reach.State
TAKEN_OUT = ("key", "subject", "content", "proof", "error")


def days_of(brand: Brand) -> int:
    """Return how many days a brand keeps whose a message was; at least as long as its caps look back."""
    book: dict[str, Any] = rules.of(brand)
    kept = {**rules.shipped()["keep"], **book["keep"]}
    return int(max(kept["days"], kept["least"], *(cap["days"] for cap in book["caps"])))


def nameless(rows: Iterable[Reach], why: str) -> None:
    """Take out of messages, locked by the caller, whose they were and what they said; figures stay."""
    for row in rows:
        row.key, row.subject, row.content, row.proof, row.error = f"{why}:{row.pk.hex}", "", {}, None, None


def forget(brand: Brand, now: datetime | None = None) -> int:
    """Forget some of a brand's messages that are over and older than its time; return how many, 0 when all is done."""
    before, size = (now or timezone.now()) - timedelta(days=days_of(brand)), rules.shipped()["rows"]
    over = Reach.objects.filter(brand=brand, due_at__lt=before).exclude(subject="")
    over = over.exclude(state__in=(State.WAITING, State.ASSISTED))
    with transaction.atomic():
        rows = list(over.filter(Q(sent_at=None) | Q(sent_at__lt=before)).select_for_update().order_by("id")[:size])
        nameless(rows, "kept")
        for row in rows:
            row.version += 1
        bulk.update(rows, [*TAKEN_OUT, "version"])
        if rows:
            audit.record(None, "reaching.forgotten", brand=brand, count=len(rows), days=days_of(brand))
    return len(rows)
