"""Reads of drafting: drafts that wait, pieces that may be drafted, what the model has cost."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from hongqiao.content.drafting.asked import USE
from hongqiao.content.models import Piece, Proposal, Stage
from hongqiao.content.production import queries as production
from hongqiao.workspace import assistant
from hongqiao.workspace.assistant import asking
from hongqiao.workspace.models import Assistant, AssistantCall, Brand, BrandedQuerySet, Member

SEE, EDIT = production.SEE, production.EDIT
#: Where a text may still be drafted.
STAGES = (Stage.BRIEF, Stage.COPY)


def pieces(member: Member) -> BrandedQuerySet:
    """Return the pieces that may be drafted, newest first."""
    return cast(BrandedQuerySet, production.pieces(member).filter(stage__in=STAGES))


def drafts(member: Member) -> BrandedQuerySet:
    """Return the drafts that a member may see, with their pieces."""
    rows = Proposal.objects.for_member(member, SEE).select_related("piece__brand", "by__user", "brand")
    return cast(BrandedQuerySet, rows)


def waiting(member: Member, piece_id: UUID | str | None = None, maker: str = "") -> BrandedQuerySet:
    """Return the drafts that nobody took, newest first; of one piece, of one maker."""
    rows = drafts(member).filter(revision=None)
    rows = rows.filter(piece=piece_id) if piece_id else rows
    rows = rows.filter(maker=maker) if maker in Proposal.Maker.values else rows
    return cast(BrandedQuerySet, rows.order_by("-id"))


def proposals(member: Member, piece: Piece) -> list[Proposal]:
    """Return the drafts of a piece that wait, in the order in which they were made."""
    return list(waiting(member, piece.pk).order_by("maker", "id"))


def model(brand: Brand) -> dict[str, Any]:
    """Return whether the brand's model may be asked to draft, and what a month has cost so far."""
    row = Assistant.objects.filter(brand=brand, active=True).first()
    last = AssistantCall.objects.filter(brand=brand, use=USE).order_by("-created_at").first()
    return {
        "allowed": assistant.allowed(brand, USE),
        "name": row.model if row else "",
        "used": asking.used(brand) if row else 0,
        "monthly": row.monthly if row else 0,
        "tokens": last.tokens if last else None,
        "took": round(last.took / 1000, 1) if last and last.took is not None else None,
    }
