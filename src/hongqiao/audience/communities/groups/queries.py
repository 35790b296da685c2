"""Reads of groups: lists, weeks with their warnings, what of today's routine is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from hongqiao.audience.communities import kit
from hongqiao.audience.models import Group, GroupWeek, RoutineTick
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Week:
    """A week with what is made of it. None: cannot be told."""

    row: GroupWeek
    retention: float | None  # of those who joined the week before
    messages: float | None  # a day
    speaking: float | None  # share of members who said something
    warnings: tuple[str, ...]  # retention, messages, reports, crowded


def groups(member: Member, *, closed: bool = False) -> QuerySet[Group]:
    """Return the groups the member may see, by name."""
    found = Group.objects.for_member(member, kit.SEE).select_related("owner__user", "account", "brand")
    return (found if closed else found.filter(closed_at=None)).order_by("name")


def group(member: Member, group_id: UUID | str) -> Group:
    """Return one group. Raises NotFound."""
    row: Group = groups(member, closed=True).one(group_id)  # type: ignore[attr-defined]
    return row


def weeks(row: Group, most: int = 26) -> list[Week]:
    """Return the last weeks of a group, oldest first."""
    rows = list(GroupWeek.objects.filter(group=row).select_related("group").order_by("-week")[: most + 1])[::-1]
    joins = {r.week: r.joins for r in rows}
    return [told(row.brand, r, joins.get(r.week - timedelta(days=7))) for r in rows[-most:]]


def told(brand: Brand, row: GroupWeek, joined: int | None) -> Week:
    """Return what a week says; `joined`: how many joined the week before."""
    bounds = kit.book(brand)["health"]
    retention = row.stayed / joined if row.stayed is not None and joined else None
    messages = row.messages / 7 if row.messages is not None else None
    found = []
    if retention is not None and retention < bounds["retention"]:
        found.append("retention")
    if messages is not None and messages < bounds["messages"]:
        found.append("messages")
    if row.reports is not None and row.reports > bounds["reports"]:
        found.append("reports")
    if row.members > bounds["members"] and row.group.kind != Group.Kind.FANS_CLUB:  # a club is no chat
        found.append("crowded")
    speaking = row.speakers / row.members if row.speakers is not None and row.members else None
    return Week(row, retention, messages, speaking, tuple(found))


def latest(rows: list[Group]) -> dict[UUID, Week]:
    """Return each group's latest week."""
    found: dict[UUID, list[GroupWeek]] = {}
    for week in GroupWeek.objects.filter(group__in=rows).select_related("group").order_by("-week"):
        kept = found.setdefault(week.group_id, [])
        if len(kept) < 2:
            kept.append(week)
    by_key = {g.pk: g for g in rows}
    return {key: told(by_key[key].brand, w[0], _before(w)) for key, w in found.items()}


def _before(weeks_: list[GroupWeek]) -> int | None:
    if len(weeks_) < 2 or weeks_[1].week != weeks_[0].week - timedelta(days=7):
        return None
    return weeks_[1].joins


def routine(brand: Brand, rows: list[Group], day: date | None = None) -> list[dict[str, Any]]:
    """Return the steps of a day, each with the groups in which it is done."""
    when = day or timezone.localdate()
    ticks = RoutineTick.objects.filter(group__in=rows, day=when).values_list("group_id", "step")
    done = set(ticks)
    return [
        {**step, "groups": [{"row": g, "done": (g.pk, step["code"]) in done} for g in rows]}
        for step in kit.book(brand)["routine"]
    ]


def theme(brand: Brand, day: date) -> str:
    """Return the msgid of what a weekday is for, "" for none."""
    return str(kit.book(brand)["week"].get(str(day.weekday()), {}).get("label", ""))
