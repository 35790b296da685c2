"""Writes of drafting: have drafts made, take one as the piece's next text."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.content import body as bodies
from hongqiao.content.drafting import material, queries, structures
from hongqiao.content.drafting.makers import Batch, Made, TemplateDraft
from hongqiao.content.models import Piece, Proposal, Revision
from hongqiao.content.production import services as production
from hongqiao.errors import N_, Conflict
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


class NotNow(Conflict):
    code = "draft_not_now"
    message = N_("这一条已经过了起草的阶段")
    next_step = N_("要重写，请先把它退回文案")


def by_template(*, actor: Member, piece_id: UUID | str) -> list[Proposal]:
    """Have the structures of the piece's form filled. Raises NotFound, NotAllowed, NotNow."""
    piece = to_draft(actor, piece_id)
    return keep(actor, piece, Proposal.Maker.TEMPLATE, TemplateDraft().make(material.of(piece)))


def to_draft(actor: Member, piece_id: UUID | str) -> Piece:
    """Return a piece that this member may have drafted now. Raises NotFound, NotAllowed, NotNow."""
    piece: Piece = queries.production.pieces(actor).one(piece_id)
    permissions.require(actor, queries.EDIT)
    if piece.stage not in queries.STAGES:
        raise NotNow()
    return piece


@transaction.atomic
def keep(actor: Member, piece: Piece, kind: Proposal.Maker, batch: Batch) -> list[Proposal]:
    """Keep what a maker made, in place of its drafts that nobody took."""
    Proposal.objects.filter(piece=piece, maker=kind, revision=None).delete()
    rows = [_keep(actor, piece, kind, one) for one in batch.drafts]
    audit.record(actor, "draft.made", piece, name=piece.title, count=len(rows), maker=kind.value)
    return rows


def _keep(actor: Member, piece: Piece, kind: Proposal.Maker, one: Made) -> Proposal:
    return Proposal.objects.create(
        brand=actor.brand,
        piece=piece,
        by=actor,
        maker=kind,
        structure=one.structure,
        written_by=one.model[:120],
        body=bodies.checked(piece.form, one.body),
        notes=list(one.notes),
    )


@transaction.atomic
def take(*, actor: Member, proposal_id: UUID | str, seen: int | None) -> Revision:
    """Take a draft as what the piece says from now on. `seen`: the number of its newest text that was looked at.

    Raises NotFound, NotAllowed, TextConflict, WrongStage.
    """
    row: Proposal = Proposal.objects.for_member(actor, queries.EDIT).locked(proposal_id, None)
    if row.revision is not None:
        raise Conflict()
    origin = Revision.Origin.MODEL if row.maker == Proposal.Maker.MODEL else Revision.Origin.TEMPLATE
    note = _(structures.label(row.structure)) if row.structure else row.written_by
    made = production.add_revision(
        actor=actor, piece_id=row.piece_id, seen=seen, body=row.body, origin=origin, note=note[:200]
    )
    row.revision = made.number
    row.save_next("revision")
    return made


@transaction.atomic
def drop(*, actor: Member, piece_id: UUID | str) -> int:
    """Throw away the drafts of a piece that nobody took. Returns how many there were. Raises NotFound, NotAllowed."""
    piece: Piece = queries.production.pieces(actor).one(piece_id)
    permissions.require(actor, queries.EDIT)
    count = Proposal.objects.filter(piece=piece, revision=None).delete()[0]
    audit.record(actor, "draft.dropped", piece, name=piece.title, count=count)
    return count
