"""Samples and co-creation of a journey: who is invited applies by a link of their own, without sign-in.

From the application on they stand among the trials (`growth.trials`: apply → chosen → sent → report); a journey asks
there. Who opens an address leaves a row in the audit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.growth import trials
from hongqiao.audience.journeys import book
from hongqiao.audience.journeys.errors import BadJourney, WrongTurn
from hongqiao.audience.models import Applicant, Enrolment, Journey, Trial
from hongqiao.delivery.reaching import contacts
from hongqiao.errors import N_, NotFound
from hongqiao.workspace import audit, links, permissions
from hongqiao.workspace.models import Member

SALT = "hongqiao.audience.participation"
State = Applicant.State
#: From which state to which a member may move an application.
MOVES = {
    State.APPLIED: (State.CHOSEN, State.PASSED),
    State.PASSED: (State.CHOSEN,),
    State.CHOSEN: (State.SENT, State.PASSED),
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


def trial_of(row: Journey) -> Trial:
    """Return the trial of a journey, made on first use."""
    given = {"brand": row.brand, "name": row.name, "quota": 0, "by": row.by}
    given["report_days"] = book.of(row.brand)["report_days"]
    made, _new = Trial.objects.get_or_create(journey=row, defaults=given)
    return made


def applicants(row: Journey) -> Any:
    """Return who applied."""
    return Applicant.objects.filter(trial__journey=row)


def states(journeys: Collection[UUID], subjects: Collection[str]) -> dict[tuple[UUID, str], str]:
    """Return (journey, person) → how far that person is."""
    found = Applicant.objects.filter(trial__journey__in=journeys, subject__in=subjects)
    return {(j, s): state for j, s, state in found.values_list("trial__journey", "subject", "state")}


def places(row: Journey) -> int:
    """Return how many may be chosen, 0 for no limit."""
    trial = Trial.objects.filter(journey=row).first()
    return trial.quota if trial else 0


def follow(row: Journey, quota: int | None = None) -> None:
    """Let the trial of a journey bear its name, and its places where these are told; over with it when it ended."""
    trial = trial_of(row)
    trial.name, trial.quota = row.name, trial.quota if quota is None else quota
    trial.state = Trial.State.DONE if row.state == Journey.State.ENDED else Trial.State.OPEN
    trial.save_next("name", "quota", "state")


def _clean(text: Any, most: int) -> str:
    return str(text or "").encode("utf-8", "ignore").decode().replace("\x00", "").strip()[:most]


@transaction.atomic
def apply(row: Journey, subject: str, given: Mapping[str, Any]) -> Applicant:
    """Take an application; said again while it was not answered, it is written anew. Raises BadJourney, WrongTurn."""
    if row.state == Journey.State.ENDED:
        raise WrongTurn()
    said = {"name": _clean(given.get("name"), 40), "address": _clean(given.get("address"), 200)}
    said["phone"] = contacts.clean("sms", str(given.get("phone", "")))
    if not said["name"] or (row.kind == "sample" and len(said["address"]) < 8):
        raise BadJourney(what=N_("收件人与地址"))
    if not given.get("agreed"):
        raise BadJourney(what=N_("同意"))
    try:
        return trials.apply_oneself(trial_of(row), subject, delivery=said, wish=_clean(given.get("reason"), 200))
    except (trials.WrongStep, trials.Closed):
        raise WrongTurn() from None


@transaction.atomic
def report(row: Journey, subject: str, given: Mapping[str, Any]) -> Applicant:
    """Take what a person reports after trying. Raises BadJourney, WrongTurn."""
    if not applicants(row).filter(subject=subject, state=State.SENT).exists():
        raise WrongTurn()
    text, rating = _clean(given.get("report"), 4000), str(given.get("rating", ""))
    if len(text) < 10 or rating not in ("1", "2", "3", "4", "5"):
        raise BadJourney(what=N_("报告与评分"))
    quote = bool(given.get("may_quote"))
    return trials.report_oneself(trial_of(row), subject, text=text, score=int(rating), may_quote=quote)


def move(*, actor: Member, key: UUID | str, seen: int | None, to: str, parcel: str = "", reason: str = "") -> Applicant:
    """Choose (with a reason), decline or send. Raises WrongTurn, and as `trials` does."""
    which: dict[str, Any] = {"actor": actor, "applicant_id": key, "seen": seen}
    if to == State.CHOSEN:
        return trials.choose(**which, reason=reason)
    if to == State.PASSED:
        return trials.decline(**which)
    if to == State.SENT:
        return trials.send(**which, parcel=parcel)
    raise WrongTurn()


def opened(*, actor: Member, key: UUID | str) -> dict[str, str]:
    """Return where to send it, to whom may see contacts; it is remembered who looked. Raises NotAllowed, NotFound."""
    permissions.require(actor, "users.contact")
    row: Applicant = Applicant.objects.get_for(actor, "users.contact", key)
    audit.record(actor, "participation.opened", row, name=row.trial.name)
    return trials.address_of(row)


@trials.on_step
def wake(row: Applicant) -> None:
    """Let the journey look again at once at who waits for this."""
    if row.trial.journey_id is None:
        return
    waiting = Enrolment.objects.filter(journey=row.trial.journey_id, subject=row.subject, state=Enrolment.State.ACTIVE)
    waiting.exclude(since=None).update(due_at=timezone.now())
