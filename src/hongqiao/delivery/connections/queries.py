"""Reads of connections: the accounts with how they are reached, what a kind may do, what of the quotas is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.delivery.connections.keeping import used_of
from hongqiao.delivery.connections.services import TEND
from hongqiao.delivery.models import Connection
from hongqiao.platforms import capabilities
from hongqiao.platforms.wechat_oa.api import book
from hongqiao.workspace.models import Account, Member


@dataclass(frozen=True)
class Used:
    """How much of a call's quota of the platform's day is used."""

    call: str
    used: int
    limit: int


def accounts(member: Member) -> list[tuple[Account, Connection | None]]:
    """Return the brand's own open accounts on content platforms, by the platforms' order, each with its connection."""
    open_ = {"relation": Account.Relation.OWN, "state": Account.State.OPEN, "platform__in": capabilities.CONTENT}
    found = Account.objects.for_member(member, TEND).filter(**open_)
    held: dict[Any, Connection] = {c.account_id: c for c in Connection.objects.for_member(member, TEND)}
    order = {code: n for n, code in enumerate(capabilities.CONTENT)}
    rows = sorted(found, key=lambda a: (order[a.platform], a.name))
    return [(row, held.get(row.pk)) for row in rows]


def used(row: Connection) -> list[Used]:
    """Return the calls made today (the platform's), the most used first."""
    day = datetime.now(ZoneInfo(book("errors")["zone"])).date().isoformat()
    calls = book("quota")["calls"]
    found = [Used(name, used_of(row, name, day), said["day"]) for name, said in calls.items() if said.get("day")]
    return sorted((u for u in found if u.used), key=lambda u: (-u.used / u.limit, u.call))


def may(platform: str, kind: str) -> list[capabilities.Capability]:
    """Return what an account of this kind may do, in the order of the abilities."""
    return [capabilities.of(platform, kind, ability) for ability in capabilities.ABILITIES]
