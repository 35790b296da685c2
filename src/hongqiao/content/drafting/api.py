"""Drafts over HTTP: ask for some, list, read, take one. `/api/drafts`. C2."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from hongqiao.compliance import draft as checking
from hongqiao.content.drafting import asking, checks, queries, services, structures
from hongqiao.content.models import Piece, Proposal
from hongqiao.content.production.shapes import revision_json
from hongqiao.errors import N_, Invalid
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["drafts"])


class BadMaker(Invalid):
    code = "bad_draft_maker"
    message = N_("没有这种起草方式：%(maker)s")
    next_step = N_("请用 template（模板）或 model（品牌自己的模型）")


class DraftsAsked(Paged):
    piece: UUID | None = None
    maker: str = ""


class AskIn(Schema):
    """`maker`: template, at once; model, in the background."""

    piece: UUID
    maker: str = Proposal.Maker.TEMPLATE


class TakeIn(Schema):
    """`seen`: the number of the piece's newest text that you looked at, 0 where it has none."""

    seen: int


def draft_json(row: Proposal) -> dict[str, Any]:
    """Return a draft as lists show it."""
    return {
        "id": str(row.pk),
        "piece": str(row.piece_id),
        "maker": row.maker,
        "structure": row.structure or None,
        "label": _(structures.label(row.structure)) if row.structure else row.written_by,
        "model": row.written_by or None,
        "title": row.body.get("title", ""),
        "added": len(row.notes),
        "revision": row.revision,
        "by": str(row.by or ""),
        "created_at": row.created_at.isoformat(),
    }


def whole_json(row: Proposal) -> dict[str, Any]:
    """Return a draft with its text, what a model added of its own (each a gap in it), and what was found in it."""
    found = checks.of(row.piece, [row])[row.pk]
    more = {"body": row.body, "notes": row.notes, "found": checking.kept(found), "held": checking.holds(found)}
    return draft_json(row) | more


def asked_json(member: Member, piece_id: UUID | str) -> dict[str, Any]:
    """Return where the model's drafting of a piece stands. `again`: it will be tried once more by itself.

    Raises NotFound.
    """
    piece: Piece = queries.production.pieces(member).one(piece_id)
    now = asking.under_way(piece)
    if now is None:
        return {"piece": str(piece.pk), "state": None}
    told = {"state": now.state, "stopping": now.stopping, "seconds": now.seconds, "most_seconds": now.most}
    return {
        "piece": str(piece.pk),
        **told,
        "error": now.failed or None,
        "outcome": now.said or None,
        "again": now.again,
    }


def ask(member: Member, piece_id: UUID | str, maker: str) -> dict[str, Any]:
    """Ask for drafts as a call or a command does. Raises NotFound, NotAllowed, NotNow, BadMaker, NoAssistant."""
    if maker == Proposal.Maker.TEMPLATE:
        rows = services.by_template(actor=member, piece_id=piece_id)
        return {"piece": str(piece_id), "state": "done", "items": [draft_json(r) for r in rows]}
    if maker != Proposal.Maker.MODEL:
        raise BadMaker(maker=maker[:20])
    asking.ask(actor=member, piece_id=piece_id)
    return asked_json(member, piece_id) | {"items": []}


@router.get("", response=Rows, summary="Drafts")
def list_drafts(request: HttpRequest, asked: Query[DraftsAsked]) -> dict[str, Any]:
    """Those that nobody took yet."""
    rows, following = page(queries.waiting(caller(request, queries.SEE), asked.piece, asked.maker), asked)
    return {"items": [draft_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Have a piece drafted")
@idempotent()
def ask_for_drafts(request: HttpRequest, given: AskIn) -> Status[dict[str, Any]]:
    """By template the drafts are in the answer. The model takes its time: `state` is queued, ask how far it is."""
    return Status(201, ask(caller(request, queries.SEE), given.piece, given.maker))


@router.get("/asked/{piece_id}", response=dict[str, Any], summary="How far the model is")
def get_asked(request: HttpRequest, piece_id: UUID) -> dict[str, Any]:
    """`state`: queued, running, done, failed (with `error`), cancelled; null where it was never asked."""
    return asked_json(caller(request, queries.SEE), piece_id)


@router.post("/asked/{piece_id}/stop", response=dict[str, Any], summary="Stop the model")
def stop_asked(request: HttpRequest, piece_id: UUID) -> dict[str, Any]:
    """What it still answers is thrown away. 409 where nothing is under way."""
    member = caller(request, queries.SEE)
    asking.stop(actor=member, piece_id=piece_id)
    return asked_json(member, piece_id)


@router.get("/{draft_id}", response=dict[str, Any], summary="One draft")
def get_draft(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    """Its text, what a model added of its own, what was found in it (`held`: it could not be approved as it is)."""
    return whole_json(queries.drafts(caller(request, queries.SEE)).one(draft_id))


@router.post("/{draft_id}/take", response={201: dict[str, Any]}, summary="Take a draft as the piece's next text")
@idempotent()
def take_draft(request: HttpRequest, draft_id: UUID, given: TakeIn) -> Status[dict[str, Any]]:
    """Answers the revision. 409 `text_conflict` where somebody saved another text since `seen`."""
    made = services.take(actor=caller(request, queries.SEE), proposal_id=draft_id, seen=given.seen)
    return Status(201, revision_json(made))
