"""Reads of the inbox: what a member may see, searched and filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from hongqiao.audience.feedback import kinds
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.models import Canned, Hold, Thread, ThreadMessage
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Member

FILTERS = ("q", "state", "owner", "account", "channel", "kind", "overdue", "place", "subject")
State = Thread.State


def threads(member: Member) -> Any:
    """Return the threads that the member may see."""
    return Thread.objects.for_member(member, SEE)


def found(member: Member, asked: Mapping[str, Any]) -> Any:
    """Return the threads that filters leave. state: a state or "all" (open ones where none is said nor searched)."""
    rows = threads(member)
    q, state = str(asked.get("q") or ""), str(asked.get("state") or "")
    if q:
        said = ThreadMessage.objects.filter(brand=member.brand_id, text__icontains=q)
        rows = rows.filter(pk__in=said.values("thread"))  # what `said` begins with stands in a message too
    if state in State.values:
        rows = rows.filter(state=state)
    if str(asked.get("overdue") or "") == "1":
        rows = rows.filter(state=State.OPEN, due_at__lt=timezone.now())
    for name in ("channel", "place", "subject"):
        if value := str(asked.get(name) or ""):
            rows = rows.filter(**{name: value})
    if kind := str(asked.get("kind") or ""):
        rows = rows.filter(kind="") if kind == "none" else rows.filter(_of_kind(kind))
    return _of_rows(member, rows, asked)


def _of_kind(kind: str) -> Q:
    return Q(kind=kind) if "." in kind else Q(kind__startswith=f"{kind}.")


def _of_rows(member: Member, rows: Any, asked: Mapping[str, Any]) -> Any:
    owner = str(asked.get("owner") or "")
    if owner in ("me", "none"):
        rows = rows.filter(assignee=member if owner == "me" else None)
    elif owner:
        rows = rows.filter(assignee=key) if (key := _key(owner)) else rows.none()
    if account := str(asked.get("account") or ""):
        rows = rows.filter(account=key) if (key := _key(account)) else rows.none()
    return rows


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def page(rows: Any, after: str, size: int) -> tuple[list[Thread], str]:
    """Return one page, the newest said first, and the next one's cursor."""
    rows = rows.order_by("-last_at", "-id")
    if (cursor := _cursor(after)) is not None:
        at, key = cursor
        rows = rows.filter(last_at__lte=at).filter(Q(last_at__lt=at) | Q(id__lt=key))
    shown = list(rows.select_related("account", "assignee__user", "brand")[: size + 1])
    if len(shown) <= size:
        return shown, ""
    last = shown[size - 1]
    return shown[:size], f"{last.last_at.isoformat()}_{last.pk}"


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    said, _, pk = text.replace(" ", "+").rpartition("_")
    key = _key(pk)
    if key is None or not said:
        return None
    try:
        return (at, key) if (at := datetime.fromisoformat(said)).tzinfo else None
    except ValueError:
        return None


def counts(member: Member) -> dict[str, int]:
    """Return how many threads wait, wait for the member, are overdue; none counted past `count_cap`."""
    most, now = limits()["count_cap"], timezone.now()
    open_ones = threads(member).filter(state=State.OPEN).order_by()

    def count(rows: QuerySet) -> int:
        return rows.values("pk")[:most].count()

    return {
        "open": count(open_ones),
        "mine": count(open_ones.filter(assignee=member)),
        "overdue": count(open_ones.filter(due_at__lt=now)),
        "none": count(open_ones.filter(assignee=None)),
    }


def messages(row: Thread) -> list[ThreadMessage]:
    """Return the newest messages of a thread, the oldest first."""
    most = limits()["messages"]
    shown = row.messages.exclude(state=ThreadMessage.State.DROPPED).select_related("by__user")
    return list(shown.order_by("-at", "-id")[:most])[::-1]


def others_of(row: Thread) -> Any:
    """Return other threads of the same person, as far as we can tell."""
    rows = Thread.objects.filter(brand=row.brand_id, subject=row.subject) if row.subject else Thread.objects.none()
    return rows.exclude(pk=row.pk).order_by("-last_at")


def holders(row: Thread, but: Member) -> list[Member]:
    """Return who else has the thread open to answer it now."""
    rows = Hold.objects.filter(thread=row, until__gt=timezone.now()).exclude(member=but)
    return [h.member for h in rows.select_related("member__user").order_by("until")[:5]]


def neighbours(member: Member, row: Thread, asked: Mapping[str, Any]) -> tuple[UUID | None, UUID | None]:
    """Return the threads above and below one in the list that filters leave."""
    rows = found(member, asked)
    later = rows.filter(Q(last_at__gt=row.last_at) | Q(last_at=row.last_at, id__gt=row.pk))
    sooner = rows.filter(Q(last_at__lt=row.last_at) | Q(last_at=row.last_at, id__lt=row.pk))
    above = later.order_by("last_at", "id").values_list("pk", flat=True).first()
    return above, sooner.order_by("-last_at", "-id").values_list("pk", flat=True).first()


def canned(member: Member, kind: str = "") -> list[Canned]:
    """Return the brand's canned answers, those for this kind of feedback first, then those used most."""
    rows = list(Canned.objects.for_member(member, SEE).order_by("-used", "name"))
    group = kinds.group_of(kind)
    return sorted(rows, key=lambda c: (c.kind != kind or not kind, kinds.group_of(c.kind) != group or not group))


def accounts(member: Member) -> list[Account]:
    """Return the brand's own accounts of which threads came, or may come."""
    rows = Account.objects.filter(brand=member.brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    return list(rows.order_by("platform", "name"))


def colleagues(member: Member) -> list[Member]:
    """Return who may answer, by name."""
    rows = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return sorted((m for m in rows if permissions.allows(m, EDIT)), key=str)
