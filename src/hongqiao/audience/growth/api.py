"""The HTTP interface of trials, mounted under /api/trials. U1."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.audience.growth import trials
from hongqiao.audience.models import Applicant, Trial
from hongqiao.audience.people import merging, queries
from hongqiao.errors import NotFound
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["trials"])


class TrialIn(Schema):
    name: str
    product: str = ""
    quota: int
    closes_at: datetime
    report_days: int = 14


class ApplyIn(Schema):
    """`key`: the person key, as `GET /api/people` gives it."""

    key: str
    address: str = ""


class ReportIn(Schema):
    version: int
    text: str
    score: int


def trial_json(row: Trial) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("name", "product", "quota", "report_days", "state", "version")}
    journey = str(row.journey_id) if row.journey_id else None
    closes = row.closes_at.isoformat() if row.closes_at else None
    return {"id": str(row.pk), **plain, "journey": journey, "closes_at": closes}


def applicant_json(row: Applicant) -> dict[str, Any]:
    """Return who applied; no address and no text of theirs."""
    moments = {n: at.isoformat() if (at := getattr(row, n)) else None for n in ("sent_at", "due_at", "reported_at")}
    plain = {name: getattr(row, name) for name in ("state", "drawn", "reason", "score", "parcel", "version")}
    return {"id": str(row.pk), "key": row.subject, **plain, **moments}


@router.get("", response=Rows, summary="Trials")
def list_trials(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, trials.SEE)
    rows, following = page(Trial.objects.for_member(member, trials.SEE), asked)
    return {"items": [trial_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Begin a trial")
@idempotent()
def post_trial(request: HttpRequest, given: TrialIn) -> Status[dict[str, Any]]:
    return Status(201, trial_json(trials.open_trial(actor=caller(request, trials.EDIT), **given.dict())))


@router.get("/{trial_id}/applicants", response=Rows, summary="Who applied")
def list_applicants(request: HttpRequest, trial_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    member = caller(request, trials.SEE)
    trial = Trial.objects.get_for(member, trials.SEE, trial_id)
    rows, following = page(Applicant.objects.filter(trial=trial), asked)
    return {"items": [applicant_json(r) for r in rows], "next": following}


@router.post("/{trial_id}/apply", response={201: dict[str, Any]}, summary="Put somebody's name down")
@idempotent()
def apply(request: HttpRequest, trial_id: UUID, given: ApplyIn) -> Status[dict[str, Any]]:
    member = caller(request, trials.EDIT)
    key = merging.standing(member.brand, given.key)
    if not queries.known(member, key):
        raise NotFound()
    row = trials.apply(actor=member, trial_id=trial_id, key=key, address=given.address)
    return Status(201, applicant_json(row))


@router.post("/applicants/{applicant_id}/report", response=dict[str, Any], summary="Hand a report in")
def report(request: HttpRequest, applicant_id: UUID, given: ReportIn) -> dict[str, Any]:
    member = caller(request, trials.EDIT)
    row = trials.report(actor=member, applicant_id=applicant_id, seen=given.version, text=given.text, score=given.score)
    return applicant_json(row)
