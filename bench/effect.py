"""What `bench effect` claims: the published cases, time, false positives and coverage on simulated series.

Cases and references: causal_impact (tfcausalimpact's fixtures; R's CausalImpact) and synth_prop99, in the folder that
HONGQIAO_SHARED names. Simulated: local level, weekly season or none, AR(1) noise, two controls; seeds 0–999 were looked
at while building, 1000–2999 are reported. The harder world adds drift, a season, and controls with wanderings of
their own. Prints JSON lines.
"""

import csv
import json
import os
import time
from pathlib import Path

import numpy as np

from hongqiao.methods.causal import structural, synthetic

SHARED = Path(os.environ.get("HONGQIAO_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "economics"
#: wander of the level and autocorrelation of the noise, in units of the noise's sd
WORLDS = {
    "quiet": (0.0, 0.0),
    "usual": (0.02, 0.0),
    "wandering": (0.05, 0.0),
    "sticky": (0.0, 0.3),
    "rough": (0.15, 0.0),
}


def cases():
    """Yield name, y, x, start, reference effect and sd."""
    folder = SHARED / "causal_impact"
    rows = list(csv.DictReader((folder / "arma_data.csv").open()))
    y, x = (np.array([float(r[k]) for r in rows]) for k in ("y", "X"))
    y[70:] += 5
    yield "arma", y, x, 70, 4.89, 0.35
    rows = list(csv.DictReader((folder / "comparison_data.csv").open()))
    x = np.array([[float(r[f"NOT_CHANGED_{i}"]) for i in (1, 2, 3)] for r in rows])
    start = sum(r["DATE"] <= "2019-07-14" for r in rows)
    yield "comparison", np.array([float(r["CHANGED"]) for r in rows]), x, start, -657.0, 736.0
    lines = [line.replace('"', "").split() for line in (folder / "volks_data.csv").open()][1:]
    x = np.array([[float(v) for v in line[2:4]] for line in lines])
    start = sum(line[0] < "2015-09-13" for line in lines)
    yield "volks", np.array([float(line[1]) for line in lines]), x, start, -44.0, 5.6


def world(seed: int, wander: float, sticky: float, effect: float = 0.0, n: int = 118, start: int = 90):
    """Return a series with two controls and a known effect from `start` on."""
    rng = np.random.default_rng(seed)
    common = np.cumsum(rng.normal(0, 0.3, n)) + rng.normal(0, 1, n)
    x = np.column_stack([common * rng.uniform(0.5, 1.5) + rng.normal(0, 0.5, n) for _ in range(2)])
    noise = np.zeros(n)
    for t in range(n):
        noise[t] = sticky * (noise[t - 1] if t else 0.0) + rng.normal(0, 1)
    y = 50 + x @ rng.uniform(0.3, 1.2, 2) + np.cumsum(rng.normal(0, wander, n)) + noise
    y[start:] += effect
    return y, x, start


def hard(seed: int, effect: float = 0.0, n: int = 118, start: int = 90):
    """A harder world: the level drifts and walks, a weekly season, correlated noise, one to four controls that follow
    the target more or less closely and have wanderings of their own."""
    rng = np.random.default_rng(seed)
    common = np.cumsum(rng.normal(0, 0.3, n)) + rng.normal(0, 1, n)
    columns = []
    for _ in range(rng.integers(1, 5)):
        own = np.cumsum(rng.normal(0, 0.1, n)) + rng.normal(0, rng.uniform(0.3, 1.5), n)
        columns.append(common * rng.uniform(0.2, 1.5) + own)
    sticky, noise = rng.uniform(0, 0.5), np.zeros(n)
    for t in range(n):
        noise[t] = sticky * (noise[t - 1] if t else 0.0) + rng.normal(0, 1)
    drift = rng.normal(0, 0.01) * np.arange(n) + np.cumsum(rng.normal(0, rng.uniform(0, 0.1), n))
    week = rng.normal(0, 1.5, 7)[np.arange(n) % 7]
    y = 50 + common * rng.uniform(0.5, 1.5) + drift + week + noise
    y[start:] += effect
    return y, np.column_stack(columns), start


def simulated_hard(seeds: range) -> None:
    """Print false positives at 5 % and coverage of 90 % in the harder world, by number of controls."""
    rows: dict[int, list[tuple[bool, ...]]] = {}
    for seed in seeds:
        y, x, start = hard(seed)
        found = structural.effect(y, x, start, season=7, level=0.95)
        outside = found.safe_lo > 0 or found.safe_hi < 0
        model = found.lo > 0 or found.hi < 0
        y, x, start = hard(seed, effect=1.0)
        there = structural.effect(y, x, start, season=7, level=0.9)
        one = (outside, outside and found.checks["holds"], model, there.safe_lo <= 1.0 <= there.safe_hi)
        rows.setdefault(x.shape[1], []).append(one)
    names = ("false_positives", "of_them_told", "model_alone", "coverage_90")
    for controls, some in [*sorted(rows.items()), (0, [one for part in rows.values() for one in part])]:
        means = [round(float(np.mean([one[k] for one in some])), 4) for k in range(4)]
        said = {"world": "hard", "controls": controls or "all", "runs": len(some)}
        print(json.dumps(said | dict(zip(names, means, strict=True))), flush=True)


def simulated(seeds: range) -> None:
    for name, (wander, sticky) in WORLDS.items():
        false = model = told = covered = 0
        for seed in seeds:
            y, x, start = world(seed, wander, sticky)
            found = structural.effect(y, x, start, level=0.95)
            outside = found.safe_lo > 0 or found.safe_hi < 0
            model += found.lo > 0 or found.hi < 0
            false += outside
            told += outside and found.checks["holds"]
            y, x, start = world(seed, wander, sticky, effect=1.0)
            found = structural.effect(y, x, start, level=0.9)
            covered += found.safe_lo <= 1.0 <= found.safe_hi
        n = len(seeds)
        said = {"world": name, "wander": wander, "sticky": sticky, "runs": n, "false_positives": false / n}
        said |= {"of_them_told": told / n, "model_alone": model / n, "coverage_90": covered / n}
        print(json.dumps(said), flush=True)


def main() -> None:
    if SHARED.is_dir():
        for name, y, x, start, effect, sd in cases():
            began = time.process_time()
            found = structural.effect(y, x, start, level=0.95)
            seconds = time.process_time() - began
            said = {
                "case": name,
                "effect": round(found.effect, 3),
                "sd": round(found.sd, 3),
                "seconds": round(seconds, 4),
            }
            said |= {"off_in_sd": round(abs(found.effect - effect) / sd, 3), "width": round(found.sd / sd, 3)}
            print(json.dumps(said | {"placebo_holds": found.checks["holds"]}))
        rows = list(csv.DictReader((SHARED / "synth_prop99" / "california_prop99.csv").open()))
        names = [k for k in rows[0] if k not in ("Year", "California")]
        y = np.array([float(r["California"]) for r in rows])
        x = np.array([[float(r[k]) for k in names] for r in rows])
        found = synthetic.control(y, x, sum(int(r["Year"]) <= 1988 for r in rows))
        print(
            json.dumps({"case": "prop99", "effect": round(found.effect, 2), "rank": found.rank, "units": found.units})
        )
    simulated(range(1000, 3000))
    simulated_hard(range(1000, 3000))


if __name__ == "__main__":
    main()
