"""Two windows of days held against each other, explained over the dimensions a metric carries; steps in spend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.insight.leaves import Leaves
from hongqiao.insight.rules import saying
from hongqiao.insight.watching import settings
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.rules import Look, Statement
from hongqiao.methods.rootcause import Explained, lag_test
from hongqiao.metrics import METRICS

LEAD = 7  # days before a change from which a step in spend is told beside it


@dataclass(frozen=True)
class Window:
    """Days under question and those they are held against: `against` where that is said, else the same number of days
    on the same weekdays, `weeks` weeks back or the fewest that do not meet."""

    start: date
    end: date
    weeks: int = 0
    against: tuple[date, date] | None = None

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def before(self) -> Window:
        if self.against is not None:
            return Window(*self.against)
        back = timedelta(weeks=self.weeks or -(-self.days // 7))
        return Window(self.start - back, self.end - back)

    @property
    def both(self) -> tuple[tuple[date, date], tuple[date, date]]:
        """The first and last days before and after."""
        return (self.before.start, self.before.end), (self.start, self.end)


def explained(look: Look, code: str, where: Mapping[str, Any], window: Window) -> Explained | None:
    """Return what made the change of an additive metric between a window and the one before; None where it has no
    further dimension, is a ratio, or a window has no figure."""
    metric = METRICS[code]
    ratio = metric.denominator is not None or metric.format == "rate"
    if ratio or (metric.formula and not metric.additive):
        return None
    leaves = Leaves(look.ask, (code,), where, window.both)
    dims, _left = leaves.additive(leaves.carried())
    return leaves.explained(dims) if all(leaves.totals()) else None


def parts(look: Look, code: str, where: Mapping[str, Any], window: Window, found: Explained) -> Iterator[Statement]:
    """Yield a statement a named part, one for the rest with the sum, and the verdict where it is not one cause."""
    named = [p for p in found.parts if p.where]
    for part in named[:3]:
        slices = dict(part.where)
        cited = saying.cite([code], {**where, **slices}, window.start, window.end)
        names = [saying.named(look, name, value) for name, value in slices.items()]
        told = {"slice": {"parts": names, "tail": ""}, "change": saying.moved(code, part.change)}
        yield saying.statement("part", cited, **told, share=saying.share(part.share))
    whole = saying.cite([code], where, window.before.start, window.end, ("day", next(iter(found.by_dim), "platform")))
    rest = found.change - sum(p.change for p in named[:3])
    if named:
        yield saying.statement("rest", whole, change=saying.moved(code, rest), total=saying.moved(code, found.change))
    if found.verdict == "broad" and found.by_dim:  # where nothing could be cut, nothing is known of causes
        yield saying.statement("broad", whole)


def ads_of(look: Look, where: Mapping[str, Any]) -> list[str]:
    """Return the ad platforms that feed a platform, all of them where none is named."""
    drivers = settings(look.brand)["drivers"]
    named = where.get("platform")
    platforms = plans.values(named) if named else list(drivers)
    return list(dict.fromkeys(a for p in platforms for a in drivers.get(p, [])))


def spend_by_day(look: Look, ads: list[str], start: date, end: date) -> dict[date, float]:
    """Return the spend of these ad platforms by day, of the days that have any."""
    if not ads:
        return {}
    answer = look.ask(["ad_spend"], ("day",), {"platform": ads}, start, end, totals=False, coverage=False)
    return {row["day"]: float(row["ad_spend"]) for row in answer.rows if row["ad_spend"] is not None}


@dataclass(frozen=True)
class Spend:
    """Mean daily spend before and after the day from which it changed."""

    since: date
    before: float
    after: float
    ads: tuple[str, ...]

    @property
    def change(self) -> float:
        return self.after / self.before - 1 if self.before else 0.0


def spend_change(
    look: Look, where: Mapping[str, Any], window: Window, *, least: float, lead: int = LEAD
) -> Spend | None:
    """Return the step in spend that begins at most `lead` days before the window or in it, None where none of at least
    `least` (a share) does. The day is the one that parts the spend best in two levels, so that two findings about one
    change name the same day."""
    ads = ads_of(look, where)
    first = window.start - timedelta(days=21)
    spent = spend_by_day(look, ads, first, window.end)
    days = sorted(spent)
    if len(days) < 10:
        return None
    values = np.array([spent[d] for d in days])
    best: tuple[float, int] | None = None
    for i in range(5, len(days) - 2):
        split = float(((values[:i] - values[:i].mean()) ** 2).sum() + ((values[i:] - values[i:].mean()) ** 2).sum())
        if best is None or split < best[0]:
            best = (split, i)
    if best is None or not window.start - timedelta(days=lead) <= days[best[1]] <= window.end:
        return None
    i = best[1]
    found = Spend(days[i], float(values[:i].mean()), float(values[i:].mean()), tuple(ads))
    return found if abs(found.change) >= least else None


def spend_statement(look: Look, where: Mapping[str, Any], window: Window, spend: Spend) -> Statement:
    cited = saying.cite(["ad_spend"], {"platform": list(spend.ads)}, window.before.start, window.end)
    told = {"before": saying.figure("ad_spend", spend.before), "after": saying.figure("ad_spend", spend.after)}
    return saying.statement("spend", cited, place=saying.place(look, where), start=saying.day(spend.since), **told)


def lagged(look: Look, code: str, where: Mapping[str, Any], window: Window) -> Iterator[Statement]:
    """Yield what the lag test says with its n and p; nothing where it is silent."""
    first = window.end - timedelta(days=179)
    spent = spend_by_day(look, ads_of(look, where), first, window.end)
    answer = look.ask([code], ("day",), where, first, window.end, totals=False, coverage=False)
    values = {row["day"]: float(row[code]) for row in answer.rows if row[code] is not None}
    days = [first + timedelta(days=i) for i in range(180)]
    found = lag_test(
        np.array([spent.get(d, np.nan) for d in days]), np.array([values.get(d, np.nan) for d in days]), sign=1
    )
    if found:
        cited = saying.cite(["ad_spend", code], {}, first, window.end)
        told = {"metric": saying.metric(code), "lag": found.lag, "n": found.n}
        sure = found.p < 0.001  # smaller ones say no more than that
        yield (
            saying.statement("lag_sure", cited, **told)
            if sure
            else saying.statement("lag", cited, **told, p=f"{found.p:.3f}")
        )
