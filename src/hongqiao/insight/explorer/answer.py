"""The figures of a question, and what they are compared with. No figure is computed here but a change of two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from hongqiao.errors import N_
from hongqiao.insight import queries
from hongqiao.insight.explorer.question import PAST, Misfit, Question, asked, misfits
from hongqiao.metrics import METRICS, Result
from hongqiao.metrics.compare import change
from hongqiao.metrics.settings import data
from hongqiao.ui.period import Period
from hongqiao.workspace.models import Account, Member

PLACES = queries.PLACES

#: Why something is not compared; parameters are filled in by `present`.
REASONS = {
    "cut_by_place": N_("按账号或平台拆时，表里没有可对上的行，不能再与另一个账号对比；请去掉这个维度"),
    "no_account": N_("没有找到要对比的账号，可能已被删除或不属于这个品牌"),
    "not_comparable": N_("%(name)s：%(why)s，不给出变化"),
    "uneven": N_("%(name)s：两边有数的天数不同（%(here)s 天与 %(there)s 天），不给出变化"),
    "cut_off": N_("共 %(count)s 格，这里只用前 %(most)s 格；导出可看全部"),
}


@dataclass
class Answered:
    """The answer to a question: cells carry `<code>__compare` and `<code>__change` where it is compared."""

    question: Question
    period: Period
    misfits: list[Misfit] = field(default_factory=list)
    result: Result | None = None
    other: Account | None = None
    reasons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows a table or bars show: the first ones where only those are wanted, all of them over time."""
        rows = self.result.rows if self.result else []
        return rows[: self.question.top or None]

    @property
    def compared(self) -> bool:
        """Whether the table has columns of a comparison."""
        return self.other is not None or self.question.vs in PAST


def answer(member: Member, question: Question, today: date, **more: Any) -> Answered:
    """Answer a question on behalf of a member. Raises NotAllowed and what `metrics.query` raises."""
    period = question.days(today)
    found = Answered(question, period, misfits(question))
    if found.misfits or not question.metrics:
        return found
    handle = queries.opened(member)
    found.result = queries.answer(handle, asked(question, period, **more))
    if question.against:
        _beside(member, handle, found, **more)
    if found.result.truncated:
        params = {"count": f"{found.result.row_count:,}", "most": f"{len(found.result.rows):,}"}
        found.reasons.append(("cut_off", params))
    return found


def _beside(member: Member, handle: Any, found: Answered, **more: Any) -> None:
    """Put another account beside every cell."""
    question = found.question
    other = Account.objects.filter(brand_id=member.brand_id, id__in=_key(question.against)).first()
    if other is None or any(d in PLACES for d in question.by):
        found.reasons.append(("no_account" if other is None else "cut_by_place", {}))
        return
    where = {d: v for d, v in question.where.items() if d not in PLACES} | {"account": (str(other.id),)}
    theirs = queries.answer(handle, asked(question.but(where=where, vs=""), found.period, **more))
    found.other = other
    _join(found, theirs, _unlike(found, theirs, other))


def _key(text: str) -> list[str]:
    try:
        return [str(UUID(text))]
    except ValueError:
        return []


def _join(found: Answered, theirs: Result, unlike: set[str]) -> None:
    result, by = _result(found), found.question.by
    there = {tuple(r[d] for d in by): r for r in theirs.rows}
    for row in result.rows:
        was = there.get(tuple(row[d] for d in by), {})
        for code in found.question.metrics:
            row[f"{code}__compare"] = was.get(code)
            row[f"{code}__change"] = _change(code, row.get(code), was.get(code), unlike)
    for code in found.question.metrics:
        result.compared[code] = theirs.totals.get(code)
        result.change[code] = _change(code, result.totals.get(code), theirs.totals.get(code), unlike)


def _change(code: str, here: Any, there: Any, unlike: set[str]) -> float | None:
    return None if code in unlike else change(METRICS[code], here, there)


def _result(found: Answered) -> Result:
    assert found.result is not None
    return found.result


def _unlike(found: Answered, theirs: Result, other: Account) -> set[str]:
    """Return the metrics whose change is not given, and say why: other meaning, or other days in the files."""
    result, unlike = _result(found), set()
    platforms = {f["platform"] for f in result.freshness} | {other.platform}
    for code in found.question.metrics:
        metric = METRICS[code]
        if metric.not_comparable and len(platforms) > 1:
            unlike.add(code)
            found.reasons.append(("not_comparable", {"metric": code}))
            continue
        here, there = _stated(result, code), _stated(theirs, code)
        longest = max(here, there)
        if (
            metric.format != "rate"
            and longest
            and abs(here - there) / longest > data("thresholds")["compare_gap_share"]
        ):
            unlike.add(code)
            found.reasons.append(("uneven", {"metric": code, "here": here, "there": there}))
    return unlike


def _stated(result: Result, code: str) -> int:
    """Return how many days the best covered account states."""
    return max((r["expected"] - len(r["missing"]) for r in result.coverage if r["metric"] == code), default=0)


def values_of(member: Member, question: Question, dimension: str, period: Period, most: int) -> list[Mapping[str, Any]]:
    """Return the values of a dimension that the first metric has in the period, largest first."""
    codes = [c for c in question.metrics if dimension in METRICS[c].dimensions][:1]
    if not codes:
        return []
    alone = Question(tuple(codes), (dimension,))
    result = queries.answer(queries.opened(member), asked(alone, period, limit=most, totals=False, coverage=False))
    titles = result.labels.get(dimension, {})
    return [{"value": r[dimension], "title": titles.get(str(r[dimension]), "")} for r in result.rows]
