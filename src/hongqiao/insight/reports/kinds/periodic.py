"""周报 and 月报: written from the days' own points, so that nobody types them again."""

from __future__ import annotations

from hongqiao.insight.reports.desk import Desk, limit
from hongqiao.insight.reports.document import Block, Section, Sentence
from hongqiao.insight.reports.parts import figures, ledgers, notable, places, reasons

LEDGER = "ledger.view"


def build(desk: Desk) -> list[Section]:
    """Return the sections of a week or a month."""
    charts = figures.daily_chart(desk, "views") + figures.daily_chart(desk, "followers_new", "users")
    return [
        Section("head.summary", summary(desk), wide=True),
        Section("head.figures", [*figures.kpis(desk, figures.headlines()), *figures.compared(desk)], wide=True),
        Section("head.days", charts, wide=True),
        Section("head.goals", places.goals(desk), wide=True),
        Section("head.moved", reasons.moved(desk), wide=True),
        Section("head.points", points(desk)),
        Section("head.platforms", figures.by_platform(desk), wide=True),
        Section("head.pieces", places.pieces(desk), wide=True),
        Section("head.findings", ledgers.findings(desk) or [Sentence("findings.none")], LEDGER, wide=True),
        Section("head.acted", ledgers.acted(desk), LEDGER, wide=True),
        Section("head.brought", ledgers.brought(desk), LEDGER, wide=True),
        Section("head.next", ledgers.following(desk), LEDGER, wide=True),
        Section("head.missing", places.missing(desk), wide=True),
    ]


def summary(desk: Desk) -> list[Block]:
    """Return the largest moves and the state of the goals in a few sentences."""
    moves = [b for b in figures.moved(desk) if isinstance(b, Sentence) and not b.sub][: limit("lines")]
    return [*moves, *places.goals_said(desk)] or [Sentence("steady")]


def points(desk: Desk) -> list[Block]:
    """Return what the morning briefs of these days said, in the order of the days, the most remarkable of them."""
    found = notable.runs(notable.one_each(notable.by_day(desk)))[: limit("daily_lines")]
    blocks: list[Block] = [p.sentence for p in sorted(found, key=lambda p: (p.day, -p.apart, p.of))]
    return blocks or [Sentence("notable.none", {"days": limit("history_days")})]
