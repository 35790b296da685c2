"""Slots of pieces in members' own calendars: those they own or that they schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.models import Stage
from hongqiao.content.plan import queries
from hongqiao.workspace import feeds, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import AuditEntry, Member
from hongqiao.workspace.words import platform_name

BACK, AHEAD = 30, 120  # days


def entries(member: Member) -> Iterator[feeds.Entry]:
    """Yield the slots of the member's own pieces, all of the brand's for who schedules."""
    if not permissions.allows(member, queries.SEE):
        return
    every, now = permissions.allows(member, queries.SCHEDULE), queries.today(member.brand)
    rows = queries.between(member, now - timedelta(days=BACK), now + timedelta(days=AHEAD))
    mine = [p for p in rows if every or p.owner_id == member.pk]
    keys = [str(p.pk) for p in mine]
    touched = AuditEntry.objects.filter(brand=member.brand, object_id__in=keys).values_list("object_id")
    last = dict(touched.annotate(at=Max("at")).order_by())
    for row in mine:
        told = {"platform": platform_name(row.platform), "title": row.title}
        yield feeds.Entry(
            uid=f"piece-{row.pk}",
            start=cast(datetime, row.publish_at),
            summary=_("%(platform)s 发布：%(title)s") % told,
            changed=last.get(str(row.pk), row.created_at),
            description=_(Stage(row.stage).label),
            url=absolute(reverse("content_piece", args=[member.brand.slug, row.pk])),
        )


feeds.register("content.slots", entries)
