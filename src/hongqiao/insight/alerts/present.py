"""Lines and their previews as pages show them: everything in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.errors import HongqiaoError
from hongqiao.insight import queries as figures
from hongqiao.insight.alerts import queries, words
from hongqiao.insight.alerts.crossing import Run
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.links import metric_link
from hongqiao.insight.words import unit_of
from hongqiao.ledger.rules import Look
from hongqiao.ui import formats
from hongqiao.ui.period import Period, days_words
from hongqiao.workspace.figures import today_of
from hongqiao.workspace.models import Member


def lines(member: Member) -> list[dict[str, Any]]:
    """Return every line of the brand in words; the facts are opened once."""
    rows = list(queries.alerts(member))
    if not rows:
        return []
    accounts = figures.account_names(member.brand_id)
    look = Look(member.brand, figures.opened(member), today_of(member.brand))
    people = {str(m.pk): str(m) for m in queries.readers(member)}
    return [_line(member, row, look, accounts, people) for row in rows]


def _line(
    member: Member, row: AlertRule, look: Look, accounts: dict[str, str], people: dict[str, str]
) -> dict[str, Any]:
    try:
        found = queries.of_look(look, row)
        said, often = spoken(found), found.often
    except (HongqiaoError, KeyError):  # a metric or a dimension that the dictionary no longer knows
        said, often = _("这个指标已不在口径里，提醒不会再说话"), True
    return {
        "row": row,
        "name": words.name(row),
        "place": words.place(row, accounts),
        "sentence": words.sentence(row),
        "hearers": words.hearers(row, people),
        "severity": _(str(AlertRule.Severity(row.severity).label)),
        "spoken": said,
        "often": often,
        "tend": queries.may_tend(member, row),
    }


def spoken(found: queries.Preview) -> str:
    """Return how often a line would have spoken."""
    if not found.judged:
        return _("近 %(days)s 天没有可判断的数据") % {"days": found.days}
    n = len(found.runs)
    said = ngettext("近 %(days)s 天会提醒 %(n)s 次", "近 %(days)s 天会提醒 %(n)s 次", n)
    return said % {"days": found.days, "n": n}


def preview(member: Member, row: AlertRule) -> dict[str, Any]:
    """Return what a line would have said, with the series it looks at. Raises what `queries.preview` raises."""
    found = queries.preview(member, row)
    today = today_of(member.brand)
    link = metric_link(member.brand.slug, Period(today, today, "custom", today), row.where)
    usual = found.usual
    return {
        "spoken": spoken(found),
        "often": found.often,
        "weekly": row.grain == AlertRule.Grain.WEEK,
        "runs": [_run(row, run, today, link) for run in reversed(found.runs)],
        "usual": words.usual_text(row.metric, row.condition, usual) if usual is not None else "",
        "usual_words": words.usual_words(row, usual) if usual is not None else "",
        "chart": _chart(row, found),
    }


def _run(row: AlertRule, run: Run, today: Any, link: Any) -> dict[str, Any]:
    worst = run.worst
    shown = (
        formats.signed(worst.change, "percent") if row.relative else formats.figure(worst.value, unit_of(row.metric))
    )
    return {
        "days": days_words(run.first, run.last, today),
        "n": run.n,
        "worst": shown,
        "url": link(row.metric, start=run.first, end=run.last),
    }


def _chart(row: AlertRule, found: queries.Preview) -> dict[str, Any]:
    """The series with its line; of a change both as changes."""
    values = [p.change if row.relative else p.value for p in found.points]
    line = -float(row.line) if row.condition == row.Condition.FALLS else float(row.line)
    series = [
        {"name": _("变化") if row.relative else words.name(row), "values": values, "room": "data"},
        {"name": _("提醒线"), "values": [line] * len(values), "dashed": True},
    ]
    return {"type": "line", "x": [str(p.first) for p in found.points], "unit": words.unit(row), "series": series,
            "size": "s"}  # fmt: skip
