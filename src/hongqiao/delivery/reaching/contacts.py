"""Addresses of users: taken in, found again, opened for sending. Encrypted; a keyed hash finds one again.

One address may be many users' (a household's phone). A follower's openid serves all three ways of 公众号.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from hongqiao.delivery.models import Channel, Contact, OptOut
from hongqiao.delivery.reaching.errors import BadAddressOfUser, BadChoice
from hongqiao.errors import N_
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Account, Brand, Member

#: The channel whose address another one uses.
SAME = {Channel.NOTICE: Channel.SERVICE, Channel.MASS: Channel.SERVICE}
_PHONE = re.compile(r"1[3-9]\d{9}")
_EMAIL = re.compile(r"[^@\s\"<>,;]{1,64}@[^@\s\"<>,;]+\.[^@\s\"<>,;.]{2,}")
_ID = re.compile(r"[0-9A-Za-z_\-]{6,64}")
keys.keeps(Contact, "sealed")


def base(channel: str) -> str:
    """Return the channel under which the address is kept. Raises BadChoice."""
    if channel not in Channel.values:
        raise BadChoice(what=N_("渠道"), value=str(channel)[:20])
    return str(SAME.get(Channel(channel), Channel(channel)).value)


def clean(channel: str, address: str) -> str:
    """Return an address as it is kept. Raises BadAddressOfUser."""
    text, kind = (address or "").strip(), base(channel)
    if kind == Channel.SMS:
        text = re.sub(r"[\s\-()]", "", text)
        text = re.sub(r"^(\+|00)86", "", text)
        good = _PHONE.fullmatch(text)
    elif kind == Channel.EMAIL:
        text = text.lower()
        good = _EMAIL.fullmatch(text) if len(text) <= 254 else None
    else:
        good = _ID.fullmatch(text)
    if not good:
        raise BadAddressOfUser(channel=Channel(channel).label)
    return text


def hint(channel: str, address: str) -> str:
    """Return what may be shown of an address: 138****1234, an***@example.com."""
    kind = base(channel)
    if kind == Channel.SMS:
        return f"{address[:3]}****{address[-4:]}"
    if kind == Channel.EMAIL:
        name, _, host = address.partition("@")
        return f"{name[:2]}***@{host}"[:32]
    return f"{address[:3]}…{address[-3:]}"


def digests(brand_id: UUID, channel: str, address: str) -> list[str]:
    """Return the keyed hashes of a clean address: by the brand's person key in use first, then by retired ones.

    A key that was changed must not let anybody be reached who had asked for nothing more.
    """
    text = f"{base(channel)}:{address}"
    return [ring.hash([text])[0] for ring in keys.person_rings(brand_id)]


@transaction.atomic
def add(
    brand: Brand,
    *,
    subject: str,
    channel: str,
    address: str,
    account: Account | None = None,
    actor: Member | None = None,
) -> Contact:
    """Keep an address of a user; known already it is good again. Raises BadAddressOfUser, BadChoice, NotAllowed."""
    if actor is not None:
        permissions.require(actor, "users.edit")
    plain, kind = clean(channel, address), base(channel)
    marks = digests(brand.pk, kind, plain)
    sealed, who = keys.encrypt(plain.encode()), subject[:64]
    given = {"sealed": sealed, "hint": hint(kind, plain), "account": account, "state": Contact.State.GOOD}
    row = Contact.objects.filter(brand=brand, channel=kind, digest__in=marks, subject=who).order_by("-id").first()
    made = False
    if row is None:
        row, made = Contact.objects.get_or_create(
            brand=brand, channel=kind, digest=marks[0], subject=who, defaults=given
        )
    if not made and row.state != Contact.State.GOOD:
        row.state = Contact.State.GOOD
        row.save_next("state")
    _carry(brand, [marks])
    if made and actor is not None:
        audit.record(actor, "contact.added", row, channel=kind)
    return row


def add_many(brand: Brand, told: Sequence[tuple[str, str, str]]) -> None:
    """Keep many: (subject, channel, address). What is there stays as it is, what nobody can send to is left out."""
    good = [
        (subject, base(channel), plain) for subject, channel, address in told if (plain := _clean(channel, address))
    ]
    rings = keys.person_rings(brand.pk)
    texts = [f"{kind}:{plain}" for _subject, kind, plain in good]
    marks = list(zip(*(ring.hash(texts) for ring in rings), strict=True))  # of each address, the key in use first
    known: set[tuple[str, str, str]] = set()
    every = [mark for some in marks for mark in some]
    for start in range(0, len(every), 500):  # databases bound the length of a list
        held = Contact.objects.filter(brand=brand, digest__in=every[start : start + 500])
        known |= set(held.values_list("subject", "channel", "digest"))
    rows = {
        (subject, kind, some[0]): plain
        for (subject, kind, plain), some in zip(good, marks, strict=True)
        if not any((subject, kind, mark) in known for mark in some)
    }
    Contact.objects.bulk_create(
        Contact(
            brand=brand, subject=subject, channel=kind, digest=mark, sealed=keys.encrypt(plain.encode()),
            hint=hint(kind, plain),
        )
        for (subject, kind, mark), plain in rows.items()
    )  # fmt: skip
    _carry(brand, marks)


def _clean(channel: str, address: str) -> str:
    try:
        return clean(channel, address)
    except BadAddressOfUser:
        return ""


def _carry(brand: Brand, addresses: Sequence[Sequence[str]]) -> None:
    """Let a refusal that was said under one key of the brand stand under all of them. An address: its hash by each."""
    if not any(len(marks) > 1 for marks in addresses):
        return
    every = [mark for marks in addresses for mark in marks]
    said: dict[str, list[OptOut]] = {}
    for start in range(0, len(every), 500):
        for row in OptOut.objects.filter(brand=brand, digest__in=every[start : start + 500]):
            said.setdefault(row.digest, []).append(row)
    for marks in addresses:
        for row in [row for mark in marks for row in said.get(mark, ())]:
            for mark in marks:
                fields = {"at": row.at, "source": row.source}
                OptOut.objects.get_or_create(brand=brand, channel=row.channel, digest=mark, defaults=fields)


def same_address(brand: Brand, channel: str, digest: str) -> list[str]:
    """Return the hashes of an address by every key of the brand, given one of them: what is said of one holds for all.

    Hashes of kept addresses are not made anew when the key changes: letters that went out name them in their way out.
    """
    row = Contact.objects.filter(brand=brand, channel=base(channel), digest=digest).first()
    return digests(brand.pk, channel, opened(row)) if row else [digest]


def of(brand: Brand, subjects: Collection[str], channel: str) -> dict[str, Contact]:
    """Return subject → its newest good address on a channel; who has none is not in it."""
    kept = {base(channel), channel}  # an import may have named the way itself
    rows = Contact.objects.filter(brand=brand, channel__in=kept, state=Contact.State.GOOD, subject__in=list(subjects))
    return {row.subject: row for row in rows.order_by("id")}


def opened(row: Contact) -> str:
    """Return the address itself, for sending. Raises KeyLost."""
    return keys.decrypt(row.sealed).decode()


def failed(row: Contact) -> None:
    """Remember that nothing arrives there: it is not tried again until somebody gives it anew."""
    Contact.objects.filter(pk=row.pk).update(state=Contact.State.FAILED)
