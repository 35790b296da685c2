"""What one person's page shows beside the facts: numbers, consents, tags, merges, requests; and acts on them. U1."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.audience.models import MergeAsk, Person, Tagged
from hongqiao.audience.people import merging
from hongqiao.delivery.models.reaching import Channel, Consent, Contact, OptOut, Purpose
from hongqiao.delivery.reaching import consents
from hongqiao.errors import NotFound
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member

SEE, EDIT, CONTACT = "users.view", "users.edit", "users.contact"


def person_of(member: Member, key: str) -> Person | None:
    """Return the row of a person, None for one of whom only facts are known."""
    found: Person | None = Person.objects.for_member(member, SEE).filter(key=key).select_related("into").first()
    return found


def title(person: Person | None) -> str:
    """Return the name as everybody may see it: 陈** ."""
    name = keys.decrypt(person.name).decode() if person and person.name else ""
    return f"{name[:1]}**" if name else ""


def contacts(brand: Brand, key: str) -> list[Contact]:
    """Return a person's addresses; `refused` where one asked for nothing more."""
    rows = list(Contact.objects.filter(brand=brand, subject=key).order_by("channel", "pk"))
    refused = set(
        OptOut.objects.filter(brand=brand, digest__in=[r.digest for r in rows]).values_list("digest", flat=True)
    )
    for row in rows:
        row.refused = row.digest in refused  # type: ignore[attr-defined]
    return rows


@transaction.atomic
def show(*, actor: Member, key: str) -> dict[str, Any]:
    """Return name and numbers in full: {"name", "rows": [(kind, value)]}. Audited. Raises NotAllowed, NotFound."""
    permissions.require(actor, CONTACT)
    person = Person.objects.for_member(actor, CONTACT).filter(key=key).first()
    if person is None:
        raise NotFound()
    audit.record(actor, "person.contacts_shown", person)
    rows = person.identities.exclude(sealed="").order_by("kind", "pk")
    name = keys.decrypt(person.name).decode() if person.name else ""
    return {"name": name, "rows": [(r, keys.decrypt(r.sealed).decode()) for r in rows]}


def held(brand: Brand, key: str) -> list[dict[str, Any]]:
    """Return what is consented to now, a line a purpose: which channels, since when, from where."""
    now = consents.latest(brand, [key])
    lines = []
    for purpose in Purpose:
        mine = {channel: line for (_s, p, channel), line in now.items() if p == purpose}
        if mine:
            given = [line for line in mine.values() if line.given and not _over(line, mine)]
            lines.append({"purpose": purpose, "given": given, "ended": [x for x in mine.values() if x not in given]})
    return lines


def _over(line: Consent, mine: dict[str, Consent]) -> bool:
    """Whether a later line about all channels took this one back."""
    whole = mine.get("")
    return whole is not None and not whole.given and (whole.at, whole.pk) > (line.at, line.pk)


def history(brand: Brand, key: str) -> list[Consent]:
    return list(
        Consent.objects.filter(brand=brand, subject=key).select_related("by__user").order_by("-at", "-pk")[:100]
    )


@transaction.atomic
def withdraw(*, actor: Member, key: str, purpose: str, channel: str) -> Consent:
    """Take a consent back at once, as the person asked. Raises NotAllowed, NotFound."""
    permissions.require(actor, EDIT)
    if purpose not in Purpose.values or channel not in ("", *Channel.values):
        raise NotFound()
    if not Consent.objects.filter(brand=actor.brand, subject=key, purpose=purpose, given=True).exists():
        raise NotFound()
    line = consents.write(
        actor.brand,
        False,
        subject=key,
        purpose=purpose,
        channel=channel,
        source="hand",
        by=actor,
        proof={"by": "member"},
    )
    audit.record(actor, "consent.withdrawn", line, purpose=purpose, channel=channel)
    return line


def tags(person: Person | None) -> tuple[list[Tagged], list[Tagged]]:
    """Return tags worn now, and those taken off."""
    rows = list(person.tagged.select_related("tag", "by__user").order_by("-pk")) if person else []
    return [r for r in rows if r.off_at is None], [r for r in rows if r.off_at is not None]


def pairs(member: Member) -> list[dict[str, Any]]:
    """Return who waits to be said one or two, both sides masked."""
    rows = MergeAsk.objects.for_member(member, SEE).filter(state=MergeAsk.State.WAITING)
    rows = rows.select_related("left", "right").order_by("pk")[:200]
    return [{"row": r, "why": r.why, "sides": [side(merging.root(p)) for p in (r.left, r.right)]} for r in rows]


def side(person: Person) -> dict[str, Any]:
    return {"key": person.key, "name": title(person), "ids": list(person.identities.order_by("kind", "pk"))}


def hints_of(brand: Brand, found: list[str]) -> dict[str, str]:
    """Return key → name and telephone, masked, of those of whom something is kept."""
    rows = Person.objects.filter(brand=brand, key__in=found).prefetch_related("identities")
    told = {}
    for row in rows:
        phone = next((i.hint for i in row.identities.all() if i.kind == "phone"), "")
        told[row.key] = " ".join(filter(None, (title(row), phone)))
    return told


def id_of(text: str) -> UUID:
    """Return the key of a row that a form names. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


WRITES = [show, withdraw]
__all__ = [
    "WRITES", "contacts", "held", "hints_of", "history", "id_of", "pairs", "person_of", "show", "side",
    "tags", "title", "withdraw",
]  # fmt: skip
