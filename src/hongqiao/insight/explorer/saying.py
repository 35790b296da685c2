"""A question in words, and its answer in one sentence: which is first, how much more."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.explorer import limit
from hongqiao.insight.explorer.answer import Answered
from hongqiao.insight.explorer.question import TIME, Question
from hongqiao.insight.words import label, listed, unit_of
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.metrics.compare import change
from hongqiao.ui import formats
from hongqiao.ui.period import Period

Name = Callable[[str, Any], str]


def meant(question: Question, period: Period, name: Name) -> str:
    """Return a question in one line, as it will be asked."""
    parts = [f"{period.start}～{period.end}", listed(label(c) for c in question.metrics) or _("指标未定")]
    parts += [listed(name(d, v) for v in values) for d, values in question.where.items()]
    if question.by:
        parts.append(_("按%(names)s") % {"names": listed(_(DIMENSIONS[d].label) for d in question.by)})
    parts += order(question)
    if question.vs:
        against = {"previous": _("与上一周期比"), "year": _("与去年同期比")}
        parts.append(against.get(question.vs, _("与另一账号比")))
    return " · ".join(parts)


def order(question: Question) -> list[str]:
    """Return the order in words, and how many rows of it."""
    code = question.sort.removeprefix("-")
    found = []
    if code:
        named = label(code) if code in METRICS else _(DIMENSIONS[code].label)
        way = _("%(name)s 从高到低") if question.sort.startswith("-") else _("%(name)s 从低到高")
        found.append(way % {"name": named})
    return found + ([_("只看前 %(n)s 行") % {"n": question.top}] if question.top else [])


def spoken(found: Answered, name: Name) -> str:
    """Return the answer to a ranking or to two things side by side in a sentence; "" where it is neither."""
    question, result = found.question, found.result
    if result is None or len(question.by) != 1 or not question.metrics:
        return ""
    code = question.sort.removeprefix("-") or question.metrics[0]
    rows = [r for r in result.rows if r.get(code) is not None and not r.get(f"{code}__few")] if code in METRICS else []
    if question.sort and len(rows) > 1:
        return _ranked(question, code, rows, name)
    pair = len(question.where.get(question.by[0], ())) == 2
    return _apart(found, code, rows, name) if pair and len(rows) == 2 and question.by[0] not in TIME else ""


def _ranked(question: Question, code: str, rows: list[dict[str, Any]], name: Name) -> str:
    """Which is first, and the next ones; where several are first, those."""
    by = question.by[0]
    said = [_one(by, code, r, name) for r in rows[: limit("spoken")]]
    most = _("%(metric)s最高的是：%(first)s") if question.sort.startswith("-") else _("%(metric)s最低的是：%(first)s")
    if rows[0][code] == rows[1][code]:
        return _("%(metric)s并列第一的不止一个：%(names)s") % {"metric": label(code), "names": listed(said)}
    first = most % {"metric": label(code), "first": said[0]}
    told = _("%(first)s；其次：%(rest)s") % {"first": first, "rest": listed(said[1:])}
    return told + (_("（各平台口径不同，排名只作参考）") if METRICS[code].not_comparable and by == "platform" else "")


def _apart(found: Answered, code: str, rows: list[dict[str, Any]], name: Name) -> str:
    """How much more one is than the other; not given where platforms count it differently (the page says why)."""
    by = found.question.by[0]
    high, low = sorted(rows, key=lambda r: -r[code])
    told = {"high": _one(by, code, high, name), "low": _one(by, code, low, name), "name": name(by, high[by])}
    if METRICS[code].not_comparable and by in ("platform", "account"):
        return _("%(high)s，%(low)s；两边口径不同，不相减") % told
    if high[code] == low[code]:
        return _("%(high)s，%(low)s：一样多") % told
    moved = change(METRICS[code], high[code], low[code])
    if METRICS[code].format == "rate":
        return _("%(high)s，%(low)s；%(name)s高 %(gap)s") % (
            told | {"gap": formats.signed(moved, "points").lstrip("+")}
        )
    gap = Decimal(str(high[code])) - Decimal(str(low[code]))
    told["gap"] = _figure(code, gap)
    if moved is None:
        return _("%(high)s，%(low)s；%(name)s多 %(gap)s") % told
    return _("%(high)s，%(low)s；%(name)s多 %(gap)s（多 %(share)s）") % (
        told | {"share": formats.signed(moved, "percent").lstrip("+")}
    )


def _one(by: str, code: str, row: dict[str, Any], name: Name) -> str:
    return f"{name(by, row[by])} {_figure(code, row[code])}"


def _figure(code: str, value: Any) -> str:
    said = formats.figure(value, unit_of(code))
    counted = METRICS[code].format == "int" and METRICS[code].unit
    return f"{said} {_(METRICS[code].unit)}" if counted else said
