"""A piece from stage to stage. Each move says itself what it needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import MOVES, Piece, Revision, Stage, Topic
from hongqiao.content.production import queries
from hongqiao.content.production.services import kit, tasks
from hongqiao.errors import N_, Conflict, Invalid, NotAllowed
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

#: What a move needs besides `content.edit`.
NEEDS = {Stage.APPROVED: queries.REVIEW, Stage.SCHEDULED: queries.SCHEDULE, Stage.PUBLISHED: queries.SCHEDULE}


class NothingWritten(Invalid):
    code = "nothing_written"
    message = N_("还没有写内容")
    next_step = N_("请先在「内容」里写好并保存")


class OwnText(NotAllowed):
    code = "own_text"
    message = N_("自己写的内容不能自己审")
    next_step = N_("请另一位审核人来审；只有一个人的团队，可以发外部审稿链接")


class NotApproved(Conflict):
    code = "not_approved"
    message = N_("现在的内容还没有通过审核")
    next_step = N_("改过的内容要重新审核")


class NoSlot(Invalid):
    code = "no_slot"
    message = N_("还没有定发布时间")
    next_step = N_("请先选好发布时间和账号")


@transaction.atomic
def move(*, actor: Member, piece_id: UUID | str, seen: int | None, stage: str) -> Piece:
    """Move a piece to a stage by MOVES. Review wants a text, approved another reviewer, scheduled a slot and approval.

    Raises NotFound, NotAllowed, Conflict, WrongStage, NothingWritten, OwnText, NotApproved, NoSlot.
    """
    row = kit.piece_of(actor, piece_id, seen, queries.SEE)
    if stage not in MOVES[Stage(row.stage)]:
        permissions.require(actor, queries.EDIT)
        raise kit.WrongStage()
    came, to = Stage(row.stage), Stage(stage)
    back = came == Stage.SCHEDULED and to == Stage.APPROVED  # off the calendar, not approved anew
    permissions.require(actor, queries.SCHEDULE if back else NEEDS.get(to, queries.EDIT))
    text = queries.newest(row)
    if to == Stage.REVIEW and text is None:
        raise NothingWritten()
    if to == Stage.APPROVED and not back:
        _approve(actor, row, text)
    if to == Stage.SCHEDULED:
        _ready(row, text)
    go(row, to, actor)
    audit.record(actor, "piece.moved", row, name=row.title, came=came, stage=to)
    return row


def _approve(actor: Member, row: Piece, text: Revision | None) -> None:
    if text is None:
        raise NothingWritten()
    if actor.pk in queries.writers(row):
        raise OwnText()
    row.approved, row.approved_at = text.digest, timezone.now()


def _ready(row: Piece, text: Revision | None) -> None:
    if text is None or row.approved != text.digest:
        raise NotApproved()
    if row.publish_at is None:
        raise NoSlot()


def go(row: Piece, to: Stage, by: Member | None, *more: str) -> None:
    """Let a piece stand at a stage and save it as its next version; what is then done is ticked off."""
    kit.stand(row, to)
    row.save_next("stage", "stage_at", "approved", "approved_at", *more)
    tasks.pass_stage(row, to, by)


@transaction.atomic
def went_live(*, piece: Piece, address: str = "", at: datetime | None = None, by: Member | None = None) -> Piece:
    """Say that a piece is published: the house's own word, once publishing has proof or a person's statement of it.

    Asked again it keeps the address and changes nothing else.
    """
    row: Piece = Piece.objects.select_for_update().get(pk=piece.pk)
    if row.stage in (Stage.PUBLISHED, Stage.ARCHIVED) and (not address or row.address):
        return row
    row.address = row.address or address[:500]
    if at is not None:
        row.publish_at = at
    go(row, Stage.PUBLISHED, by, "address", "publish_at")
    if row.topic_id:
        topic = Topic.objects.select_for_update().get(pk=row.topic_id)
        if topic.state == Topic.State.MAKING:
            topic.state = Topic.State.PUBLISHED
            topic.save_next("state")
    audit.record(by, "piece.published", row, brand=row.brand, name=row.title, address=row.address)
    return row


def reopen(row: Piece) -> bool:
    """Send a piece whose text changed after approval back to be written; return whether it was. The caller saves."""
    if row.stage not in (Stage.APPROVED, Stage.SCHEDULED):
        return False
    kit.stand(row, Stage.COPY)
    return True


def allowed(actor: Member, row: Piece) -> list[Any]:
    """Return the stages that a member may move a piece to, by permission alone."""
    held = permissions.held_by(actor)
    order = list(Stage)
    found = []
    for to in sorted(MOVES[Stage(row.stage)], key=order.index):
        back = row.stage == Stage.SCHEDULED and to == Stage.APPROVED
        if (queries.SCHEDULE if back else NEEDS.get(to, queries.EDIT)) in held:
            found.append(to)
    return found
