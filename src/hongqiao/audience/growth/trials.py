"""试用: apply, be chosen, get the product, report. At random with a kept seed, or by hand with a reason. U1a.

Those whom a journey invited (samples, co-creation) stand here too: `journeys.samples` asks. Who wants to hear of every
step says so with `on_step`; it is called in the transaction.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.growth.errors import Applied, BadReport, BadTrial, Closed, NeedsReason, NoPlaces, WrongStep
from hongqiao.audience.models import Applicant, Trial
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Member

SEE, EDIT, CHOOSE = "users.view", "users.edit", "users.send"
S, T = Applicant.State, Trial.State
TAKEN = (S.CHOSEN, S.SENT, S.REPORTED)
LONGEST = 5000
_HEARD: list[Callable[[Applicant], None]] = []


def on_step(heard: Callable[[Applicant], None]) -> Callable[[Applicant], None]:
    """Have a part of the room told of every step of an applicant, in its transaction."""
    if heard not in _HEARD:
        _HEARD.append(heard)
    return heard


def _tell(row: Applicant) -> Applicant:
    for heard in _HEARD:
        heard(row)
    return row


@transaction.atomic
def open_trial(
    *, actor: Member, name: str, product: str = "", quota: int | None, closes_at: datetime | None,
    report_days: int | None,
) -> Trial:  # fmt: skip
    """Begin a trial. Raises NotAllowed, BadTrial."""
    permissions.require(actor, EDIT)
    name, product = " ".join(name.split()), " ".join(product.split())
    places, days = quota or 0, report_days or 0
    fine = 0 < len(name) <= 80 and len(product) <= 120 and 0 < places <= 10_000 and 0 < days <= 365
    if not fine or closes_at is None or closes_at <= timezone.now():
        raise BadTrial()
    row = Trial.objects.create(
        brand=actor.brand, name=name, product=product, quota=places, closes_at=closes_at, report_days=days,
        by=actor,
    )  # fmt: skip
    audit.record(actor, "trial.opened", row, name=name, quota=quota)
    return row


@transaction.atomic
def apply(*, actor: Member, trial_id: UUID | str, key: str, address: str = "") -> Applicant:
    """Put a person's name down; the address is kept encrypted. Raises NotAllowed, NotFound, Closed, Applied."""
    permissions.require(actor, EDIT)
    trial: Trial = Trial.objects.for_member(actor, EDIT).locked(trial_id, None)
    if not taking(trial):
        raise Closed()
    sealed = keys.encrypt(address.strip()[:300].encode()) if address.strip() else ""
    row, made = Applicant.objects.get_or_create(
        brand=actor.brand, trial=trial, subject=key, defaults={"address": sealed}
    )
    if not made:
        raise Applied()
    audit.record(actor, "trial.applied", trial, name=trial.name)
    return _tell(row)


@transaction.atomic
def apply_many(*, actor: Member, trial_id: UUID | str, keys: Sequence[str], address: str = "") -> int:
    """Put names down, all or none; return how many are new. Raises NotAllowed, NotFound, Closed; Applied where one
    was named and is there already."""
    new = 0
    for key in dict.fromkeys(keys):
        try:
            apply(actor=actor, trial_id=trial_id, key=key, address=address)
        except Applied:
            if len(keys) == 1:
                raise
        else:
            new += 1
    return new


@transaction.atomic
def apply_oneself(trial: Trial, subject: str, *, delivery: dict[str, str], wish: str) -> Applicant:
    """Take what a person says by their own link; said again while it was not answered, it is written anew.

    Nobody of the brand acts, so no audit row. Raises Closed, WrongStep.
    """
    trial = Trial.objects.select_for_update().get(pk=trial.pk)
    row = trial.applicants.select_for_update().filter(subject=subject).first()
    if row and row.state != S.APPLIED:
        raise WrongStep(state=_(row.get_state_display()))
    if not taking(trial):
        raise Closed()
    row = row or Applicant(brand_id=trial.brand_id, trial=trial, subject=subject)
    row.wish = wish[:200]
    row.address = keys.encrypt(json.dumps(delivery, ensure_ascii=False).encode())
    row.save()
    return _tell(row)


