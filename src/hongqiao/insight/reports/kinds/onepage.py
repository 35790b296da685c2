"""经营一页纸: what a director looks at on Monday, on one A4 page. Serves D2d.

What no room keeps yet (negatives and how fast they were closed, campaigns' progress) is left out rather than made up.
"""

from __future__ import annotations

from hongqiao.insight.reports.desk import Desk, limit
from hongqiao.insight.reports.document import Section
from hongqiao.insight.reports.parts import figures, ledgers, places, reasons

LEDGER = "ledger.view"


def build(desk: Desk) -> list[Section]:
    """Return the sections of the page, in the order of the questions a director asks."""
    return [
        Section("head.figures", [*figures.kpis(desk, figures.headlines(), most=4), *figures.compared(desk)], wide=True),
        Section("head.goals", places.goals(desk), wide=True),
        Section("head.moved", reasons.moved(desk, limit("why_lines_page"), ratios=False), wide=True),
        Section("head.money", places.money(desk)),
        Section("head.market", places.market(desk)),
        Section("head.hits", places.repeatable(desk)),
        Section("head.competitors", places.competitors(desk)),
        Section("head.people", ledgers.people(desk), LEDGER),
        Section("head.promised", [*ledgers.promised(desk), *ledgers.hit_rate(desk)], LEDGER),
        Section("head.decisions", ledgers.decisions(desk), LEDGER, wide=True),
    ]
