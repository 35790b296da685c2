"""Claim: over 2,000 simulated quiet years false alarms stay within the stated rates, ten quiet weeks raise no alert,
and level shifts of 2 sd are found within 3 days in 95 %.

Series are made by `bench.worlds.daily.py`; ten brands of 200. Settings were chosen on seeds 0–999; what is reported is
of seeds 1000–2999, which nothing was chosen on. "Within 3 days" counts the first three days of the shift, missing ones
included; "or the day after" a fourth. A shift counts as found on a day marked in its own direction, whether or not a
false mark stands there by chance. Two measures of a sd: of the day-to-day noise, and of the series' own last 56 days
with their seasons, as a person would compute it. `all-knowing` is the same test given the true mean, spread and
correlation. Prints one JSON line a part.

`python bench/watch.py [--seeds 1000:3000] [--parts quiet,shifts,roc,stress,spikes,forecast,early,speed]`
"""

import argparse
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.worlds.daily import DAYS, FIRST, WARM, YEAR, Noise, World, festivals, world  # noqa: E402
from hongqiao.methods.watch import Anomalies, Curve, WatchSettings, anomalies, baseline, early, forecast, join  # noqa: E402
from hongqiao.methods.watch.scores import run_scores  # noqa: E402

KINDS, BRAND = ("count", "rate", "level"), 200
SETTINGS = WatchSettings()
STRESS = {"independent, nothing missing": Noise(phi=0.0, missing=0.0), "heavy tails (t, 6 df)": Noise(heavy=True)}


def brands(seeds: range) -> list[range]:
    return [seeds[k : k + BRAND] for k in range(0, len(seeds), BRAND)]


def watched(seeds: range, **options: Any) -> tuple[Anomalies, list[World]]:
    """Return the marks of one brand and its worlds, series in the order of the worlds."""
    worlds = [w for w in (world(k, seeds, **options) for k in KINDS) if len(w.seeds)]
    blocks = [
        baseline(w.values, FIRST, kind=w.kind, denominators=w.denominators, events=festivals(), settings=SETTINGS)
        for w in worlds
    ]
    return anomalies(join(*blocks), since=WARM), worlds


def quiet(seeds: range, noise: Noise = Noise()) -> dict[str, Any]:
    """False findings of quiet years against the stated rates; spells of ten weeks without any alert."""
    alerts, hints, hint_days, judged, spells = [], 0, 0, 0, []
    for brand in brands(seeds):
        a, _ = watched(brand, noise=noise)
        days = [f.alerted for f in a.findings() if f.alerted is not None]
        alerts.append(len(days))
        hints += sum(f.alerted is None for f in a.findings(hints=True))
        hint_days += int(a.hint.sum())
        judged += int(np.isfinite(a.p_hint[:, WARM:]).sum())
        spells += [not any(low <= d < low + 70 for d in days) for low in range(WARM, DAYS - 69, 70)]
    weeks = len(alerts) * YEAR / 7
    return {
        "series_years": len(seeds),
        "brands": len(alerts),
        "alerts": sum(alerts),
        "alerts_a_brand_week": round(sum(alerts) / weeks, 4),
        "stated": SETTINGS.alerts_per_week,
        "ten_weeks_without_alert": f"{sum(spells)} of {len(spells)}",
        "hint_days_a_judged_year": round(hint_days / judged * 365, 1),
        "stated_hint_days": SETTINGS.hint_days,
        "hint_findings_a_series_year": round(hints / len(seeds), 1),
        "days_judged": round(judged / len(seeds) / YEAR, 3),
    }


def found(marks: np.ndarray, a: Anomalies, worlds: list[World], days: int) -> np.ndarray:
    """Return on which day of its shift each series was first marked in its direction, `days` where it was not."""
    day = np.concatenate([w.shift_day for w in worlds])[:, None] + np.arange(days)
    sign = np.concatenate([w.shift_sign for w in worlds])[:, None]
    inside, day = day < DAYS, np.minimum(day, DAYS - 1)
    series = np.arange(len(day))[:, None]
    hit = marks[series, day] & (a.direction[series, day] == sign) & inside
    return np.where(hit.any(axis=1), hit.argmax(axis=1), days)


