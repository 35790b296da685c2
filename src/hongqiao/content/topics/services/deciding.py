"""A topic's state: one or many moved, with a reason where it is put aside, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from hongqiao.content.models import Topic
from hongqiao.content.topics import queries, settings
from hongqiao.content.topics.services import kit
from hongqiao.errors import Conflict
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

ASIDE = (Topic.State.PARKED, Topic.State.REJECTED)


@transaction.atomic
def move(*, actor: Member, topic_id: UUID | str, seen: int | None, state: str, reason: str = "") -> Topic:
    """Move a topic. Parking and rejecting need a reason; passing, no gate against it.

    Raises NotFound, NotAllowed, Conflict, WrongMove, NoReason, Gated.
    """
    needs = queries.DECIDE if state in (Topic.State.PASSED, Topic.State.REJECTED) else queries.EDIT
    row = kit.topic_of(actor, topic_id, seen, needs)
    return _moved(actor, row, state, reason)


def _moved(actor: Member, row: Topic, state: str, reason: str) -> Topic:
    if state not in queries.MOVES.get(row.state, ()):
        raise kit.WrongMove()
    if state == Topic.State.PASSED and row.gates:
        raise kit.Gated(title=row.title)
    why = kit.reason(reason) if state in ASIDE else kit.plain(reason, "reason", 200)
    came = row.state
    row.state, row.reason = state, why
    row.save_next("state", "reason")
    audit.record(actor, "topic.moved", row, name=row.title, came=came, state=state, reason=why)
    return row


@transaction.atomic
def decide(
    *, actor: Member, topic_ids: Sequence[UUID | str], state: str, reason: str = ""
) -> tuple[list[tuple[Topic, str]], list[Topic]]:
    """Move many at once; return those moved with the state they came from, and those that could not be.

    Raises NotFound, NotAllowed, NoReason.
    """
    if state in ASIDE:
        kit.reason(reason)
    done: list[tuple[Topic, str]] = []
    left: list[Topic] = []
    needs = queries.DECIDE if state in (Topic.State.PASSED, Topic.State.REJECTED) else queries.EDIT
    for topic_id in list(dict.fromkeys(map(str, topic_ids)))[: settings.limits()["bulk"]]:
        row = kit.topic_of(actor, topic_id, None, needs)
        came = row.state
        try:
            done.append((_moved(actor, row, state, reason), came))
        except Conflict:
            left.append(row)
    return done, left


@transaction.atomic
def undo(*, actor: Member, topic_id: UUID | str, seen: int, state: str) -> Topic:
    """Put a topic back where it stood before the last move, as long as nobody changed it since.

    Raises NotFound, NotAllowed, Conflict, WrongMove.
    """
    row = kit.topic_of(actor, topic_id, seen)
    if state not in Topic.State.values or row.state not in queries.MOVES.get(state, ()):
        raise kit.WrongMove()
    came = row.state
    row.state, row.reason = state, ""
    row.save_next("state", "reason")
    audit.record(actor, "topic.undone", row, name=row.title, came=came, state=state)
    return row
