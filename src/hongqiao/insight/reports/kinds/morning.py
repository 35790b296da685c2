"""昨日早报: what took off or fell, what is missing, what is due, and the line for the group. Serves D2d."""

from __future__ import annotations

from hongqiao.insight.reports.desk import Desk, limit
from hongqiao.insight.reports.document import Block, Callout, Kpis, Line, Section, Sentence
from hongqiao.insight.reports.parts import figures, ledgers, notable, places

LEDGER = "ledger.view"


def build(desk: Desk) -> list[Section]:
    """Return the sections of the morning brief."""
    points = [p.sentence for p in notable.one_each(notable.by_day(desk))][: limit("lines")]
    cards = figures.kpis(desk, figures.headlines(), most=4)
    fresh = ledgers.said(desk, only_open=True)
    told, left = ledgers.joined(fresh, [*notable.pieces(desk), *points])
    found = ledgers.findings(desk, most=limit("lines"), rows=left)
    lost = places.missing(desk)
    remarkable: list[Block] = [*told] or [quiet(desk)]
    return [
        Section("head.line", [line(desk, cards, told, lost)], wide=True),
        Section("head.figures", [*cards, *figures.compared(desk)], wide=True),
        Section("head.notable", remarkable),
        Section("head.findings", found or [Sentence("findings.told" if fresh else "findings.none")], LEDGER),
        Section("head.goals", places.goals(desk), wide=True),
        Section("head.missing", lost),
        Section("head.due", ledgers.following(desk, days=1), LEDGER),
    ]


def quiet(desk: Desk) -> Block:
    """Say that nothing stood out, or that too little is known to say so."""
    if any(r.get("views") is not None for r in desk.ask(("views",), ("day",), totals=False).rows):
        return Sentence("notable.none", {"days": limit("history_days")})
    return Callout(Sentence("nothing.day"), "warn")


def line(desk: Desk, cards: list[Block], points: list[Sentence], lost: list[Block]) -> Line:
    """Return the one line for the group: two figures, the first remarkable thing, what is missing."""
    said = [Sentence("line.head", {"brand": {"text": desk.brand.name}, "day": {"day": desk.end}})]
    for block in cards:
        for card in (block.items if isinstance(block, Kpis) else ())[:2]:
            if card.value is None:
                continue
            params = {"metric": card.label, "value": card.value, "change": card.change}
            said.append(Sentence("line.changed" if card.change else "line.figure", params, card.cites))
    if len(said) == 1:
        said.append(Sentence("line.nothing"))
    said += points[:2]
    said += [Sentence("line.missing", b.sentence.params, b.sentence.cites) for b in lost if isinstance(b, Callout)]
    return Line(said)
