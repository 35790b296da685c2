"""What a member wishes to hear, and when."""

from __future__ import annotations

from datetime import time

from django.db import transaction

from hongqiao.delivery import quiet
from hongqiao.delivery.models import Preference
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


class BadWish(Invalid):
    code = "bad_preference"
    message = N_("通知设置里有一项看不懂：%(name)s")
    next_step = N_("请从列表中选择；时间写成 22:00")


@transaction.atomic
def set_preference(
    *,
    actor: Member,
    seen: int | None,
    mode: str,
    severity: int,
    email: bool,
    digest_hour: int,
    quiet_from: str = "",
    quiet_to: str = "",
    urgent_anyway: bool = True,
) -> Preference:
    """Keep how the member wants to be told. Raises NotAllowed, BadWish, Conflict."""
    permissions.require(actor, "today.view")
    row = Preference.objects.select_for_update().filter(member=actor).first() or quiet.wish(actor)
    fresh = row._state.adding
    if seen is not None and not fresh and row.version != seen:
        raise Conflict()
    if mode not in Preference.Mode.values or severity not in (1, 2, 3) or not 0 <= digest_hour <= 23:
        raise BadWish(name=mode if mode not in Preference.Mode.values else str(digest_hour))
    row.mode, row.severity, row.email, row.digest_hour = mode, severity, email, digest_hour
    row.quiet_from, row.quiet_to, row.urgent_anyway = _time(quiet_from), _time(quiet_to), urgent_anyway
    if fresh:
        row.save(force_insert=True)
    else:
        row.save_next("mode", "severity", "email", "digest_hour", "quiet_from", "quiet_to", "urgent_anyway")
    audit.record(actor, "preference.set", row, mode=mode)
    return row


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise BadWish(name=text[:20]) from None
