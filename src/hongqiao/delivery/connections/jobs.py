"""The job that carries on what a platform called back about; and how accounts are published to."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hongqiao.delivery.connections import clients
from hongqiao.delivery.connections.callbacks import HEARD
from hongqiao.delivery.models import Connection, Publication
from hongqiao.delivery.publishing import connectors, following
from hongqiao.delivery.publishing.states import LIVE, UNDER_WAY
from hongqiao.errors import N_
from hongqiao.platforms.client import Status
from hongqiao.workspace import jobs, keys

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
