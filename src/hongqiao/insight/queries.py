"""Reads of the room of figures: every one through the dictionary, none computed here. Serves D1."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from hongqiao import metrics, warehouse
from hongqiao.insight.boards import Board
from hongqiao.insight.links import value_of
from hongqiao.metrics import DIMENSIONS, METRICS, BadPeriod, NotCuttable, Query, Result, UnknownDimension
from hongqiao.metrics.errors import BadOption
from hongqiao.ui.period import Period
from hongqiao.warehouse.models import Source
from hongqiao.workspace import permissions
from hongqiao.workspace.figures import answer
from hongqiao.workspace.figures import today_of as today_of
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import platform_name

Compare = Literal["previous", "year"] | None
TIME = ("day", "week", "month")
PLACES = ("platform", "account")  # what a whole dashboard is filtered by: every metric carries them
YEARS = (1990, 2100)  # a day outside is a slip of the keyboard, and a comparison of it may not exist


def opened(member: Member, version: int | None = None) -> Any:
    """Return the brand's facts for a member who may see them. Raises NotAllowed."""
    permissions.require(member, "data.view")
    return warehouse.open(member.brand_id, version)


def has_facts(brand: Brand) -> bool:
    """Return whether anything was imported and not undone."""
    return Source.objects.filter(brand_id=brand.id, undone_at=None).exists()


def query(
    member: Member,
    *,
    codes: Sequence[str],
    by: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    start: date | None = None,
    end: date | None = None,
    compare: Compare = None,
    **more: Any,
) -> Result:
    """Ask the dictionary on behalf of a member. Raises NotAllowed and what `metrics.query` raises."""
    checked(start, end)
    checked_where(where or {})
    asked = Query(
        metrics=tuple(codes),
        by=tuple(by),
        where=dict(where or {}),
        start=start,
        end=end,
        compare=compare,
        **more,
    )
    return answer(opened(member), asked)


def checked(start: date | None, end: date | None) -> None:
    """Raises BadPeriod for days that no brand's records can hold."""
    if any(day and not YEARS[0] <= day.year <= YEARS[1] for day in (start, end)):
        raise BadPeriod(start=str(start), end=str(end))


def checked_where(where: Mapping[str, Any]) -> None:
    """Raises BadOption for a filter by time that names no day, and for a text that no record can hold."""
    for code, given in where.items():
        for value in given if isinstance(given, (list, tuple)) else [given]:
            checked_text(code, value)
            if code in TIME:
                try:
                    date.fromisoformat(str(value))
                except ValueError:
                    raise BadOption(option=code, value=str(value), possible="2025-11-22") from None


def checked_text(option: str, text: str | None) -> None:
    """Raises BadOption for half a letter (a lone surrogate) or a zero byte: SQL and files hold neither."""
    shown = (text or "").encode("utf-8", "replace").decode().replace("\x00", "")
    if shown != (text or ""):
        raise BadOption(option=option, value=shown, possible="UTF-8")


def checked_cursor(after: str) -> None:
    """Raises BadOption for a cursor that no page of rows gave."""
    try:
        values = json.loads(after) if after else []
    except ValueError:
        raise BadOption(option="after", value=after, possible="—") from None
    for value in values if isinstance(values, list) else []:
        checked_text("after", value if isinstance(value, str) else "")


def dictionary() -> list[dict[str, Any]]:
    """Return every entry of the metric dictionary as plain values."""
    return [metrics.describe(code) for code in METRICS]


def account_names(brand_id: UUID) -> dict[str, str]:
    """Return account id → "平台 · 名称"."""
    found = Account.objects.filter(brand_id=brand_id)
    return {str(a.id): f"{platform_name(a.platform)} · {a.name}" for a in found}


@dataclass(frozen=True)
class Told:
    """An answer, and which of its metrics are wanted of it."""

    result: Result
    codes: tuple[str, ...]


def board_answers(handle: Any, board: Board, period: Period, where: Mapping[str, Any]) -> dict[str, Told]:
    """Return what a dashboard needs: "kpis" by day with totals, and one answer a chart and "list:" a listing.

    Pictures that are cut the same way share one question: the fewer questions, the sooner a first view is there.
    """
    wanted = _wanted(board, where)
    cuts: dict[tuple[str, ...], list[str]] = {}
    for by, codes in wanted.values():
        held = cuts.setdefault(by, [])
        held += [c for c in codes if c not in held]
    answers = {by: answer(handle, _question(by, tuple(codes), period, where)) for by, codes in cuts.items()}
    return {name: Told(answers[by], codes) for name, (by, codes) in wanted.items()}


def _wanted(board: Board, where: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return name → (dimensions, metrics), of metrics that carry the dimensions; listings before charts, for the order
    of a question's rows is by its first metric."""
    asks: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [("kpis", ("day",), board.kpis)]
    asks += [("list:" + one.code, (one.by,), one.metrics) for one in board.listings]
    asks += [(chart.code, chart.by, chart.metrics) for chart in board.charts]
    kept = [(name, by, tuple(c for c in codes if fits(c, by, where))) for name, by, codes in asks]
    return {name: (by, codes) for name, by, codes in kept if codes}


def _question(by: tuple[str, ...], codes: tuple[str, ...], period: Period, where: Mapping[str, Any]) -> Query:
    """Days have totals and a comparison, for they are what the cards say; what is not over time needs no coverage."""
    whole = by == ("day",)
    order = "" if by[0] in TIME else f"-{codes[0]}"
    return Query(
        codes,
        by,
        where,
        period.start,
        period.end,
        compare="previous" if whole else None,
        span=period.span if whole else "",
        order=order,
        limit=None,
        totals=whole,
        coverage=by[0] in TIME,
    )


def fits(code: str, by: Iterable[str], where: Mapping[str, Any]) -> bool:
    """Return whether a metric carries every dimension asked for."""
    held = METRICS[code].dimensions
    return all(d in held for d in (*by, *where))


def filters_from(params: Mapping[str, str]) -> dict[str, str | None]:
    """Return the dimension filters in an address: `?platform=douyin`; "∅" stands for "not stated"."""
    found = {d: value_of(params[d]) for d in DIMENSIONS if params.get(d) and d not in TIME}
    checked_where(found)
    return found


def places_from(params: Mapping[str, str]) -> dict[str, str | None]:
    """Return the filters of a whole dashboard."""
    return {d: v for d, v in filters_from(params).items() if d in PLACES}


def check_cut(code: str, dimension: str) -> None:
    """Raises UnknownDimension, or NotCuttable where the metric does not carry it: never a figure that is not filtered
    as its address says."""
    if dimension not in DIMENSIONS:
        raise UnknownDimension(dimension=dimension, possible="、".join(DIMENSIONS))
    if dimension not in METRICS[code].dimensions:
        raise NotCuttable(metric=code, dimension=dimension, possible="、".join(METRICS[code].dimensions))


def titles(handle: Any, keys: Iterable[Any]) -> dict[str, str]:
    """Return content key → title, of those that are known."""
    wanted = sorted({str(k) for k in keys if k})
    if not wanted:
        return {}
    contents = handle.current("contents")
    known = contents.filter(contents.source_key.isin(wanted)).select("source_key", "title")
    return {r["source_key"]: r["title"] or "" for r in handle.fetch(known).to_pylist()}


def sources_named(brand_id: UUID, ids: Iterable[str]) -> dict[str, Source]:
    """Return the sources with these ids: which file, sheet and layout a row came from."""
    return {str(s.id): s for s in Source.objects.filter(brand_id=brand_id, id__in=set(ids))}
