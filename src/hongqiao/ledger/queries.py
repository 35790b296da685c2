"""Reads of the ledger. A member sees what belongs to the rooms they may enter, and nothing of another brand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db.models import Q

from hongqiao.ledger.models import (
    Action,
    ActionState,
    Attachment,
    Comment,
    Decision,
    Finding,
    FindingState,
    Mute,
    Outcome,
)
from hongqiao.ledger.telling import subject_key
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Brand, BrandedQuerySet, Member

SEE, EDIT, JUDGE, APPROVE = "ledger.view", "ledger.edit", "ledger.judge", "channels.approve"
OPEN_ACTIONS = (ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE)
LIVE = (FindingState.OPEN, FindingState.ACTING, FindingState.SNOOZED)


def today_of(brand: Brand) -> date:
    """Return today in the brand's zone: what is due is due by the calendar, however old the newest facts are."""
    return figures.calendar_day(brand)


def rooms_of(member: Member) -> set[str]:
    """Return the codes of the rooms whose findings and actions a member may see."""
    return {p.removesuffix(".view") for p in permissions.held_by(member) if p.endswith(".view")}


def findings(member: Member) -> BrandedQuerySet:
    """Return the findings of the member's rooms; none where they may not see the ledger."""
    return cast(BrandedQuerySet, Finding.objects.for_member(member, SEE).filter(room__in=rooms_of(member)))


def actions(member: Member) -> BrandedQuerySet:
    """Return the actions of the member's rooms."""
    return cast(BrandedQuerySet, Action.objects.for_member(member, SEE).filter(room__in=rooms_of(member)))


def decisions(member: Member) -> BrandedQuerySet:
    """Return what waits for a decision or was decided, where what it is about may be seen."""
    seen = Q(finding=None) | Q(finding__in=findings(member))
    seen &= Q(action=None) | Q(action__in=actions(member))  # no outer join: such rows cannot be locked
    return cast(BrandedQuerySet, Decision.objects.for_member(member, SEE).filter(seen))


def outcomes(member: Member) -> BrandedQuerySet:
    """Return the outcomes of the actions a member may see, newest first."""
    return cast(BrandedQuerySet, Outcome.objects.for_member(member, SEE).filter(action__room__in=rooms_of(member)))


def comments(member: Member) -> BrandedQuerySet:
    return _about(Comment.objects.for_member(member, SEE), member)


def attachments(member: Member) -> BrandedQuerySet:
    return _about(Attachment.objects.for_member(member, SEE), member)


def _about(found: Any, member: Member) -> BrandedQuerySet:
    seen = Q(finding__in=findings(member)) | Q(action__in=actions(member))
    return cast(BrandedQuerySet, found.filter(seen))


def mutes(member: Member) -> BrandedQuerySet:
    """Return the standing mutes that concern a member: the brand's and their own."""
    found = Mute.objects.for_member(member, SEE).filter(Q(member=None) | Q(member=member), lifted_at=None)
    today = today_of(member.brand)
    return cast(BrandedQuerySet, found.filter(Q(until=None) | Q(until__gte=today)).select_related("by__user"))


def hushed(member: Member, found: BrandedQuerySet) -> BrandedQuerySet:
    """Leave out what this member, or everybody, has muted."""
    for mute in mutes(member):
        if not mute.subject:
            found = cast(BrandedQuerySet, found.exclude(rule=mute.rule))
        else:
            same = [f.pk for f in found.filter(rule=mute.rule) if subject_key(f) == mute.subject]
            found = cast(BrandedQuerySet, found.exclude(pk__in=same))
    return found


def newest_outcomes(rows: Iterable[Action]) -> dict[Any, Outcome]:
    """Return action key → its newest outcome: the one that counts."""
    found: dict[Any, Outcome] = {}
    for one in Outcome.objects.filter(action__in=[a.pk for a in rows]).order_by("created_at", "id"):
        found[one.action_id] = one
    return found


def holders(member: Member, room: str) -> list[Member]:
    """Return the brand's active members who may carry out something of a room, for choosing an owner."""
    people = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return [p for p in people.order_by("created_at") if permissions.allows(p, EDIT) and room in rooms_of(p)]


def nobodys(found: BrandedQuerySet) -> BrandedQuerySet:
    """Return what nobody carries: no owner, or one who left."""
    left = Q(owner=None) | ~Q(owner__state=Member.State.ACTIVE) | Q(owner__user__is_active=False)
    return cast(BrandedQuerySet, found.filter(left))


def carried(action: Action) -> bool:
    """Return whether somebody who is still here owns an action."""
    return action.owner is not None and action.owner.state == "active" and action.owner.user.is_active


def overdue(found: BrandedQuerySet, today: date) -> BrandedQuerySet:
    """Return open actions whose due day is over and that are not done."""
    return cast(BrandedQuerySet, found.filter(state__in=[ActionState.PLANNED, ActionState.RUNNING], due__lt=today))


def mine(member: Member) -> BrandedQuerySet:
    """Return the member's own open actions, the nearest due day first."""
    found = actions(member).filter(owner=member, state__in=OPEN_ACTIONS)
    return cast(BrandedQuerySet, found.order_by("due", "id"))


def awake(found: BrandedQuerySet, today: date) -> BrandedQuerySet:
    """Return findings that want a person now: open ones, and snoozed ones whose day has come."""
    return cast(BrandedQuerySet, found.filter(Q(state="open") | Q(state="snoozed", snoozed_until__lte=today)))
