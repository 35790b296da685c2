"""A figure of the warehouse as evidence of a persona: its sentence, and the question behind it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.errors import N_, Invalid
from hongqiao.metrics import METRICS, Query
from hongqiao.platforms import PLATFORMS
from hongqiao.ui import formats
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.words import platform_name

NEEDS = "data.view"
_UNITS = {"int": "count", "money": "money", "rate": "percent", "number": "number"}


class TooLittle(Invalid):
    code = "evidence_too_little"
    message = N_("数据不足：这段时间没有可用的 %(metric)s")
    next_step = N_("请换一个时间段或平台，或先导入对应的文件；也可以改为登记调研")


class BadFigure(Invalid):
    code = "evidence_bad_figure"
    message = N_("请选指标、起止日期；开始不能晚于结束")
    next_step = N_("请检查这几项")


def metrics() -> list[tuple[str, str]]:
    """Return the metrics that may be cited, by code and name."""
    return [(code, _(m.label)) for code, m in METRICS.items()]


def said(
    member: Member, metric: str, platform: str, start: date | None, end: date | None
) -> tuple[str, dict[str, Any]]:
    """Return the sentence of a figure and its cite. Raises NotAllowed, BadFigure, TooLittle."""
    permissions.require(member, NEEDS)
    about = METRICS.get(metric)
    if about is None or (platform and platform not in PLATFORMS) or not start or not end or start > end:
        raise BadFigure()
    where = {"platform": platform} if platform else {}
    if platform and "platform" not in about.dimensions:
        raise BadFigure()
    found = figures.answer(warehouse.open(member.brand_id), Query((metric,), (), where, start, end))
    value = found.totals.get(metric)
    if value is None or found.few.get(metric):
        raise TooLittle(metric=_(about.label))
    place = platform_name(platform) if platform else _("全部平台")
    words = {
        "metric": _(about.label),
        "value": formats.figure(value, _UNITS.get(about.format, "number")),
        "place": place,
    }
    text = _("%(place)s %(metric)s %(value)s（%(start)s 至 %(end)s）") % (words | {"start": start, "end": end})
    return text, {"metrics": [metric], "by": [], "where": where, "start": str(start), "end": str(end)}


def address(brand: Brand, cite: dict[str, Any], held: frozenset[str]) -> str:
    """Return the address of the figures behind a cite in the explorer, "" where the reader may not see figures."""
    codes = [m for m in cite.get("metrics") or () if m in METRICS]
    if not codes or NEEDS not in held:
        return ""
    asked = [("m", m) for m in codes] + [("by", "day")]
    asked += [(f"f.{d}", str(v)) for d, v in (cite.get("where") or {}).items()]
    asked += [(k, str(cite[k])) for k in ("start", "end") if cite.get(k)]
    try:
        return f"{reverse('data_explore', args=[brand.slug])}?{urlencode(asked)}"
    except NoReverseMatch:
        return ""
