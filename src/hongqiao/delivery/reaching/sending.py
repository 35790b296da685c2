"""Asking for a message to a user. The same key again is the same message; the reason of a refusal is kept with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Channel, Purpose, Reach
from hongqiao.delivery.reaching import asking, rules
from hongqiao.delivery.reaching.errors import BadChoice
from hongqiao.errors import N_
from hongqiao.workspace import bulk, jobs
from hongqiao.workspace.models import Brand

REACH = "delivery.reach"
State = Reach.State


@dataclass(frozen=True)
class Ask:
    """One message that is asked for."""

    key: str
    subject: str
    channel: str
    purpose: str
    content: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    origin: str = ""


def send(
    brand: Brand,
    *,
    key: str,
    subject: str,
    channel: str,
    purpose: str,
    content: Mapping[str, Any],
    due_at: datetime | None = None,
    origin: str = "",
) -> Reach:
    """Ask for one message in the caller's transaction; the same key again gives the message there is.

    Returned refused (`why`), waiting for its time, or waiting for a person to send it. Raises BadChoice.
    """
    return send_many(brand, [Ask(key, subject, channel, purpose, content, due_at, origin)])[0]


@transaction.atomic
def send_many(brand: Brand, asks: Sequence[Ask]) -> list[Reach]:
    """Ask for many at once, in their order; each as `send` does. Nobody is told of what is refused here and now."""
    for one in asks:
        if one.channel not in Channel.values:
            raise BadChoice(what=N_("渠道"), value=str(one.channel)[:20])
        if one.purpose not in Purpose.values:
            raise BadChoice(what=N_("用途"), value=str(one.purpose)[:20])
    known = {r.key: r for r in Reach.objects.filter(brand=brand, key__in=[a.key for a in asks])}
    fresh = list({a.key: a for a in asks if a.key not in known}.values())
    made = _made(brand, fresh) if fresh else []
    bulk.insert(made)
    soon = timezone.now() + timedelta(seconds=60)  # what is due later the minute's tick finds
    if any(row.state == State.WAITING and row.due_at <= soon for row in made):
        queue(brand)
    known |= {row.key: row for row in made}
    return [known[a.key] for a in asks]


def _made(brand: Brand, asks: Sequence[Ask]) -> list[Reach]:
    now, book = timezone.now(), rules.of(brand)
    said = asking.answers(brand, asks, book, now)
    rows = []
    for one, why in zip(asks, said.why, strict=True):
        state = State.ASSISTED if one.channel in book["assisted"] else State.WAITING
        row = Reach(
            brand=brand,
            key=one.key[:200],
            subject=one.subject,
            channel=one.channel,
            purpose=one.purpose,
            origin=one.origin[:100],
            content=dict(one.content),
            state=State.REFUSED if why else state,
            why=why,
            due_at=rules.opens(book, max(one.due_at or now, now)),
        )
        rows.append(row)
    return rows


def queue(brand: Brand) -> None:
    """Ask for the job that sends what is due; where it is asked for already, the minute's tick comes by."""
    jobs.enqueue(REACH, brand_id=brand.pk, key="due", again=True)
