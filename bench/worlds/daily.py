"""Simulated daily series for `bench/watch.py` and the tests: quiet years, and years with something planted.

A series has a weekly season, a yearly season, a slowly wandering level, festivals that come back, missing days and
autocorrelated noise, over-dispersed in counts. Every seed is one series; the same seed is the same series.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from hongqiao.methods.watch import Event

FIRST = date(2024, 9, 2)
WARM, YEAR = 421, 365
DAYS = WARM + YEAR

#: code, month, day and length of what comes back each year; spring festival by its own dates
FIXED = [
    ("38", 3, 5, 4), ("501", 5, 1, 5), ("520", 5, 17, 4), ("618", 6, 12, 7),
    ("1001", 10, 1, 7), ("1111", 11, 5, 8), ("1212", 12, 10, 3), ("0101", 1, 1, 1),
]  # fmt: skip
SPRING = [date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6)]


def festivals() -> list[Event]:
    """Return every occurrence within the simulated days."""
    last = FIRST + timedelta(days=DAYS)
    found = [
        Event(code, date(year, month, day), date(year, month, day) + timedelta(days=length - 1))
        for year in range(FIRST.year, last.year + 1)
        for code, month, day, length in FIXED
    ]
    found += [Event("spring", d - timedelta(days=4), d + timedelta(days=5)) for d in SPRING]
    return [e for e in found if e.last >= FIRST and e.first < last]


def event_days(margin: int = 1) -> np.ndarray:
    """Return (DAYS,) True on festival days and `margin` days around."""
    on = np.zeros(DAYS, dtype=bool)
    for e in festivals():
        on[max(0, (e.first - FIRST).days - margin) : (e.last - FIRST).days + margin + 1] = True
    return on


@dataclass(frozen=True)
class World:
    """One kind's block. values, denominators: (n, DAYS); shift_day: (n,), −1 where nothing was planted; shift_sign."""

    kind: str
    seeds: np.ndarray
    values: np.ndarray
    denominators: np.ndarray | None
    shift_day: np.ndarray
    shift_sign: np.ndarray
    truth: np.ndarray  # standardised noise with the shift in it, for the detector that knows everything
    phi: np.ndarray


def kind_of(seed: int) -> str:
    """70 % counts, 15 % rates, 15 % levels."""
    return "count" if seed % 20 < 14 else "rate" if seed % 20 < 17 else "level"


@dataclass(frozen=True)
class Noise:
    """phi: upper end of the correlation of neighbouring days; heavy: t-distributed news with 6 degrees of freedom
    instead of normal; missing: share of days that are missing at random, some series lack a few days in a row
    besides; raw: a planted shift is measured in standard deviations of the series' own last 56 days outside festivals,
    seasons included, as a person would compute it, instead of the day-to-day noise alone."""

    phi: float = 0.4
    heavy: bool = False
    raw: bool = False
    missing: float = 0.03


def world(kind: str, seeds: range, *, shift: float = 0.0, hold: int = 0, noise: Noise = Noise()) -> World:
    """Return the series of those seeds that are of this kind. shift: size in standard deviations of the day-to-day
    noise, planted in the judged year on a day outside festivals; hold: its length in days, 0 for good."""
    chosen = np.array([s for s in seeds if kind_of(s) == kind])
    rows = [_one(int(s), kind, shift, hold, noise) for s in chosen]
    denominators = np.stack([r[1] for r in rows]) if kind == "rate" else None
    days, signs, phi = (np.array([r[k] for r in rows]) for k in (2, 3, 5))
    return World(
        kind, chosen, np.stack([r[0] for r in rows]), denominators, days, signs, np.stack([r[4] for r in rows]), phi
    )


