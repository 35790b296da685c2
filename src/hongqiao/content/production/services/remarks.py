"""Remarks: on the whole of a text, on a quote of it, on a region of a picture; answered, settled, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import Piece, Remark, ReviewLink
from hongqiao.content.production import anchors, queries
from hongqiao.content.production.services import kit, telling
from hongqiao.errors import N_, Invalid, NotAllowed
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

MOST = 500


class TooManyRemarks(Invalid):
    code = "too_many_remarks"
    message = N_("一篇最多 %(most)s 条批注")
    next_step = N_("请先处理已有的批注")


@transaction.atomic
def add_remark(
    *, actor: Member, piece_id: UUID | str, text: str, anchor: Any = None, answers_id: UUID | str | None = None
) -> Remark:
    """Say something about what a piece says now, or answer another's remark.

    Whoever sees content may. Raises NotFound, BadText, BadAnchor, TooManyRemarks.
    """
    piece = kit.piece_of(actor, piece_id, None, queries.SEE)
    to = Remark.objects.for_member(actor, queries.SEE).filter(piece=piece).one(answers_id) if answers_id else None
    row = put(piece, text, anchor, by=actor, answers=to)
    audit.record(actor, "piece.remarked", piece, name=piece.title, text=row.text[:200])
    telling.tell_writers(piece, "piece.remarked", actor, who=str(actor))
    return row


def put(
    piece: Piece,
    text: str,
    anchor: Any,
    *,
    by: Member | None = None,
    link: ReviewLink | None = None,
    answers: Remark | None = None,
) -> Remark:
    """Keep a remark of a member or of the holder of a link; an answer stands where its question does."""
    if Remark.objects.filter(piece=piece).count() >= MOST:
        raise TooManyRemarks(most=MOST)
    now = queries.newest(piece)
    where = {} if answers or now is None else anchors.checked(piece, now.body, anchor)
    top = answers.answers or answers if answers else None
    kept = {"text": kit.text(text, "remark"), "anchor": where, "answers": top, "revision": piece.revision}
    return Remark.objects.create(brand=piece.brand, piece=piece, by=by, link=link, **kept)


@transaction.atomic
def settle_remark(*, actor: Member, remark_id: UUID | str, seen: int | None, settled: bool = True) -> Remark:
    """Say that a remark is dealt with, or open it again. Raises NotFound, NotAllowed, Conflict."""
    row: Remark = Remark.objects.for_member(actor, queries.SEE).locked(remark_id, seen)
    kit.piece_of(actor, row.piece_id, None, queries.SEE)
    _may_settle(actor, row)
    row.settled_at, row.settled_by = (timezone.now(), actor) if settled else (None, None)
    row.save_next("settled_at", "settled_by")
    code = "piece.remark_settled" if settled else "piece.remark_reopened"
    audit.record(actor, code, row.piece, name=row.piece.title, text=row.text[:200])
    return row


@transaction.atomic
def remove_remark(*, actor: Member, remark_id: UUID | str, seen: int | None) -> None:
    """Take one's own words back, or another's for a reviewer. Raises NotFound, NotAllowed, Conflict."""
    row: Remark = Remark.objects.for_member(actor, queries.SEE).locked(remark_id, seen)
    if row.by_id != actor.pk:
        kit.piece_of(actor, row.piece_id, None, queries.REVIEW)
    audit.record(actor, "piece.remark_removed", row.piece, name=row.piece.title, text=row.text[:200])
    row.delete()


def _may_settle(actor: Member, row: Remark) -> None:
    held = permissions.held_by(actor)
    if row.by_id != actor.pk and not held & {queries.EDIT, queries.REVIEW}:
        raise NotAllowed()