def taking(trial: Trial) -> bool:
    """Return whether one may still apply."""
    return trial.state == T.OPEN and (trial.closes_at is None or trial.closes_at > timezone.now())


def address_of(row: Applicant) -> dict[str, str]:
    """Return where to send it: {name, phone, address}, as far as it was told; who asks has looked at who may."""
    text = keys.decrypt(row.address).decode() if row.address else ""
    if not text.startswith("{"):
        return {"address": text} if text else {}
    found: dict[str, str] = json.loads(text)
    return found


def report_of(row: Applicant) -> str:
    """Return what a person reported."""
    return keys.decrypt(row.report).decode() if row.report else ""


def _full(trial: Trial) -> bool:
    return bool(trial.quota) and _places(trial) < 1


def _places(trial: Trial) -> int:
    return trial.quota - trial.applicants.filter(state__in=TAKEN).count()


@transaction.atomic
def choose(*, actor: Member, applicant_id: UUID | str, seen: int | None, reason: str) -> Applicant:
    """Choose one by hand, saying why. Raises NotAllowed, NotFound, Conflict, NeedsReason, NoPlaces, WrongStep."""
    permissions.require(actor, CHOOSE)
    row = _step(actor, CHOOSE, applicant_id, seen, (S.APPLIED, S.PASSED))
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise NeedsReason()
    trial: Trial = Trial.objects.for_member(actor, CHOOSE).locked(row.trial_id, None)
    if _full(trial):
        raise NoPlaces()
    row.state, row.reason, row.drawn, row.moved_at = S.CHOSEN, reason, False, timezone.now()
    row.save_next("state", "reason", "drawn", "moved_at")
    audit.record(actor, "trial.chosen", trial, name=trial.name, reason=reason)
    return _tell(row)


@transaction.atomic
def decline(*, actor: Member, applicant_id: UUID | str, seen: int | None) -> Applicant:
    """Pass somebody over, or take the place back before anything was sent: it is free again.

    Raises NotAllowed, NotFound, Conflict, WrongStep.
    """
    permissions.require(actor, CHOOSE)
    row = _step(actor, CHOOSE, applicant_id, seen, (S.APPLIED, S.CHOSEN))
    row.state, row.drawn, row.reason, row.moved_at = S.PASSED, False, "", timezone.now()
    row.save_next("state", "drawn", "reason", "moved_at")
    audit.record(actor, "trial.declined", row.trial, name=row.trial.name)
    return _tell(row)


@transaction.atomic
def draw(*, actor: Member, trial_id: UUID | str, seen: int | None) -> int:
    """Fill the places that are left at random and pass over the others; return how many were drawn.

    By the smallest HMAC of the seed and the entry: whoever knows the seed, kept afterwards, can do it again.
    One of a journey is chosen by hand: people come one by one. Raises NotAllowed, NotFound, Conflict, Closed.
    """
    permissions.require(actor, CHOOSE)
    trial: Trial = Trial.objects.for_member(actor, CHOOSE).locked(trial_id, seen)
    if trial.state != T.OPEN or trial.journey_id:
        raise Closed()
    seed, rows = secrets.token_hex(32), list(trial.applicants.filter(state=S.APPLIED))
    rows.sort(key=lambda r: lot(seed, r.pk))
    places = max(0, _places(trial))
    lucky, others = [r.pk for r in rows[:places]], [r.pk for r in rows[places:]]
    trial.applicants.filter(pk__in=lucky).update(state=S.CHOSEN, drawn=True)
    trial.applicants.filter(pk__in=others).update(state=S.PASSED)
    trial.state, trial.seed = T.CHOSEN, seed
    trial.save_next("state", "seed")
    audit.record(actor, "trial.drawn", trial, name=trial.name, drawn=len(lucky), of=len(rows))
    return len(lucky)


