"""Reads of activities: lists, one with its counts, entries as they may be shown."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hongqiao.audience.communities import kit
from hongqiao.audience.models import Activity, Draw, Entry, Slip, Spent
from hongqiao.workspace.models import Member

State = Activity.State


def activities(member: Member, *, state: str = "", kind: str = "", q: str = "") -> QuerySet[Activity]:
    """Return the activities the member may see, newest first, with counts of entries (`n`), of `waiting` ones, and of
    those who are only in a draw of it (`slips`): not by an entry, and once however many draws there are."""
    found = Activity.objects.for_member(member, kit.SEE).select_related("owner__user", "group", "account", "brand")
    if state in State.values:
        found = found.filter(state=state)
    if kind in Activity.Kind.values:
        found = found.filter(kind=kind)
    if q:
        found = found.filter(Q(title__icontains=q) | Q(goal__icontains=q))
    waiting = Count("entries", filter=Q(entries__state=Entry.State.PENDING))
    return found.annotate(n=Count("entries"), waiting=waiting, slips=_only_drawn()).order_by("-id")


def _only_drawn() -> Any:
    """Who entered an own draw of an activity; a platform's tool tells only who won."""
    mine = Slip.objects.filter(draw__activity=OuterRef("pk"), draw__mode=Draw.Mode.OWN)
    told = Entry.objects.filter(activity=OuterRef("draw__activity"), who=OuterRef("who"))
    counted = mine.filter(~Exists(told)).order_by().values("draw__activity").annotate(n=Count("who", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def took_part(row: Activity) -> int:
    """Return how many entries and slips of draws an activity of `activities` has."""
    return int(row.n + row.slips)  # type: ignore[attr-defined]


def activity(member: Member, activity_id: UUID | str) -> Activity:
    """Return one activity. Raises NotFound."""
    row: Activity = activities(member).one(activity_id)  # type: ignore[attr-defined]
    return row


def entries(row: Activity, *, state: str = "", best: bool = False) -> QuerySet[Entry]:
    """Return what came in, the best first, then the newest."""
    found = Entry.objects.filter(activity=row)
    if state in Entry.State.values:
        found = found.filter(state=state)
    return (found.filter(best=True) if best else found).order_by("-best", "-said_at", "-id")


def spent(row: Activity) -> Decimal:
    """Return what it has cost so far, yuan."""
    return Spent.objects.filter(activity=row).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def votes(row: Activity) -> list[dict[str, Any]]:
    """Return the options with their votes; hidden ones do not count."""
    cast = Counter(
        Entry.objects.filter(activity=row).exclude(state=Entry.State.HIDDEN).values_list("choice", flat=True)
    )
    whole = sum(n for code, n in cast.items() if code)
    rows = [(label, cast[str(n)]) for n, label in enumerate(row.data.get("options", []))]
    return [{"label": label, "n": n, "share": n / whole if whole else None} for label, n in rows]


def streaks(row: Activity) -> dict[str, int]:
    """Return how many days how many persons checked in: all who began, and who reached the days asked for."""
    asked = row.data.get("days") or 0
    days = Counter(Entry.objects.filter(activity=row).exclude(state=Entry.State.HIDDEN).values_list("who", flat=True))
    return {"began": len(days), "reached": sum(n >= asked for n in days.values()) if asked else 0, "days": asked}


def questions(row: Activity) -> dict[str, int]:
    """Return how many questions were collected, answered, followed up."""
    found = Entry.objects.filter(activity=row).exclude(state=Entry.State.HIDDEN)
    told = found.aggregate(asked=Count("id"), answered=Count("answered_at"), followed=Count("followed_at"))
    return {k: int(v) for k, v in told.items()}
