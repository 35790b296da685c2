"""Who holds which seat in the room, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import book, kit
from hongqiao.crisis.models import Incident, Seat
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import notices, permissions
from hongqiao.workspace.models import Brand, Member


class SamePerson(Invalid):
    code = "same_person"
    message = N_("本人和替补要是两个人")
    next_step = N_("请换一位替补，或先不填")


class MayNot(Invalid):
    code = "seat_needs_permission"
    message = N_("“%(seat)s”要能签批声明，%(name)s 没有这项权限")
    next_step = N_("可以担任的同事：%(could)s。也可以空着，由总指挥承担")


@transaction.atomic
def seat(
    *,
    actor: Member,
    incident_id: UUID | str,
    role: str,
    member: Any,
    deputy: Any = None,
    reason: str = "",
    seen: int | None = None,
) -> Seat:
    """Put somebody in a seat, with a deputy; nobody empties it. Who sits as commander commands the incident.

    `seen`: the seat's version, None where nobody sat. `reason`: what is said of it, shown in the timeline. Raises
    Conflict, NoMember, SamePerson, MayNot, TooLong, Invalid.
    """
    incident = kit.of(actor, incident_id)
    if role not in book.roles(actor.brand):
        raise Invalid()
    who, stands_in = kit.member(actor, member), kit.member(actor, deputy)
    if who is not None and who == stands_in:
        raise SamePerson()
    _may_sit(actor.brand, role, (who, stands_in))
    why = kit.clean(reason, 300)
    row, made = Seat.objects.select_for_update().get_or_create(brand=actor.brand, incident=incident, role=role)
    if not made and (seen is None or row.version != seen):
        raise Conflict()
    row.member, row.deputy = who, stands_in
    row.save_next("member", "deputy")
    if role == "commander" and who is not None and incident.commander_id != who.pk:
        incident.commander = who
        incident.save_next("commander")
    said = {"seat": role, "name": str(who or ""), "deputy": str(stands_in or "")}
    kit.tell(actor, incident, "incident.seated", row, text=why, **said)
    new = [m for m in (who, stands_in) if m is not None and m != actor]
    notices.tell(new, "incident.seated", url=addresses.incident(incident), name=kit.named(incident), seat=role)
    return row


def at_work(brand: Brand) -> list[Member]:
    """Return who is at work in the brand."""
    rows = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return list(rows.order_by("created_at"))


def could(brand: Brand, role: str, people: Iterable[Member] | None = None) -> list[Member]:
    """Return who at work (`people` where they are known) may hold a seat: everybody, unless it needs a permission."""
    needs = str(book.roles(brand)[role].get("permission") or "")
    return [m for m in (at_work(brand) if people is None else people) if fits(m, needs)]


def fits(member: Member | None, needs: str) -> bool:
    """Whether somebody may hold a seat that needs this permission ("": none)."""
    return member is not None and (not needs or permissions.allows(member, needs))


def _may_sit(brand: Brand, role: str, people: Iterable[Member | None]) -> None:
    known = book.roles(brand)[role]
    needs = str(known.get("permission") or "")
    for one in people:
        if one is not None and not fits(one, needs):
            names = "、".join(map(str, could(brand, role))) or "—"
            raise MayNot(seat=_(str(known["label"])), name=str(one), could=names)


def who(incident: Incident, role: str, seats: Iterable[Seat] | None = None) -> list[Member]:
    """Return who is to do what falls to a seat: its holder and deputy, else the commander.

    Who lost the permission that the seat needs counts as nobody.
    """
    rows = incident.seats.select_related("member__user", "deputy__user") if seats is None else seats
    found = next((s for s in rows if s.role == role), None)
    people = [found.member, found.deputy] if found else []
    needs = str(book.roles(incident.brand).get(role, {}).get("permission") or "")
    here = [m for m in people if m is not None and m.state == Member.State.ACTIVE and fits(m, needs)]
    return here or [m for m in (incident.commander,) if m is not None]


WRITES = [seat]
