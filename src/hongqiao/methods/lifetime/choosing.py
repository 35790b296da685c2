"""Who will buy again within so many days: by BG/NBD, or by what persons did where that tells it better.

The regression is fitted on labels that were known by the test's first day, BG/NBD on the purchases until then; both are
held against the days after it. The regression is used only where its Brier score is lower by more than chance allows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from hongqiao.methods.lifetime import bgnbd, expected, logistic
from hongqiao.methods.lifetime.purchases import WEEK, Purchases
from hongqiao.methods.lifetime.settings import Limits
from hongqiao.methods.refusal import Refused

#: so many standard errors of the paired difference the regression must be ahead
AHEAD = 1.645
#: so many persons who bought, and who did not, the regression takes on either side
LEAST = 50


@dataclass(frozen=True)
class Line:
    """Persons of whom about as much was said: between low and high, mean said, the share who bought."""

    low: float
    high: float
    n: int
    said: float
    happened: float


@dataclass(frozen=True)
class Trial:
    """One method out of time: Brier score, what the earlier base rate scores, skill (1 - brier / base), reliability."""

    method: str
    brier: float
    base: float
    skill: float
    reliability: tuple[Line, ...]


@dataclass(frozen=True)
class Choice:
    """`method`: bgnbd or logistic, and why: better (the regression's lead is beyond chance), not_better, too_short (no
    earlier window, or too few on a side), no_bgnbd (that was refused). difference, error: mean of the regression's
    squared error less BG/NBD's, and its standard error (None where one was not tried)."""

    method: str
    reason: str
    trials: tuple[Trial, ...]
    difference: float | None
    error: float | None
    n: int
    days: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def choose(bought: Purchases, until: int, days: int, *, limits: Limits | None = None) -> Choice | Refused:
    """Try both on the latest `days` up to the day `until`. Refused: what BG/NBD says where neither can be tried."""
    import numpy as np

    start = until - days
    now = bought.histories(start)
    happened = bought.bought(start, until)[now.person] > 0
    learned = _learned(bought, start, days)
    model = bgnbd.fit(now.x, now.t_x, now.T, limits=limits)
    if isinstance(model, Refused) and learned is None:
        return model
    base = float(learned[1] if learned else happened.mean())
    said = {}
    if isinstance(model, bgnbd.Model):
        said["bgnbd"] = expected.again(model, now.x, now.t_x, now.T, days / WEEK)
    if learned:
        said["logistic"] = learned[0].probabilities(logistic.features(bought, now, start, days))
    trials = tuple(_trial(name, p, happened, base) for name, p in said.items())
    if len(said) < 2:
        name, reason = next(iter(said)), "too_short" if "bgnbd" in said else "no_bgnbd"
        return Choice(name, reason, trials, None, None, len(now), days)
    gap = (said["logistic"] - happened) ** 2 - (said["bgnbd"] - happened) ** 2
    difference, error = float(gap.mean()), float(gap.std() / np.sqrt(len(gap)))
    better = difference < -AHEAD * error
    method, reason = ("logistic", "better") if better else ("bgnbd", "not_better")
    return Choice(method, reason, trials, difference, error, len(now), days)


def probabilities(
    choice: Choice, bought: Purchases, until: int, *, limits: Limits | None = None
) -> tuple[Any, Any] | Refused:
    """Return persons and their chance to buy within the choice's days after `until`, by the chosen method fitted anew
    on all that is known. Refused: as the method does; too_short."""
    now = bought.histories(until)
    if choice.method == "logistic":
        learned = _learned(bought, until, choice.days)
        if learned is None:
            return Refused("too_short")
        return now.person, learned[0].probabilities(logistic.features(bought, now, until, choice.days))
    model = bgnbd.fit(now.x, now.t_x, now.T, limits=limits)
    if isinstance(model, Refused):
        return model
    return now.person, expected.again(model, now.x, now.t_x, now.T, choice.days / WEEK)


def _learned(bought: Purchases, until: int, days: int) -> tuple[logistic.Logistic, float] | None:
    """Return the regression whose labels end on `until`, and their base rate; None where there is too little."""
    start = until - days
    then = bought.histories(start)
    happened = bought.bought(start, until)[then.person] > 0
    if min(happened.sum(), (~happened).sum()) < LEAST:
        return None
    return logistic.fit(logistic.features(bought, then, start, days), happened), float(happened.mean())


def _trial(method: str, said: Any, happened: Any, base: float) -> Trial:
    import numpy as np

    brier, flat = float(((said - happened) ** 2).mean()), float(((base - happened) ** 2).mean())
    edges = np.linspace(0, 1, 11)
    place = np.clip(np.searchsorted(edges, said, "right") - 1, 0, 9)
    lines = tuple(
        Line(
            float(edges[k]),
            float(edges[k + 1]),
            int(here.sum()),
            float(said[here].mean()),
            float(happened[here].mean()),
        )
        for k in range(10)
        if (here := place == k).any()
    )
    return Trial(method, brier, flat, 1 - brier / flat if flat else 0.0, lines)
