"""What a person does at their own desk, and the red button."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
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


class BadUntil(Invalid):
    code = "bad_until"
    message = N_("自动恢复的时间要在一年之内，且晚于现在")
    next_step = N_("请改一个时间，或留空，由人解除")


@transaction.atomic
def pause_scope(*, actor: Member, scope: str, reason: str, until: datetime | None = None) -> Pause:
    """Press the red button for a registered scope, a part of one, or "all"; it ends by itself at `until`.

    Raises NotAllowed, Invalid, BadUntil, Conflict where it is on.
    """
    now = timezone.now()
    if until is not None and not now < until < now + timedelta(days=366):
        raise BadUntil()
    return _switch(actor, scope, reason, on=True, until=until)


@transaction.atomic
def unpause_scope(*, actor: Member, scope: str, reason: str = "", keep: Sequence[str] = ()) -> Pause:
    """Release it; `keep`: parts that stay paused, each by its own switch from now on, for a return in stages.

    Raises NotAllowed, Invalid, Conflict where it is not on.
    """
    held = Pause.objects.filter(brand=actor.brand, scope__in=keep, on=True)
    on = {row.scope for row in held if row.stands}
    why = Pause.objects.filter(brand=actor.brand, scope=scope).values_list("reason", flat=True).first() or ""
    for name in keep:
        if name not in pause.parts(actor.brand):
            raise Invalid()
        if name not in on:
            _switch(actor, name, why, on=True)
    return _switch(actor, scope, reason, on=False)


def _switch(actor: Member, scope: str, reason: str, *, on: bool, until: datetime | None = None) -> Pause:
    permissions.require(actor, "crisis.pause")
    words = pause.parts(actor.brand).get(scope, scope)  # a part is told by its name: it may be gone tomorrow
    if scope not in pause.scopes() and words == scope:
        raise Invalid()
    if on and not reason.strip():
        raise Invalid(N_("请写明暂停原因"), code="needs_reason")
    row, _ = Pause.objects.select_for_update().get_or_create(brand=actor.brand, scope=scope)
    if row.stands == on:
        raise Conflict()
    row.on, row.by, row.reason, row.until = on, actor, reason.strip()[:300], until
    row.save_next("on", "by", "reason", "until", "changed_at")
    code = "pause.on" if on else "pause.off"
    audit.record(actor, code, row, scope=words, reason=row.reason, until=until)
    notices.tell(notices.holders(actor.brand, "crisis.pause", but=actor), code, name=str(actor), scope=words)
    return row
