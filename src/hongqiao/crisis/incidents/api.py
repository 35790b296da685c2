"""An incident's room for programs: its timeline, facts and steps, to read. Names and contacts are not in it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from hongqiao.crisis.incidents import kit, present, queries, words
from hongqiao.workspace.access import caller

router = Router(tags=["incidents"])


@router.get("/{incident_id}/timeline", response=list[dict[str, Any]], summary="Timeline of an incident")
def get_timeline(request: HttpRequest, incident_id: UUID) -> list[dict[str, Any]]:
    """Newest first, the last 200 lines. `code` is stable; `said` follows Accept-Language."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    return [
        {"at": e.at, "code": e.code, "said": words.say(e), "by": str(e.by) if e.by else None}
        for e in queries.entries(row)
    ]


@router.get("/{incident_id}/facts", response=list[dict[str, Any]], summary="Facts of an incident")
def get_facts(request: HttpRequest, incident_id: UUID) -> list[dict[str, Any]]:
    """`state`: verified, checking, unknown or wrong."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    return [
        {"id": str(f.pk), "version": f.version, "text": f.text, "state": f.state, "basis": f.basis}
        for f in queries.facts(row)
    ]


@router.get("/{incident_id}/steps", response=list[dict[str, Any]], summary="Steps of an incident")
def get_steps(request: HttpRequest, incident_id: UUID) -> list[dict[str, Any]]:
    """Those that wait first. `late` also where it was done after its time."""
    row = queries.incident(caller(request, kit.SEE), incident_id)
    return [
        {
            "id": str(s["row"].pk),
            "version": s["row"].version,
            "code": s["row"].code,
            "label": s["label"],
            "state": s["row"].state,
            "due_at": s["row"].due_at,
            "done_at": s["row"].done_at,
            "late": s["late"],
        }
        for s in present.steps(row)
    ]
