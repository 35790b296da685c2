"""The run sheet of a live stream: lines of the template, changed, added, ticked while it runs; who may cut it off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import services
from hongqiao.audience.models import Activity, RunStep
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

FIRST, LAST = -30 * 1440, 24 * 60  # minutes: a month before, a day after the start


def _line(actor: Member, step_id: UUID | str, seen: int) -> RunStep:
    kit.need(actor, kit.EDIT)
    rows = RunStep.objects.for_member(actor, kit.EDIT)
    services.of(actor, rows.one(step_id).activity_id, None)
    row: RunStep = rows.locked(step_id, seen)
    return row


def _minute(value: Any, *, none: bool = False) -> int | None:
    said = str(value if value is not None else "").strip()
    if none and not said:
        return None
    try:
        found = int(said)
    except ValueError:
        raise kit.BadNumber(field=_("分钟"), value=said[:40]) from None
    if not FIRST <= found <= LAST:
        raise kit.BadNumber(field=_("分钟"), value=said[:40])
    return found


@transaction.atomic
def add_step(
    *,
    actor: Member,
    activity_id: UUID | str,
    minute: Any,
    title: str,
    until: Any = None,
    role: str = "",
    words: str = "",
) -> RunStep:
    """Add a line. Raises NotAllowed, NotFound, WrongState, NeedsWords, BadNumber, BadChoice."""
    activity = services.of(actor, activity_id, None)
    if activity.kind != Activity.Kind.LIVE:
        raise kit.WrongState()
    known = kit.book(activity.brand)["roles"]["labels"]
    start, stop = _minute(minute), _minute(until, none=True)
    assert start is not None  # noqa: S101 — a minute is asked for
    if stop is not None and stop < start:
        raise kit.BadNumber(field=_("分钟"), value=str(stop))
    row = RunStep.objects.create(
        brand=activity.brand, activity=activity, minute=start, until=stop,
        title=kit.text(title, _("环节"), 120, need=True), words=kit.text(words, _("要点"), 500),
        role=kit.one_of(role, known, _("角色")) if role else "",
    )  # fmt: skip
    audit.record(actor, "activity.step_added", row, activity=str(activity.pk), title=row.title)
    return row


@transaction.atomic
def drop_step(*, actor: Member, step_id: UUID | str, seen: int) -> None:
    """Take a line out that was not done. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = _line(actor, step_id, seen)
    if row.done_at:
        raise kit.WrongState()
    audit.record(actor, "activity.step_dropped", row, activity=str(row.activity_id), title=row.title)
    row.delete()


@transaction.atomic
def tick_step(*, actor: Member, step_id: UUID | str, seen: int, done: bool) -> RunStep:
    """Tick a line, or take the tick back. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = _line(actor, step_id, seen)
    if bool(row.done_at) == done or row.activity.state not in (Activity.State.READY, Activity.State.RUNNING):
        raise kit.WrongState()
    row.done_at, row.by = (timezone.now(), actor) if done else (None, None)
    row.save_next("done_at", "by")
    code = "activity.step_done" if done else "activity.step_undone"
    audit.record(actor, code, row, activity=str(row.activity_id), title=row.title)
    return row