def lot(seed: str, entry: UUID) -> str:
    """Return an entry's lot: hex of HMAC-SHA256."""
    return hmac.digest(bytes.fromhex(seed), str(entry).encode(), hashlib.sha256).hex()


@transaction.atomic
def send(*, actor: Member, applicant_id: UUID | str, seen: int | None, parcel: str = "") -> Applicant:
    """Note that the product is on its way; from now on the report is due. Raises WrongStep, NotFound, Conflict."""
    permissions.require(actor, EDIT)
    row = _step(actor, EDIT, applicant_id, seen, (S.CHOSEN,))
    row.state, row.sent_at = S.SENT, timezone.now()
    row.due_at, row.moved_at = row.sent_at + timedelta(days=row.trial.report_days), row.sent_at
    row.parcel = " ".join(parcel.replace("\x00", "").split())[:60]
    row.save_next("state", "sent_at", "due_at", "moved_at", "parcel")
    audit.record(actor, "trial.sent", row.trial, name=row.trial.name)
    return _tell(row)


@transaction.atomic
def report(*, actor: Member, applicant_id: UUID | str, seen: int | None, text: str, score: int | None) -> Applicant:
    """Keep what was reported, encrypted, with its score. Raises WrongStep, BadReport, NotFound, Conflict."""
    permissions.require(actor, EDIT)
    row = _step(actor, EDIT, applicant_id, seen, (S.SENT,))
    text = text.strip()
    if not 0 < len(text) <= LONGEST or score not in (1, 2, 3, 4, 5):
        raise BadReport()
    _reported(row, text, score or 0)
    audit.record(actor, "trial.reported", row.trial, name=row.trial.name, score=score)
    return row


@transaction.atomic
def report_oneself(trial: Trial, subject: str, *, text: str, score: int, may_quote: bool) -> Applicant:
    """Take what a person reports by their own link. Raises WrongStep, BadReport."""
    row = trial.applicants.select_for_update().filter(subject=subject, state=S.SENT).first()
    if row is None:
        raise WrongStep(state="")
    if not 0 < len(text) <= LONGEST or score not in (1, 2, 3, 4, 5):
        raise BadReport()
    row.may_quote = may_quote
    _reported(row, text, score)
    return row


def _reported(row: Applicant, text: str, score: int) -> None:
    now = timezone.now()
    row.state, row.report, row.score = S.REPORTED, keys.encrypt(text.encode()), score
    row.reported_at = row.moved_at = now
    row.save_next("state", "report", "score", "reported_at", "moved_at", "may_quote")
    _tell(row)


def _step(actor: Member, permission: str, pk: Any, seen: int | None, states: tuple[str, ...]) -> Applicant:
    row: Applicant = Applicant.objects.for_member(actor, permission).select_related("trial").locked(pk, seen)
    if row.state not in states:
        raise WrongStep(state=_(row.get_state_display()))
    return row


def listed(member: Member) -> list[Trial]:
    """Return trials, the newest first, with their counts."""
    sent = Q(applicants__state__in=(S.SENT, S.REPORTED))
    late = Q(applicants__state=S.SENT, applicants__due_at__lt=timezone.now())
    rows = Trial.objects.for_member(member, SEE).select_related("journey").annotate(
        n_applied=Count("applicants"), n_sent=Count("applicants", filter=sent),
        n_reported=Count("applicants", filter=Q(applicants__state=S.REPORTED)),
        n_late=Count("applicants", filter=late),
        n_chosen=Count("applicants", filter=Q(applicants__state__in=TAKEN)),
    )  # fmt: skip
    return list(rows.order_by("-pk")[:100])


def rate(trial: Any) -> float | None:
    """Return the share of those whom the product was sent to who reported; None before any was sent."""
    return trial.n_reported / trial.n_sent if trial.n_sent else None


WRITES = [open_trial, apply, choose, decline, draw, send, report]
