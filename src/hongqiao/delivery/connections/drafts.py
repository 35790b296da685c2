"""Drafts for a person's hand: where an account may draft but not publish by the interface, the draft is made ahead.

The person opens mp.weixin.qq.com, finds it in the draft box and presses 发表. `steps["draft"]` says that it lies there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hongqiao.delivery.connections import clients
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Connection, Publication
from hongqiao.delivery.publishing import pacing, payloads, states
from hongqiao.platforms import capabilities
from hongqiao.platforms.wechat_oa.api import WeChatPublisher

DRAFT = "draft"


def wanted(now: datetime) -> list[Publication]:
    """Return what a person will publish soon, whose draft can be made and is not."""
    lead = timedelta(minutes=limits()["connections"]["draft_lead_minutes"])
    rows = Publication.objects.select_related("account__connection", "account", "brand").filter(
        way=Publication.Way.ASSISTED,
        state=Publication.State.WAITING,
        account__platform=clients.WECHAT,
        account__connection__isnull=False,
        due_at__lte=now + lead,
        due_at__gte=now - timedelta(days=1),
    )
    return [row for row in rows if DRAFT not in row.steps and may(row) and states.stands(row)]


def may(row: Publication) -> bool:
    """Return whether this account may draft by the interface."""
    held: Connection = row.account.connection
    good = held.state != Connection.State.OFF
    return good and capabilities.of(row.account.platform, held.kind, "draft").way == "api"


def make(row: Publication) -> str:
    """Make the draft; keep each thing the platform took. "" where it is no more wanted. Raises the connector's errors.

    A crash leaves at most a draft too many in the box; nothing is published by it.
    """
    publisher = WeChatPublisher(clients.wechat(row.account.connection))
    for step, taken in publisher.prepare(payloads.of(row), dict(row.steps)):
        if not _keep(row, step, taken):
            return ""
    return str(Publication.objects.values_list("steps", flat=True).get(pk=row.pk).get(DRAFT, ""))


@transaction.atomic
def _keep(row: Publication, step: str, taken: str) -> bool:
    fresh = Publication.objects.select_for_update().get(pk=row.pk)
    if fresh.state != Publication.State.WAITING or fresh.digest != row.digest or pacing.stops(row) is not None:
        return False
    fresh.steps = {**fresh.steps, step: taken}
    fresh.save(update_fields=["steps"])
    return True
