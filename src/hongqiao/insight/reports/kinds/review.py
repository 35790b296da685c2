"""复盘 of any period: what moved, why, what was done, what it brought, what next."""

from __future__ import annotations

from hongqiao.insight.reports.desk import Desk
from hongqiao.insight.reports.document import Section, Sentence
from hongqiao.insight.reports.kinds.periodic import points
from hongqiao.insight.reports.parts import figures, ledgers, places, reasons

LEDGER = "ledger.view"


def build(desk: Desk) -> list[Section]:
    """Return the sections of a review."""
    why = ledgers.findings(desk, evidence=True)
    return [
        Section("head.figures", [*figures.kpis(desk, figures.headlines()), *figures.compared(desk)], wide=True),
        Section("head.goals", places.goals(desk), wide=True),
        Section("head.moved", reasons.moved(desk), wide=True),
        Section("head.days", figures.daily_chart(desk, "views"), wide=True),
        Section("head.why", why or [Sentence("why.none")], LEDGER, wide=True),
        Section("head.points", points(desk), wide=True),
        Section("head.pieces", places.pieces(desk), wide=True),
        Section("head.acted", ledgers.acted(desk), LEDGER, wide=True),
        Section("head.brought", [*ledgers.brought(desk), *ledgers.hit_rate(desk)], LEDGER, wide=True),
        Section("head.next", ledgers.following(desk), LEDGER, wide=True),
        Section("head.decisions", ledgers.decisions(desk), LEDGER, wide=True),
    ]
