"""Reads of delivery."""

from __future__ import annotations

from typing import cast

from hongqiao.delivery.models import Group, Message
from hongqiao.workspace.models import BrandedQuerySet, Member

TEND = "settings.groups"


def groups(member: Member) -> BrandedQuerySet:
    """Return the brand's group bots by name."""
    return cast(BrandedQuerySet, Group.objects.for_member(member, TEND).order_by("name", "id"))


def messages(member: Member, group: Group | None = None) -> BrandedQuerySet:
    """Return what was sent by e-mail and to groups, newest first; of one group where it is named."""
    found = Message.objects.for_member(member, TEND).exclude(way=Message.Way.IN_APP)
    found = found.filter(group=group) if group else found
    return cast(BrandedQuerySet, found.select_related("group", "member__user").order_by("-id"))
