"""Under which number a seat is reached in an emergency: encrypted, shown to `crisis.handle` only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import SeatContact
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Number:
    """A number to call: as a person wrote it, and as a link dials it."""

    said: str

    @property
    def dials(self) -> str:
        return "tel:" + re.sub(r"[^0-9+,]", "", self.said)


@dataclass(frozen=True)
class Contact:
    """The numbers of a seat: its holder's and the deputy's; version 0 where none was ever kept."""

    version: int = 0
    phone: Number | None = None
    deputy: Number | None = None


def of(member: Member) -> dict[str, Contact]:
    """Return the numbers of the brand's seats; none for who may not handle incidents."""
    rows = SeatContact.objects.for_member(member, kit.HANDLE)
    return {r.role: Contact(r.version, _opened(r.phone), _opened(r.deputy_phone)) for r in rows}


def kept(brand: Brand) -> set[str]:
    """Return the seats that have a number, for who may not see it."""
    rows = SeatContact.objects.filter(brand=brand)
    return {r.role for r in rows if r.phone or r.deputy_phone}


def _opened(text: str) -> Number | None:
    return Number(keys.decrypt(text).decode()) if text else None
