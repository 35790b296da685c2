"""The desk over HTTP: put an approved piece on it, move what waits there. Serves publish truth."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Router, Schema, Status

from hongqiao.content.desk import asking
from hongqiao.content.production.services import kit
from hongqiao.content.production.shapes import moment
from hongqiao.delivery.models import Publication
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["publications"])


class MoveTo(Schema):
    """`version` is the one you saw: another one is a conflict. `at` without an offset is the brand's time."""

    version: int
    at: datetime
    solemn_reason: str = ""


class ScheduleIn(MoveTo):
    """`account`: the piece's own where none is given. `way`: api, assisted; what the account can where empty."""

    account: UUID | None = None
    way: str = ""


def _at(member: Member, at: datetime) -> datetime:
    return cast(datetime, kit.a_moment(at, ZoneInfo(member.brand.zone)))


def _said(row: Publication) -> dict[str, Any]:
    told = {"id": str(row.pk), "version": row.version, "piece": str(row.subject_id), "account": str(row.account_id)}
    return told | {"state": row.state, "way": row.way, "due_at": moment(row.due_at)}


@router.post("/pieces/{piece_id}/schedule", response={201: dict[str, Any]}, summary="Schedule a piece")
@idempotent()
def schedule_piece(request: HttpRequest, piece_id: UUID, given: ScheduleIn) -> Status[dict[str, Any]]:
    """Put an approved piece on the desk; answers its publication, the one there is where it is moved.

    409 `not_approved`, `held_back`, `already_on_its_way`, or `solemn_day`, which wants `solemn_reason`.
    """
    member = caller(request, asking.SEE)
    row = asking.schedule(
        actor=member,
        piece_id=piece_id,
        seen=given.version,
        at=_at(member, given.at),
        account_id=given.account,
        way=given.way,
        solemn_reason=given.solemn_reason,
    )
    return Status(201, _said(row))


@router.post("/publications/{publication_id}/move", response=dict[str, Any], summary="Move a publication")
def move_publication(request: HttpRequest, publication_id: UUID, given: MoveTo) -> dict[str, Any]:
    """To another moment, while it waits. 409 `submitting` while the platform is asked, `solemn_day` as above."""
    member = caller(request, asking.SEE)
    at = _at(member, given.at)
    why = given.solemn_reason
    row = asking.reschedule(actor=member, publication_id=publication_id, seen=given.version, at=at, solemn_reason=why)
    return _said(row)
