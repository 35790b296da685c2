"""Made mentions of a brand by five minutes: quiet weeks, weeks with posts that draw talk, and waves. All of it made up.

Counts are Poisson around a daily curve (least at four, most at noon and nine in the evening), weekends, and a slow
log-normal weather of their own, so that they are over-dispersed and neighbouring rows go together.
"""

from dataclasses import dataclass

import numpy as np

ROWS = 288  # a day
FIRST = 20458 * 1440.0  # minutes, as the watchers count them, of Monday 2026-01-05


@dataclass(frozen=True)
class Talk:
    """Counts by five minutes, each (rows,): all mentions and the negative ones among them."""

    minutes: np.ndarray
    total: np.ndarray
    negative: np.ndarray


def curve(days: int) -> np.ndarray:
    """Return the relative rate of each row, mean about 1."""
    hour = np.arange(ROWS) / 12
    day = 0.25 + 0.9 * np.exp(-(((hour - 12.5) / 3.2) ** 2)) + 1.35 * np.exp(-(((hour - 21) / 2.6) ** 2))
    weekly = np.array([1.0, 1.0, 1.0, 1.0, 1.05, 1.2, 1.15])
    return np.concatenate([day / day.mean() * weekly[d % 7] for d in range(days)]) / weekly.mean()


def weather(rng: np.random.Generator, rows: int, spread: float, hours: float) -> np.ndarray:
    """Return a log-normal course of mean 1 that forgets in so many hours."""
    keep = np.exp(-1 / (12 * hours))
    shocks = rng.normal(0, spread * np.sqrt(1 - keep**2), rows)
    out, x = np.empty(rows), rng.normal(0, spread)
    for i in range(rows):
        x = keep * x + shocks[i]
        out[i] = x
    return np.exp(out - spread**2 / 2)


def talk(seed: int, *, days: int, per_hour: float, share: float = 0.08, posts_a_week: float = 0.0) -> Talk:
    """Return a brand without any wave; posts draw two to six times the usual talk for some hours, negative as usual."""
    rng = np.random.default_rng(seed)
    rows = days * ROWS
    rate = per_hour / 12 * curve(days) * weather(rng, rows, 0.35, 4)
    for at in rng.integers(0, rows, rng.poisson(posts_a_week * days / 7)):
        passed = np.arange(rows - at) / 12
        rate[at:] += rate[at:] * rng.uniform(1, 5) * np.exp(-passed / rng.uniform(1, 5))
    total = rng.poisson(rate)
    bad = np.clip(share * weather(rng, rows, 0.3, 12), 0, 1)
    return Talk(FIRST + 5.0 * np.arange(rows), total, rng.binomial(total, bad))


def wave(seed: int, rows: int, at: int, peak_per_hour: float, rise_hours: float = 4.0) -> np.ndarray:
    """Return the negative mentions that a wave adds, (rows,): it begins at row `at`, is strongest after rise_hours."""
    rng = np.random.default_rng([seed, at])
    t = np.maximum(np.arange(rows) - at, 0) / 12 / rise_hours
    return rng.poisson(peak_per_hour / 12 * t * np.exp(1 - t))


def added(base: Talk, more: np.ndarray) -> Talk:
    """Return the talk with negative mentions added."""
    return Talk(base.minutes, base.total + more, base.negative + more)
