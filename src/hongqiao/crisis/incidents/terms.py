"""The clocks of law in an incident: begun from when it was known, reported with proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import book, kit
from hongqiao.crisis.models import Duty
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace.models import Member


class BadKnown(Invalid):
    code = "bad_known"
    message = N_("获知时间不能晚于现在，也不能早于一年前")
    next_step = N_("请填品牌第一次知道的时间")


class RunsAlready(Conflict):
    code = "duty_runs"
    message = N_("这项时限已经在计时")
    next_step = N_("请刷新后查看")


class ReportedAlready(Conflict):
    code = "duty_reported"
    message = N_("这项时限已经登记完成")
    next_step = N_("请刷新后查看")


@transaction.atomic
def begin(*, actor: Member, incident_id: UUID | str, code: str, known_at: datetime | None = None) -> list[Duty]:
    """Begin a term of law, with those that run beside it, from when it was known (the first hearing unless said).

    Raises Invalid for a term nobody knows, BadKnown, RunsAlready.
    """
    incident, now = kit.of(actor, incident_id), timezone.now()
    known = book.duties(actor.brand)
    if code not in known:
        raise Invalid()
    at = known_at or incident.heard_at
    if not now - timedelta(days=366) <= at <= now:
        raise BadKnown()
    there = set(Duty.objects.filter(incident=incident).values_list("code", flat=True))
    if code in there:
        raise RunsAlready()
    rows = [
        Duty(
            brand=actor.brand, incident=incident, code=c, known_at=at, due_at=at + timedelta(days=known[c]["days"]),
            known={k: known[c][k] for k in book.BEGUN if k in known[c]},
        )
        for c in (code, *known[code]["with"])
        if c not in there and c in known
    ]  # fmt: skip
    Duty.objects.bulk_create(rows)
    kit.tell(
        actor,
        incident,
        "incident.duty_begun",
        rows[0],
        duty=code,
        own=book.own_label(rows[0]),
        days=known[code]["days"],
    )
    return rows


@transaction.atomic
def report(
    *,
    actor: Member,
    duty_id: UUID | str,
    seen: int | None,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
) -> Duty:
    """Say that it was reported, with the receipt. Raises NeedsProof, ReportedAlready, Conflict."""
    incident, row = kit.part(actor, Duty, duty_id, seen)
    if row.done_at is not None:
        raise ReportedAlready()
    row.proof = kit.proof(actor, text=text, url=url, picture=picture)
    row.done_at, row.by = timezone.now(), actor
    row.save_next("done_at", "by", "proof")
    kit.tell(
        actor,
        incident,
        "incident.duty_reported",
        row,
        duty=row.code,
        own=book.own_label(row),
        late=row.done_at > row.due_at,
    )
    return row


WRITES = [begin, report]
