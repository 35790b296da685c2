"""From an event to what is to be sent: one row and one job a webhook, in the transaction of the event itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Brand, Delivery, Webhook

_EVENTS: dict[str, str] = {}
DELIVER = "workspace.deliver"
PING = "ping"


def register(entries: Mapping[str, str]) -> None:
    """Name events that a room announces: code → msgid. In the room's `words.py`."""
    _EVENTS.update(entries)


def events() -> dict[str, str]:
    """Return code → msgid of all events that a webhook may ask for."""
    from hongqiao.workspace.registry import discover

    discover()
    return _EVENTS


def announce(brand: Brand, event: str, payload: Mapping[str, Any]) -> int:
    """Tell every active webhook of the brand that asks for this event. Returns how many will be told.

    Rows and jobs are made in the caller's transaction, so nothing is sent of what is rolled back, and nothing that is
    kept goes untold. `payload` is what the receiver gets as `data`: plain JSON, no personal data, no secrets.
    Raises LookupError for an event nobody registered.
    """
    if event not in events():
        raise LookupError(f"unknown event {event!r}")
    asked = [w for w in Webhook.objects.filter(brand=brand, active=True) if event in w.events]
    for webhook in asked:
        put(webhook, event, payload)
    return len(asked)


@transaction.atomic
def put(webhook: Webhook, event: str, payload: Mapping[str, Any]) -> Delivery:
    """Make one delivery and ask for the job that carries it out."""
    row = Delivery(brand_id=webhook.brand_id, webhook=webhook, event=event)
    said = {"id": str(row.pk), "event": event, "at": timezone.now().isoformat(timespec="seconds")}
    said["brand"] = webhook.brand.slug
    row.body = json.dumps({**said, "data": dict(payload)}, ensure_ascii=False, default=str)
    if len(row.body.encode()) > limits()["webhook_bytes"]:
        row.body = json.dumps({**said, "data": {}, "too_large": True}, ensure_ascii=False)
    row.save(force_insert=True)
    queue(row)
    return row


def queue(row: Delivery) -> None:
    """Ask for the job of a delivery, anew where an earlier one ended."""
    from hongqiao.workspace import jobs

    jobs.enqueue(
        DELIVER, brand_id=row.brand_id, key=str(row.pk), payload={"delivery": str(row.pk)}, priority=-1, again=True
    )
