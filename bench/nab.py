"""The Numenta Anomaly Benchmark's score, written from its description (Lavin & Ahmad 2015; ties and edges as its v1.1).

A window counts by its earliest alarm: nearly 1 at its first row, 0 at its last. An alarm outside costs up to 1, less
just after a window; a window without any alarm costs 1. The first 15 % of a file (750 rows at most) are not scored.
0 is a detector that never speaks, 100 one that speaks on the first row of every window and nowhere else.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

#: Profile → weight of a false alarm, weight of a missed window (a found one weighs 1).
PROFILES = {"standard": (0.11, 1.0), "low_fp": (0.22, 1.0), "low_fn": (0.11, 2.0)}
EPISODE_ROWS = 12  # alarms no further apart than this are one episode


@dataclass(frozen=True)
class Series:
    """One file: values and times by row, the windows as (first row, last row)."""

    name: str
    times: list[datetime]
    values: np.ndarray
    windows: list[tuple[int, int]]

    @property
    def first(self) -> int:
        """The first row that is scored."""
        return min(int(0.15 * len(self.values)), 750)

    @property
    def weeks(self) -> float:
        """Weeks of scored rows outside the windows."""
        quiet = len(self.values) - self.first - sum(b - max(a, self.first) + 1 for a, b in self.windows)
        span = (self.times[-1] - self.times[0]).total_seconds() / 604800
        return span * quiet / len(self.values)


def load(folder: Path) -> list[Series]:
    """Return the series of a folder that holds `data/` and `combined_windows.json`, sorted by name."""
    windows = json.loads((folder / "combined_windows.json").read_text("utf-8"))
    return [_read(folder / "data" / name, name, windows[name]) for name in sorted(windows) if _there(folder, name)]


def _there(folder: Path, name: str) -> bool:
    return (folder / "data" / name).exists()


def _read(path: Path, name: str, windows: Sequence[Sequence[str]]) -> Series:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.fromisoformat(r["timestamp"][:19]) for r in rows]
    at: dict[datetime, int] = {}
    for i, t in enumerate(times):
        at.setdefault(t, i)
    ends = [(at[datetime.fromisoformat(a[:19])], at[datetime.fromisoformat(b[:19])]) for a, b in windows]
    return Series(name, times, np.array([float(r["value"]) for r in rows]), ends)


def looked_at(series: Sequence[Series]) -> set[str]:
    """Return the names of the half that may be looked at while building: every other file of a category by its hash."""
    by: dict[str, list[str]] = {}
    for s in series:
        by.setdefault(s.name.split("/")[0], []).append(s.name)
    key = {n: hashlib.sha256(n.encode()).hexdigest() for names in by.values() for n in names}
    return {n for names in by.values() for n in sorted(names, key=key.__getitem__)[::2]}


def units(s: Series) -> tuple[np.ndarray, np.ndarray]:
    """Return per row what an alarm there is worth before weights, and its window's number (−1 outside)."""
    n = len(s.values)
    worth, window = np.full(n, -1.0), np.full(n, -1)
    bounds = [*(a for a, _ in s.windows), n]
    for k, (a, b) in enumerate(s.windows):
        length = b - a + 1
        inside, after = np.arange(a, b + 1), np.arange(b + 1, bounds[k + 1])
        worth[inside] = _sigmoid(-(b - inside + 1) / length) / _sigmoid(-1.0)
        window[inside] = k
        worth[after] = _sigmoid((after - b) / max(length - 1, 1))
    return worth, window


def _sigmoid(x: np.ndarray | float) -> np.ndarray:
    x = np.asarray(x, float)
    return np.where(x > 3.0, -1.0, 2 / (1 + np.exp(np.minimum(5 * x, 700))) - 1)


@dataclass(frozen=True)
class Outcome:
    """What one threshold comes to over some files. delay: median rows from the window's first to its first alarm."""

    scores: Mapping[str, float]
    found: int
    windows: int
    false_rows: int
    false_episodes: int
    per_week: float
    delay: float

    def line(self) -> dict[str, float | str]:
        """As one line of a report."""
        return {
            "scores": "/".join(f"{v:.2f}" for v in self.scores.values()),
            "windows": f"{self.found}/{self.windows}",
            "false_rows": self.false_rows,
            "false_episodes_a_week": round(self.per_week, 3),
            "delay_rows": self.delay,
        }


def score(series: Sequence[Series], said: Mapping[str, np.ndarray], threshold: float = 0.5) -> Outcome:
    """Return the scores of the profiles where an alarm is a row whose anomaly score reaches the threshold."""
    totals = dict.fromkeys(PROFILES, 0.0)
    found = windows = false_rows = episodes = 0
    weeks, delays = 0.0, []
    for s in series:
        worth, window = units(s)
        alarm = np.nonzero(said[s.name] >= threshold)[0]
        alarm = alarm[alarm >= s.first]
        false = alarm[window[alarm] < 0]
        firsts = {k: alarm[window[alarm] == k][0] for k in set(window[alarm]) - {-1}}
        best = {k: float(worth[i]) for k, i in firsts.items()}
        scored = {k for k in range(len(s.windows)) if s.windows[k][1] >= s.first}
        for name, (fp, fn) in PROFILES.items():
            totals[name] += fp * float(worth[false].sum()) + sum(best.values()) - fn * len(scored - set(best))
            totals[name] += fn * len(scored)
        found, windows, false_rows = found + len(best), windows + len(s.windows), false_rows + len(false)
        episodes += int(np.sum(np.diff(false, prepend=-EPISODE_ROWS - 1) > EPISODE_ROWS)) if len(false) else 0
        weeks += s.weeks
        delays += [int(i) - max(s.windows[k][0], s.first) for k, i in firsts.items()]
    scores = {n: 100 * totals[n] / (windows * (1 + PROFILES[n][1])) if windows else float("nan") for n in PROFILES}
    middle = float(np.median(delays)) if delays else float("nan")
    return Outcome(scores, found, windows, false_rows, episodes, episodes / max(weeks, 1e-9), middle)


def best_threshold(series: Sequence[Series], said: Mapping[str, np.ndarray], profile: str = "standard") -> float:
    """Return the threshold with the highest score of the profile on these files (NAB's own rule)."""
    levels = np.unique(np.concatenate([said[s.name][s.first :] for s in series]))
    if len(levels) > 400:
        levels = np.unique(np.quantile(levels, 1 - np.geomspace(1e-5, 1, 400)))
    return float(max(levels[::-1], key=lambda t: score(series, said, t).scores[profile]))
