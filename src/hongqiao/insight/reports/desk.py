"""The desk a report is written at: one brand, one version of the facts, first and last day, and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.document import Cite, fig
from hongqiao.insight.words import unit_of
from hongqiao.metrics import METRICS, Query, Result
from hongqiao.workspace.figures import answer
from hongqiao.workspace.models import Account, Brand, Member


@dataclass
class Desk:
    """`start` and `end` are both in the report; `today` is the day after, whatever the clock says."""

    brand: Brand
    handle: Any
    start: date
    end: date
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.end + timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def span(self) -> str:
        """The kind of period, for the one before it: "" lets the days tell, one day is a day."""
        return "days" if self.days == 1 else ""

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """Every account of the brand, competitors' too, by key as text."""
        found = Account.objects.filter(brand=self.brand).order_by("platform", "name", "id")
        return {str(a.pk): a for a in found}

    @cached_property
    def competitors(self) -> list[Account]:
        return [a for a in self.accounts.values() if a.competitor and a.state == Account.State.OPEN]

    @cached_property
    def people(self) -> dict[str, Member]:
        found = Member.objects.filter(brand=self.brand).select_related("user").order_by("id")
        return {str(m.pk): m for m in found}

    def ask(
        self,
        codes: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        start: date | None = None,
        end: date | None = None,
        **more: Any,
    ) -> Result:
        """Ask the dictionary at this desk's version, over its own days unless others are named."""
        more = {"limit": None, **more}
        first, last = start or self.start, end or self.end
        return answer(self.handle, Query(tuple(codes), tuple(by), dict(where or {}), first, last, **more))

    def whole(self, codes: Sequence[str]) -> Result:
        """Return totals of the period with the change against the one before.

        The cards' metrics and those that may have moved are one question, whichever of them are wanted.
        """
        common = [c for c in dict.fromkeys((*thresholds()["headlines"], *thresholds()["moved"])) if c in METRICS]
        return self.ask(common if set(codes) <= set(common) else codes, compare="previous", span=self.span)

    def cite(
        self,
        *codes: str,
        where: Mapping[str, Any] | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> Cite:
        """Name the question of a figure; one of the brand's own metrics at its version, so that it stays the same."""
        named = [METRICS[c].stamp or c if c in METRICS else c for c in codes]
        made: dict[str, Any] = {"metrics": named, "start": start or self.start, "end": end or self.end}
        return made | ({"where": dict(where)} if where else {})

    def name(self, account_id: Any) -> dict[str, Any]:
        """Return an account as a parameter."""
        found = self.accounts.get(str(account_id))
        return {"account": found.name, "platform": found.platform} if found else {"text": ""}

    def of(self, code: str, value: Any, *, signed: bool = False) -> dict[str, Any]:
        """Return a metric's figure as a parameter."""
        return fig(value, unit_of(code), signed=signed)


def change_of(code: str, change: float | None) -> dict[str, Any] | None:
    """Return a metric's change as a parameter: points for a rate, else percent."""
    if change is None:
        return None
    return fig(change, "points" if METRICS[code].format == "rate" else "percent", signed=True)


def limit(name: str) -> int:
    return int(thresholds()[name])
