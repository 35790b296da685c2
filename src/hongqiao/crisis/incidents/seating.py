"""Who holds which seat in the room, and who stands in."""

from __future__ import annotations

from collections import Counter
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
    known = book.roles(actor.brand)
    if role not in known:
        raise Invalid()
    who, stands_in = kit.member(actor, member), kit.member(actor, deputy)
    if who is not None and who == stands_in:
        raise SamePerson()
    _may_sit(actor.brand, role, (who, stands_in))
    why = kit.clean(reason, 300)
    row, made = Seat.objects.select_for_update().get_or_create(brand=actor.brand, incident=incident, role=role)
    if not made and (seen is None or row.version != seen):
        raise Conflict()
    _put(incident, row, who, stands_in)
    called = book.own_seat(known[role])
    names = {"name": str(who or ""), "deputy": str(stands_in or "")}
    kit.tell(actor, incident, "incident.seated", row, text=why, seat=role, own=called, **names)
    _told(actor, incident, row, called)
    return row


def _put(incident: Incident, row: Seat, who: Member | None, stands_in: Member | None) -> None:
    row.member, row.deputy = who, stands_in
    row.save_next("member", "deputy")
    if row.role == "commander" and who is not None and incident.commander_id != who.pk:
        incident.commander = who
        incident.save_next("commander")


def _told(actor: Member, incident: Incident, row: Seat, called: str) -> None:
    new = [m for m in (row.member, row.deputy) if m is not None and m != actor]
    said = {"name": kit.named(incident), "seat": row.role, "own": called}
    notices.tell(new, "incident.seated", url=addresses.incident(incident), **said)


class NobodyProposed(Conflict):
    code = "nobody_proposed"
    message = N_("没有可以按默认安排的空缺")
    next_step = N_("请逐个安排，或在设置 · 危机预案里写默认角色")


@transaction.atomic
def seat_defaults(*, actor: Member, incident_id: UUID | str) -> list[Seat]:
    """Fill the empty seats by the roles in the team that the brand proposes for them, each given to whoever of that
    role has the fewest seats so far; nobody is put out of a seat. Raises Conflict, NobodyProposed."""
    incident, roles = kit.of(actor, incident_id), book.roles(actor.brand)
    held = {s.role: s for s in Seat.objects.select_for_update().filter(incident=incident)}
    able = [m for m in at_work(actor.brand) if permissions.allows(m, kit.SEE)]
    load = Counter(m for s in held.values() for m in (s.member_id, s.deputy_id) if m)
    filled = []
    for role, known in roles.items():
        row = held.get(role)
        taken = row is not None and (row.member_id or row.deputy_id)
        if taken or (role == "commander" and incident.commander_id):
            continue
        fit = [m for m in able if fits(m, str(known.get("permission") or ""))]
        who = _least(fit, str(known.get("default") or ""), load)
        stands_in = _least(fit, str(known.get("deputy") or ""), load, but=who)
        if who or stands_in:
            row = row or Seat.objects.create(brand=actor.brand, incident=incident, role=role)
            _put(incident, row, who, stands_in)
            filled.append(row)
    if not filled:
        raise NobodyProposed()
    kit.tell(actor, incident, "incident.seats_filled", n=len(filled), seats=[s.role for s in filled])
    for row in filled:
        _told(actor, incident, row, book.own_seat(roles[row.role]))
    return filled


def _least(able: list[Member], role: str, load: Counter[UUID], but: Member | None = None) -> Member | None:
    fit = [m for m in able if m.role == role and m != but]
    found = min(fit, key=lambda m: load[m.pk], default=None)
    if found is not None:
        load[found.pk] += 1
    return found


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


WRITES = [seat, seat_defaults]
