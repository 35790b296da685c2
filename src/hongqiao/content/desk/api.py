"""Publications over HTTP: what is on its way to which account, what is known of it, and what may be done. Serves C2."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime

from hongqiao.content.desk import asking, present
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import queries as publishing
from hongqiao.delivery.publishing import services
from hongqiao.delivery.publishing.states import State
from hongqiao.errors import N_, Invalid
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["publications"])
SEE = asking.SEE


class NoSuchState(Invalid):
    code = "no_such_state"
    message = N_("没有“%(state)s”这个状态")
    next_step = N_("可用：%(states)s")


class PublicationsAsked(Paged):
    state: str = ""
    platform: str = ""
    account: UUID | None = None
    piece: UUID | None = None


class ScheduleIn(Schema):
    piece: UUID
    at: AwareDatetime
    account: UUID | None = None
    version: int | None = None  # the piece's that was seen: another one is a conflict
    solemn_reason: str = ""  # why it must be on a solemn day


class Seen(Schema):
    version: int


class MoveIn(Seen):
    at: AwareDatetime
    solemn_reason: str = ""


class DeclareIn(Seen):
    link: str  # an address, or what the platform's app copied


def listed(member: Member, asked: PublicationsAsked) -> Any:
    """Return the publications that a call or a command asks for. Raises NoSuchState."""
    if asked.state and asked.state not in State.values:
        raise NoSuchState(state=asked.state[:40], states=", ".join(State.values))
    wanted = {
        "state": asked.state,
        "account__platform": asked.platform.replace("\x00", ""),
        "account_id": asked.account,
        "subject_id": asked.piece,
    }
    return publishing.publications(member).filter(**{k: v for k, v in wanted.items() if v})


def as_json(row: Publication) -> dict[str, Any]:
    """Return a publication as programs and the command line see it. `proof`: who or what says that it is live."""
    why = present.why(row)
    return {
        "id": str(row.pk),
        "version": row.version,
        "title": row.title,
        "piece": str(row.subject_id) if row.subject == asking.SUBJECT else None,
        "platform": row.account.platform,
        "account": str(row.account_id),
        "account_name": row.account.name,
        "state": row.state,
        "way": row.way,
        "due_at": row.due_at,
        "submitted_at": row.submitted_at,
        "live_at": row.live_at,
        "gone_at": row.gone_at,
        "address": row.address or None,
        "proof": (row.proof or {}).get("kind"),
        "why": why or None,
    }


@router.get("", response=Rows, summary="Publications")
def list_publications(request: HttpRequest, asked: Query[PublicationsAsked]) -> dict[str, Any]:
    """Newest first. `verified` was seen at its address; `declared` is a person's or the platform's word."""
    rows, following = page(listed(caller(request, SEE), asked), asked)
    return {"items": [as_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Schedule an approved piece")
@idempotent()
def schedule_piece(request: HttpRequest, given: ScheduleIn) -> Status[dict[str, Any]]:
    """409 `not_approved` where the text is not, `solemn_day` where no `solemn_reason` says why it must be that day. One
    that waits already is moved; nothing is published twice."""
    row = asking.schedule(
        actor=caller(request, SEE),
        piece_id=given.piece,
        seen=given.version,
        at=given.at,
        account_id=given.account,
        solemn_reason=given.solemn_reason,
    )
    return Status(201, as_json(row))


@router.get("/{publication_id}", response=dict[str, Any], summary="One publication")
def get_publication(request: HttpRequest, publication_id: UUID) -> dict[str, Any]:
    return as_json(publishing.publications(caller(request, SEE)).one(publication_id))


@router.post("/{publication_id}/move", response=dict[str, Any], summary="Move to another moment")
def move_publication(request: HttpRequest, publication_id: UUID, given: MoveIn) -> dict[str, Any]:
    """409 `submitting` while the platform is asked, `solemn_day` as above."""
    row = asking.reschedule(
        actor=caller(request, SEE),
        publication_id=publication_id,
        seen=given.version,
        at=given.at,
        solemn_reason=given.solemn_reason,
    )
    return as_json(row)


@router.post("/{publication_id}/stop", response=dict[str, Any], summary="Stop before it goes out")
def stop_publication(request: HttpRequest, publication_id: UUID, given: Seen) -> dict[str, Any]:
    """409 `submitting` where the platform is being asked just now."""
    return as_json(services.stop(actor=caller(request, SEE), publication_id=publication_id, seen=given.version))


@router.post("/{publication_id}/retry", response=dict[str, Any], summary="Try again what failed")
def retry_publication(request: HttpRequest, publication_id: UUID, given: Seen) -> dict[str, Any]:
    return as_json(services.retry(actor=caller(request, SEE), publication_id=publication_id, seen=given.version))


@router.post("/{publication_id}/declare", response=dict[str, Any], summary="Say that it is live")
def declare_publication(request: HttpRequest, publication_id: UUID, given: DeclareIn) -> dict[str, Any]:
    """Keeps a person's word with the link: `declared` until the text is seen there. The same link changes nothing."""
    member = caller(request, SEE)
    row = services.declare(actor=member, publication_id=publication_id, seen=given.version, pasted=given.link)
    return as_json(row)
