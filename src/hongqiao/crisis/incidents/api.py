"""An incident's room for programs: its timeline, facts and steps, to read. Names and contacts are not in it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from hongqiao.crisis.incidents import book, kit, queries, words
from hongqiao.crisis.models import Entry, Fact, Step
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page

router = Router(tags=["incidents"])


@router.get("/{incident_id}/timeline", response=Rows, summary="Timeline of an incident")
def get_timeline(request: HttpRequest, incident_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    """Newest first. `code` is stable; `said` follows Accept-Language."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    rows, following = page(Entry.objects.filter(incident=row).select_related("by__user"), asked)
    return {"items": [_entry(e) for e in rows], "next": following}


def _entry(row: Entry) -> dict[str, Any]:
    return {"at": row.at, "code": row.code, "said": words.say(row), "by": str(row.by) if row.by else None}


@router.get("/{incident_id}/facts", response=Rows, summary="Facts of an incident")
def get_facts(request: HttpRequest, incident_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    """`state`: verified, checking, unknown or wrong."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    rows, following = page(Fact.objects.filter(incident=row), asked)
    return {"items": [_fact(f) for f in rows], "next": following}


def _fact(row: Fact) -> dict[str, Any]:
    return {"id": str(row.pk), "version": row.version, "text": row.text, "state": row.state, "basis": row.basis}


@router.get("/{incident_id}/steps", response=Rows, summary="Steps of an incident")
def get_steps(request: HttpRequest, incident_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    """`state`: waiting, done or skipped; `late` also where it was done after its time."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    rows, following = page(Step.objects.filter(incident=row), asked)
    return {"items": [_step(s) for s in rows], "next": following}


def _step(row: Step) -> dict[str, Any]:
    late = row.state != Step.State.SKIPPED and (row.done_at or timezone.now()) > row.due_at
    return {
        "id": str(row.pk),
        "version": row.version,
        "code": row.code,
        "label": words.step_label(row.code, book.own_words(row)),
        "state": row.state,
        "due_at": row.due_at,
        "done_at": row.done_at,
        "late": late,
    }