def _one(seed: int, kind: str, shift: float, hold: int, make: Noise) -> tuple:
    rng = np.random.default_rng([20261125, seed])
    t, on = np.arange(DAYS), event_days()
    week = rng.normal(0, rng.uniform(0.03, 0.25), 7)[(FIRST.weekday() + t) % 7]
    yearly = rng.uniform(0, 0.2) * np.sin(2 * np.pi * (t / 365.25 + rng.random()))
    sigma, phi = rng.uniform(0.06, 0.35), make.phi * rng.random()
    noise = _ar(rng, phi, heavy=make.heavy)
    structure = week + yearly + sigma * np.cumsum(rng.normal(0, rng.uniform(0, 0.04), DAYS)) + _festival_effects(rng)
    quiet = np.flatnonzero(~on & (t >= WARM) & (t < DAYS - 30))
    quiet = quiet[~on[quiet + 1] & ~on[quiet + 2]]
    day, sign = int(rng.choice(quiet)), int(rng.choice([-1, 1]))
    before = np.flatnonzero(~on & (t < day))[-56:]
    mean = float(np.exp(rng.uniform(np.log(8), np.log(50000))))
    missing = _missing(rng, make.missing)
    if seed % 2:
        missing[: WARM - 56] = True
    held = (t >= day) & ((t < day + hold) if hold else True)

    move = held * sign * shift
    season = 0.3 * week if kind == "rate" else structure
    raw = np.var(season[before]) if make.raw else 0.0
    if kind == "rate":
        values, denominators, step = _rates(rng, mean, structure, season, sigma / 3, noise, raw, move)
    else:
        denominators, total = np.zeros(0), np.sqrt(sigma**2 + (1 / mean if kind == "count" else 0.0))
        step = move * np.sqrt(1 + raw / total**2)
        log = structure + sigma * noise + total * step
        level = kind == "level"
        values = mean * (1 + log) - rng.uniform(0, 1.2) * mean if level else 1.0 * rng.poisson(mean * np.exp(log))
    values[missing] = np.nan
    truth = np.where(missing | on, np.nan, noise + step)
    return values, denominators, day if shift else -1, sign, truth, phi


def _rates(
    rng: np.random.Generator,
    mean: float,
    structure: np.ndarray,
    season: np.ndarray,
    spread: float,
    noise: np.ndarray,
    raw: float,
    move: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rates, their denominators and the shift in scales, each (DAYS,)."""
    denominators = np.round(mean * 20 * np.exp(structure + 0.2 * rng.normal(size=DAYS))) + 20
    base = rng.uniform(-4, -1)
    p0 = 1 / (1 + np.exp(-base))
    total = np.sqrt(spread**2 + 1 / (np.median(denominators) * p0 * (1 - p0)))
    step = move * np.sqrt(1 + raw / total**2)
    p = 1 / (1 + np.exp(-(base + season + spread * noise + total * step)))
    return rng.binomial(denominators.astype(int), p) / denominators, denominators, step


def _missing(rng: np.random.Generator, share: float) -> np.ndarray:
    """Return which days are missing, (DAYS,)."""
    missing = rng.random(DAYS) < share
    if rng.random() < 0.3 and share:
        start = int(rng.integers(0, DAYS))
        missing[start : start + int(rng.integers(3, 9))] = True
    return missing


def _ar(rng: np.random.Generator, phi: float, *, heavy: bool) -> np.ndarray:
    """AR(1) of variance 1."""
    news = rng.standard_t(6, DAYS) / np.sqrt(1.5) if heavy else rng.normal(size=DAYS)
    out = np.empty(DAYS)
    out[0] = news[0]
    for k in range(1, DAYS):
        out[k] = phi * out[k - 1] + np.sqrt(1 - phi**2) * news[k]
    return out


def _festival_effects(rng: np.random.Generator) -> np.ndarray:
    """Effects (log) of each festival on this series: its own size, a quarter changed from year to year."""
    effect, size = np.zeros(DAYS), {}
    for e in festivals():
        usual = size.setdefault(e.code, rng.normal(0, 0.5))
        low, high = max(0, (e.first - FIRST).days), (e.last - FIRST).days + 1
        effect[low:high] += usual * (1 + 0.25 * rng.normal())
    return effect
