"""What the services of tickets share: fetching with permission, the history's lines, telling people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from hongqiao.audience.feedback import addresses, teams
from hongqiao.audience.feedback.settings import EDIT, SEE
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.models import Ticket, TicketNote
from hongqiao.delivery.services import post
from hongqiao.errors import Conflict, NotAllowed
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

CARD = "audience.ticket"
#: what in a free text leads to a person: numbers of phones, identity cards and bank cards, addresses of mail
_NAMING = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?<![A-Za-z0-9])\+?\d[\d\- ]{6,}[\dxX]|@[\w\u4e00-\u9fff-]{1,30}")


def works(actor: Member, row: Ticket) -> bool:
    """Whether a member may act on a ticket: who runs users, who owns it, whose team it is."""
    if permissions.allows(actor, EDIT):
        return True
    own = row.owner_id == actor.pk or any(m.pk == actor.pk for m in teams.members(row.brand, row.team))
    return own and permissions.allows(actor, SEE)


def of(actor: Member, ticket_id: UUID | str, seen: int | None = None) -> Ticket:
    """Return a ticket, locked. Raises NotFound, NotAllowed, Conflict."""
    row: Ticket = Ticket.objects.for_member(actor, SEE).select_related("brand", "thread").locked(ticket_id, None)
    if not works(actor, row):
        raise NotAllowed()
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def note(
    row: Ticket,
    code: str,
    by: Member | None = None,
    text: str = "",
    *,
    partner: str = "",
    shared: bool = False,
    **params: Any,
) -> TicketNote:
    """Write a line of the ticket's history and its audit row; people's words stand in the history alone."""
    audit.record(by, code, row, brand=row.brand, number=row.number, **params)
    return TicketNote.objects.create(
        brand_id=row.brand_id,
        ticket=row,
        at=timezone.now(),
        code=code,
        params=params,
        text=text,
        by=by,
        partner=partner,
        shared=shared,
    )


def tell(row: Ticket, members: Iterable[Member], what: str, key: str, *, groups: bool = False, **params: Any) -> None:
    """Tell colleagues of a ticket, each the way they asked for; once a key."""
    said = {"number": row.number, "title": row.title, **params}
    post(
        row.brand,
        CARD,
        {"ticket": str(row.pk), "what": what, **params},
        key=f"ticket|{row.pk}|{key}",
        members={m.pk: m for m in members}.values(),
        notice=(what, said),
        url=addresses.ticket(row),
        urgent=row.priority == Ticket.Priority.P0,
        groups=groups,
    )


def without_names(text: str) -> str:
    """Return a text without what leads to a person by itself: phone numbers, mail addresses, @names. Names in plain
    words stay: whoever hands it on reads it first."""
    return _NAMING.sub("…", text)


def line(text: str, most: int) -> str:
    """Return a text as one line."""
    return " ".join(plain(text, 100000).split())[:most]
