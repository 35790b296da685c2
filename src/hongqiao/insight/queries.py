"""Reads of the room of figures: every one through the dictionary, none computed here. Serves D1."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao import metrics, warehouse
from hongqiao.insight.boards import BOARDS, Board
from hongqiao.metrics import DIMENSIONS, METRICS, Query, Result
from hongqiao.platforms import PLATFORMS
from hongqiao.ui.period import Period
from hongqiao.warehouse.models import Source
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Brand, Member

Compare = Literal["previous", "year"] | None


def opened(member: Member, version: int | None = None) -> Any:
    """Return the brand's facts for a member who may see them. Raises NotAllowed."""
    permissions.require(member, "data.view")
    return warehouse.open(member.brand_id, version)


def today_of(brand: Brand) -> date:
    """Return the day the screens look from: today in the brand's zone, or the day after the newest facts.

    So a brand that stopped importing still opens on its last days rather than on emptiness.
    """
    now = timezone.now().astimezone(ZoneInfo(brand.zone)).date()
    newest = (
        Source.objects.filter(brand_id=brand.id, undone_at=None)
        .order_by("-last_day")
        .values_list("last_day", flat=True)
    )
    last = next((d for d in newest[:50] if d), None)
    return min(now, last + timedelta(days=1)) if last and (now - last).days > 7 else now


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


def answer(handle: Any, asked: Query) -> Result:
    """Return the answer at the handle's version (`metrics` keeps it: asked again it costs nothing)."""
    return metrics.query(handle, asked)


def dictionary() -> list[dict[str, Any]]:
    """Return every entry of the metric dictionary as plain values."""
    return [metrics.describe(code) for code in METRICS]


def account_names(brand_id: UUID) -> dict[str, str]:
    """Return account id → "平台 · 名称"."""
    found = Account.objects.filter(brand_id=brand_id)
    return {str(a.id): f"{platform_name(a.platform)} · {a.name}" for a in found}


def platform_name(code: str) -> str:
    return _(PLATFORMS[code].name) if code in PLATFORMS else code


def board_answers(handle: Any, board: Board, period: Period, where: Mapping[str, Any]) -> dict[str, Result]:
    """Return the answers a dashboard needs: "kpis" by day with totals, and one a chart and listing."""
    span: dict[str, Any] = {"start": period.start, "end": period.end}
    kpis = [c for c in board.kpis if fits(c, (), where)]
    found = {"kpis": answer(handle, Query(tuple(kpis), ("day",), where, **span, compare="previous", limit=None))}
    for chart in board.charts:
        codes = tuple(c for c in chart.metrics if fits(c, chart.by, where))
        if codes:
            found[chart.code] = answer(handle, Query(codes, chart.by, where, **span, totals=False, limit=None))
    for listing in board.listings:
        codes = tuple(c for c in listing.metrics if fits(c, (listing.by,), where))
        if codes:
            asked = Query(codes, (listing.by,), where, **span, totals=False, coverage=False, limit=listing.top)
            found["list:" + listing.code] = answer(handle, asked)
    return found


def fits(code: str, by: Iterable[str], where: Mapping[str, Any]) -> bool:
    """Return whether a metric carries every dimension asked for."""
    held = METRICS[code].dimensions
    return all(d in held for d in (*by, *where))


def board_of(family: str) -> Board | None:
    return BOARDS.get(family)


def filters_from(params: Mapping[str, str]) -> dict[str, str]:
    """Return the dimension filters in an address: `?platform=douyin`; "∅" stands for "not stated"."""
    chosen = {d: params[d] for d in DIMENSIONS if params.get(d) and d not in ("day", "week", "month")}
    return {d: (None if v == "∅" else v) for d, v in chosen.items()}  # type: ignore[misc]


def sources_named(brand_id: UUID, ids: Iterable[str]) -> dict[str, Source]:
    """Return the sources with these ids: which file, sheet and layout a row came from."""
    return {str(s.id): s for s in Source.objects.filter(brand_id=brand_id, id__in=set(ids))}
