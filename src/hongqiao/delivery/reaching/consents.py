"""The ledger of consent: lines are added, none is changed. The latest holds; of two at one moment the refusal does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Channel, Consent, Purpose
from hongqiao.delivery.reaching.errors import BadChoice, NoProof
from hongqiao.errors import N_
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member


def give(brand: Brand, *, subject: str, purpose: str, channel: str = "", source: str, **more: Any) -> Consent:
    """Write that a user agreed. `wording` names the text agreed to, `proof` {…} what shows it, `at` when, `actor` who
    wrote it down. Raises NoProof, BadChoice, NotAllowed.
    """
    if not more.get("wording") and not more.get("proof"):
        raise NoProof()
    return _line(brand, True, subject=subject, purpose=purpose, channel=channel, source=source, **more)


def withdraw(brand: Brand, *, subject: str, purpose: str, channel: str = "", source: str, **more: Any) -> Consent:
    """Write that a user wants it no more: as easy as giving, no proof is asked. Raises BadChoice, NotAllowed."""
    return _line(brand, False, subject=subject, purpose=purpose, channel=channel, source=source, **more)


@transaction.atomic
def _line(brand: Brand, given: bool, *, source: str, actor: Member | None = None, **said: Any) -> Consent:
    if actor is not None:
        permissions.require(actor, "users.edit")
    row = write(brand, given, source=source, by=actor, **said)
    if actor is not None:
        code = "consent.given" if given else "consent.withdrawn"
        audit.record(actor, code, row, purpose=row.purpose, channel=row.channel or "all", source=row.source)
    return row


def write(
    brand: Brand,
    given: bool,
    *,
    subject: str,
    purpose: str,
    channel: str,
    source: str,
    wording: str = "",
    proof: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    by: Member | None = None,
) -> Consent:
    """Write one line, for a service that asked for permission and audits it itself. Raises NoProof, BadChoice."""
    if purpose not in Purpose.values:
        raise BadChoice(what=N_("用途"), value=str(purpose)[:20])
    if channel and channel not in Channel.values:
        raise BadChoice(what=N_("渠道"), value=str(channel)[:20])
    if not source.strip() or not subject.strip():
        raise NoProof()
    now = timezone.now()
    return Consent.objects.create(
        brand=brand,
        subject=subject[:64],
        purpose=purpose,
        channel=channel,
        given=given,
        at=min(at or now, now),  # nobody agrees in the future, and a refusal of today outlives it
        source=source.strip()[:80],
        wording=wording[:80],
        proof=dict(proof or {}),
        by=by,
    )


def latest(brand: Brand, subjects: Collection[str]) -> dict[tuple[str, str, str], Consent]:
    """Return the latest line of each (subject, purpose, channel)."""
    rows = Consent.objects.filter(brand=brand, subject__in=list(subjects)).order_by("at", "id")
    return {(line.subject, line.purpose, line.channel): line for line in rows}


def holding(brand: Brand, subjects: Collection[str], purpose: str, channel: str) -> set[str]:
    """Return those of the subjects whose consent to a purpose on a channel holds."""
    rows = Consent.objects.filter(brand=brand, subject__in=list(subjects), purpose=purpose, channel__in=["", channel])
    latest: dict[str, tuple[datetime, bool]] = {}
    for subject, at, given in rows.values_list("subject", "at", "given"):
        held = latest.get(subject)
        if held is None or (at, not given) > (held[0], not held[1]):
            latest[subject] = (at, given)
    return {subject for subject, (_, given) in latest.items() if given}


def holds(brand: Brand, subject: str, purpose: str, channel: str) -> bool:
    """Return whether a user's consent holds."""
    return subject in holding(brand, [subject], purpose, channel)


def lines(member: Member, subject: str) -> list[Consent]:
    """Return a user's lines, newest first."""
    rows = Consent.objects.for_member(member, "users.view").filter(subject=subject)
    return list(rows.select_related("by__user").order_by("-at", "-id"))
