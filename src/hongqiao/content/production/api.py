"""Production over HTTP: pieces, what they say, moves, decisions, remarks. Lists page by cursor. Serves C2."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import queries, reviews, services
from hongqiao.content.production.shapes import (
    DecideIn,
    MoveIn,
    PieceChange,
    PieceIn,
    PiecesAsked,
    RemarkIn,
    RevisionIn,
    piece_json,
    remark_json,
    revision_json,
    whole_json,
)
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["pieces"])


def listed(member: Member, asked: PiecesAsked) -> Any:
    """Return the pieces that a call or a command asks for."""
    found = queries.pieces(member)
    for name in ("stage", "platform", "form"):
        if value := getattr(asked, name).replace("\x00", ""):
            found = found.filter(**{name: value})
    found = found.filter(owner=member) if asked.mine else found
    if asked.overdue:
        found = found.filter(pk__in=[p.pk for p, _step in reviews.overdue_reviews(member.brand)])
    return found


@router.get("", response=Rows, summary="Pieces")
def list_pieces(request: HttpRequest, asked: Query[PiecesAsked]) -> dict[str, Any]:
    """Pieces of the brand; `overdue`: those that wait for a reviewer who is late."""
    rows, following = page(listed(caller(request, queries.SEE), asked), asked)
    return {"items": [piece_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Make a piece")
@idempotent()
def make_piece(request: HttpRequest, given: PieceIn) -> Status[dict[str, Any]]:
    """One piece for one platform, of a topic or of none; its tasks are due by working days before `publish_at`."""
    fields = given.dict(exclude={"topic", "account", "owner", "source"})
    keys = {f"{k}_id": getattr(given, k) for k in ("topic", "account", "owner", "source")}
    return Status(201, piece_json(services.create_piece(actor=caller(request, queries.SEE), **fields, **keys)))


@router.get("/{piece_id}", response=dict[str, Any], summary="One piece")
def get_piece(request: HttpRequest, piece_id: UUID) -> dict[str, Any]:
    """What it says, what was found in it by today's rules (`holds`: it may not go on), its steps of review."""
    return _whole(queries.pieces(caller(request, queries.SEE)).one(piece_id))


def _whole(row: Piece) -> dict[str, Any]:
    text = queries.newest(row)
    return whole_json(row, text, reviews.steps(row, text.digest) if text else ())


@router.put("/{piece_id}", response=dict[str, Any], summary="Change a piece")
def change_piece(request: HttpRequest, piece_id: UUID, given: PieceChange) -> dict[str, Any]:
    """409 `solemn_day` where `publish_at` is on a solemn day and no `solemn_reason` says why."""
    fields = given.dict(exclude_unset=True, exclude={"version"})
    fields = {f"{k}_id" if k in ("account", "owner") else k: v for k, v in fields.items()}
    row = services.change_piece(actor=caller(request, queries.SEE), piece_id=piece_id, seen=given.version, **fields)
    return piece_json(row)


@router.get("/{piece_id}/revisions", response=Rows, summary="What a piece said")
def list_revisions(request: HttpRequest, piece_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = queries.pieces(member).one(piece_id)
    rows, following = page(queries.revisions(member).filter(piece=row), asked)
    return {"items": [revision_json(r) for r in rows], "next": following}


@router.post("/{piece_id}/revisions", response={201: dict[str, Any]}, summary="Save what a piece says")
@idempotent()
def make_revision(request: HttpRequest, piece_id: UUID, given: RevisionIn) -> Status[dict[str, Any]]:
    """409 `text_conflict` where somebody saved another text since `seen`. The same body again makes none."""
    row = services.add_revision(actor=caller(request, queries.SEE), piece_id=piece_id, **given.dict())
    return Status(201, revision_json(row))


@router.post("/{piece_id}/move", response=dict[str, Any], summary="Move a piece to a stage")
def move_piece(request: HttpRequest, piece_id: UUID, given: MoveIn) -> dict[str, Any]:
    """409 `held_back` where something that was found stops it, `solemn_day` where its slot wants a `solemn_reason`."""
    row = services.move(
        actor=caller(request, queries.SEE),
        piece_id=piece_id,
        seen=given.version,
        stage=given.stage,
        solemn_reason=given.solemn_reason,
    )
    return piece_json(row)


@router.post("/{piece_id}/decide", response=dict[str, Any], summary="Approve a piece, or send it back")
def decide_piece(request: HttpRequest, piece_id: UUID, given: DecideIn) -> dict[str, Any]:
    """`decision`: yes or no, at the step whose turn it is; no wants a `note` and goes back `to` copy or making."""
    row = services.decide(actor=caller(request, queries.SEE), piece_id=piece_id, seen=None, **given.dict())
    return _whole(row) if row.stage == Stage.REVIEW else piece_json(row)


@router.get("/{piece_id}/remarks", response=Rows, summary="Remarks")
def list_remarks(request: HttpRequest, piece_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = queries.pieces(member).one(piece_id)
    rows, following = page(queries.remarks(member).filter(piece=row), asked)
    return {"items": [remark_json(r) for r in rows], "next": following}


@router.post("/{piece_id}/remarks", response={201: dict[str, Any]}, summary="Remark on a piece")
@idempotent()
def make_remark(request: HttpRequest, piece_id: UUID, given: RemarkIn) -> Status[dict[str, Any]]:
    fields: dict[str, Any] = {"text": given.text, "anchor": given.anchor, "answers_id": given.answers}
    row = services.add_remark(actor=caller(request, queries.SEE), piece_id=piece_id, **fields)
    return Status(201, remark_json(row))
