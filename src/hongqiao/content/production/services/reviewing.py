"""Reviewers' decisions: yes or back to be mended, on exactly one text; what may stand; how risky it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import Approval, Piece, ReviewLink, Revision, Stage
from hongqiao.content.production import checking, prelive, queries, reviews, risk
from hongqiao.content.production.services import kit, telling
from hongqiao.content.production.services.stages import go
from hongqiao.errors import N_, Conflict, Invalid, NotAllowed
from hongqiao.workspace import audit, permissions, webhooks
from hongqiao.workspace.models import Member


class NothingWritten(Invalid):
    code = "nothing_written"
    message = N_("还没有写内容")
    next_step = N_("请先在「内容」里写好并保存")


class HeldBack(Conflict):
    """What the rules found stops the piece. `count` and the first word or rule say what."""

    code = "held_back"
    message = N_("检查出 %(count)s 处必须处理的问题，先处理再往下走")
    next_step = N_("到「检查」里逐条改正；确实没问题的，请审核人写明理由后放行")


class OwnText(NotAllowed):
    code = "own_text"
    message = N_("自己写的内容不能自己审")
    next_step = N_("请另一位审核人来审；只有一个人的团队，可以发外部审稿链接")


class NotYourStep(NotAllowed):
    code = "not_your_step"
    message = N_("这一步不由你来审")
    next_step = N_("一个人只审一步；请等这一步的审核人")


class NoReason(Invalid):
    code = "no_reason"
    message = N_("请写明理由，至少 4 个字")
    next_step = N_("写清楚要改什么，或为什么可以放行")


def hold_back(lines: Iterable[checking.Line]) -> None:
    """Raise HeldBack where something stops a piece."""
    stops = checking.holding(lines)
    if stops:
        raise HeldBack(count=len(stops), rule=stops[0].found.rule)


@transaction.atomic
def decide(
    *,
    actor: Member,
    piece_id: UUID | str,
    seen: int | None,
    decision: str,
    number: int,
    note: str = "",
    to: str = Stage.COPY,
) -> Piece:
    """Decide on revision `number` at the step whose turn it is: "yes", or "no" with a reason, back to `to`.

    The last yes approves exactly this text. Raises NotFound, NotAllowed, Conflict, WrongStage, OwnText, NotYourStep,
    HeldBack, ChecksOpen, NoReason.
    """
    row = kit.piece_of(actor, piece_id, seen, queries.REVIEW)
    if row.stage != Stage.REVIEW:
        raise kit.WrongStage()
    if int(number) != row.revision:
        raise Conflict()
    return take(actor, row, kit.chosen(decision, Approval.Decision, "decision"), note, to)


def take(
    actor: Member | None, row: Piece, decision: str, note: str, to: str = Stage.COPY, link: ReviewLink | None = None
) -> Piece:
    """Take the step whose turn it is, for a member or the holder of a link; the piece is locked."""
    text = queries.newest(row)
    if text is None:
        raise NothingWritten()
    step = reviews.turn(reviews.steps(row, text.digest))
    if step is None:
        raise kit.WrongStage()
    if actor is not None:
        _may(actor, row, step.code)
    said = kit.text(note, "remark", empty=True)
    if decision == Approval.Decision.NO:
        if len(said) < 4:
            raise NoReason()
    else:
        hold_back(checking.check(row, text.body))
    kept = {"revision": text.number, "digest": text.digest, "step": step.code, "decision": decision, "note": said}
    Approval.objects.create(brand=row.brand, piece=row, by=actor, link=link, **kept)
    _after(actor, row, text, step.code, decision, to, link)
    return row


def _may(actor: Member, row: Piece, step: str) -> None:
    if actor.pk in queries.writers(row):
        raise OwnText()
    if all(m.pk != actor.pk for m in reviews.may_take(row, step)):
        raise NotYourStep()


def _after(
    actor: Member | None, row: Piece, text: Revision, step: str, decision: str, to: str, link: ReviewLink | None
) -> None:
    """Move on: back to be mended, to the next step, or approved."""
    who = str(actor) if actor else (link.reviewer or link.name if link else "")
    told: dict[str, Any] = {"name": row.title, "step": step, "number": text.number, "who": who}
    if decision == Approval.Decision.NO:
        go(row, Stage.MAKING if to == Stage.MAKING else Stage.COPY, actor)
        audit.record(actor, "piece.sent_back", row, brand=row.brand, **told)
        telling.tell_writers(row, "review.sent_back", actor, who=who)
        return
    if reviews.turn(reviews.steps(row, text.digest)) is not None:
        row.save_next()
        audit.record(actor, "piece.step_passed", row, brand=row.brand, **told)
        telling.ask_reviewers(row, actor)
        return
    prelive.hold(row)
    row.approved, row.approved_at = text.digest, timezone.now()
    go(row, Stage.APPROVED, actor)
    audit.record(actor, "piece.approved", row, brand=row.brand, **told)
    telling.tell_writers(row, "review.approved", actor, who=who)
    webhooks.announce(row.brand, "piece.approved", {"piece": str(row.pk), "title": row.title, "platform": row.platform})


@transaction.atomic
def let_stand(*, actor: Member, piece_id: UUID | str, seen: int | None, key: str, reason: str, kind: str = "") -> Piece:
    """Let something that was found stand in this piece, in the sentence it stands in: a reviewer, with a reason.

    Who wrote the text cannot. Raises NotFound, NotAllowed, Conflict, OwnText, NoReason, WrongStage.
    """
    row = kit.open_piece(actor, piece_id, seen, queries.REVIEW)
    text = queries.newest(row)
    line = next((x for x in checking.check(row, text.body) if x.key == key), None) if text else None
    if line is None or line.found.level not in checking.STOPS:
        raise Invalid()
    if actor.pk in queries.writers(row):
        raise OwnText()
    said = kit.text(reason, "reason", empty=True)
    if len(said) < 4:
        raise NoReason()
    kept = {"rule": line.found.rule, "word": line.found.word, "reason": said, "kind": kind[:32], "by": str(actor.pk)}
    kept |= {"name": str(actor), "at": timezone.now().isoformat()}
    row.review = {**row.review, "stays": {**(row.review.get("stays") or {}), key: kept}}
    row.save_next("review")
    audit.record(actor, "piece.let_stand", row, name=row.title, word=line.found.word, reason=said)
    return row


@transaction.atomic
def withdraw_stay(*, actor: Member, piece_id: UUID | str, seen: int | None, key: str) -> Piece:
    """Take back that something may stand. Raises NotFound, NotAllowed, Conflict, WrongStage."""
    row = kit.open_piece(actor, piece_id, seen, queries.REVIEW)
    stays = dict(row.review.get("stays") or {})
    gone = stays.pop(key, None)
    if gone is None:
        raise Invalid()
    row.review = {**row.review, "stays": stays}
    row.save_next("review")
    audit.record(actor, "piece.stay_withdrawn", row, name=row.title, word=gone["word"])
    return row


@transaction.atomic
def set_risk(*, actor: Member, piece_id: UUID | str, seen: int | None, level: str, reason: str = "") -> Piece:
    """Say how risky a piece is: higher than the rules say by any editor, lower only by a reviewer with a reason.

    Raises NotFound, NotAllowed, Conflict, WrongStage, OwnText, NoReason.
    """
    row = kit.open_piece(actor, piece_id, seen, queries.SEE)
    asked = kit.chosen(level, Piece.Risk, "risk")
    text = queries.newest(row)
    found = risk.signs(row.brand, text.text if text else "")
    said = kit.text(reason, "reason", empty=True)
    if risk.lower(asked, risk.by_rules(found)) or risk.lower(asked, row.risk):
        permissions.require(actor, queries.REVIEW)
        if actor.pk in queries.writers(row):
            raise OwnText()
        if len(said) < 4:
            raise NoReason()
    elif not permissions.allows(actor, queries.REVIEW):
        permissions.require(actor, queries.EDIT)
    row.review = {**row.review, "risk": risk.kept(asked, found, reason=said, by=str(actor.pk), name=str(actor))}
    row.risk = risk.level(row, found)
    row.save_next("review", "risk")
    audit.record(actor, "piece.risk_set", row, name=row.title, risk=row.risk, reason=said)
    return row
