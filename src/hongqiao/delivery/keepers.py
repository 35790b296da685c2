"""What is kept of a user for reaching them: how it moves with a merge, goes out to them, and is erased. U1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.delivery.models import Channel, Consent, Contact, OptOut, Reach
from hongqiao.delivery.reaching import contacts, forgetting
from hongqiao.errors import N_
from hongqiao.workspace import persons

State = Reach.State


def _consent(row: Consent) -> dict[str, Any]:
    names = ("purpose", "channel", "given", "at", "source", "wording", "proof")
    return {name: getattr(row, name) for name in names}


def _contact(row: Contact) -> dict[str, Any]:
    refused = OptOut.objects.filter(brand_id=row.brand_id, channel=row.channel, digest=row.digest).first()
    return {"channel": row.channel, "address": contacts.opened(row), "state": row.state,
            "opted_out_at": refused.at if refused else None}  # fmt: skip


def _reach(row: Reach) -> dict[str, Any]:
    names = ("channel", "purpose", "origin", "content", "state", "why", "due_at", "sent_at")
    return {name: getattr(row, name) for name in names}


@transaction.atomic
def erase_contacts(brand_id: UUID, keys: Sequence[str]) -> int:
    """Erase addresses. The refusal of each stays, as a keyed hash: it keeps the person from being reached again."""
    rows = Contact.objects.filter(brand_id=brand_id, subject__in=list(keys))
    for row in rows:
        for channel in Channel.values:
            if contacts.base(channel) == row.channel:
                fields = {"at": row.created_at, "source": "erased"}
                OptOut.objects.get_or_create(brand_id=brand_id, channel=channel, digest=row.digest, defaults=fields)
    return rows.delete()[0]


@transaction.atomic
def erase_messages(brand_id: UUID, keys: Sequence[str]) -> int:
    """Stop what waits and take out of all messages whose they were and what they said; how many, when and for how much
    stays in the figures."""
    rows = list(Reach.objects.select_for_update().filter(brand_id=brand_id, subject__in=list(keys)))
    for row in rows:
        if row.state in (State.WAITING, State.ASSISTED):
            row.state, row.why = State.STOPPED, "erased"
        forgetting.nameless([row], "erased")
        row.save_next("state", "why", *forgetting.TAKEN_OUT)
    return len(rows)


persons.column("consents", N_("同意记录"), Consent, _consent)
persons.column(
    "contacts", N_("联系方式"), Contact, _contact, once=("channel", "digest"), erase=erase_contacts
)  # fmt: skip
persons.column("messages", N_("触达记录"), Reach, _reach, erase=erase_messages)