def shifts(seeds: range, size: float, noise: Noise) -> dict[str, Any]:
    """How soon shifts of `size` sd are hinted at and alerted."""
    hint, alert = [], []
    for brand in brands(seeds):
        a, worlds = watched(brand, shift=size, noise=noise)
        hint.append(found(a.hint | a.alert, a, worlds, 29))
        alert.append(found(a.alert, a, worlds, 29))
    h, al = np.concatenate(hint), np.concatenate(alert)
    return {
        "sd": size,
        "of": "own last 56 days" if noise.raw else "day-to-day noise",
        "hint_within_3_days": share(h < 3),
        "or_the_day_after": share(h < 4),
        "alert_within_3_7_14_28_days": [share(al < d) for d in (3, 7, 14, 28)],
        "alert_median_day": int(np.median(al)) + 1 if np.median(al) < 29 else None,
    }


def share(hits: np.ndarray) -> float:
    return round(float(np.mean(hits)), 3)


def roc(seeds: range, noise: Noise) -> dict[str, Any]:
    """Found within 3 days against the share of quiet days marked, ours and the all-knowing test's."""
    still, moved, known_still, known_moved = [], [], [], []
    for brand in brands(seeds):
        a, _ = watched(brand, noise=noise)
        still.append(a.p_hint[:, WARM:][np.isfinite(a.p_hint[:, WARM:])])
        known_still += [_known(w)[0][:, WARM:].ravel() for w in (world("count", brand, noise=noise),)]
        a, worlds = watched(brand, shift=2.0, noise=noise)
        moved.append(_first_days(-a.p_hint, np.sign(a.direction), worlds))
        w = world("count", brand, shift=2.0, noise=noise)
        known_moved.append(_first_days(*_known(w), [w]))
    ours, theirs = (np.concatenate(x) for x in (still, known_still))
    ours_hit, theirs_hit = (np.concatenate(x) for x in (moved, known_moved))
    rows = [
        {
            "share_of_days": level,
            "ours": share(ours_hit >= -np.quantile(ours, level)),
            "all_knowing_counts": share(theirs_hit >= np.nanquantile(theirs, 1 - level)),
        }
        for level in (0.02, 0.05, 0.1, 0.12, 0.15, 0.2, 0.3)
    ]
    return {"of": "own last 56 days" if noise.raw else "day-to-day noise", "rows": rows}


def _known(w: World) -> tuple[np.ndarray, np.ndarray]:
    """Score the true noise with the true correlation; its direction beside it."""
    x, phi = w.truth, w.phi[:, None]
    before = np.concatenate([np.full((len(x), 1), np.nan), x[:, :-1]], axis=1)
    new, follows = np.sqrt(1 - phi**2), np.isfinite(before)
    z = np.where(follows, (x - phi * np.nan_to_num(before)) / new, x)
    ok, zeros = np.isfinite(z), np.zeros_like(x)
    first, later = (np.where(ok, np.where(follows, v / new, 1.0), 0.0) for v in (np.ones_like(phi), 1 - phi))
    b = SimpleNamespace(
        score=z, first=first, next=later, level=zeros, unit=zeros + 1, settled=zeros + 999, moved=zeros > 0,
        status=np.where(ok, 0, 2),
    )  # fmt: skip
    score, run = run_scores(b, SETTINGS.hint_runs)  # type: ignore[arg-type]
    return score, np.sign(run)


def _first_days(score: np.ndarray, direction: np.ndarray, worlds: list[World]) -> np.ndarray:
    """Return the highest score over the first three days of each shift in its direction."""
    day = np.concatenate([w.shift_day for w in worlds])[:, None] + np.arange(3)
    sign = np.concatenate([w.shift_sign for w in worlds])[:, None]
    series = np.arange(len(day))[:, None]
    return np.nan_to_num(np.where(direction[series, day] == sign, score[series, day], -9.0), nan=-9.0).max(axis=1)


def spikes(seeds: range) -> list[dict[str, Any]]:
    """Single strange days of several sizes, found that day."""
    rows = []
    for size in (3.0, 4.0, 6.0, 8.0):
        hint, alert = [], []
        for brand in brands(seeds):
            a, worlds = watched(brand, shift=size, hold=1)
            hint.append(found(a.hint | a.alert, a, worlds, 1) < 1)
            alert.append(found(a.alert, a, worlds, 1) < 1)
        rows.append({"sd": size, "hint": share(np.concatenate(hint)), "alert": share(np.concatenate(alert))})
    return rows


