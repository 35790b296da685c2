"""Messages that a person sends: 企业微信 and 公众号 to groups. The list and the text are handed over, the result is
recorded by whoever sent it. Whoever must not be reached any more drops out when the list is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from hongqiao.delivery.models import Channel, Reach
from hongqiao.delivery.reaching import asking, contacts, guards, rules, texts
from hongqiao.errors import Conflict
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

State = Reach.State


@dataclass(frozen=True)
class Task:
    """What is to be sent by hand: one origin and channel."""

    origin: str
    channel: str
    label: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Person:
    """One on the list: the row, and where (opened only for those who may see contacts)."""

    row: Reach
    hint: str
    address: str
    text: str


def tasks(member: Member) -> list[Task]:
    """Return what waits to be sent by hand, the oldest first."""
    rows = Reach.objects.for_member(member, "users.view").filter(state=State.ASSISTED, due_at__lte=timezone.now())
    found = rows.values("origin", "channel").annotate(n=Count("pk"), since=Min("due_at")).order_by("since")
    return [Task(r["origin"], r["channel"], str(Channel(r["channel"]).label), r["n"], r["since"]) for r in found]


def opened(member: Member, origin: str, channel: str) -> list[Person]:
    """Return the list of a task after asking again; who must not be reached any more is refused now."""
    permissions.require(member, "users.edit")
    brand, book = member.brand, rules.of(member.brand)
    rows = list(
        Reach.objects.for_member(member, "users.edit")
        .filter(state=State.ASSISTED, origin=origin, channel=channel, due_at__lte=timezone.now())
        .order_by("id")[: book["rows"]]
    )
    said = asking.answers(brand, rows, book, timezone.now(), own=rows)
    _refuse(brand, [(r, w) for r, w in zip(rows, said.why, strict=True) if w])
    see = permissions.allows(member, "users.contact")
    good = [(r, c) for r, w, c in zip(rows, said.why, said.contacts, strict=True) if not w and c]
    return [Person(r, c.hint, contacts.opened(c) if see else "", texts.filled(r.content)[0]) for r, c in good]


@transaction.atomic
def _refuse(brand: Brand, found: Sequence[tuple[Reach, str]]) -> None:
    why = {row.pk: code for row, code in found}
    told = list(Reach.objects.select_for_update().filter(brand=brand, pk__in=why, state=State.ASSISTED))
    for row in told:
        row.state, row.why = State.REFUSED, why[row.pk]
        row.save_next("state", "why")
    guards.tell(told)


@transaction.atomic
def confirm(*, actor: Member, ids: Sequence[UUID | str], sent: bool) -> int:
    """Record that a person sent these, or did not. Returns how many. Raises NotAllowed, Conflict where none waits."""
    permissions.require(actor, "users.edit")
    rows: Any = Reach.objects.for_member(actor, "users.edit").select_for_update()
    told = list(rows.filter(pk__in=list(ids)[: rules.shipped()["rows"]], state=State.ASSISTED))
    if not told:
        raise Conflict()
    now = timezone.now()
    for row in told:
        row.state = State.SENT if sent else State.STOPPED
        row.why, row.sent_at = ("", now) if sent else ("by_hand", None)
        row.proof = {"by": str(actor.pk), "at": now.isoformat(), "hand": True}
        row.save_next("state", "why", "sent_at", "proof")
    guards.tell(told)
    audit.record(actor, "reach.confirmed" if sent else "reach.skipped", told[0], count=len(told))
    return len(told)
