"""Before a journey starts: how many it would take today, how many of them can be reached, and why the others not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.audience.journeys import book, entering
from hongqiao.audience.journeys.facts import Came
from hongqiao.audience.models import Journey
from hongqiao.delivery import reaching
from hongqiao.delivery.models import Channel, Reach
from hongqiao.delivery.reaching import asking, rules, texts
from hongqiao.delivery.reaching.words import why

DAY = timedelta(days=1)


@dataclass
class Preview:
    """came: whom the trigger names; free: may come in; held: of them the hold-out; asked: of the others looked at;
    main, other: reached by the first step's channel, or by its fallback; refused: (why, how many); cost in yuan."""

    came: int = 0
    free: int = 0
    held: int = 0
    asked: int = 0
    main: int = 0
    other: int = 0
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    cost: Decimal | None = None

    @property
    def share(self) -> float | None:
        return (self.main + self.other) / self.asked if self.asked else None

    def to_json(self) -> dict[str, Any]:
        said = {k: getattr(self, k) for k in ("came", "free", "held", "asked", "main", "other", "share")}
        refused = [{"code": c, "words": w, "count": n} for c, w, n in self.refused]
        return {**said, "refused": refused, "cost": str(self.cost) if self.cost is not None else None}


def of(row: Journey) -> Preview:
    """Reckon for today's facts; nothing is kept. At most so many people are asked about as the rules say."""
    now, handle = timezone.now(), warehouse.open(row.brand_id)
    came: list[Came] = []
    if row.started_at is None and not row.trigger.get("existing"):
        came = entering.news(row, handle, now - DAY, now)
    elif row.state != row.State.ENDED:
        came, _ = entering.whom(row, handle, now)
    fresh = entering.free(row, came, now)
    said = Preview(len({c.person for c in came}), len(fresh))
    arms = [(c.person, entering.arm_of(entering.seed(row), c.person, row.holdout)) for c, _ in fresh]
    said.held = sum(arm == entering.HOLD for _, arm in arms)
    people = [p for p, arm in arms if arm != entering.HOLD][: book.of(row.brand)["preview_most"]]
    acts = book.acts(row)
    if acts and people:
        _asked(row, acts[0], people, said)
    return said


def _asked(row: Journey, step: book.Step, people: list[str], said: Preview) -> None:
    brand, now, known = row.brand, timezone.now(), rules.of(row.brand)

    def answers(way: Any, who: list[str]) -> list[str]:
        asks = [reaching.Ask("", p, way["channel"], step["purpose"], way["content"]) for p in who]
        return asking.answers(brand, asks, known, now).why

    main = answers(step, people)
    said.asked, said.main = len(people), main.count("")
    left = [p for p, code in zip(people, main, strict=True) if code]
    codes = [code for code in main if code]
    if step.get("fallback") and left:
        other = answers(step["fallback"], left)
        said.other = other.count("")
        codes = [first for first, code in zip(codes, other, strict=True) if code]
    said.refused = [(code, why(code), n) for code, n in Counter(codes).most_common()]
    vendor = asking.vendor_of(brand)
    if step["channel"] == Channel.SMS and vendor is not None:
        text, _ = texts.filled(step["content"])
        said.cost = vendor.price * texts.pieces(text, known) * said.main


def sent(row: Journey) -> dict[str, Any]:
    """Return what became of a journey's messages: by state, by reason, and what they cost."""
    rows = Reach.objects.filter(brand=row.brand, origin=f"journey:{row.pk}")
    states, reasons, cost = Counter[str](), Counter[str](), Decimal(0)
    for state, code, price in rows.values_list("state", "why", "cost").iterator():
        states[state] += 1
        cost += price or 0
        if code and state in (Reach.State.REFUSED, Reach.State.FAILED, Reach.State.STOPPED):
            reasons[code] += 1
    return {
        "states": [(s, _(str(Reach.State(s).label)), n) for s, n in states.most_common()],
        "reasons": [(code, why(code), n) for code, n in reasons.most_common()],
        "cost": cost,
        "all": sum(states.values()),
    }
