"""An outside reviewer's link: one piece, until a day, by a token that only they have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import Approval, Piece, Remark, ReviewLink, Stage
from hongqiao.content.production import queries, reviews, settings
from hongqiao.content.production.services import kit, telling
from hongqiao.content.production.services.remarks import put
from hongqiao.content.production.services.reviewing import take
from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid, NotAllowed
from hongqiao.workspace import audit, secrets
from hongqiao.workspace.models import Member


class LinkDead(HongqiaoError):
    code, status = "link_dead", 410
    message = N_("这个审稿链接已失效")
    next_step = N_("请联系发给你链接的人，重新要一个")


class TooManyLinks(Invalid):
    code = "too_many_links"
    message = N_("一篇最多同时有 %(most)s 个审稿链接")
    next_step = N_("请先停用不用的链接")


class BadDays(Invalid):
    code = "bad_days"
    message = N_("有效期要在 1 到 %(most)s 天之间")
    next_step = N_("请改有效期")


class NoName(Invalid):
    code = "no_name"
    message = N_("请先写下你的名字")
    next_step = N_("名字会和你的意见记在一起，只写一次")


@transaction.atomic
def make_link(
    *, actor: Member, piece_id: UUID | str, name: str, days: int | None = None, may_decide: bool = False
) -> tuple[ReviewLink, str]:
    """Make a link for somebody outside and return it with its token, which is shown once and kept only as a hash.

    A link that may decide is a reviewer's to give, and not of a text they wrote unless nobody else may review.
    Raises NotFound, NotAllowed, BadText, BadDays, TooManyLinks.
    """
    piece = kit.open_piece(actor, piece_id, None, queries.REVIEW if may_decide else queries.EDIT)
    book = settings.of(actor.brand, "review")
    if may_decide and actor.pk in queries.writers(piece) and _others(piece):
        raise NotAllowed()
    living = {"piece": piece, "ended_at": None, "until__gt": timezone.now()}
    if ReviewLink.objects.filter(**living).count() >= book["links_a_piece"]:
        raise TooManyLinks(most=book["links_a_piece"])
    length = book["link_days"]["default"] if days is None else int(days)
    if not 1 <= length <= book["link_days"]["most"]:
        raise BadDays(most=book["link_days"]["most"])
    token, kept = secrets.make()
    until = timezone.now() + timedelta(days=length)
    said = kit.line(name, "link")
    row = ReviewLink.objects.create(
        brand=actor.brand, piece=piece, by=actor, name=said, token=kept, until=until, may_decide=may_decide
    )
    audit.record(actor, "piece.link_made", piece, name=piece.title, who=said, may_decide=may_decide)
    return row, token


def _others(piece: Piece) -> bool:
    return any(reviews.may_take(piece, code) for code in reviews.codes(piece))


@transaction.atomic
def end_link(*, actor: Member, link_id: UUID | str, seen: int | None) -> ReviewLink:
    """End a link at once. Raises NotFound, NotAllowed, Conflict."""
    row: ReviewLink = ReviewLink.objects.for_member(actor, queries.SEE).locked(link_id, seen)
    kit.piece_of(actor, row.piece_id, None)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save_next("ended_at")
    audit.record(actor, "piece.link_ended", row.piece, name=row.piece.title, who=row.name)
    return row


def opened(token: str) -> ReviewLink:
    """Return the link of a token. Raises LinkDead: ended, over, its piece put away, or none at all."""
    kept = secrets.digest(token)
    row = ReviewLink.objects.select_related("piece__brand", "piece__account", "by__user").filter(token=kept).first()
    if row is None or not secrets.same(row.token, kept) or row.ended_at or row.until <= timezone.now():
        raise LinkDead()
    if row.piece.stage == Stage.ARCHIVED or row.by.state != Member.State.ACTIVE:
        raise LinkDead()
    return row


def saw(row: ReviewLink) -> None:
    """Remember that a link was opened, at most once a minute."""
    if row.seen_at is None or timezone.now() - row.seen_at > timedelta(minutes=1):
        ReviewLink.objects.filter(pk=row.pk).update(seen_at=timezone.now())


@transaction.atomic
def name_link(*, token: str, name: str) -> ReviewLink:
    """Keep how the reviewer calls themselves: once. Raises LinkDead, BadText, Conflict."""
    row = _locked(token)
    if row.reviewer:
        raise Conflict()
    row.reviewer = kit.line(name, "link")
    row.save_next("reviewer")
    audit.record(None, "link.named", row.piece, brand=row.brand, name=row.piece.title, who=row.reviewer)
    return row


@transaction.atomic
def remark_by_link(*, token: str, text: str, anchor: Any = None) -> Remark:
    """Say something through a link. Raises LinkDead, NoName, BadText, BadAnchor, TooManyRemarks."""
    row = _named(token)
    made = put(row.piece, text, anchor, link=row)
    audit.record(None, "link.remarked", row.piece, brand=row.brand, name=row.piece.title, who=row.reviewer)
    telling.tell_writers(row.piece, "piece.remarked", None, who=row.reviewer)
    return made


@transaction.atomic
def decide_by_link(*, token: str, decision: str, number: int, note: str = "") -> Piece:
    """Decide through a link that may, on revision `number`.

    Raises LinkDead, NoName, NotAllowed, WrongStage, Conflict, HeldBack, NoReason.
    """
    row = _named(token)
    if not row.may_decide:
        raise NotAllowed()
    piece: Piece = Piece.objects.select_for_update().select_related("brand").get(pk=row.piece_id)
    if piece.stage != Stage.REVIEW:
        raise kit.WrongStage()
    if int(number) != piece.revision:
        raise Conflict()
    return take(None, piece, kit.chosen(decision, Approval.Decision, "decision"), note, link=row)


def _locked(token: str) -> ReviewLink:
    found = opened(token)
    row: ReviewLink = ReviewLink.objects.select_for_update().select_related("piece__brand").get(pk=found.pk)
    return row


def _named(token: str) -> ReviewLink:
    row = _locked(token)
    if not row.reviewer:
        raise NoName()
    return row
