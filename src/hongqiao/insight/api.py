"""Figures over HTTP, under /api/metrics: the dictionary, `query`, and `rows` behind a figure. Serves D1."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hongqiao import metrics
from hongqiao.errors import NotFound
from hongqiao.insight import queries
from hongqiao.insight.why import asking
from hongqiao.metrics import METRICS, Query
from hongqiao.metrics.result import jsonable
from hongqiao.workspace import figures, permissions

router = Router(tags=["metrics"])


class Asked(Schema):
    """A question: which metrics, cut by which dimensions, over which days (both inclusive)."""

    metrics: list[str] = Field(min_length=1, max_length=30)
    by: list[str] = Field(default=[], max_length=4)
    where: dict[str, str | list[str | None] | None] = {}
    start: date | None = None
    end: date | None = None
    compare: Literal["previous", "year"] | None = None
    order: str = ""
    limit: int = Field(default=1000, ge=1, le=50000)


class RowsAsked(Schema):
    """The rows behind a figure; `part` is numerator, less or denominator."""

    metric: str
    where: dict[str, str | list[str | None] | None] = {}
    start: date | None = None
    end: date | None = None
    part: str = "numerator"
    limit: int = Field(default=100, ge=1, le=1000)
    after: str = ""


@router.get("", summary="The metric dictionary")
def dictionary(request: HttpRequest) -> dict[str, Any]:
    permissions.require(request.auth, "data.view")  # type: ignore[attr-defined]
    return {"metrics": jsonable(queries.dictionary())}


@router.post("/query", summary="Ask for figures")
def ask(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    more = {"order": asked.order, "limit": asked.limit}
    result = queries.query(
        request.auth,  # type: ignore[attr-defined]
        codes=asked.metrics,
        by=asked.by,
        where=asked.where,
        start=asked.start,
        end=asked.end,
        compare=asked.compare,
        **more,
    )
    return result.to_json()


@router.post("/rows", summary="The rows behind a figure, each with its file and row number")
def rows(request: HttpRequest, asked: RowsAsked) -> dict[str, Any]:
    member = request.auth  # type: ignore[attr-defined]
    handle = queries.opened(member)
    queries.checked(asked.start, asked.end)
    queries.checked_where(asked.where)
    queries.checked_cursor(asked.after)
    question = figures.own(handle, Query((asked.metric,), (), dict(asked.where), asked.start, asked.end))
    found = metrics.rows_behind(handle, question, asked.metric, part=asked.part, limit=asked.limit, after=asked.after)
    files = queries.sources_named(member.brand_id, (r["source_id"] for r in found.rows))
    for row in found.rows:
        file = files.get(row["source_id"])
        row["file"], row["sheet"] = (file.file_name, file.sheet) if file else ("", "")
    return jsonable({"columns": found.columns, "rows": found.rows, "count": found.count, "next": found.after or None})


class WhyAsked(Schema):
    """A change to explain: a metric over days against the days before, the year before, or as many from `base` on."""

    metric: str
    start: date
    end: date
    where: dict[str, str | list[str | None] | None] = {}
    by: list[str] = Field(default=[], max_length=4)
    compare: Literal["previous", "year"] = "previous"
    base: date | None = None


@router.post("/why", summary="Which slices made a change, in parts that add up to it")
def why(request: HttpRequest, asked: WhyAsked) -> dict[str, Any]:
    from hongqiao.insight.why import present  # loads the rules and SciPy

    if asked.metric not in METRICS:
        raise NotFound()
    by = tuple(asked.by)
    question = asking.Asked(asked.metric, asked.start, asked.end, asked.where, asked.compare, "", by, asked.base)
    return jsonable(present.to_json(asking.ask(request.auth, question)))  # type: ignore[attr-defined]


@router.get("/{code}", summary="One entry of the dictionary")
def entry(request: HttpRequest, code: str) -> dict[str, Any]:
    permissions.require(request.auth, "data.view")  # type: ignore[attr-defined]
    if code not in METRICS:
        raise NotFound()
    return jsonable(metrics.describe(code))
