"""Reports and goals in the search over everything: a report by its kind or days, a goal by its metric."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight.goals import queries as goals
from hongqiao.insight.reports import queries
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.words import label
from hongqiao.metrics import METRICS
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def reports(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find kept reports by the name of their kind or a day of theirs, newest first."""
    named = [k.code for k in KINDS.values() if text.lower() in _(k.label).lower() or text.lower() in k.code]
    found = []
    for row in queries.reports(member)[:SEEN]:
        days = f"{row.start} {row.end}"
        if row.kind in KINDS and (row.kind in named or text in days):
            url = reverse("data_report", args=[member.brand.slug, row.pk])
            found.append(search.Hit(_(KINDS[row.kind].label), url, " ～ ".join(dict.fromkeys(days.split()))))
    return found[:limit]


SEEN = 200  # reports that are looked through


def targets(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find goals by the name of their metric or their note."""
    url, low = reverse("data_goals", args=[member.brand.slug]), text.lower()
    rows = [g for g in goals.goals(member) if g.metric in METRICS]
    kept = [g for g in rows if low in label(g.metric).lower() or low in g.note.lower()]
    return [search.Hit(label(g.metric), url, f"{g.start} ～ {g.end}") for g in kept[:limit]]


search.register("reports", N_("报告"), queries.SEE, reports, order=62)
search.register("goals", N_("目标"), goals.SEE, targets, order=63)
