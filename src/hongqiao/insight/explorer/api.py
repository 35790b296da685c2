"""Saved views and notes of days over HTTP, under /api/views and /api/annotations. Lists page by cursor. Serves D2."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hongqiao.insight import queries
from hongqiao.insight.explorer import services
from hongqiao.insight.models import Annotation, SavedView
from hongqiao.workspace import permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

views = Router(tags=["views"])
annotations = Router(tags=["annotations"])


class QuestionIn(Schema):
    """What a view keeps: days as a preset that moves on, or as two dates."""

    metrics: list[str] = Field(min_length=1)
    by: list[str] = []
    where: dict[str, list[str | None]] = {}
    period: str = ""
    start: str = ""
    end: str = ""
    vs: str = ""
    sort: str = ""


class ViewIn(Schema):
    name: str
    question: QuestionIn
    shared: bool = False


class ViewOut(Schema):
    id: UUID
    version: int
    name: str
    shared: bool
    owner: str
    question: dict[str, Any]
    created_at: datetime


class ViewsOut(Schema):
    items: list[ViewOut]
    next: str | None


class NoteIn(Schema):
    day: date
    text: str
    platform: str = ""
    account: UUID | None = None


class NoteChange(NoteIn):
    version: int | None = None


class NoteOut(Schema):
    id: UUID
    version: int
    day: date
    text: str
    platform: str
    account: UUID | None
    author: str
    created_at: datetime


class NotesOut(Schema):
    items: list[NoteOut]
    next: str | None


class Days(Paged):
    start: date | None = None
    end: date | None = None


def _view(row: SavedView) -> dict[str, Any]:
    plain = ("id", "version", "name", "shared", "question", "created_at")
    return {name: getattr(row, name) for name in plain} | {"owner": str(row.owner)}


def _note(row: Annotation) -> dict[str, Any]:
    plain = ("id", "version", "day", "text", "platform", "created_at")
    return {name: getattr(row, name) for name in plain} | {"account": row.account_id, "author": str(row.author)}


@views.get("", response=ViewsOut, summary="Your saved views and those shared with the brand")
def list_views(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    permissions.require(caller(request), services.SEE)
    rows, after = page(services.views(caller(request)), asked)
    return {"items": [_view(r) for r in rows], "next": after}


@views.post("", response={201: ViewOut}, summary="Save a view")
@idempotent()
def save_view(request: HttpRequest, given: ViewIn) -> Status:
    question = {k: v for k, v in given.question.dict().items() if v}
    row = services.save_view(actor=caller(request), name=given.name, question=question, shared=given.shared)
    return Status(201, _view(row))


@views.get("/{view_id}", response=ViewOut, summary="One saved view")
def get_view(request: HttpRequest, view_id: UUID) -> dict[str, Any]:
    permissions.require(caller(request), services.SEE)
    return _view(services.view_of(caller(request), view_id))


@views.delete("/{view_id}", response={204: None}, summary="Delete a saved view")
def delete_view(request: HttpRequest, view_id: UUID, version: int | None = None) -> Status:
    permissions.require(caller(request), services.SEE)
    services.delete_view(actor=caller(request), view_id=view_id, seen=version)
    return Status(204, None)


@annotations.get("", response=NotesOut, summary="Notes of days")
def list_notes(request: HttpRequest, days: Query[Days]) -> dict[str, Any]:
    permissions.require(caller(request), services.SEE)
    queries.checked(days.start, days.end)
    rows, after = page(services.annotations(caller(request), days.start, days.end), days)
    return {"items": [_note(r) for r in rows], "next": after}


@annotations.post("", response={201: NoteOut}, summary="Note what happened on a day")
@idempotent()
def add_note(request: HttpRequest, given: NoteIn) -> Status:
    row = services.annotate(
        actor=caller(request), day=given.day, text=given.text, platform=given.platform, account_id=given.account
    )
    return Status(201, _note(row))


@annotations.get("/{note_id}", response=NoteOut, summary="One note")
def get_note(request: HttpRequest, note_id: UUID) -> dict[str, Any]:
    permissions.require(caller(request), services.SEE)
    return _note(services.annotations(caller(request)).one(note_id))


@annotations.put("/{note_id}", response=NoteOut, summary="Change a note")
def change_note(request: HttpRequest, note_id: UUID, given: NoteChange) -> dict[str, Any]:
    permissions.require(caller(request), services.SEE)
    fields = {"day": given.day, "text": given.text, "platform": given.platform, "account_id": given.account}
    row = services.change_annotation(actor=caller(request), note_id=note_id, seen=given.version, **fields)  # type: ignore[arg-type]
    return _note(row)


@annotations.delete("/{note_id}", response={204: None}, summary="Delete a note")
def delete_note(request: HttpRequest, note_id: UUID, version: int | None = None) -> Status:
    permissions.require(caller(request), services.SEE)
    services.delete_annotation(actor=caller(request), note_id=note_id, seen=version)
    return Status(204, None)
