"""Consent and addresses of users, over the models of `delivery.reaching`: the one door of this part to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from hongqiao.delivery.models.reaching import Consent, Contact
from hongqiao.delivery.reaching import contacts as reached
from hongqiao.delivery.reaching.errors import BadAddressOfUser
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand, Member


def give(
    brand: Brand,
    subject: str,
    purpose: str,
    channel: str,
    *,
    source: str,
    wording: str = "",
    proof: dict[str, Any] | None = None,
    by: Member | None = None,
    at: datetime,
) -> Consent:
    """Write a line that says yes. Inside the caller's transaction."""
    return _write(brand, subject, purpose, channel, True, source, wording, proof, by, at)


def withdraw(
    brand: Brand,
    subject: str,
    purpose: str,
    channel: str,
    *,
    source: str,
    wording: str = "",
    proof: dict[str, Any] | None = None,
    by: Member | None = None,
    at: datetime,
) -> Consent:
    """Write a line that takes it back; it holds from `at` on."""
    return _write(brand, subject, purpose, channel, False, source, wording, proof, by, at)


def _write(
    brand: Brand, subject: str, purpose: str, channel: str, given: bool, source: str, wording: str,
    proof: dict[str, Any] | None, by: Member | None, at: datetime,
) -> Consent:  # fmt: skip
    return Consent.objects.create(
        brand=brand, subject=subject, purpose=purpose, channel=channel, given=given, source=source[:80],
        wording=wording[:80], proof=proof or {}, by=by, at=at,
    )  # fmt: skip


def holds(brand: Brand, subject: str, purpose: str, channel: str) -> bool:
    """Return whether the latest line about this channel, or about all of them, says yes; without one it is no."""
    found = Consent.objects.filter(brand=brand, subject=subject, purpose=purpose)
    latest = found.filter(Q(channel=channel) | Q(channel="")).order_by("-at", "-id").first()
    return bool(latest and latest.given)


def now_held(brand: Brand, subjects: Iterable[str]) -> dict[tuple[str, str, str], Consent]:
    """Return the latest line of each (subject, purpose, channel)."""
    found: dict[tuple[str, str, str], Consent] = {}
    for line in Consent.objects.filter(brand=brand, subject__in=list(subjects)).order_by("at", "id"):
        found[line.subject, line.purpose, line.channel] = line
    return found


class contacts:  # noqa: N801 — called like the module that it stands for
    """Addresses of one user, kept in the form in which delivery finds and refuses them."""

    @staticmethod
    def add(brand: Brand, subject: str, channel: str, address: str, *, hint: str = "") -> Contact:
        """Keep an address, encrypted; the same again changes nothing. Raises BadAddressOfUser."""
        plain = reached.clean(channel, address)
        row, _made = Contact.objects.get_or_create(
            brand=brand, channel=reached.base(channel), digest=contacts.digest(brand, channel, plain), subject=subject,
            defaults={"sealed": keys.encrypt(plain.encode()), "hint": hint[:32] or reached.hint(channel, plain)},
        )  # fmt: skip
        return row

    @staticmethod
    def digest(brand: Brand, channel: str, address: str) -> str:
        """Return the keyed hash of a channel and a clean address, as a refusal of it bears too."""
        return keys.person_keys(brand.pk).hash([f"{reached.base(channel)}:{address}"])[0]

    @staticmethod
    def add_many(brand: Brand, told: Sequence[tuple[str, str, str, str]]) -> None:
        """Keep many: (subject, channel, address, hint); what is there stays, what nobody can send to is left."""
        good = [(s, reached.base(c), plain, h) for s, c, address, h in told if (plain := _clean(c, address))]
        marks = keys.person_keys(brand.pk).hash([f"{channel}:{plain}" for _s, channel, plain, _h in good])
        rows = {
            (subject, channel, mark): (plain, hint)
            for (subject, channel, plain, hint), mark in zip(good, marks, strict=True)
        }
        known: set[tuple[str, str, str]] = set()
        for start in range(0, len(marks), 500):  # databases bound the length of a list
            held = Contact.objects.filter(brand=brand, digest__in=marks[start : start + 500])
            known |= set(held.values_list("subject", "channel", "digest"))
        Contact.objects.bulk_create(
            Contact(
                brand=brand, subject=subject, channel=channel, digest=mark, sealed=keys.encrypt(plain.encode()),
                hint=hint[:32],
            )
            for (subject, channel, mark), (plain, hint) in rows.items()
            if (subject, channel, mark) not in known
        )  # fmt: skip

    @staticmethod
    def opened(row: Contact) -> str:
        """Return the address. Raises KeyLost."""
        return keys.decrypt(row.sealed).decode()


def _clean(channel: str, address: str) -> str:
    """Return an address as it is kept, "" for one that nobody can send to."""
    try:
        return reached.clean(channel, address)
    except BadAddressOfUser:
        return ""