def forecasts(seeds: range) -> list[dict[str, Any]]:
    """Errors against last week repeated, and coverage of the 90 % intervals, from two origins in each series."""
    rows = []
    for horizon in (7, 28, 56):
        ratio, inside, total, total_in, naive_total = [], [], [], [], []
        for kind in ("count", "level"):
            values = world(kind, seeds).values
            for origin in (WARM + 200, DAYS - 56):
                known, ahead = values[:, :origin], values[:, origin : origin + horizon]
                f = forecast(known, FIRST, horizon, kind=kind, events=festivals())
                naive = np.tile(known[:, -7:], horizon // 7)
                both = np.isfinite(ahead) & np.isfinite(naive) & np.isfinite(f.expected)
                wrong = [np.where(both, np.abs(ahead - g), 0).sum(axis=1) for g in (f.expected, naive)]
                ratio.append(wrong[0] / np.where(wrong[1] > 0, wrong[1], np.nan))
                seen = np.isfinite(ahead) & np.isfinite(f.low)
                inside.append(((ahead >= f.low) & (ahead <= f.high))[seen])
                whole = np.isfinite(ahead).all(axis=1) & np.isfinite(f.total) & np.isfinite(naive).all(axis=1)
                sums = ahead.sum(axis=1)[whole]
                total_in.append((sums >= f.total_low[whole]) & (sums <= f.total_high[whole]))
                if kind == "count":
                    total.append(np.abs(f.total[whole] / sums - 1))
                    naive_total.append(np.abs(naive.sum(axis=1)[whole] / sums - 1))
        rows.append({
            "horizon": horizon,
            "error_against_naive": round(float(np.nanmedian(np.concatenate(ratio))), 3),
            "days_inside_90": share(np.concatenate(inside)),
            "totals_inside_90": share(np.concatenate(total_in)),
            "total_off_median": round(float(np.median(np.concatenate(total))), 3),
            "naive_total_off_median": round(float(np.median(np.concatenate(naive_total))), 3),
        })  # fmt: skip
    return rows


def pieces(seeds: range) -> list[dict[str, Any]]:
    """Usual pieces called early, and pieces that get 3, 5 times as many, at 24 hours, from looks at uneven ages."""
    rows = []
    for times in (1.0, 3.0, 5.0):
        verdicts = []
        for seed in seeds:
            rng = np.random.default_rng([24, seed])
            *others, one = (_piece(rng) for _ in range(31))
            cut = [k for k, age in enumerate(one.ages) if age <= 30]
            if cut:
                mine = Curve([one.ages[k] for k in cut], [round(times * one.totals[k]) for k in cut])
                verdicts.append(early(mine, others).verdict)
        counted = [v for v in verdicts if v != "too_few"]
        rows.append({
            "times": times, "called_early": share(np.array([v == "early" for v in counted])),
            "called_falling": share(np.array([v == "falling" for v in counted])), "pieces": len(counted),
        })  # fmt: skip
    return rows


def _piece(rng: np.random.Generator) -> Curve:
    ages = np.unique(np.round(np.cumsum(rng.uniform(4, 30, 8)), 1))
    final, half = np.exp(rng.normal(8, 0.7)), np.exp(rng.normal(np.log(30), 0.4))
    totals = np.maximum.accumulate(rng.poisson(final * ages / (ages + half)))
    return Curve(ages.tolist(), totals.tolist())


def speed() -> list[dict[str, Any]]:
    """CPU seconds of one core for two years of series: the nightly run marks the last two weeks."""
    rows = []
    for n in (200, 1000, 2000):
        x = np.random.default_rng(n).poisson(500, (n, 730)).astype(float)
        began = time.process_time()
        b = baseline(x, FIRST, events=festivals())
        middle = time.process_time()
        anomalies(b, since=716)
        end = time.process_time()
        anomalies(b)
        rows.append({
            "series": n, "baseline_s": round(middle - began, 2), "last_two_weeks_s": round(end - middle, 2),
            "all_days_s": round(time.process_time() - end, 2),
        })  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1000:3000")
    parser.add_argument("--parts", default="quiet,shifts,roc,stress,spikes,forecast,early,speed")
    a = parser.parse_args()
    seeds, raw = range(*map(int, a.seeds.split(":"))), Noise(raw=True)
    parts = {
        "quiet": lambda: [quiet(seeds)],
        "shifts": lambda: [shifts(seeds, s, n) for n in (Noise(), raw) for s in (2.0, 3.0, 4.0)],
        "roc": lambda: [roc(seeds, n) for n in (Noise(), raw)],
        "stress": lambda: [{"noise": k, **quiet(seeds, n), **shifts(seeds, 2.0, n)} for k, n in STRESS.items()],
        "spikes": lambda: spikes(seeds),
        "forecast": lambda: forecasts(seeds),
        "early": lambda: pieces(seeds),
        "speed": speed,
    }  # fmt: skip
    for part in a.parts.split(","):
        for row in parts[part]():
            print(json.dumps({"bench": "watch", "part": part, **row}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
