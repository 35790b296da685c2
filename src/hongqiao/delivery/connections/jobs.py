"""The jobs: what a platform called back about, statistics once a day; and how accounts are published to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.connections import clients, drafts, statistics
from hongqiao.delivery.connections.callbacks import HEARD
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Connection, Publication
from hongqiao.delivery.publishing import connectors, following
from hongqiao.delivery.publishing.jobs import subjects as texts
from hongqiao.delivery.publishing.states import LIVE, UNDER_WAY
from hongqiao.errors import N_, HongqiaoError
from hongqiao.platforms.client import Status
from hongqiao.platforms.wechat_oa.api import book
from hongqiao.workspace import jobs, keys
from hongqiao.workspace.models import Job

STATISTICS, DRAFT = "delivery.statistics", "delivery.draft"
keys.keeps(Connection, "secrets", "tokens")
connectors.register(clients.WECHAT, clients.publisher, hosts=clients.own_hosts())


@jobs.handler(HEARD, atomic=False, label=N_("处理公众号回调"))
def heard(ctx: jobs.Context) -> dict[str, Any]:
    """Carry on a publication that the platform says is done.

    发布 is asked after again (the answer is proof, the call only a hint). Of 群发 the platform tells the address in
    this call alone, so it is taken from here.
    """
    row = Connection.objects.select_related("account").filter(pk=ctx.payload["connection"]).first()
    if row is None:
        return {"heard": None}
    ((name, value),) = ctx.payload["ids"].items()
    if name == "publish_id":
        return {"heard": following.hear(row.account, name, value)}
    said = Status(**ctx.payload["said"])
    rows = list(Publication.objects.filter(account=row.account, **{f"ids__{name}": value}))
    for one in rows:
        _sent(one, said)
    return {"heard": len(rows)}


@transaction.atomic
def _sent(row: Publication, said: Status) -> None:
    if row.state in UNDER_WAY:
        following.heard(row, said, 0)
    elif row.state in LIVE and not row.address and said.address:
        row.address = said.address[:500]
        row.save_next("address")
        following.look_next(row, 0)


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Name the account of each job."""
    wanted = {row.payload.get("connection"): row for row in rows}
    found = Connection.objects.filter(pk__in=[k for k in wanted if k]).select_related("account")
    return {wanted[str(c.pk)].pk: jobs.Subject(c.account.name) for c in found}


@jobs.handler(STATISTICS, atomic=False, label=N_("从接口取数"), subject=subjects)
def pull(ctx: jobs.Context) -> dict[str, Any]:
    """Fetch an account's statistics. What only a person can mend is on the account's page, and ends the try."""
    row = Connection.objects.select_related("account", "brand").filter(pk=ctx.payload["connection"]).first()
    if row is None or not statistics.may(row):
        return {"pulled": None}
    try:
        return statistics.pull(row, statistics.platform_today())
    except HongqiaoError as error:
        if getattr(error, "again", False) and getattr(error, "kind", "") != "day":
            raise
        return {"pulled": None, "failed": error.code}


@jobs.handler("delivery.statistics_due", label=N_("查看该取的接口数据"))
def due(ctx: jobs.Context) -> dict[str, int]:
    """Ask for the accounts whose yesterday is not here: from the hour at which the platform has counted, and again
    every few hours where it was late or refused."""
    rules = limits()["connections"]
    now = datetime.now(ZoneInfo(book("errors")["zone"]))
    if now.hour < rules["statistics_hour"]:
        return {"asked": 0}
    rows = Connection.objects.select_related("account").exclude(state=Connection.State.OFF)
    wanted = [row for row in rows if statistics.may(row) and statistics.window(row, now.date())]
    for row in wanted:
        key = f"{row.pk}:{now.date()}:{now.hour // rules['statistics_again_hours']}"
        jobs.enqueue(STATISTICS, brand_id=row.brand_id, key=key, payload={"connection": str(row.pk)})
    return {"asked": len(wanted)}


jobs.every("delivery.statistics_due", minutes=60)


@jobs.handler(DRAFT, atomic=False, label=N_("建公众号草稿"), subject=texts)
def draft(ctx: jobs.Context) -> dict[str, Any]:
    """Make the draft that a person will publish. What the platform refuses is on the account's page; a person can
    still do it all by hand, so the try ends there."""
    row = next((r for r in drafts.wanted(timezone.now()) if str(r.pk) == ctx.payload["publication"]), None)
    if row is None:
        return {"draft": None}
    try:
        return {"draft": drafts.make(row)}
    except HongqiaoError as error:
        if getattr(error, "again", False) and getattr(error, "kind", "") != "day":
            raise
        return {"draft": None, "failed": error.code}


@jobs.handler("delivery.drafts_due", label=N_("查看该建的草稿"))
def drafts_due(ctx: jobs.Context) -> dict[str, int]:
    """Ask for the drafts of what is published by hand soon."""
    rows = drafts.wanted(timezone.now())
    for row in rows:
        payload = {"publication": str(row.pk)}
        jobs.enqueue(DRAFT, brand_id=row.brand_id, key=f"{row.pk}:{row.version}", payload=payload)
    return {"asked": len(rows)}


jobs.every("delivery.drafts_due", minutes=10)
