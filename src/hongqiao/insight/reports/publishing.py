"""Hand a report on: a notice to members who may see it, and its card to e-mail and groups through delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.delivery import cards
from hongqiao.delivery import services as delivery
from hongqiao.errors import N_
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import queries
from hongqiao.insight.reports.formats.card import card
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.reports.written import written
from hongqiao.workspace import permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand, Member

CARD = "insight.report"
GROUP_SEES = frozenset({"ledger.view"})  # a group is chosen by who may set schedules: it reads the whole


def publish(report: Report, schedule: Schedule) -> int:
    """Tell those a schedule names, once a report. Returns how many members were told."""
    people = Member.objects.filter(brand=report.brand, state=Member.State.ACTIVE, pk__in=schedule.members)
    told = [m for m in people.select_related("user", "brand").order_by("id") if permissions.allows(m, queries.SEE)]
    delivery.post(
        report.brand,
        CARD,
        {"report": str(report.pk)},
        key=f"report|{report.pk}|{schedule.pk}",
        members=told,
        notice=("report.ready", {"report": report.kind, "start": str(report.start), "end": str(report.end)}),
        url=address(report),
        groups=schedule.groups,
    )
    return len(told)


def address(report: Report) -> str:
    """Return the path of a report's page."""
    return f"/b/{report.brand.slug}/data/reports/{report.pk}/"


def report_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the card of a report that is still kept."""
    report = Report.objects.filter(brand=brand, pk=payload["report"]).select_related("brand").first()
    if report is None or report.kind not in KINDS:
        return None
    made = card(written(report.document, GROUP_SEES), absolute(address(report)))
    return cards.Card(made["title"], tuple(cards.Line(text) for text in made["lines"]), made["url"], made["foot"])


cards.register(CARD, N_("报告"), report_card)
