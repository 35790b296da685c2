"""Figures and rows as tables to take away, and the audit row of who took them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_, NotFound
from hongqiao.insight import queries, rows
from hongqiao.insight.words import label, value_words
from hongqiao.metrics import DIMENSIONS, METRICS, Query
from hongqiao.ui.period import Period
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member
from hongqiao.workspace.spreadsheets import Rows

#: What a file may hold besides a cut.
SPECIAL = {"rows": N_("原始行"), "why": N_("波动归因")}


def sheet(
    member: Member, code: str, what: str, period: Period, where: Mapping[str, Any], part: str
) -> tuple[list[str], Rows, int]:
    """Return heads, rows and their number: `what` is "rows" (the statements behind) or a dimension to cut by.

    Raises NotFound.
    """
    handle = queries.opened(member)
    for dimension in where:
        queries.check_cut(code, dimension)
    if what == "rows":
        return rows.table(member, code, Query((code,), (), dict(where), period.start, period.end), part)
    if what not in METRICS[code].dimensions:
        raise NotFound()
    asked = Query((code,), (what,), dict(where), period.start, period.end, totals=False, limit=None)
    result = queries.answer(handle, asked)
    accounts, titles = queries.account_names(member.brand_id), result.labels.get(what, {})
    found = ((_named(what, r[what], accounts, titles), r.get(code)) for r in result.rows)
    return [_(DIMENSIONS[what].label), label(code)], found, len(result.rows)


def noted(member: Member, code: str, what: str, period: Period, kind: str, rows: int) -> None:
    """Leave an audit row: who took which figures out of the house, of which days, as what."""
    cut = SPECIAL[what] if what in SPECIAL else DIMENSIONS[what].label
    audit.record(
        member,
        "data.exported",
        metric=METRICS[code].label,
        of=code,
        what=cut,
        period=f"{period.start}～{period.end}",
        kind=kind,
        rows=rows,
    )


def _named(dimension: str, value: Any, accounts: Mapping[str, str], titles: Mapping[str, str]) -> Any:
    return value if DIMENSIONS[dimension].kind == "date" else value_words(dimension, value, accounts, titles)
