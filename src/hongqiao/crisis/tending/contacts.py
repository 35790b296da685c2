"""Keeping the number under which a seat is reached in an emergency: encrypted, never in the audit."""

from __future__ import annotations

import re

from django.db import transaction

from hongqiao.crisis.incidents import book
from hongqiao.crisis.models import SeatContact
from hongqiao.crisis.tending import parts
from hongqiao.crisis.tending.errors import BadRow, Wrong
from hongqiao.crisis.tending.services import TEND
from hongqiao.errors import N_, Conflict, NotFound
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member

HANDLE = "crisis.handle"
_SAID = re.compile(r"\+?[0-9][0-9 ()\-]*(,[0-9]{1,6})?")


@transaction.atomic
def keep(*, actor: Member, seen: int | None, role: str, phone: str, deputy: str) -> SeatContact:
    """Set the numbers of a seat; empty ones are forgotten. seen: the version of the numbers, 0 where there were none.

    Raises NotAllowed, NotFound, Conflict, BadRow.
    """
    for permission in (TEND, HANDLE):
        permissions.require(actor, permission)
    Brand.objects.for_member(actor, TEND).locked(actor.brand_id, None)  # two at once agree on one row
    if role not in book.roles(actor.brand):
        raise NotFound()
    said, bad = {}, {}
    for name, value in (("phone", phone), ("deputy_phone", deputy)):
        try:
            said[name] = _number(value)
        except Wrong as wrong:
            bad[name] = wrong.said()
    if bad:
        raise BadRow(bad)
    row = SeatContact.objects.filter(brand=actor.brand, role=role).first() or SeatContact(
        brand=actor.brand, role=role, version=0
    )
    if seen is not None and row.version != seen:
        raise Conflict()
    for name, number in said.items():
        setattr(row, name, keys.encrypt(number.encode()) if number else "")
    row.version += 1
    row.save()
    audit.record(actor, "crisis.seat_phone", row, brand=actor.brand, seat=role, own=_called(actor.brand, role))
    return row


def _called(brand: Brand, role: str) -> str:
    return book.own_seat(book.roles(brand)[role])


def _number(text: str) -> str:
    """Return a number as it is kept, "" for none. Raises Wrong."""
    said, bounds = " ".join(str(text or "").split()), parts.limits()["phone"]
    if not said:
        return ""
    digits = sum(c.isdigit() for c in said)
    if not _SAID.fullmatch(said) or not bounds["least"] <= digits <= bounds["most"]:
        raise Wrong(N_("电话只写数字，可带 + 和 -，%(least)s 到 %(most)s 位"), **bounds)
    return said


WRITES = [keep]
