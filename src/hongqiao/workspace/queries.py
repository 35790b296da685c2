"""Reads of the workspace, named after what people ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from hongqiao.workspace import permissions, words
from hongqiao.workspace.models import (
    Account,
    ApiToken,
    Assistant,
    AssistantCall,
    AuditEntry,
    Delivery,
    FeedToken,
    Invitation,
    Job,
    Member,
    Notice,
    Pause,
    User,
    Webhook,
)


def members(member: Member) -> QuerySet[Member]:
    """Return the people of the brand, those at work first."""
    found = Member.objects.for_member(member, "settings.view").select_related("user", "brand")
    return found.order_by("state", "created_at")


def open_invitations(member: Member) -> QuerySet[Invitation]:
    """Return the invitations that nobody has accepted yet, newest first, those that ran out included."""
    found = Invitation.objects.for_member(member, "settings.members").filter(accepted_at=None, revoked_at=None)
    return found.select_related("invited_by__user").order_by("-id")


def accounts(member: Member, *, platform: str = "", state: str = "", relation: str = "") -> QuerySet[Account]:
    """Return the platform accounts of the brand and those it watches, open ones first."""
    found = Account.objects.for_member(member, "settings.view")
    if platform:
        found = found.filter(platform=platform)
    if state in Account.State.values:
        found = found.filter(state=state)
    if relation in Account.Relation.values:
        found = found.filter(relation=relation)
    return found.order_by("-state", "platform", "name")


def tokens(member: Member) -> QuerySet[ApiToken]:
    """Return the brand's interface tokens, newest first."""
    return ApiToken.objects.for_member(member, "settings.tokens").select_related("member__user").order_by("-id")


def feeds_of(members: Iterable[Member]) -> dict[UUID, FeedToken]:
    """Return member → the calendar address in use, for those who have one."""
    return {row.member_id: row for row in FeedToken.objects.filter(member__in=list(members), revoked_at=None)}


def webhooks(member: Member) -> QuerySet[Webhook]:
    """Return the brand's webhooks by name."""
    return Webhook.objects.for_member(member, "settings.tokens").select_related("brand").order_by("name", "id")


def deliveries(member: Member, webhook: Webhook) -> QuerySet[Delivery]:
    """Return what was sent to one webhook, newest first."""
    return Delivery.objects.for_member(member, "settings.tokens").filter(webhook=webhook).order_by("-id")


def pauses(member: Member) -> dict[str, Pause]:
    """Return scope → its switch, for those ever pressed."""
    found = Pause.objects.for_member(member, "crisis.pause").select_related("by__user")
    return {row.scope: row for row in found}


def jobs(member: Member, *, state: str = "", kind: str = "", house: bool = False) -> QuerySet[Job]:
    """Return the brand's background jobs, newest first; with `house` the installation's own, for its owner only."""
    found = house_jobs(member) if house else Job.objects.for_member(member, "settings.jobs")
    found = found.select_related("brand")
    if state in Job.State.values:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("-id")


def house_jobs(member: Member) -> QuerySet[Job]:
    """Return the jobs of no brand, where the member owns the installation and may see jobs; else none."""
    may = member.user.is_superuser and permissions.allows(member, "settings.jobs")
    return Job.objects.filter(brand=None) if may else Job.objects.none()


def notices_of(user: User) -> QuerySet[Notice]:
    """Return a person's notices in all their brands, newest first."""
    found = Notice.objects.filter(member__user=user, member__state=Member.State.ACTIVE)
    return found.select_related("brand", "member").order_by("-id")


def audit(
    member: Member,
    *,
    code: str = "",
    who: str = "",
    q: str = "",
    about: str = "",
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[AuditEntry]:
    """Return the brand's audit, newest first: by act, user id, words, the object's key, days of the brand's zone."""
    found = AuditEntry.objects.for_member(member, "settings.audit").select_related("user")
    if code:
        found = found.filter(code=code)
    if who:
        found = found.filter(user_id=who)
    if q:
        found = found.filter(_mentions(q))
    if about:
        found = found.filter(object_id=about)
    zone = ZoneInfo(member.brand.zone)
    if start:
        found = found.filter(at__gte=datetime.combine(start, time(), zone))
    if end:
        found = found.filter(at__lt=datetime.combine(end + timedelta(days=1), time(), zone))
    return found.order_by("-id")


def _mentions(q: str) -> Any:
    acts = [code for code in words.known("audit") if q in words.say("audit", code)]
    found = Q(search__icontains=q) | Q(user__name__icontains=q) | Q(user__email__icontains=q)
    return found | Q(code__icontains=q) | Q(object_id=q) | Q(code__in=acts)


def people(member: Member) -> list[tuple[str, str]]:
    """Return (user id, name) of all who ever were members, for filters."""
    return [(str(m.user_id), str(m)) for m in members(member)]


def dead(invitation: Invitation) -> bool:
    return invitation.expires_at <= timezone.now()


def assistant(member: Member) -> Assistant | None:
    """Return the brand's model, None where none is set or the member may not see it."""
    return Assistant.objects.for_member(member, "settings.brand").first()


def assistant_calls(member: Member) -> QuerySet[AssistantCall]:
    """Return the calls to the brand's model, newest first."""
    return AssistantCall.objects.for_member(member, "settings.brand").select_related("member__user").order_by("-id")
