"""What a person does at their own desk, and the red button."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, notices, pause, permissions
from hongqiao.workspace.models import Member, Notice, Pause, User
from hongqiao.workspace.services import checks


@transaction.atomic
def mark_read(*, actor: Member, notice_ids: Sequence[UUID] | None = None) -> int:
    """Mark the member's own notices read, all of them where none are named. Returns how many changed."""
    rows = Notice.objects.filter(brand_id=actor.brand_id, member=actor, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    count = rows.update(read_at=timezone.now())
    if count:
        audit.record(actor, "notice.read", count=count)
    return count


@transaction.atomic
def change_profile(*, actor: User, name: str, language: str, time_zone: str) -> User:
    """Change one's own name, language and time zone ("" means the installation's)."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid()
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.name, user.language = checks.name(name), language
    user.time_zone = checks.zone(time_zone) if time_zone else ""
    user.save(update_fields=["name", "language", "time_zone"])
    audit.record(user, "profile.changed", user)
    return user


def pause_scope(*, actor: Member, scope: str, reason: str) -> Pause:
    """Press the red button for one registered scope or "all". Raises NotAllowed, Invalid, Conflict where it is on."""
    return _switch(actor, scope, reason, on=True)


def unpause_scope(*, actor: Member, scope: str, reason: str = "") -> Pause:
    """Release it. Raises Conflict where it is not on."""
    return _switch(actor, scope, reason, on=False)


@transaction.atomic
def _switch(actor: Member, scope: str, reason: str, *, on: bool) -> Pause:
    permissions.require(actor, "crisis.pause")
    if scope not in pause.scopes():
        raise Invalid()
    if on and not reason.strip():
        raise Invalid(N_("请写明暂停原因"), code="needs_reason")
    row, _ = Pause.objects.select_for_update().get_or_create(brand=actor.brand, scope=scope)
    if row.on == on:
        raise Conflict()
    row.on, row.by, row.reason = on, actor, reason.strip()[:300]
    row.save_next("on", "by", "reason", "changed_at")
    code = "pause.on" if on else "pause.off"
    audit.record(actor, code, row, scope=scope, reason=row.reason)
    notices.tell(notices.holders(actor.brand, "crisis.pause", but=actor), code, name=str(actor), scope=scope)
    return row
