"""How a member wants to be told, and when it is too late in the evening for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Preference
from hongqiao.workspace.models import Member


def wish(member: Member) -> Preference:
    """Return the member's preference, the house's defaults where they keep none."""
    found = Preference.objects.filter(member=member).first()
    if found is not None:
        return found
    known = limits()
    return Preference(
        brand_id=member.brand_id,
        member=member,
        digest_hour=known["digest_hour"],
        quiet_from=time.fromisoformat(known["quiet_from"]),
        quiet_to=time.fromisoformat(known["quiet_to"]),
    )


def due(wish: Preference, moment: datetime, zone: str, urgent: bool) -> datetime:
    """Return when a message may go: now, or the end of the quiet hours (which may run over midnight)."""
    begin, end = wish.quiet_from, wish.quiet_to
    if begin is None or end is None or begin == end or (urgent and wish.urgent_anyway):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    now = local.time().replace(tzinfo=None)
    inside = begin <= now < end if begin < end else now >= begin or now < end
    if not inside:
        return moment
    day = local.date() + timedelta(days=1 if begin > end and now >= begin else 0)
    return datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(moment.tzinfo)
