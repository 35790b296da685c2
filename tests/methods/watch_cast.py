"""Small series for the tests of watching."""

from datetime import date

import numpy as np

FIRST = date(2025, 3, 3)  # a Monday


def quiet(n: int = 3, days: int = 200, *, mean: float = 1000.0, spread: float = 0.1, seed: int = 1) -> np.ndarray:
    """Counts with a weekly season and day-to-day noise, (n, days)."""
    rng = np.random.default_rng(seed)
    week = 1 + 0.2 * np.sin(np.arange(days) % 7)
    return np.round(mean * week * np.exp(spread * rng.standard_normal((n, days))))
