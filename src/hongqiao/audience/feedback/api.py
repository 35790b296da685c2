"""Tickets and needs over HTTP, under /api/tickets and /api/needs. U3."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from hongqiao.audience.feedback import clocks, grouping, kinds, needs, queries, services, settings, teams, words
from hongqiao.audience.feedback import tickets as opening
from hongqiao.audience.models import Need, Ticket
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["tickets"])
needs_router = Router(tags=["needs"])


class Asked(Paged):
    """`state`: a state, or "live" for those not solved; `owner`: a key, "me", "none"; `late` "1"."""

    q: str = ""
    state: str = ""
    priority: str = ""
    team: str = ""
    kind: str = ""
    owner: str = ""
    late: str = ""


class TicketIn(Schema):
    """Either `thread`, or `title` with what is known. `source` "survey:…": the same again is the same ticket."""

    thread: UUID | None = None
    title: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=20000)
    kind: str = ""
    priority: str = ""
    team: str = ""
    product: str = Field(default="", max_length=120)
    order_no: str = Field(default="", max_length=80)
    source: str = Field(default="", max_length=200)
    subject: str = Field(default="", max_length=64)


class SeenIn(Schema):
    version: int | None = None


class OwnIn(SeenIn):
    owner: UUID | None = None


class RouteIn(SeenIn):
    team: str
    kind: str = ""
    priority: str = ""


class MoveIn(SeenIn):
    """`state`: doing, waiting, closed; solved with `text` as what was done; reopened with `text` as the reason."""

    state: str
    text: str = Field(default="", max_length=2000)


class NoteIn(Schema):
    text: str = Field(max_length=2000)
    shared: bool = False


class NeedIn(Schema):
    title: str = Field(max_length=200)
    text: str = Field(default="", max_length=2000)
    kind: str = ""
    product: str = Field(default="", max_length=120)
    threads: list[UUID] = Field(default=[], max_length=200)
    tickets: list[UUID] = Field(default=[], max_length=200)


class NeedMove(SeenIn):
    state: str
    reason: str = Field(default="", max_length=300)
    words: str = Field(default="", max_length=500)


PLAIN = (
    "number",
    "title",
    "kind",
    "priority",
    "why",
    "state",
    "team",
    "origin",
    "product",
    "waited",
    "reopened",
    "level",
)
MOMENTS = ("opened_at", "first_due", "own_due", "fix_due", "first_at", "owned_at", "solved_at", "closed_at", "grave_at")


def ticket_json(row: Ticket, *, whole: bool = False) -> dict[str, Any]:
    """Return a ticket with its clocks; `whole` with its words and history. No name, no number of an order."""
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version, **{k: getattr(row, k) for k in PLAIN}}
    said |= {k: v.isoformat() if (v := getattr(row, k)) else None for k in MOMENTS}
    said |= {"kind_label": kinds.label(row.kind), "late": row.late, "score": row.score, "fix": row.fix}
    said |= {"owner": str(row.owner) if row.owner else None, "team_label": teams.label(row.brand, row.team)}
    said["thread"] = str(row.thread_id) if row.thread_id else None
    if whole:
        said["text"] = row.text
        said["missed"] = clocks.missed(row, timezone.now()) if row.state in clocks.RUNNING else row.late
        notes = row.notes.select_related("by__user").order_by("at", "id")
        said["history"] = [
            {
                "at": n.at.isoformat(),
                "code": n.code,
                "params": n.params,
                "text": n.text,
                "by": n.partner or (str(n.by) if n.by else None),
                "shared": n.shared,
            }
            for n in notes
        ]
    return said


def _one(request: HttpRequest, key: UUID | str) -> dict[str, Any]:
    rows = queries.tickets(caller(request, settings.SEE)).select_related("owner__user", "brand")
    return ticket_json(rows.one(key), whole=True)


@router.get("", response=Rows, summary="Tickets")
def list_tickets(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    member = caller(request, settings.SEE)
    found = queries.found(member, asked.dict(exclude={"after", "limit"})).select_related("owner__user", "brand")
    rows, following = page(found, asked)
    return {"items": [ticket_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Open a ticket of a thread, an answer of a survey, or by hand")
@idempotent()
def open_ticket(request: HttpRequest, given: TicketIn) -> Status[dict[str, Any]]:
    member, body = caller(request, settings.SEE), given.dict()
    if thread := body.pop("thread"):
        chosen = {k: body[k] for k in ("title", "kind", "priority", "team")}
        row = opening.from_thread(actor=member, thread_id=thread, **chosen)
    else:
        row = opening.open_ticket(actor=member, **body)
    return Status(201, _one(request, row.pk))


@router.get("/{ticket_id}", response=dict[str, Any], summary="One ticket with its history")
def get_ticket(request: HttpRequest, ticket_id: UUID) -> dict[str, Any]:
    return _one(request, ticket_id)


@router.post("/{ticket_id}/own", response=dict[str, Any], summary="Give it to somebody, or take it")
def own(request: HttpRequest, ticket_id: UUID, given: OwnIn) -> dict[str, Any]:
    member = caller(request, settings.SEE)
    services.own(actor=member, ticket_id=ticket_id, seen=given.version, owner_id=given.owner or member.pk)
    return _one(request, ticket_id)


@router.post("/{ticket_id}/route", response=dict[str, Any], summary="Another team, kind or priority")
def route(request: HttpRequest, ticket_id: UUID, given: RouteIn) -> dict[str, Any]:
    body = given.dict()
    services.route(actor=caller(request, settings.SEE), ticket_id=ticket_id, seen=body.pop("version"), **body)
    return _one(request, ticket_id)


@router.post("/{ticket_id}/state", response=dict[str, Any], summary="Go on, wait for the user, solve, close, reopen")
def move(request: HttpRequest, ticket_id: UUID, given: MoveIn) -> dict[str, Any]:
    who: dict[str, Any] = {"actor": caller(request, settings.SEE), "ticket_id": ticket_id, "seen": given.version}
    if given.state == Ticket.State.SOLVED:
        services.solve(**who, fix=given.text)
    elif given.state == Ticket.State.REOPENED:
        services.reopen(**who, reason=given.text)
    else:
        services.move(**who, state=given.state, text=given.text)
    return _one(request, ticket_id)


@router.post("/{ticket_id}/notes", response=dict[str, Any], summary="Write a note")
def write(request: HttpRequest, ticket_id: UUID, given: NoteIn) -> dict[str, Any]:
    services.write(actor=caller(request, settings.SEE), ticket_id=ticket_id, text=given.text, shared=given.shared)
    return _one(request, ticket_id)


def need_json(row: Need, *, whole: bool = False) -> dict[str, Any]:
    """Return a need; `whole` with its size, what those who asked paid, and how many were told."""
    plain = ("number", "title", "text", "kind", "product", "state", "reason", "words")
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version, **{k: getattr(row, k) for k in plain}}
    said |= {"owner": str(row.owner) if row.owner else None, "state_label": words.need_state(row.state)}
    said["shipped_at"] = row.shipped_at.isoformat() if row.shipped_at else None
    if whole:
        size, stake = grouping.size(row), grouping.stake(row)
        said["size"] = {"persons": size.persons, "unknown": size.unknown, "of": size.of, "days": size.days}
        paid = str(stake.paid) if stake.paid is not None else None
        said["stake"] = {"known": stake.known, "buyers": stake.buyers, "paid": paid, "days": stake.days}
        said["told"] = grouping.progress(row)
    return said


def _need(request: HttpRequest, key: UUID | str) -> dict[str, Any]:
    rows = Need.objects.for_member(caller(request, settings.SEE), settings.SEE).select_related("owner__user", "brand")
    return need_json(rows.one(key), whole=True)


@needs_router.get("", response=Rows, summary="Needs")
def list_needs(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, settings.SEE)
    rows, following = page(grouping.found(member, {}), asked)
    return {"items": [need_json(r) for r in rows], "next": following}


@needs_router.post("", response={201: dict[str, Any]}, summary="Make a need of what users said")
@idempotent()
def open_need(request: HttpRequest, given: NeedIn) -> Status[dict[str, Any]]:
    body = given.dict()
    threads, tickets = body.pop("threads"), body.pop("tickets")
    member = caller(request, settings.SEE)
    row = needs.open_need(actor=member, thread_ids=threads, ticket_ids=tickets, **body)
    return Status(201, _need(request, row.pk))


@needs_router.get("/{need_id}", response=dict[str, Any], summary="One need with its size and who was told")
def get_need(request: HttpRequest, need_id: UUID) -> dict[str, Any]:
    return _need(request, need_id)


@needs_router.post("/{need_id}/state", response=dict[str, Any], summary="Move a need on; shipping readies every answer")
def move_need(request: HttpRequest, need_id: UUID, given: NeedMove) -> dict[str, Any]:
    body = given.dict()
    needs.move(actor=caller(request, settings.SEE), need_id=need_id, seen=body.pop("version"), **body)
    return _need(request, need_id)
