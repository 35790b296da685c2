"""A brand's own metrics over HTTP, under /api/own-metrics: list, define, check, change, retire, history. Serves D1."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hongqiao.insight.models import MetricVersion, OwnMetric
from hongqiao.insight.own import drafts, queries, services
from hongqiao.metrics.result import jsonable
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["own metrics"])


class MetricIn(Schema):
    """`formula`: + - * / ( ), numbers, metrics by code or name. `format`: "" by its unit, rate, number."""

    label: str = Field(max_length=200)
    formula: str = Field(max_length=20_000)
    code: str = Field(default="", max_length=60)
    format: str = ""
    better: str = ""
    note: str = Field(default="", max_length=2000)


class MetricChange(Schema):
    """The next version. `version` is the one seen (of the row, for Conflict); `why` is kept with the definition."""

    label: str = Field(max_length=200)
    formula: str = Field(max_length=20_000)
    format: str = ""
    better: str = ""
    note: str = Field(default="", max_length=2000)
    why: str = Field(default="", max_length=2000)
    version: int | None = None


class CheckIn(Schema):
    formula: str = Field(max_length=20_000)
    code: str = "draft"
    format: str = ""


class RetireIn(Schema):
    retired: bool = True
    version: int | None = None


def as_json(row: OwnMetric) -> dict[str, Any]:
    """`number` is the version of the definition, `version` of the row."""
    now = row.versions.select_related("author__user").get(number=row.number)
    head = {"code": row.code, "version": row.version, "retired": row.retired_at is not None}
    return head | _version(now)


def _version(v: MetricVersion) -> dict[str, Any]:
    plain = {f: getattr(v, f) for f in ("number", "label", "formula", "format", "better", "note", "why", "follows")}
    return jsonable(plain | {"author": v.author.user.name, "at": v.created_at})


@router.get("", summary="The brand's own metrics, retired ones too, newest first")
def list_metrics(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, after = page(queries.listed(caller(request, queries.SEE)), asked)
    return {"items": [as_json(r) for r in rows], "next": after}


@router.post("", response={201: dict[str, Any]}, summary="Define a metric by a formula")
@idempotent()
def define_metric(request: HttpRequest, given: MetricIn) -> Status:
    row = services.define(actor=caller(request, queries.SEE), wanted=services.Wanted(**given.dict()))
    return Status(201, as_json(row))


@router.post("/check", summary="Read a formula: its unit, its parts, what it came to of late; keeps nothing")
def check_formula(request: HttpRequest, given: CheckIn) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return checked(member, drafts.drafted(member, given.formula, code=given.code, format=given.format))


def checked(member: Member, draft: drafts.Draft) -> dict[str, Any]:
    """Return what is known of a draft before it is kept."""
    found = drafts.example(member, draft)
    metric = draft.metric
    said = {"formula": draft.formula, "unit": metric.unit, "format": metric.format, "additive": metric.additive}
    more = {"parts": list(metric.parts), "dimensions": list(metric.dimensions), "value": found.totals[drafts.DRAFT]}
    days = {"start": found.start, "end": found.end, "notes": [n["code"] for n in found.notes]}
    return jsonable(said | more | days)


@router.get("/{code}", summary="One of the brand's own metrics")
def get_metric(request: HttpRequest, code: str) -> dict[str, Any]:
    return as_json(queries.one(caller(request, queries.SEE), code))


@router.put("/{code}", summary="Make the next version of a definition")
def change_metric(request: HttpRequest, code: str, given: MetricChange) -> dict[str, Any]:
    wanted = services.Wanted(**given.dict(exclude={"version"}))
    return as_json(services.change(actor=caller(request, queries.SEE), code=code, seen=given.version, wanted=wanted))


@router.post("/{code}/retire", summary="Offer a metric no longer, or again")
def retire_metric(request: HttpRequest, code: str, given: RetireIn) -> dict[str, Any]:
    row = services.retire(actor=caller(request, queries.SEE), code=code, seen=given.version, retired=given.retired)
    return as_json(row)


@router.get("/{code}/history", summary="Every version of a definition: who, when, why, and what it changed")
def metric_history(request: HttpRequest, code: str, asked: Query[Paged]) -> dict[str, Any]:
    row = queries.one(caller(request, queries.SEE), code)
    shown, after = page(row.versions.all(), asked)
    wanted = {v.pk for v in shown}
    return {"items": [_step(s) for s in queries.history(row) if s.version.pk in wanted], "next": after}


def history_json(row: OwnMetric) -> list[dict[str, Any]]:
    """Return every version with what it changed, the newest first."""
    return [_step(s) for s in queries.history(row)]


def _step(step: queries.Step) -> dict[str, Any]:
    said = [{"field": f, "before": b, "after": a} for f, b, a in step.changes]
    return _version(step.version) | {"changes": said}
