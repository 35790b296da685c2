"""Who holds which seat in the room, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import book, kit
from hongqiao.crisis.models import Incident, Seat
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import notices
from hongqiao.workspace.models import Member


class SamePerson(Invalid):
    code = "same_person"
    message = N_("本人和替补要是两个人")
    next_step = N_("请换一位替补，或先不填")


@transaction.atomic
def seat(
    *, actor: Member, incident_id: UUID | str, role: str, member: Any, deputy: Any = None, seen: int | None = None
) -> Seat:
    """Put somebody in a seat, with a deputy; nobody empties it. Who sits as commander commands the incident.

    `seen`: the seat's version, None where nobody sat. Raises Conflict, NoMember, SamePerson, Invalid.
    """
    incident = kit.of(actor, incident_id)
    if role not in book.roles(actor.brand):
        raise Invalid()
    who, stands_in = kit.member(actor, member), kit.member(actor, deputy)
    if who is not None and who == stands_in:
        raise SamePerson()
    row, made = Seat.objects.select_for_update().get_or_create(brand=actor.brand, incident=incident, role=role)
    if not made and (seen is None or row.version != seen):
        raise Conflict()
    row.member, row.deputy = who, stands_in
    row.save_next("member", "deputy")
    if role == "commander" and who is not None and incident.commander_id != who.pk:
        incident.commander = who
        incident.save_next("commander")
    kit.tell(actor, incident, "incident.seated", row, seat=role, name=str(who or ""), deputy=str(stands_in or ""))
    new = [m for m in (who, stands_in) if m is not None and m != actor]
    notices.tell(new, "incident.seated", url=addresses.incident(incident), name=kit.named(incident), seat=role)
    return row


def who(incident: Incident, role: str, seats: Iterable[Seat] | None = None) -> list[Member]:
    """Return who is to do what falls to a seat: its holder and deputy, else the commander."""
    rows = incident.seats.select_related("member__user", "deputy__user") if seats is None else seats
    found = next((s for s in rows if s.role == role), None)
    people = [found.member, found.deputy] if found else []
    here = [m for m in people if m is not None and m.state == Member.State.ACTIVE]
    return here or [m for m in (incident.commander,) if m is not None]


WRITES = [seat]
