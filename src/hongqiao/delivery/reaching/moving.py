"""A person turned out to be another; a person's own copy of what is kept; a person erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hongqiao.delivery.models import Channel, Consent, Contact, OptOut, Reach
from hongqiao.delivery.reaching import contacts
from hongqiao.workspace.models import Brand

Moved = dict[str, list[str]]


@transaction.atomic
def moved(brand: Brand, old: str, new: str) -> Moved:
    """Move what is kept of a subject to another; return what takes it back. Consent of both is one ledger then."""
    there = set(Contact.objects.filter(brand=brand, subject=new).values_list("channel", "digest"))
    mine = Contact.objects.filter(brand=brand, subject=old)
    both = [c.pk for c in mine if (c.channel, c.digest) in there]
    found: Moved = {"doubled": [str(pk) for pk in both]}
    for name, rows in (
        ("contacts", mine.exclude(pk__in=both)),
        ("consents", Consent.objects.filter(brand=brand, subject=old)),
        ("reaches", Reach.objects.filter(brand=brand, subject=old)),
    ):
        found[name] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(subject=new)
    return found


@transaction.atomic
def moved_back(brand: Brand, old: str, new: str, what: Moved) -> None:
    """Undo `moved`: what came since stays where it is."""
    for name, model in (("contacts", Contact), ("consents", Consent), ("reaches", Reach)):
        model.objects.filter(brand=brand, subject=new, pk__in=what.get(name, [])).update(subject=old)


def export(brand: Brand, subject: str) -> dict[str, Any]:
    """Return what is kept of a subject, for the person who asks: addresses in full, consents, messages."""
    rows = Contact.objects.filter(brand=brand, subject=subject).order_by("id")
    said = Consent.objects.filter(brand=brand, subject=subject).order_by("at", "id")
    sent = Reach.objects.filter(brand=brand, subject=subject).order_by("id")
    return {
        "contacts": [{"channel": r.channel, "address": contacts.opened(r), "state": r.state} for r in rows],
        "consents": list(said.values("purpose", "channel", "given", "at", "source", "wording")),
        "messages": list(sent.values("channel", "purpose", "state", "why", "due_at", "sent_at")),
    }


@transaction.atomic
def erase(brand: Brand, subject: str) -> dict[str, int]:
    """Erase a subject's addresses and messages; what waits is stopped first. The refusal of an address stays, as a
    keyed hash: it is what keeps the person from being reached again. The lines of consent go with the person."""
    rows = Contact.objects.filter(brand=brand, subject=subject)
    for row in rows:
        for channel in Channel.values:
            if contacts.base(channel) == row.channel:
                fields = {"at": row.created_at, "source": "erased"}
                OptOut.objects.get_or_create(brand=brand, channel=channel, digest=row.digest, defaults=fields)
    counts = {"contacts": rows.count()}
    rows.delete()
    waiting = Reach.objects.filter(brand=brand, subject=subject, state__in=(Reach.State.WAITING, Reach.State.ASSISTED))
    waiting.update(state=Reach.State.STOPPED, why="erased")
    kept = Reach.objects.filter(brand=brand, subject=subject)
    counts["messages"] = kept.update(subject="", content={}, proof=None)
    gone, _ = Consent.objects.filter(brand=brand, subject=subject).delete()
    return {**counts, "consents": gone}
