"""试用: apply, be chosen, get the product, report. At random with a kept seed, or by hand with a reason. U1a."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from hongqiao.audience.models import Applicant, Trial
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Member

SEE, EDIT, CHOOSE = "users.view", "users.edit", "users.send"
S, T = Applicant.State, Trial.State
LONGEST = 5000


class BadTrial(Invalid):
    code = "bad_trial"
    message = N_("请填名称、1–10,000 份名额、将来的截止时间和 1–365 天的交稿期限")
    next_step = N_("请改好再提交")


class Applied(Conflict):
    code = "trial_applied"
    message = N_("这位用户已经报过名")
    next_step = N_("请在名单里查看")


class Closed(Conflict):
    code = "trial_closed"
    message = N_("报名已截止或已选完人")
    next_step = N_("请新建一次试用")


class NoPlaces(Conflict):
    code = "trial_full"
    message = N_("名额已满")
    next_step = N_("请先退回一个人，或增加名额新建一次试用")


class WrongStep(Conflict):
    code = "trial_wrong_step"
    message = N_("这位用户现在是“%(state)s”，不能做这一步")
    next_step = N_("顺序是：报名 → 选中 → 寄出 → 交报告")


class NeedsReason(Invalid):
    code = "trial_needs_reason"
    message = N_("人工选人要写理由")
    next_step = N_("请写一句为什么选这位用户")


class BadReport(Invalid):
    code = "bad_report"
    message = N_("请写报告内容（5,000 字以内）并打 1–5 分")
    next_step = N_("请改好再提交")


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
    if trial.state != T.OPEN or trial.closes_at <= timezone.now():
        raise Closed()
    sealed = keys.encrypt(address.strip()[:300].encode()) if address.strip() else ""
    row, made = Applicant.objects.get_or_create(
        brand=actor.brand, trial=trial, subject=key, defaults={"address": sealed}
    )
    if not made:
        raise Applied()
    audit.record(actor, "trial.applied", trial, name=trial.name)
    return row


def _places(trial: Trial) -> int:
    return trial.quota - trial.applicants.filter(state__in=(S.CHOSEN, S.SENT, S.REPORTED)).count()


@transaction.atomic
def choose(*, actor: Member, applicant_id: UUID | str, seen: int | None, reason: str) -> Applicant:
    """Choose one by hand, saying why. Raises NotAllowed, NotFound, Conflict, NeedsReason, NoPlaces, WrongStep."""
    permissions.require(actor, CHOOSE)
    row = _step(actor, CHOOSE, applicant_id, seen, (S.APPLIED, S.PASSED))
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise NeedsReason()
    trial: Trial = Trial.objects.for_member(actor, CHOOSE).locked(row.trial_id, None)
    if _places(trial) < 1:
        raise NoPlaces()
    row.state, row.reason, row.drawn = S.CHOSEN, reason, False
    row.save_next("state", "reason", "drawn")
    audit.record(actor, "trial.chosen", trial, name=trial.name, reason=reason)
    return row


@transaction.atomic
def draw(*, actor: Member, trial_id: UUID | str, seen: int | None) -> int:
    """Fill the places that are left at random and pass over the others; return how many were drawn.

    By the smallest HMAC of the seed and the entry: whoever knows the seed, kept afterwards, can do it again.
    Raises NotAllowed, NotFound, Conflict, Closed.
    """
    permissions.require(actor, CHOOSE)
    trial: Trial = Trial.objects.for_member(actor, CHOOSE).locked(trial_id, seen)
    if trial.state != T.OPEN:
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
def send(*, actor: Member, applicant_id: UUID | str, seen: int | None) -> Applicant:
    """Note that the product is on its way; from now on the report is due. Raises WrongStep, NotFound, Conflict."""
    permissions.require(actor, EDIT)
    row = _step(actor, EDIT, applicant_id, seen, (S.CHOSEN,))
    row.state, row.sent_at = S.SENT, timezone.now()
    row.due_at = row.sent_at + timedelta(days=row.trial.report_days)
    row.save_next("state", "sent_at", "due_at")
    audit.record(actor, "trial.sent", row.trial, name=row.trial.name)
    return row


@transaction.atomic
def report(*, actor: Member, applicant_id: UUID | str, seen: int | None, text: str, score: int | None) -> Applicant:
    """Keep what was reported, encrypted, with its score. Raises WrongStep, BadReport, NotFound, Conflict."""
    permissions.require(actor, EDIT)
    row = _step(actor, EDIT, applicant_id, seen, (S.SENT,))
    text = text.strip()
    if not 0 < len(text) <= LONGEST or score not in (1, 2, 3, 4, 5):
        raise BadReport()
    row.state, row.report, row.score, row.reported_at = S.REPORTED, keys.encrypt(text.encode()), score, timezone.now()
    row.save_next("state", "report", "score", "reported_at")
    audit.record(actor, "trial.reported", row.trial, name=row.trial.name, score=score)
    return row


def _step(actor: Member, permission: str, pk: Any, seen: int | None, states: tuple[str, ...]) -> Applicant:
    row: Applicant = Applicant.objects.for_member(actor, permission).select_related("trial").locked(pk, seen)
    if row.state not in states:
        raise WrongStep(state=row.get_state_display())
    return row


def listed(member: Member) -> list[Trial]:
    """Return trials, the newest first, with their counts."""
    sent = Q(applicants__state__in=(S.SENT, S.REPORTED))
    late = Q(applicants__state=S.SENT, applicants__due_at__lt=timezone.now())
    rows = Trial.objects.for_member(member, SEE).annotate(
        n_applied=Count("applicants"), n_sent=Count("applicants", filter=sent),
        n_reported=Count("applicants", filter=Q(applicants__state=S.REPORTED)),
        n_late=Count("applicants", filter=late),
        n_chosen=Count("applicants", filter=Q(applicants__state__in=(S.CHOSEN, S.SENT, S.REPORTED))),
    )  # fmt: skip
    return list(rows.order_by("-pk")[:100])


def rate(trial: Any) -> float | None:
    """Return the share of those whom the product was sent to who reported; None before any was sent."""
    return trial.n_reported / trial.n_sent if trial.n_sent else None


WRITES = [open_trial, apply, choose, draw, send, report]
