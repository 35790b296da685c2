"""Samples and co-creation: apply → chosen → sent → report. The person comes by a link of their own, without sign-in.

Where to send it and what they report is encrypted; who opens the address leaves a row in the audit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.journeys.errors import BadJourney, NoPlaces, WrongTurn
from hongqiao.audience.models import Enrolment, Journey, Participation
from hongqiao.delivery.reaching import contacts
from hongqiao.errors import N_, NotFound
from hongqiao.workspace import audit, keys, links, permissions
from hongqiao.workspace.models import Member

SALT = "hongqiao.audience.participation"
State = Participation.State
keys.keeps(Participation, "delivery", "report")
#: From which state to which a member may move an application.
MOVES = {
    State.APPLIED: (State.CHOSEN, State.DECLINED),
    State.DECLINED: (State.CHOSEN,),
    State.CHOSEN: (State.SENT, State.DECLINED),
}


def link(row: Journey, subject: str) -> str:
    """Return the address of one person's page of a journey; it names neither."""
    token = signing.dumps([row.pk.hex, subject], salt=SALT, compress=True)
    return links.absolute(reverse("users_participation", args=[token]))


def of_token(token: str) -> tuple[Journey, str]:
    """Return (journey, subject) of such an address. Raises NotFound."""
    try:
        key, subject = signing.loads(token, salt=SALT)
        row = Journey.objects.select_related("brand").get(pk=UUID(key))
    except (signing.BadSignature, Journey.DoesNotExist, ValueError, TypeError):
        raise NotFound() from None
    return row, str(subject)


def _clean(text: Any, most: int) -> str:
    return str(text or "").encode("utf-8", "ignore").decode().replace("\x00", "").strip()[:most]


@transaction.atomic
def apply(row: Journey, subject: str, given: Mapping[str, Any]) -> Participation:
    """Take an application; said again while it was not answered, it is written anew. Raises BadJourney, WrongTurn."""
    if row.state == Journey.State.ENDED:
        raise WrongTurn()
    said = {"name": _clean(given.get("name"), 40), "address": _clean(given.get("address"), 200)}
    said["phone"] = contacts.clean("sms", str(given.get("phone", "")))
    if not said["name"] or (row.kind == "sample" and len(said["address"]) < 8):
        raise BadJourney(what=N_("收件人与地址"))
    if not given.get("agreed"):
        raise BadJourney(what=N_("同意"))
    held = Participation.objects.select_for_update().filter(journey=row, subject=subject).first()
    if held and held.state != State.APPLIED:
        raise WrongTurn()
    made = held or Participation(brand=row.brand, journey=row, subject=subject)
    made.reason = _clean(given.get("reason"), 200)
    made.delivery = keys.encrypt(json.dumps(said, ensure_ascii=False).encode())
    made.save()
    _wake(made)
    return made


@transaction.atomic
def report(row: Journey, subject: str, given: Mapping[str, Any]) -> Participation:
    """Take what a person reports after trying. Raises BadJourney, WrongTurn."""
    made = Participation.objects.select_for_update().filter(journey=row, subject=subject, state=State.SENT).first()
    if made is None:
        raise WrongTurn()
    text, rating = _clean(given.get("report"), 4000), str(given.get("rating", ""))
    if len(text) < 10 or rating not in ("1", "2", "3", "4", "5"):
        raise BadJourney(what=N_("报告与评分"))
    made.report, made.rating = keys.encrypt(text.encode()), int(rating)
    made.may_quote, made.state, made.moved_at = bool(given.get("may_quote")), State.REPORTED, timezone.now()
    made.save_next("report", "rating", "may_quote", "state", "moved_at")
    _wake(made)
    return made


@transaction.atomic
def move(*, actor: Member, key: UUID | str, seen: int | None, to: str, parcel: str = "") -> Participation:
    """Choose, decline or send. Raises NotAllowed, NotFound, Conflict, WrongTurn, NoPlaces."""
    permissions.require(actor, "users.edit")
    row: Participation = Participation.objects.for_member(actor, "users.edit").locked(key, seen)
    if to not in MOVES.get(State(row.state), ()):
        raise WrongTurn()
    if to == State.CHOSEN:
        journey = Journey.objects.select_for_update().get(pk=row.journey_id)
        taken = journey.participations.filter(state__in=(State.CHOSEN, State.SENT, State.REPORTED)).count()
        if journey.places and taken >= journey.places:
            raise NoPlaces(n=journey.places)
    row.state, row.parcel, row.moved_at = to, _clean(parcel, 60) or row.parcel, timezone.now()
    row.save_next("state", "parcel", "moved_at")
    audit.record(actor, "participation.moved", row, name=row.journey.name, state=to)
    _wake(row)
    return row


def opened(*, actor: Member, key: UUID | str) -> dict[str, str]:
    """Return where to send it, to whom may see contacts; it is remembered who looked. Raises NotAllowed, NotFound."""
    permissions.require(actor, "users.contact")
    row: Participation = Participation.objects.get_for(actor, "users.contact", key)
    audit.record(actor, "participation.opened", row, name=row.journey.name)
    return delivery_of(row)


def delivery_of(row: Participation) -> dict[str, str]:
    """Return where to send it; who asks has looked at who may."""
    found: dict[str, str] = json.loads(keys.decrypt(row.delivery)) if row.delivery else {}
    return found


def report_of(row: Participation) -> str:
    """Return what a person reported."""
    return keys.decrypt(row.report).decode() if row.report else ""


def _wake(row: Participation) -> None:
    """Let the journey look again at once at who waits for this."""
    waiting = Enrolment.objects.filter(journey=row.journey_id, subject=row.subject, state=Enrolment.State.ACTIVE)
    waiting.exclude(since=None).update(due_at=timezone.now())
