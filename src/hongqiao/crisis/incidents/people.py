"""People affected: contact, apology, compensation to the end. Names and contacts encrypted, `crisis.handle` only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import kit, steps
from hongqiao.crisis.models import Affected
from hongqiao.crisis.watching import opening
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import keys
from hongqiao.workspace.models import Member

State = Affected.State
WAYS = {"phone": N_("电话"), "chat": N_("私信或客服"), "visit": N_("上门或当面"), "mail": N_("邮件或短信")}
MOST = Decimal(10) ** 9


class BadAmount(Invalid):
    code = "bad_amount"
    message = N_("金额要是大于 0 的数字")
    next_step = N_("只填数字，单位元")


class NothingPromised(Conflict):
    code = "nothing_promised"
    message = N_("还没有登记承诺的补偿")
    next_step = N_("先登记承诺金额，再登记付款")


@transaction.atomic
def add_person(
    *, actor: Member, incident_id: UUID | str, name: str, contact: str, severe: bool = False, owner: Any = None,
    mention_id: Any = None, **said: str,
) -> Affected:  # fmt: skip
    """Take somebody up who is affected; `said`: channel, harm, product, batch, medical. Raises NeedsWords."""
    incident = kit.of(actor, incident_id)
    mention = incident.mentions.filter(pk=mention_id).first() if mention_id else None
    row = Affected(brand=actor.brand, incident=incident, mention=mention, severe=severe)
    row.owner = kit.member(actor, owner) or actor
    _about(row, name, contact, said)
    row.save(force_insert=True)
    kit.tell(actor, incident, "incident.person_added", row, severe=severe)
    return row


@transaction.atomic
def change_person(
    *, actor: Member, person_id: UUID | str, seen: int | None, name: str, contact: str, severe: bool = False,
    owner: Any = None, **said: str,
) -> Affected:  # fmt: skip
    """Correct what is known of somebody. Raises NeedsWords, NoMember, Conflict."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    row.severe, row.owner = severe, kit.member(actor, owner) or row.owner
    _about(row, name, contact, said)
    row.save_next("name", "contact", "severe", "owner", *KNOWN)
    kit.tell(actor, incident, "incident.person_changed", row)
    return row


KNOWN = {"channel": 32, "harm": 300, "product": 120, "batch": 64, "medical": 300}


def _about(row: Affected, name: str, contact: str, said: dict[str, str]) -> None:
    known, reach = kit.clean(name, 80), kit.clean(contact, 120)
    if not (known or reach):
        raise kit.NeedsWords()
    row.name, row.contact = (keys.encrypt(t.encode()) if t else "" for t in (known, reach))
    for field, most in KNOWN.items():
        setattr(row, field, kit.clean(said.get(field), most))


@transaction.atomic
def contacted(*, actor: Member, person_id: UUID | str, seen: int | None, way: str, text: str) -> Affected:
    """Log a contact. Raises NeedsWords, Invalid, Conflict."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    if way not in WAYS:
        raise Invalid()
    line = {"at": timezone.now().isoformat(), "by": str(actor), "way": way, "text": kit.words(text, 1000, lines=True)}
    row.contacts = [*row.contacts, line]
    row.state = State.CONTACTED if row.state == State.NEW else row.state
    row.save_next("contacts", "state")
    kit.tell(actor, incident, "incident.person_contacted", row, way=way)
    steps.follow(incident, "contact", actor)
    if incident.answered_at is None:  # who reached a person has answered; what was said stays with the person
        opening.answered(incident, at=timezone.now(), by=actor, way="reply")
    return row


@transaction.atomic
def apologised(*, actor: Member, person_id: UUID | str, seen: int | None) -> Affected:
    """Note that the apology was made to this person. Raises Conflict."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    row.apology_at = row.apology_at or timezone.now()
    row.save_next("apology_at")
    kit.tell(actor, incident, "incident.person_apologised", row)
    return row


@transaction.atomic
def promised(*, actor: Member, person_id: UUID | str, seen: int | None, amount: str) -> Affected:
    """Note what compensation was agreed on, in yuan. Raises BadAmount, Conflict."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    row.promised, row.state = _amount(amount), State.AGREED
    row.save_next("promised", "state")
    kit.tell(actor, incident, "incident.person_promised", row, amount=str(row.promised))
    return row


@transaction.atomic
def paid(
    *,
    actor: Member,
    person_id: UUID | str,
    seen: int | None,
    amount: str,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
) -> Affected:
    """Note what was paid, with proof; all of the promise settles it. Raises NothingPromised, NeedsProof, BadAmount."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    if row.promised is None:
        raise NothingPromised()
    more = _amount(amount)
    row.proof = {"paid": [*(row.proof.get("paid") or ()), _receipt(actor, more, text, url, picture)]}
    row.paid = (row.paid or Decimal(0)) + more
    row.paid_at = timezone.now()
    row.state = State.SETTLED if row.paid >= row.promised else row.state
    row.save_next("paid", "paid_at", "proof", "state")
    kit.tell(actor, incident, "incident.person_paid", row, amount=str(more))
    return row


def _receipt(actor: Member, amount: Decimal, text: str, url: str, picture: bytes | None) -> dict[str, str]:
    kept = kit.proof(actor, text=text, url=url, picture=picture)
    return {**kept, "amount": str(amount), "by": str(actor), "at": timezone.now().isoformat()}


@transaction.atomic
def refused(*, actor: Member, person_id: UUID | str, seen: int | None, reason: str) -> Affected:
    """Note that somebody takes no settlement, and why. Raises NeedsWords, Conflict."""
    incident, row = kit.part(actor, Affected, person_id, seen)
    row.proof = {**row.proof, "refused": kit.words(reason, 300)}
    row.state = State.REFUSED
    row.save_next("proof", "state")
    kit.tell(actor, incident, "incident.person_refused", row)
    return row


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(kit.clean(text, 20).replace(",", ""))
    except (InvalidOperation, kit.TooLong):
        raise BadAmount() from None
    if not found.is_finite() or not 0 < found < MOST:
        raise BadAmount()
    return found.quantize(Decimal("0.01"))


def opened(text: str) -> str:
    """Return a name or contact in the clear, "" for none."""
    return keys.decrypt(text).decode() if text else ""


@transaction.atomic
def exported(*, actor: Member, incident_id: UUID | str) -> Iterator[list[Any]]:
    """Return the rows of the file of people affected, names in the clear; that it was taken is audited."""
    incident = kit.of(actor, incident_id)
    rows = list(Affected.objects.filter(incident=incident).select_related("owner__user").order_by("id"))
    kit.tell(actor, incident, "incident.people_taken", n=len(rows))
    return (_line(row) for row in rows)


def _line(row: Affected) -> list[Any]:
    known = [opened(row.name), opened(row.contact), row.channel, row.harm, row.product, row.batch, row.medical]
    stand = [row.severe, row.get_state_display(), len(row.contacts), row.apology_at, row.promised, row.paid]
    return [*known, *stand, row.paid_at, str(row.owner or "")]


WRITES = [add_person, change_person, contacted, apologised, promised, paid, refused, exported]
