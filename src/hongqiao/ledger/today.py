"""What 今日 shows of the ledger: open findings (three at most), running actions with their days, the hit rate."""

from __future__ import annotations

from typing import Any

from hongqiao.ledger import present, queries
from hongqiao.ledger.limits import limits
from hongqiao.ledger.measuring import pool
from hongqiao.ledger.views.outcomes import kind_line, rate_words
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

MOST = 3


def context(member: Member) -> dict[str, Any]:
    """Return `ledger` for the template "ledger/today.html"; empty where the member may not see the ledger."""
    held = permissions.held_by(member)
    if queries.SEE not in held:
        return {"ledger": None}
    today = queries.today_of(member.brand)
    found = queries.hushed(member, queries.awake(queries.findings(member), today))
    fresh = found.order_by("-severity", "-day", "-id")
    active = queries.actions(member).filter(state__in=queries.OPEN_ACTIONS)
    rows = list(active.select_related("owner__user", "brand").order_by("due", "id")[: limits()["today_rows"]])
    every = list(queries.outcomes(member).select_related("action"))
    whole = pool.overall(every)
    return {
        "ledger": {
            "findings": [present.finding(member, f, held) for f in fresh[:MOST]],
            "findings_all": fresh.count(),
            "actions": [present.action(member, a, held, None, today) for a in rows],
            "actions_all": active.count(),
            "late": queries.overdue(queries.actions(member), today).count(),
            "rate": rate_words(whole),
            "whole": whole,
            "kinds": [kind_line(k) for k in pool.kinds(every)[:MOST]],
        },
        "may_edit": queries.EDIT in held,
        "reasons": present.reasons(),
    }
