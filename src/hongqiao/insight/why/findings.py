"""The way back from 波动归因 to the ledger: what rules said of the same change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from hongqiao.insight.why.asking import Asked
from hongqiao.ledger import queries, words
from hongqiao.ledger.models import Finding, FindingState
from hongqiao.ledger.present import TONES
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

MOST = 5
LATE = timedelta(days=31)  # a finding is dated by the last day of what it tells


def about(member: Member, asked: Asked) -> list[dict[str, Any]]:
    """Return the findings on a metric whose days meet these and whose place holds, or lies in, this one; the newest
    first. None where the member may not see the ledger."""
    if queries.SEE not in permissions.held_by(member):
        return []
    near = queries.findings(member).filter(day__gte=asked.start, day__lte=asked.end + LATE)
    rows = near.exclude(state=FindingState.MERGED).order_by("-day", "-severity", "-id")
    kept = [f for f in rows if _same(f, asked)][:MOST]
    return [_line(member, f) for f in kept]


def _same(row: Finding, asked: Asked) -> bool:
    told = [row.subject, *(e.get("cite") or {} for e in row.evidence if e.get("code") == "also")]
    start, end = _days(row)
    meets = start <= asked.end and asked.start <= end
    return meets and any(_about(one, asked) for one in told)


def _about(one: Mapping[str, Any], asked: Asked) -> bool:
    """Whether this metric, and the same value wherever both places name one."""
    codes = one.get("metrics") or [one.get("metric")]
    where = one.get("where") or {}
    return asked.metric in codes and all(where.get(d, v) == v for d, v in asked.where.items())


def _days(row: Finding) -> tuple[date, date]:
    days = row.params.get("days")
    if not isinstance(days, Mapping):
        return row.day, row.day
    return date.fromisoformat(days["start"]), date.fromisoformat(days["end"])


def _line(member: Member, row: Finding) -> dict[str, Any]:
    return {
        "text": words.sentence(row),
        "url": reverse("ledger_finding", args=[member.brand.slug, row.pk]),
        "tone": "good" if row.kind == "opportunity" else TONES.get(row.severity, ""),
        "state": row.get_state_display(),
    }
