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
from hongqiao.workspace.models import Account, Brand, BrandKey, Member

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
    text, now = f"{base(channel)}:{address}", keys.person_keys(brand_id)
    old = BrandKey.objects.filter(brand_id=brand_id, purpose=keys.PERSON).exclude(retired_at=None).order_by("-id")
    past = [keys.PersonKeys(k.key_id, keys.decrypt(k.secret)) for k in old]
    return [k.hash([text])[0] for k in (now, *past)]


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
    digest, *older = digests(brand.pk, kind, plain)
    sealed = keys.encrypt(plain.encode())
    given = {"sealed": sealed, "hint": hint(kind, plain), "account": account, "state": Contact.State.GOOD}
    row, made = Contact.objects.get_or_create(
        brand=brand, channel=kind, digest=digest, subject=subject[:64], defaults=given
    )
    if not made and row.state != Contact.State.GOOD:
        row.state = Contact.State.GOOD
        row.save_next("state")
    _carry(brand, digest, older)
    if made and actor is not None:
        audit.record(actor, "contact.added", row, channel=kind)
    return row


def add_many(brand: Brand, told: Sequence[tuple[str, str, str]]) -> None:
    """Keep many: (subject, channel, address). What is there stays as it is, what nobody can send to is left out."""
    good = [
        (subject, base(channel), plain) for subject, channel, address in told if (plain := _clean(channel, address))
    ]
    ring = keys.person_keys(brand.pk)
    marks = ring.hash([f"{kind}:{plain}" for _subject, kind, plain in good])
    rows = {(s, kind, mark): plain for (s, kind, plain), mark in zip(good, marks, strict=True)}
    known: set[tuple[str, str, str]] = set()
    for start in range(0, len(marks), 500):  # databases bound the length of a list
        held = Contact.objects.filter(brand=brand, digest__in=marks[start : start + 500])
        known |= set(held.values_list("subject", "channel", "digest"))
    Contact.objects.bulk_create(
        Contact(
            brand=brand, subject=subject, channel=kind, digest=mark, sealed=keys.encrypt(plain.encode()),
            hint=hint(kind, plain),
        )
        for (subject, kind, mark), plain in rows.items()
        if (subject, kind, mark) not in known
    )  # fmt: skip


def _clean(channel: str, address: str) -> str:
    try:
        return clean(channel, address)
    except BadAddressOfUser:
        return ""


def _carry(brand: Brand, digest: str, older: list[str]) -> None:
    """Let a refusal that was said under an older key stand under the one in use."""
    for row in OptOut.objects.filter(brand=brand, digest__in=older):
        fields = {"at": row.at, "source": row.source}
        OptOut.objects.get_or_create(brand=brand, channel=row.channel, digest=digest, defaults=fields)


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
