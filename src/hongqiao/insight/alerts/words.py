"""Lines in words, both ways: as sentences, and what a person typed as the metric counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight import queries as figures
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.alerts.series import fits, limits
from hongqiao.insight.words import label, typed_figure, unit_of, value_words
from hongqiao.metrics import METRICS
from hongqiao.ui import formats
from hongqiao.workspace import permissions

SENTENCES = {
    "above_day": N_("任一天高于 %(line)s"),
    "below_day": N_("任一天低于 %(line)s"),
    "rises_day": N_("任一天比上周同日上升超过 %(line)s"),
    "falls_day": N_("任一天比上周同日下降超过 %(line)s"),
    "above_week": N_("任一周高于 %(line)s"),
    "below_week": N_("任一周低于 %(line)s"),
    "rises_week": N_("任一周比前一周上升超过 %(line)s"),
    "falls_week": N_("任一周比前一周下降超过 %(line)s"),
}
USUAL = {
    "above": N_("近 {days} 天里，{share} 的时候不超过 {line}。"),
    "below": N_("近 {days} 天里，{share} 的时候不低于 {line}。"),
    "rises": N_("近 {days} 天里，{share} 的时候上升不超过 {line}。"),
    "falls": N_("近 {days} 天里，{share} 的时候下降不超过 {line}。"),
}


def name(row: AlertRule) -> str:
    """Return the metric's name; of one that the dictionary dropped its code."""
    return label(row.metric) if row.metric in METRICS else row.metric


def unit(row: AlertRule) -> str:
    """Return the unit of the line."""
    return "percent" if row.relative else unit_of(row.metric) if row.metric in METRICS else "number"


def sentence(row: AlertRule) -> str:
    """Return when a line speaks: 任一天低于 1,200."""
    said = _(SENTENCES[f"{row.condition}_{row.grain}"])
    return said % {"line": formats.figure(float(row.line), unit(row))}


def place(row: AlertRule, accounts: dict[str, str]) -> str:
    """Return where it is measured: 抖音 · 推荐, 全品牌."""
    parts = [value_words(d, v, accounts, {}) for d, v in row.where.items()]
    return " · ".join(parts) or _("全品牌")


def hearers(row: AlertRule, people: Mapping[str, str]) -> str:
    """Return who hears of it; `people` are the names of those who can, by key. "" where all who were named left."""
    known = permissions.roles()
    named = [_(known[r]["label"]) for r in row.roles if r in known]
    named += [people[key] for key in row.members if key in people]
    return _("、").join(named) if row.cares else _("所有看数据的人")


def typed_line(code: str, condition: str, text: str) -> Decimal | str:
    """Return what a person typed as the metric counts, the text itself where it is no number. A rate and a change are
    typed in percent, as they are shown."""
    return typed_figure(text, in_percent=_in_percent(code, condition))


def line_text(row: AlertRule) -> str:
    """Return a line as a person typed it."""
    value = row.line * 100 if _in_percent(row.metric, row.condition) else row.line
    return f"{value.normalize():f}"


def usual_words(row: AlertRule, value: float) -> str:
    """Return the line that the brand's own figures hardly ever crossed, as a sentence."""
    said = _(USUAL[row.condition])
    known = limits()
    share = formats.percent(known["share"], 0)
    return said.format(days=known["preview_days"], share=share, line=formats.figure(value, unit(row)))


def usual_text(code: str, condition: str, value: float) -> str:
    """Return a proposed line in the form's own unit, to three significant digits."""
    shown = value * 100 if _in_percent(code, condition) else value
    return f"{Decimal(f'{shown:.3g}'):f}"


def _in_percent(code: str, condition: str) -> bool:
    rate = code in METRICS and METRICS[code].format == "rate"
    return rate or condition in (AlertRule.Condition.RISES, AlertRule.Condition.FALLS)


def choices() -> list[tuple[str, str]]:
    """Return the metrics that a line may be drawn for, as the dictionary orders them."""
    return [(c, label(c)) for c in METRICS if fits(c)]


def platforms(codes: list[str]) -> list[tuple[str, str]]:
    return [(p, figures.platform_name(p)) for p in codes]
