"""Will somebody buy within so many days: a logistic regression on what they did, fitted by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongqiao.methods.lifetime.purchases import WEEK, Histories, Purchases

FEATURES = ("recency", "frequency", "age", "interval", "late", "lately", "money")
RIDGE = 1.0


@dataclass(frozen=True)
class Logistic:
    """Standardising means and spreads, weights (the intercept last). Weights are of standardised FEATURES."""

    middle: Any
    spread: Any
    weights: Any
    n: int

    def probabilities(self, features: Any) -> Any:
        """Return the chance of each."""
        from scipy.special import expit

        return expit(_design((features - self.middle) / self.spread) @ self.weights)


def features(bought: Purchases, histories: Histories, until: int, days: int) -> Any:
    """Return a row a person of `histories`, as known on the day `until`: weeks since the latest purchase, repurchases,
    age, mean interval (the age where there is none), how late they are by their own interval, purchases in the latest
    `days`, the mean money of a purchase day; all as log(1 + value)."""
    import numpy as np

    h = histories
    recency = h.T - h.t_x
    interval = np.divide(h.t_x, h.x, out=np.array(h.T, float), where=h.x > 0)
    late = recency / np.maximum(interval, 1 / WEEK)
    lately = bought.bought(until - days, until)[h.person].astype(float)
    money = np.zeros(len(h)) if h.money is None else (h.money * h.x + h.first) / (h.x + 1)
    return np.log1p(np.maximum(np.column_stack([recency, h.x, h.T, interval, late, lately, money]), 0))


def fit(features: Any, happened: Any, ridge: float = RIDGE) -> Logistic:
    """Fit to rows of features and whether it happened. A feature that does not vary gets no weight."""
    import numpy as np
    from scipy.special import expit

    y = np.asarray(happened, float)
    middle, spread = features.mean(0), features.std(0)
    spread = np.where(spread > 1e-12, spread, 1.0)
    design = _design((features - middle) / spread)
    keep = np.full(design.shape[1], ridge)
    keep[-1] = 1e-6
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        p = expit(design @ weights)
        slope = design.T @ (p - y) + keep * weights
        curve = (design.T * (p * (1 - p))) @ design + np.diag(keep)
        step = np.linalg.solve(curve, slope)
        weights = weights - step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return Logistic(middle, spread, weights, len(y))


def _design(scaled: Any) -> Any:
    """Return features, the squares of recency and frequency, and a column of ones."""
    import numpy as np

    return np.column_stack([scaled, scaled[:, 0] ** 2, scaled[:, 1] ** 2, np.ones(len(scaled))])
