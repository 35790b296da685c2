"""Claim: the published parameters of CDNOW, in milliseconds; a million customers in 2 s of one core; beside lifetimes.

CDNOW lies in the folder that HONGQIAO_SHARED names. `--peer PYTHON` is an interpreter that has lifetimes 0.11.3; it
fits the same rows in turn. Simulated customers: rates Gamma(.8, 6 weeks), leaving Beta(.9, 2.5), observed 20 to 52
weeks, with times to the second, and by whole days. Prints JSON lines.

`python bench/repurchase.py [--peer PYTHON] [--customers 1000000] [--peer-customers 200000]`
"""

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hongqiao.methods.lifetime import Purchases, bgnbd, calibration, choosing, expected, spend

SHARED = Path(os.environ.get("HONGQIAO_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "economics"
PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from lifetimes import BetaGeoFitter
held = np.load(sys.argv[1])
model, began = BetaGeoFitter(), time.process_time()
model.fit(held["x"], held["t_x"], held["T"])
seconds = time.process_time() - began
total = model.conditional_expected_number_of_purchases_up_to_time(39, held["x"], held["t_x"], held["T"]).sum()
print(json.dumps({"seconds": round(seconds, 3), "parameters": {k: round(v, 4) for k, v in model.params_.items()},
    "expected_39": round(float(total), 2)}))
"""


def simulated(n: int, seed: int, days: bool = False) -> tuple:
    """Return x, t_x, T of n customers in weeks; days: by whole days, as purchases of a shop are kept."""
    rng = np.random.default_rng(seed)
    age, rate, leave = rng.uniform(20, 52, n), rng.gamma(0.8, 1 / 6, n), rng.beta(0.9, 2.5, n)
    x, latest, there = np.zeros(n), np.zeros(n), np.arange(n)
    while len(there):
        at = latest[there] + rng.exponential(1 / np.maximum(rate[there], 1e-12))
        there, at = there[at <= age[there]], at[at <= age[there]]
        x[there], latest[there] = x[there] + 1, at
        there = there[rng.random(len(there)) >= leave[there]]
    return (x, np.floor(latest * 7) / 7, np.ceil(age * 7) / 7) if days else (x, latest, age)


def cdnow() -> Purchases:
    """Return the purchases of CDNOW's sample of a tenth."""
    with (SHARED / "clv_cdnow" / "cdnow_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    days = [f"{r['date'][:4]}-{r['date'][4:6]}-{r['date'][6:]}" for r in rows]
    return Purchases.of([r["id"] for r in rows], days, [float(r["spent"]) for r in rows])


def day(text: str) -> int:
    return int(np.datetime64(text).astype(int))


def fitted(name: str, rows: tuple, peer: str) -> Iterator[dict]:
    """Fit ours, and the peer on the same rows; CPU seconds."""
    bgnbd.fit(*(column[:2000] for column in rows))  # SciPy is loaded
    began = time.process_time()
    model = bgnbd.fit(*rows)
    seconds = time.process_time() - began
    assert isinstance(model, bgnbd.Model)
    total = float(expected.purchases(model, *rows, 39).sum())
    told = {k: round(v, 4) for k, v in model.parameters.items()}
    yield {"data": name, "customers": len(rows[0]), "method": "ours", "seconds": round(seconds, 3), "parameters": told,
           "log_likelihood": round(model.log_likelihood, 2), "expected_39": round(total, 2)}  # fmt: skip
    if peer:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.npz"
            np.savez(path, **dict(zip(("x", "t_x", "T"), rows, strict=True)))
            done = subprocess.run([peer, "-c", PEER, str(path)], capture_output=True, text=True, check=True)
        yield {"data": name, "customers": len(rows[0]), "method": "lifetimes", **json.loads(done.stdout)}


def real(peer: str) -> Iterator[dict]:
    """CDNOW: the published fit, its hold-out, and which method tells who buys again."""
    with (SHARED / "clv_cdnow" / "cdnow_customers_summary.csv").open() as file:
        held = list(csv.DictReader(file))
    rows = tuple(np.array([float(r[k]) for r in held]) for k in ("frequency", "recency", "T"))
    yield from fitted("cdnow", rows, peer)
    bought, until = cdnow(), day("1997-09-30")
    h = bought.histories(until)
    model, worth = bgnbd.fit(h.x, h.t_x, h.T), spend.fit(h.x, h.money)
    assert isinstance(model, bgnbd.Model)
    assert isinstance(worth, spend.Spend)
    actual = bought.bought(until, until + 273)[h.person]
    told = calibration.told(h.x, expected.purchases(model, h.x, h.t_x, h.T, 39), actual)
    groups = [(g.low, g.n, round(g.predicted, 3), round(g.actual, 3)) for g in told.by_frequency]
    yield {"data": "cdnow", "hold_out": "39 weeks", "predicted": round(told.predicted, 1), "actual": told.actual,
           "bias": round(told.bias or 0, 4), "spend": [round(v, 3) for v in (worth.p, worth.q, worth.v)],
           "by_frequency": groups}  # fmt: skip
    for end in ("1997-12-31", "1998-03-31", "1998-06-30"):
        for days in (30, 60, 90, 180):
            choice = choosing.choose(bought, day(end), days)
            assert isinstance(choice, choosing.Choice)
            brier = {one.method: [round(one.brier, 4), round(one.base, 4)] for one in choice.trials}
            yield {
                "data": "cdnow",
                "until": end,
                "days": days,
                "used": choice.method,
                "why": choice.reason,
                "brier": brier,
            }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", default="")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peer-customers", type=int, default=200_000)
    given = parser.parse_args()
    lines = [real(given.peer)] if SHARED.is_dir() else []
    lines.append(fitted("simulated", simulated(given.peer_customers, 5), given.peer))
    lines += [fitted(f"simulated, {name}", simulated(given.customers, 5, days), "")
              for name, days in (("seconds", False), ("days", True))]  # fmt: skip
    for some in lines:
        for line in some:
            print(json.dumps({"bench": "repurchase", **line}), flush=True)


if __name__ == "__main__":
    main()
