"""A piece from stage to stage. Each move says itself what it needs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hongqiao.content import body as bodies
from hongqiao.content.models import MOVES, Approval, Piece, Revision, Stage
from hongqiao.content.production import checking, prelive, queries, slots
from hongqiao.content.production.services import kit, telling
from hongqiao.content.production.services.reviewing import NothingWritten, hold_back, take
from hongqiao.content.production.services.stages import go
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

#: What a move needs besides `content.edit`.
NEEDS = {Stage.APPROVED: queries.REVIEW, Stage.SCHEDULED: queries.SCHEDULE}


class NotApproved(Conflict):
    code = "not_approved"
    message = N_("现在的内容还没有通过审核")
    next_step = N_("改过的内容要重新审核")


class NotProved(Conflict):
    code = "not_proved"
    message = N_("没有凭证不能标为已发布")
    next_step = N_("请到发布台登记链接或截图，核实后会自动到「已发布」")


class NoSlot(Invalid):
    code = "no_slot"
    message = N_("还没有定发布时间")
    next_step = N_("请先选好发布时间和账号")


@transaction.atomic
def move(*, actor: Member, piece_id: UUID | str, seen: int | None, stage: str, solemn_reason: str = "") -> Piece:
    """Move a piece to a stage by MOVES. Review wants a text that nothing holds back, the calendar a slot and approval.

    To approved is a reviewer's yes to the step whose turn it is: the piece moves with the last one.
    Raises NotFound, NotAllowed, Conflict, WrongStage, NothingWritten, HeldBack, OwnText, NotYourStep,
    NotApproved, NoSlot, SolemnDay, ChecksOpen, NotProved, and what the desk raises where the piece cannot go out at
    its slot.
    """
    row = kit.piece_of(actor, piece_id, seen, queries.SEE)
    if stage not in MOVES[Stage(row.stage)]:
        permissions.require(actor, queries.EDIT)
        raise kit.WrongStage()
    came, to = Stage(row.stage), Stage(stage)
    if to == Stage.PUBLISHED:
        raise NotProved()  # nothing is said to be live without proof: `went_live`
    permissions.require(actor, needs(row, to))
    if to == Stage.APPROVED and came == Stage.REVIEW:
        return take(actor, row, Approval.Decision.YES, "")
    _ready(row, to, queries.newest(row))
    go(row, to, actor)
    audit.record(actor, "piece.moved", row, name=row.title, came=came, stage=to)
    if to == Stage.REVIEW:
        telling.ask_reviewers(row, actor)
    if to == Stage.SCHEDULED:
        slots.mind(actor, row, solemn_reason)
        slots.tell(actor, row)
    return row


def needs(row: Piece, to: Stage) -> str:
    """Return the permission that a move needs: off the calendar is as on it, no new approval."""
    back = row.stage == Stage.SCHEDULED and to == Stage.APPROVED
    return queries.SCHEDULE if back else NEEDS.get(to, queries.EDIT)


def _ready(row: Piece, to: Stage, text: Revision | None) -> None:
    if to == Stage.REVIEW:
        if text is None or bodies.blank(row.form, text.body):
            raise NothingWritten()
        hold_back(checking.check(row, text.body))
    if to == Stage.SCHEDULED:
        if text is None or row.approved != text.digest:
            raise NotApproved()
        if row.publish_at is None:
            raise NoSlot()
        prelive.hold(row)


def allowed(actor: Member, row: Piece) -> list[Stage]:
    """Return the stages that a member may move a piece to, by permission alone, in the board's order."""
    held, order = permissions.held_by(actor), list(Stage)
    ways = MOVES[Stage(row.stage)] - {Stage.PUBLISHED}
    return [to for to in sorted(ways, key=order.index) if needs(row, to) in held]
