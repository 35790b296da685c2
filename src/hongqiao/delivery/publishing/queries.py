"""Reads of publications."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.asking import SEE
from hongqiao.delivery.publishing.rules import rules
from hongqiao.delivery.publishing.states import LIVE, UNDER_WAY, State
from hongqiao.platforms import capabilities
from hongqiao.workspace.models import Account, BrandedQuerySet, Member


def publications(member: Member) -> BrandedQuerySet:
    """Return the brand's publications with account and who asked, newest first."""
    found = Publication.objects.for_member(member, SEE).select_related("account", "brand", "by__user")
    return cast(BrandedQuerySet, found.order_by("-id"))


def of_day(member: Member, start: datetime, end: datetime) -> BrandedQuerySet:
    """Return what is due or went out between two moments, by the hour, without what was stopped."""
    rows = publications(member).exclude(state=State.STOPPED)
    found = rows.filter(Q(due_at__gte=start, due_at__lt=end) | Q(live_at__gte=start, live_at__lt=end))
    return cast(BrandedQuerySet, found.order_by("due_at", "id"))


def burning(member: Member, now: datetime) -> BrandedQuerySet:
    """Return what should be out and is not: late past the grace, failed, or gone from its address; oldest first."""
    late = Q(state=State.WAITING, due_at__lt=now - timedelta(minutes=rules()["late_minutes"]))
    rows = publications(member).filter(late | Q(state=State.FAILED) | Q(state__in=LIVE, gone_at__isnull=False))
    return cast(BrandedQuerySet, rows.order_by("due_at", "id"))


def under_way(member: Member) -> BrandedQuerySet:
    """Return what the platforms have and have not decided on."""
    return cast(BrandedQuerySet, publications(member).filter(state__in=UNDER_WAY))


def of_subject(member: Member, subject: str, subject_id: Any) -> BrandedQuerySet:
    """Return the publications of one thing, newest first."""
    return cast(BrandedQuerySet, publications(member).filter(subject=subject, subject_id=subject_id))


def mass_quota(account: Account) -> dict[str, Any] | None:
    """Return {per, count, used} of a 公众号's 群发, None for another platform or where its kind is not known."""
    kind = getattr(getattr(account, "connection", None), "kind", "")
    quota = capabilities.mass_quota(account.platform, kind) if account.platform in capabilities.CONTENT else None
    if quota is None:
        return None
    local = timezone.now().astimezone(ZoneInfo(account.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    start = local.replace(day=1) if quota.per == "month" else local
    used = Publication.objects.filter(account=account, told_followers=True, told_at__gte=start).count()
    return {"per": quota.per, "count": quota.count, "used": used}
