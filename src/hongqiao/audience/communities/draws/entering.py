"""Who takes part: one ticket a person under an opaque id, and who is taken out before the list is made."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.draws import opening
from hongqiao.audience.communities.draws.errors import Entered, EntryClosed
from hongqiao.audience.models import Draw, Entry, Slip
from hongqiao.workspace import audit, pause
from hongqiao.workspace.models import Member

#: Letters of a ticket's id that are not mistaken for each other.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@transaction.atomic
def enter(
    *,
    actor: Member,
    draw_id: UUID | str,
    person: str = "",
    key: str = "",
    name: str = "",
    count: Any = 1,
    ref: str = "",
    at: datetime | None = None,
) -> Slip:
    """Enter one person. The same `ref` again gives the ticket that is there.

    Raises NotAllowed, NotFound, Paused, EntryClosed, Entered, NeedsWords, BadChoice, BadNumber.
    """
    draw = opening.of(actor, draw_id, None, kit.EDIT)
    number = kit.text(ref, _("外部编号"), 120)
    if number and (known := Slip.objects.filter(draw=draw, ref=number).first()):
        return known
    found, is_key = kit.who(draw.brand, person=person, key=key, name=name)
    said = kit.text(name, _("昵称"), 80)
    row = _ticket(draw, found, is_key, kit.seal(said), number, at, tickets=count)
    audit.record(actor, "draw.entered", row, draw=str(draw.pk), ticket=row.code)
    return row


def enter_for(actor: Member, entry: Entry, at: datetime | None = None) -> Slip | None:
    """Give an approved entry its ticket in the open draw of its activity; None where there is none, or it has one."""
    draw = Draw.objects.select_for_update().filter(activity=entry.activity, state=Draw.State.OPEN).first()
    if draw is None or Slip.objects.filter(draw=draw, who=entry.who).exists():
        return None
    if not running(draw, at) or pause.is_paused(draw.brand, opening.SCOPE):
        return None
    row = _ticket(draw, entry.who, entry.known, entry.name, "", at, entry=entry)
    audit.record(actor, "draw.entered", row, draw=str(draw.pk), ticket=row.code)
    return row


def running(draw: Draw, at: datetime | None = None) -> bool:
    """Whether entries are taken now."""
    moment = at or timezone.now()
    return bool(draw.state == Draw.State.OPEN and draw.opens and draw.closes and draw.opens <= moment < draw.closes)


def _ticket(
    draw: Draw,
    who: str,
    known: bool,
    name: str,
    ref: str,
    at: datetime | None,
    *,
    tickets: Any = 1,
    entry: Entry | None = None,
) -> Slip:
    pause.require(draw.brand, opening.SCOPE)
    if not running(draw, at):
        raise EntryClosed()
    most = int(draw.form.get("tickets") or 1)
    held = kit.count(tickets, _("抽奖券"), most=most) or 1
    fields = {"who": who, "known": known, "name": name, "ref": ref, "count": held, "entry": entry}
    return _made(draw, at, **fields)


def _made(draw: Draw, at: datetime | None, **fields: Any) -> Slip:
    code = "".join(secrets.choice(LETTERS) for _ in range(10))
    try:
        with transaction.atomic():
            return Slip.objects.create(brand=draw.brand, draw=draw, code=code, taken_at=at or timezone.now(), **fields)
    except IntegrityError:
        raise Entered() from None


def gather(draw: Draw) -> int:
    """Give tickets to approved entries of the activity that have none, as when they came before the draw was opened.

    At the close, before the list is made. Returns how many.
    """
    if draw.activity_id is None or draw.closes is None:
        return 0
    held = set(Slip.objects.filter(draw=draw).values_list("who", flat=True))
    done = 0
    for entry in Entry.objects.filter(activity=draw.activity, state=Entry.State.APPROVED, said_at__lt=draw.closes):
        if entry.who not in held:
            held.add(entry.who)
            made = _made(draw, entry.said_at, who=entry.who, known=entry.known, name=entry.name, count=1, entry=entry)
            audit.record(None, "draw.entered", made, brand=draw.brand, draw=str(draw.pk), ticket=made.code)
            done += 1
    return done


@transaction.atomic
def exclude(*, actor: Member, ticket_id: UUID | str, seen: int, reason: str) -> Slip:
    """Take somebody out before the list is made, for a reason of `exclusions`; "" lets them back in.

    Raises NotAllowed, NotFound, Conflict, WrongState, BadChoice.
    """
    kit.need(actor, kit.SEND)
    row: Slip = Slip.objects.for_member(actor, kit.SEND).locked(ticket_id, seen)
    draw = opening.of(actor, row.draw_id, None, kit.SEND)
    if draw.state != Draw.State.OPEN:
        raise kit.WrongState()
    known = kit.book(draw.brand)["exclusions"]["labels"]
    row.excluded = kit.one_of(reason, known, _("原因")) if reason else ""
    row.save_next("excluded")
    audit.record(actor, "draw.excluded", row, draw=str(draw.pk), ticket=row.code, reason=row.excluded)
    return row
