"""Incidents over HTTP, under /api/incidents: list, read, open, take, level, mark, merge, split. X1."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hongqiao.crisis.models import Incident
from hongqiao.crisis.watching import acting, clocks, queries, tables, words
from hongqiao.methods.crisis.severity import Table
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["incidents"])


class Asked(Paged):
    """`state`: a state, or `burning` for those open or handled. `start`, `end`: days of the first hearing."""

    q: str = ""
    level: str = ""
    state: str = ""
    kind: str = ""
    commander: str = ""
    start: date | None = None
    end: date | None = None


class OpenIn(Schema):
    title: str = Field(max_length=200)
    kind: str = ""
    nature: str = ""
    level: str = ""
    mentions: list[UUID] = Field(default=[], max_length=200)
    note: str = Field(default="", max_length=2000)


class SeenIn(Schema):
    version: int | None = None


class LevelIn(SeenIn):
    """`level` empty: back to the table."""

    level: str = ""
    reason: str = Field(max_length=300)


class MarkIn(SeenIn):
    marks: list[str] = Field(default=[], max_length=10)
    hot: int | None = None


class MergeIn(SeenIn):
    into: UUID


class SplitIn(SeenIn):
    mentions: list[UUID] = Field(max_length=200)
    title: str = Field(default="", max_length=120)


def as_json(row: Incident, table: Table, *, whole: bool = False) -> dict[str, Any]:
    """Return an incident with both clocks; `whole` with everything that its level rests on."""
    plain = ("number", "title", "kind", "nature", "level", "floor", "state", "drill", "playbook")
    times = ("posted_at", "heard_at", "taken_at", "answered_at", "closed_at")
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version, **{k: getattr(row, k) for k in plain}}
    said |= {k: v.isoformat() if (v := getattr(row, k)) else None for k in times}
    said |= {
        "level_words": words.level(row.level),
        "answer_by": clocks.answer_by(row, table).isoformat(),
        "commander": str(row.commander) if row.commander else None,
        "into": str(row.into_id) if row.into_id else None,
        "mentions": getattr(row, "n", None),
    }
    if whole:
        said |= {"parts": row.parts, "looks": row.hits, "by_hand": row.by_hand, "fields": row.fields}
        said["topics"] = [t for t in row.topics if t.get("of") != "wave"]
    return said


def _one(request: HttpRequest, key: UUID | str) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return as_json(queries.incidents(member).one(key), tables.table(member.brand), whole=True)


@router.get("", response=Rows, summary="Incidents")
def list_incidents(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    rows, after = page(queries.found(member, asked.dict(exclude={"after", "limit"})), asked)
    table = tables.table(member.brand)
    return {"items": [as_json(r, table) for r in rows], "next": after}


@router.post("", response={201: dict[str, Any]}, summary="Open an incident by hand")
@idempotent()
def open_incident(request: HttpRequest, given: OpenIn) -> Status:
    made = acting.open_by_hand(
        actor=caller(request, queries.HANDLE),
        mention_ids=[str(m) for m in given.mentions],
        **given.dict(exclude={"mentions"}),
    )
    return Status(201, _one(request, made.pk))


@router.get("/{incident_id}", summary="One incident with all that its level rests on")
def get_incident(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    return _one(request, incident_id)


@router.post("/{incident_id}/take", summary="Take an incident: nobody else is told")
def take_incident(request: HttpRequest, incident_id: UUID, given: SeenIn) -> dict[str, Any]:
    acting.take_incident(actor=caller(request, queries.SEE), incident_id=incident_id, seen=given.version)
    return _one(request, incident_id)


@router.post("/{incident_id}/level", summary="Set the level by hand, with a reason")
def set_level(request: HttpRequest, incident_id: UUID, given: LevelIn) -> dict[str, Any]:
    acting.set_level(
        actor=caller(request, queries.SEE),
        incident_id=incident_id,
        seen=given.version,
        level=given.level,
        reason=given.reason,
    )
    return _one(request, incident_id)


@router.post("/{incident_id}/marks", summary="Say what no source tells: central media, hot lists, executives")
def mark_incident(request: HttpRequest, incident_id: UUID, given: MarkIn) -> dict[str, Any]:
    acting.mark(
        actor=caller(request, queries.SEE),
        incident_id=incident_id,
        seen=given.version,
        marks=given.marks,
        hot=given.hot,
    )
    return _one(request, incident_id)


@router.post("/{incident_id}/merge", summary="Put an incident into another")
def merge_incident(request: HttpRequest, incident_id: UUID, given: MergeIn) -> dict[str, Any]:
    into = acting.merge(
        actor=caller(request, queries.SEE), incident_id=incident_id, into_id=given.into, seen=given.version
    )
    return _one(request, into.pk)


@router.post("/{incident_id}/split", response={201: dict[str, Any]}, summary="Make some mentions an incident")
@idempotent()
def split_incident(request: HttpRequest, incident_id: UUID, given: SplitIn) -> Status:
    fresh = acting.split(
        actor=caller(request, queries.SEE),
        incident_id=incident_id,
        mention_ids=[str(m) for m in given.mentions],
        seen=given.version,
        title=given.title,
    )
    return Status(201, _one(request, fresh.pk))
