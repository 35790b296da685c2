"""The jobs: publish when due, ask what became of it, look at its address, and the tick that forgets none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import acting, connectors, following, proving
from hongqiao.delivery.publishing.asking import PUBLISH, queue
from hongqiao.delivery.publishing.errors import NoConnector, TooManyRuns
from hongqiao.delivery.publishing.following import LOOK, POLL
from hongqiao.delivery.publishing.rules import rules
from hongqiao.delivery.publishing.states import LIVE, UNDER_WAY, State
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Job
from hongqiao.workspace.words import stored_error

Way = Publication.Way


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Name what is published of each job."""
    wanted = {row.payload.get("publication"): row for row in rows}
    found = Publication.objects.filter(pk__in=[k for k in wanted if k]).select_related("account")
    return {wanted[str(p.pk)].pk: jobs.Subject(f"{p.account.name} · {p.title}") for p in found}


def _row(ctx: jobs.Context) -> Publication | None:
    rows = Publication.objects.select_related("account", "brand", "by__user")
    return rows.filter(pk=ctx.payload["publication"]).first()


@jobs.handler(
    PUBLISH,
    atomic=False,
    label=N_("发布到平台"),
    attempts=rules()["attempts"],
    backoff=rules()["backoff"],
    subject=subjects,
)
def publish(ctx: jobs.Context) -> dict[str, Any]:
    """Publish one text, once: see acting. What was changed since this was queued has a job of its own."""
    row = _row(ctx)
    if row is None or row.state != State.WAITING or row.way != Way.API or row.version != ctx.payload["version"]:
        return {"published": None}
    if row.due_at > timezone.now():
        return {"published": None, "due": row.due_at.isoformat()}
    if row.attempts >= rules()["runs"]:
        return _over(row, TooManyRuns(), sure=False)
    publisher = connectors.of(row.account)
    if publisher is None:
        return _by_hand(row)
    Publication.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    try:
        taken = acting.submitted(ctx, row, publisher)
    except acting.Held as held:
        return _wait(row, held.why)
    except acting.Withdrawn:
        acting.withdraw(row)
        return {"published": False, "withdrawn": True}
    except HongqiaoError as error:
        return _wrong(ctx, row, error)
    with transaction.atomic():
        kept = acting.keep(row, taken)
        if kept.state == State.SUBMITTED:
            following.poll_next(kept, 0)
    return {"published": True}


def _wait(row: Publication, why: dict[str, str | int]) -> dict[str, Any]:
    """Say why it waits; nothing of it counts as an attempt. The tick, or the end of settling, asks again."""
    Publication.objects.filter(pk=row.pk).update(attempts=F("attempts") - 1, error={"code": "held", "held": why})
    if why["code"] == "settling" and row.asking_at:
        payload = {"publication": str(row.pk), "version": row.version}
        at = row.asking_at + acting.settle()
        key = f"{row.pk}:{row.version}:{row.asking_at.timestamp()}"
        jobs.enqueue(PUBLISH, brand_id=row.brand_id, key=key, payload=payload, run_at=at)
    return {"published": False, "held": why["code"]}


def _wrong(ctx: jobs.Context, row: Publication, error: HongqiaoError) -> dict[str, Any]:
    again = getattr(error, "again", False)
    if not again or ctx.attempt >= rules()["attempts"]:
        asked = Publication.objects.filter(pk=row.pk, asking_at__isnull=False).exists()
        return _over(row, error, sure=not again and error.code != "unsure", asked=asked)
    Publication.objects.filter(pk=row.pk).update(error=stored_error(error))
    raise error


def _over(row: Publication, error: HongqiaoError, *, sure: bool, asked: bool = True) -> dict[str, Any]:
    with transaction.atomic():
        failed = acting.refuse(row, stored_error(error), sure=sure or not asked)
        if failed.state == State.FAILED:
            following.tell_failed(failed)
    return {"published": False, "failed": error.code}


@transaction.atomic
def _by_hand(row: Publication) -> dict[str, Any]:
    """Hand a text over to a person where the account has lost its interface."""
    fresh = Publication.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.state == State.WAITING and fresh.version == row.version and fresh.asking_at is None:
        fresh.way, fresh.error = Way.ASSISTED, stored_error(NoConnector())
        fresh.save_next("way", "error")
    return {"published": False, "assisted": True}


@jobs.handler(
    POLL,
    atomic=False,
    label=N_("查询发布结果"),
    attempts=rules()["attempts"],
    backoff=rules()["backoff"],
    subject=subjects,
)
def poll(ctx: jobs.Context) -> dict[str, Any]:
    """Ask the platform what became of it, and again, ever more seldom, until it is live or failed."""
    row = _row(ctx)
    publisher = connectors.of(row.account) if row else None
    if row is None or publisher is None or row.state not in UNDER_WAY or row.way != Way.API:
        return {"state": None}
    kept = following.heard(row, publisher.poll(row.ids), int(ctx.payload.get("n", 0)))
    return {"state": kept.state}


@jobs.handler(LOOK, atomic=False, label=N_("核实发布结果"), subject=subjects)
def look(ctx: jobs.Context) -> dict[str, Any]:
    """Look at the address: is the text there, is it still there."""
    row = _row(ctx)
    if row is None or row.state not in LIVE or row.address != ctx.payload["address"]:
        return {"seen": None}
    seen = proving.look(row)
    kept = following.looked(row, seen, int(ctx.payload.get("n", 0)))
    return {"seen": seen.json(), "state": kept.state}


@jobs.handler("delivery.publications_due", label=N_("查看到点的发布"))
def due(ctx: jobs.Context) -> dict[str, int]:
    """Queue what is due and has no job at work: held back, lost with a worker, or brought forward by a clock."""
    now = timezone.now()
    waiting = Publication.objects.filter(state=State.WAITING, way=Way.API, due_at__lte=now).order_by("due_at", "id")
    for row in waiting[:1000]:
        queue(row)
    return {"waiting": len(waiting), "followed": _forgotten(now)}


def _forgotten(now: datetime) -> int:
    """Ask anew after those whose next question is overdue: its job failed."""
    rows = Publication.objects.filter(next_at__lt=now - timedelta(minutes=10)).order_by("next_at")[:200]
    for row in rows:
        if row.state in UNDER_WAY and row.way == Way.API:
            following.poll_next(row, len(rules()["polls"]) - 1)
        elif row.state in LIVE:
            following.look_next(row, len(rules()["looks"]) - 1)
    return len(rows)


jobs.every("delivery.publications_due", minutes=1)
