"""What was said is read: of what it speaks, whether against us, how urgent; what cannot wait becomes a ticket. U3."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.feedback import classifying, tickets, told
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Thread
from hongqiao.workspace import bulk
from hongqiao.workspace.models import Brand

_FILLED = ["read_at", "kind", "read", "negative", "product"]


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
    said, names = classifying.read(brand, [texts[t.pk] for t in rows]), tickets.product_names(brand)
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
            row.read_at, row.read, row.brand = now, one.kept(), brand
            row.product = row.product or tickets.product_of(names, texts[row.pk])
            if not row.judged_at:
                row.kind, row.negative = one.kind, one.negative
            kept.append(row)
        bulk.update(kept, _FILLED)
        for row in kept:
            told.heard(row, now)
            if row.state == Thread.State.OPEN:
                tickets.raise_urgent(row, texts[row.pk])
    return len(rows)
