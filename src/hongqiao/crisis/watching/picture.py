"""The charts of the room's first page: what was said by the hour, with the usual band; kinds and channels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.watching import queries, tables, words
from hongqiao.workspace.models import Member

SPANS = {"24": 24, "168": 168}


def volume(member: Member, hours: int) -> dict[str, Any]:
    """Return the chart of mentions by the hour; hours that nothing was heard of are gaps, not zero."""
    zone = ZoneInfo(member.brand.zone)
    found = queries.volume(member, hours=hours, step=timedelta(hours=1))
    band = queries.band(member, days=int(tables.severity(member.brand)["baseline_days"]), hours=hours)
    local = [start.astimezone(zone) for start in found["starts"]]
    label = "%H:%M" if hours <= 24 else "%m-%d %H:%M"

    def known(values: list[int]) -> list[int | None]:
        return [v if heard else None for v, heard in zip(values, found["heard"], strict=True)]

    series: list[dict[str, Any]] = [
        {"name": _("全部提及"), "values": known(found["all"]), "room": "plain"},
        {"name": _("负面"), "values": known(found["negative"]), "room": "crisis"},
    ]
    if band:
        upper = [band[at.hour][1] for at in local]
        series.append({"name": _("负面平时上限（九成）"), "values": upper, "dashed": True, "room": "plain"})
    return {
        "type": "line",
        "x": [at.strftime(label) for at in local],
        "unit": "count",
        "series": series,
        "size": "m",
    }


def since(member: Member, hours: int) -> datetime | None:
    """Return since when it is listened, where that is within these hours: before it the chart has a gap."""
    at = queries.listened_since(member)
    return at if at is not None and at > timezone.now() - timedelta(hours=hours) else None


def told(member: Member, hours: int) -> dict[str, Any]:
    """Return the totals of the charts: mentions, negatives, their share, and negatives of as many hours before.

    `before` is None where nothing was said then: nothing to compare with.
    """
    found = queries.told(member, hours=hours)
    share = found["against"] / found["said"] if found["said"] else None
    return found | {"share": share, "before": found["against_before"] if found["said_before"] else None}


def shares(member: Member, hours: int) -> dict[str, dict[str, Any] | None]:
    """Return negatives by kind and by channel as lying bars, None where there are none."""
    found = queries.shares(member, hours=hours)
    kinds = [(words.kind(code), n) for code, n in found["kind"]]
    return {"kind": _bars(kinds), "channel": _bars(found["channel"])}


def _bars(rows: list[tuple[str, int]]) -> dict[str, Any] | None:
    if not rows:
        return None
    return {
        "type": "hbar",
        "x": [name for name, _n in rows],
        "unit": "count",
        "series": [{"name": _("负面"), "values": [n for _name, n in rows], "room": "crisis"}],
        "size": "s",
    }
