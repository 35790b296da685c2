"""Lines over HTTP, under /api/alerts: list, draw, change, pause, delete, and preview on history. Serves D2."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hongqiao.insight.alerts import queries, services
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["alerts"])


class AlertIn(Schema):
    """`line` in the metric's own unit, a rate or a change as a share (0.025). No `roles` and no `members`: for all
    who see figures."""

    metric: str
    condition: str
    line: str
    grain: str = "day"
    severity: int = 2
    platform: str = ""
    account: UUID | None = None
    dimension: str = ""
    value: str = ""
    roles: list[str] = Field(default=[], max_length=30)
    members: list[UUID] = Field(default=[], max_length=100)


class AlertChange(AlertIn):
    version: int | None = None


class PauseIn(Schema):
    paused: bool
    version: int | None = None


def _wanted(given: AlertIn) -> services.Wanted:
    plain = ("metric", "condition", "line", "grain", "severity", "platform", "dimension", "value", "roles")
    members = [str(key) for key in given.members]
    return services.Wanted(**{name: getattr(given, name) for name in plain}, account_id=given.account, members=members)


def as_json(row: AlertRule) -> dict[str, Any]:
    plain = ("metric", "platform", "dimension", "value", "condition", "grain", "severity", "roles", "members", "paused")
    said: dict[str, Any] = {name: getattr(row, name) for name in plain}
    account = str(row.account_id) if row.account_id else None
    return {"id": str(row.pk), "version": row.version, **said, "account": account, "line": str(row.line)}


@router.get("", summary="Lines drawn for figures")
def list_alerts(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, after = page(queries.alerts(caller(request, queries.SEE)), asked)
    return {"items": [as_json(r) for r in rows], "next": after}


@router.post("", response={201: dict[str, Any]}, summary="Draw a line")
@idempotent()
def add_alert(request: HttpRequest, given: AlertIn) -> Status:
    return Status(201, as_json(services.add_alert(actor=caller(request, queries.SEE), wanted=_wanted(given))))


@router.post("/preview", summary="How often a line would have spoken; keeps nothing")
def preview_alert(request: HttpRequest, given: AlertIn) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    found = queries.preview(member, services.drafted(actor=member, wanted=_wanted(given)))
    spoke = [{"first": str(r.first), "last": str(r.last), "n": r.n, "value": r.worst.value} for r in found.runs]
    return {"days": found.days, "judged": found.judged, "spoken": len(spoke), "runs": spoke, "usual": found.usual}


@router.get("/{alert_id}", summary="One line")
def get_alert(request: HttpRequest, alert_id: UUID) -> dict[str, Any]:
    return as_json(queries.alerts(caller(request, queries.SEE)).one(alert_id))


@router.put("/{alert_id}", summary="Draw a line anew")
def change_alert(request: HttpRequest, alert_id: UUID, given: AlertChange) -> dict[str, Any]:
    row = services.change_alert(
        actor=caller(request, queries.SEE), alert_id=alert_id, seen=given.version, wanted=_wanted(given)
    )
    return as_json(row)


@router.post("/{alert_id}/pause", summary="Let a line rest, or look again")
def pause_alert(request: HttpRequest, alert_id: UUID, given: PauseIn) -> dict[str, Any]:
    row = services.pause_alert(
        actor=caller(request, queries.SEE), alert_id=alert_id, seen=given.version, paused=given.paused
    )
    return as_json(row)


@router.delete("/{alert_id}", response={204: None}, summary="Take a line away")
def delete_alert(request: HttpRequest, alert_id: UUID, version: int | None = None) -> Status:
    services.delete_alert(actor=caller(request, queries.SEE), alert_id=alert_id, seen=version)
    return Status(204, None)
