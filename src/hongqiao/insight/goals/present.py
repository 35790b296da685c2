"""Goals as the page, the card of 今日 and a report show them: everything in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight import queries as figures
from hongqiao.insight.goals import kinds, queries
from hongqiao.insight.goals.outlook import Outlook
from hongqiao.insight.goals.progress import STATES, Progress
from hongqiao.insight.links import metric_link
from hongqiao.insight.models import Goal
from hongqiao.insight.words import label, typed_figure, unit_of
from hongqiao.metrics import METRICS
from hongqiao.ui import formats
from hongqiao.ui.period import Period, days_words
from hongqiao.workspace.models import Member

REASONS = {
    "too_short": N_("历史不足，还差 %(days)s 天，暂不预测"),
    "no_days": N_("还没有按日数据，暂不预测"),
    "distinct": N_("去重人数不能外推，暂不预测"),
}


def line(goal: Goal, found: Progress, accounts: dict[str, str], today: Any) -> dict[str, Any]:
    """Return one goal in words, with its meter and the address of its figure."""
    known = goal.metric in METRICS
    unit = unit_of(goal.metric) if known else "number"
    period = Period(goal.start, goal.end, "custom", today)
    link = metric_link(goal.brand.slug, period, goal.where)
    return {
        "goal": goal,
        "progress": found,
        "label": label(goal.metric) if known else goal.metric,
        "place": queries.place(goal, accounts),
        "days": days_words(goal.start, goal.end, today),
        "target": formats.figure(goal.target, unit),
        "value": formats.figure(found.value, unit),
        "share": None if found.share is None else max(found.share, 0.0),
        "percent": formats.percent(found.share, 0),
        "time": found.time if found.way != "ratio" else None,
        "time_words": formats.percent(found.time, 0),
        "gap": "" if found.gap is None else formats.signed(found.gap, "points"),
        "state": _(STATES[found.state][0]),
        "tone": found.tone,
        "room": found.tone if found.tone in ("danger", "warn") else "data",
        "through": found.through,
        "outlook": outlook_words(found.outlook, unit),
        "url": link(goal.metric) if known else "",
        "owner": _("无人负责") if goal.orphaned else str(goal.owner),
    }


def outlook_words(seen: Outlook | None, unit: str) -> str:
    """Return where it is going: 期末约 4.1 万（3.8 万～4.4 万）, or why that is not said."""
    if seen is None:
        return ""
    if seen.reason:
        return _(REASONS[seen.reason]) % {"days": seen.days}
    low, mid, high = (formats.figure(v, unit) for v in (seen.low, seen.mid, seen.high))
    said = _("期末约 %(mid)s（%(low)s～%(high)s）") % {"mid": mid, "low": low, "high": high}
    if seen.chance is None:
        return said
    if not RARE <= seen.chance <= 1 - RARE:
        return said + (_("，达成把握很小") if seen.chance < RARE else _("，达成把握很大"))
    return said + _("，达成把握 %(chance)s") % {"chance": formats.percent(seen.chance, 0)}


RARE = 0.01  # a few hundred courses say no more than this


def lines(found: queries.Measured, member: Member, today: Any) -> list[dict[str, Any]]:
    accounts = figures.account_names(member.brand_id)
    return [line(g, p, accounts, today) | {"tend": queries.may_tend(member, g)} for g, p in found]


def card(member: Member, handle: Any, today: Any) -> list[dict[str, Any]]:
    """Return the goals of now for 今日: the member's own first, then the brand's."""
    found = queries.current(member, handle, today)
    found.sort(key=lambda x: (x[0].owner_id != member.pk, x[0].scope == Goal.Scope.PERSON, _urgency(x[1]), x[0].end))
    return lines(found[:CARD], member, today)


CARD = 5  # a card, not the list


def _urgency(found: Progress) -> float:
    """Return what puts the furthest behind first."""
    return found.gap if found.gap is not None else -1.0 if found.tone in ("danger", "warn") else 1.0


def typed_target(code: str, text: str) -> Decimal | str:
    """Return what a person typed as the metric counts, the text itself where it is no number."""
    return typed_figure(text, in_percent=_is_rate(code))


def target_text(goal: Goal) -> str:
    """Return a target as a person typed it."""
    value = goal.target * 100 if _is_rate(goal.metric) else goal.target
    return f"{value.normalize():f}"


def _is_rate(code: str) -> bool:
    return code in METRICS and METRICS[code].format == "rate"


def metric_choices() -> list[tuple[str, str]]:
    """Return the metrics that may be a goal, by family as the dictionary has them."""
    return [(c, label(c)) for c in METRICS if kinds.fits(c)]
