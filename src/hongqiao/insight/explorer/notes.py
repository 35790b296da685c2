"""The notes of days on any chart of the room that runs over days."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hongqiao.insight.explorer import services
from hongqiao.insight.explorer.picture import annotations
from hongqiao.ui.period import Period
from hongqiao.workspace.models import Member


def put_on(payloads: Iterable[dict[str, Any]], member: Member, period: Period, where: Mapping[str, Any]) -> None:
    """Add the period's notes as upright lines; `where` narrows them to the platform or account that is looked at."""
    platforms, accounts = ({str(where[d])} if where.get(d) else set() for d in ("platform", "account"))
    marks = services.marks(member, period.start, period.end, platforms, accounts)
    for payload in payloads if marks else ():
        days = _days(payload["x"])
        if days:
            payload["annotations"] = annotations(days, marks)


def _days(x: Iterable[str]) -> list[date]:
    """Return the days of an axis, nothing where it holds anything else."""
    try:
        return [date.fromisoformat(str(d)) for d in x]
    except ValueError:
        return []
