"""The day's routine of a member's own groups, and their activities, in their own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import queries
from hongqiao.audience.communities.groups import queries as groups
from hongqiao.audience.models import RoutineTick
from hongqiao.workspace import feeds, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Member

AHEAD = 7  # days of routine that are told


def entries(member: Member) -> Iterator[feeds.Entry]:
    """Yield the routine of the groups that the member owns, a week ahead, and the activities they answer for."""
    if not permissions.allows(member, kit.SEE):
        return
    mine = list(groups.groups(member).filter(owner=member))
    if mine:
        yield from _routine(member, mine)
    for row in queries.activities(member).filter(owner=member, state__in=["ready", "running"]):
        url = absolute(reverse("users_activity", args=[member.brand.slug, row.pk]))
        for name, said in (("opens", _("活动开始：%(t)s")), ("closes", _("活动截止：%(t)s"))):
            if at := getattr(row, name):
                yield feeds.Entry(f"activity-{name}-{row.pk}", at, said % {"t": row.title}, row.created_at, url=url)


def _routine(member: Member, mine: list) -> Iterator[feeds.Entry]:
    zone, today = ZoneInfo(member.brand.zone), timezone.localdate()
    url = absolute(reverse("users_groups", args=[member.brand.slug]))
    done = set(RoutineTick.objects.filter(group__in=mine, day__gte=today).values_list("group_id", "day", "step"))
    for day in (today + timedelta(days=n) for n in range(AHEAD)):
        theme = groups.theme(member.brand, day)
        for step in kit.book(member.brand)["routine"]:
            left = [g for g in mine if (g.pk, day, step["code"]) not in done]
            if not left:
                continue
            start = datetime.combine(day, time.fromisoformat(step["at"]), zone)
            names = "、".join(g.name for g in left)
            about = f"{_(theme)} · {names}" if theme else names
            summary = _("社群 %(step)s") % {"step": _(step["label"])}
            uid = f"community-{step['code']}-{day}-{member.pk}"
            yield feeds.Entry(uid, start, summary, start, start + timedelta(minutes=15), about, url)


feeds.register("communities", entries)
