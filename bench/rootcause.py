"""What `bench rootcause` claims: generated cases nobody tuned on, the handed-out cases by halves, a million leaves.

Generated in the manner of RiskLoc's generator (five or four dimensions, log-normal leaves, noise on the forecast, each
cause with a severity of its own); seeds 0–99 were looked at while building, 1000–1199 are reported. Prints JSON lines.
"""

import csv
import json
import os
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from hongqiao.methods.rootcause import additive, explain, search
from hongqiao.site.benches.rootcause import causes_of

SHARED = Path(os.environ.get("HONGQIAO_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "rootcause"


def planted(seed, *, layers=(1, 2, 3), count=2, sizes=(10, 12, 10, 8), noise=0.05, zeros=0.15):
    """Return dims, real, predict and the causes planted: `count` elements over `layers` dimensions, disjoint."""
    rng = np.random.default_rng(seed)
    names = [chr(97 + i) for i in range(len(sizes))]
    grid = np.stack(np.meshgrid(*[np.arange(k) for k in sizes], indexing="ij"), -1).reshape(-1, len(sizes))
    predict = rng.lognormal(3, 1, len(grid)) * (rng.random(len(grid)) > zeros)
    real = predict * (1 + rng.normal(0, noise, len(grid)))
    taken, causes = np.zeros(len(grid), bool), set()
    while len(causes) < count:
        dims = sorted(rng.choice(len(sizes), rng.choice(layers), replace=False))
        values = {j: int(rng.integers(sizes[j])) for j in dims}
        inside = np.all([grid[:, j] == v for j, v in values.items()], axis=0)
        if (inside & taken).any() or not predict[inside].sum():
            continue
        taken |= inside
        real[inside] = predict[inside] * (1 - rng.uniform(0.3, 1.0))
        causes.add("&".join(f"{names[j]}={names[j]}{v}" for j, v in values.items()))
    columns = {name: np.array([f"{name}{v}" for v in grid[:, j]]) for j, name in enumerate(names)}
    return columns, np.maximum(real, 0), predict, causes


def canon(text):
    return {"&".join(sorted(e.split("&"))) for e in (text or "").split(";") if e}


class Score:
    """Element F1 as the Squeeze and RiskLoc papers count it."""

    def __init__(self):
        self.hit = self.false = self.missed = self.exact = self.n = 0
        self.seconds = []

    def add(self, true, said, seconds):
        self.hit, self.false, self.missed = (
            self.hit + len(true & said),
            self.false + len(said - true),
            self.missed + len(true - said),
        )
        self.exact, self.n = self.exact + (true == said), self.n + 1
        self.seconds.append(seconds)

    def line(self, **about):
        both = 2 * self.hit + self.false + self.missed
        said = {"cases": self.n, "f1": round(2 * self.hit / max(both, 1), 4)}
        said |= {
            "precision": round(self.hit / max(self.hit + self.false, 1), 4),
            "exact": round(self.exact / self.n, 4),
        }
        said |= {"median_s": round(float(np.median(self.seconds)), 4), "max_s": round(max(self.seconds), 3)}
        print(json.dumps(about | said), flush=True)


def timed(work):
    began = time.process_time()
    found = work()
    return {"&".join(sorted(str(c).split("&"))) for c in found}, time.process_time() - began


def generated():
    for name, layers, count, noise in (
        ("one_cause", (1, 2, 3), 1, 0.05),
        ("three_causes", (1, 2, 3), 3, 0.05),
        ("noisy", (1, 2, 3), 2, 0.15),
        ("quiet", (1,), 0, 0.1),
    ):
        score, silent = Score(), 0
        for seed in range(1000, 1200):
            dims, real, predict, causes = planted(seed, layers=layers, count=count, noise=noise)
            said, seconds = timed(lambda d=dims, r=real, p=predict: search(additive(d, r, p)))
            score.add(causes, said, seconds)
            silent += not said
        score.line(generated=name, silent=silent)


def handed_out():
    with (SHARED / "labels.csv").open(newline="") as file:
        cases = list(csv.DictReader(file))
    for dataset in ("B0", "RS", "S", "L"):
        mine = [c for c in cases if c["dataset"] == dataset]
        for half in ("looked at", "unseen", "all"):
            score = Score()
            for i, case in enumerate(mine):
                if half != "all" and (i % 2 == 0) != (half == "looked at"):
                    continue
                path = SHARED / dataset / case["setting"] / f"{case['instance']}.parquet"
                table = pq.read_table(path)
                said, seconds = timed(lambda t=table, p=path: causes_of(t, p))
                score.add(canon(case["root_cause"]), said, seconds)
            score.line(dataset=dataset, half=half)


def million():
    rng = np.random.default_rng(0)
    n = 1_000_000
    dims = {name: rng.integers(0, k, n) for name, k in (("a", 30), ("b", 12), ("c", 6), ("d", 40), ("e", 5))}
    before = rng.gamma(1.0, 10.0, n)
    after = before * np.where((dims["a"] == 3) & (dims["c"] == 2), 0.2, 1.0)
    began = time.process_time()
    found = explain(dims, before, after)
    seconds = round(time.process_time() - began, 3)
    print(json.dumps({"leaves": n, "explain_cpu_s": seconds, "first": dict(found.parts[0].where)}))


def main():
    generated()
    if SHARED.is_dir():
        handed_out()
    million()


if __name__ == "__main__":
    main()
