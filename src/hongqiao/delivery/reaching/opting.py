"""Asking for nothing more: an answer by text message, the link of an e-mail, or a word to customer service.

A refusal is the address's, not the person's alone, and holds under every key that the brand ever had. It is written
at once and also stops what already waits for that address.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.delivery.models import Channel, Contact, OptOut, Purpose, Reach, SmsVendor
from hongqiao.delivery.reaching import consents, contacts, guards, rules
from hongqiao.delivery.reaching.errors import BadAddressOfUser, NoProof
from hongqiao.errors import NotFound
from hongqiao.platforms.client.sms import Reply
from hongqiao.workspace import audit, links, permissions
from hongqiao.workspace.models import Brand, Member

SALT = "hongqiao.delivery.unsubscribe"


def says_no(text: str) -> bool:
    """Return whether an answer asks for nothing more: R, T, TD, N, 退订, whatever its width and case."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("。.!！,，'\"“”").upper()
    return plain in {w.upper() for w in rules.shipped()["replies"]}


@transaction.atomic
def opt_out(brand: Brand, *, channel: str, digests: Collection[str], source: str) -> int:
    """Write that addresses want nothing more on a channel, take the consent of all who have one of them back, and
    stop what waits for them. Returns how many persons it concerns. Said again it changes nothing.
    """
    now = timezone.now()
    fresh = False
    for digest in digests:
        _, made = OptOut.objects.get_or_create(
            brand=brand, channel=channel, digest=digest, defaults={"at": now, "source": source[:80]}
        )
        fresh = fresh or made
    rows = Contact.objects.filter(brand=brand, channel=contacts.base(channel), digest__in=list(digests))
    subjects = set(rows.values_list("subject", flat=True))
    if fresh:
        for subject in sorted(subjects):
            consents.withdraw(brand, subject=subject, purpose=Purpose.MARKETING, channel=channel, source=source, at=now)
    _stop(brand, channel, subjects)
    return len(subjects)


def _stop(brand: Brand, channel: str, subjects: Collection[str]) -> None:
    waiting = Reach.objects.select_for_update().filter(
        brand=brand, channel=channel, subject__in=list(subjects), asking_at=None
    )
    told = list(waiting.filter(state__in=(Reach.State.WAITING, Reach.State.ASSISTED)))
    for row in told:
        row.state, row.why = Reach.State.REFUSED, "opted_out"
        row.save_next("state", "why")
    guards.tell(told)


def replied(vendor: SmsVendor, replies: Collection[Reply]) -> int:
    """Take answers to a vendor's messages: those that ask for nothing more hold for every brand that sends under the
    same signature with the same key. Returns how many there were."""
    count = 0
    for one in replies:
        if not says_no(one.text):
            continue
        try:
            address = contacts.clean(Channel.SMS, one.phone[-11:])
        except BadAddressOfUser:
            continue  # a number from abroad: nothing is sent there
        count += 1
        same = SmsVendor.objects.filter(sign=vendor.sign, key_mark=vendor.key_mark).select_related("brand")
        for brand in {row.brand for row in same} | {vendor.brand}:
            digests = contacts.digests(brand.pk, Channel.SMS, address)
            opt_out(brand, channel=Channel.SMS, digests=digests, source="sms_reply")
    return count


@transaction.atomic
def take_back(*, actor: Member, subject: str, channel: str, wording: str, source: str) -> None:
    """Write that a user asked to be reached again: their own wish, with its proof. Raises NoProof, NotFound."""
    permissions.require(actor, "users.edit")
    if not wording.strip() or not source.strip():
        raise NoProof()
    rows = Contact.objects.for_member(actor, "users.edit").filter(subject=subject, channel=contacts.base(channel))
    held = list(rows.values_list("digest", flat=True))
    if not held:
        raise NotFound()
    digests = [mark for one in held for mark in contacts.same_address(actor.brand, channel, one)]
    OptOut.objects.filter(brand=actor.brand, channel=channel, digest__in=digests).delete()
    give = {"purpose": Purpose.MARKETING, "channel": channel, "source": source, "wording": wording}
    row = consents.give(actor.brand, subject=subject, actor=actor, **give)
    audit.record(actor, "opt_out.taken_back", row, channel=channel)


def unsubscribe_url(brand: Brand, row: Contact) -> str:
    """Return the address by which whoever has the message asks for nothing more; it names no address and no person."""
    token = signing.dumps([brand.pk.hex, row.channel, row.digest], salt=SALT, compress=True)
    return links.absolute(reverse("reaching_unsubscribe", args=[token]))


def of_token(token: str) -> tuple[Brand, str, str]:
    """Return (brand, channel, digest) of such an address. It never ends. Raises NotFound."""
    try:
        key, channel, digest = signing.loads(token, salt=SALT)
        return Brand.objects.get(pk=UUID(key)), str(channel), str(digest)
    except (signing.BadSignature, Brand.DoesNotExist, ValueError, TypeError):
        raise NotFound() from None
