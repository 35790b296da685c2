"""Fit the model that tells of what feedback speaks where no cue does: `python tools/train_kinds.py --data FOLDER`.

FOLDER holds the public sets as `tools/train_opinion.py` reads them. Taught by `tools/kinds/written.csv` (kind,text:
written for this), `tools/kinds/labels.csv` (mark,kind,also: people's labels of texts of the sets, which are known by a
hash and stay where they are) and what the cues of knowledge/audience/feedback.json tell, on the parts of the sets that
are not held out. The same data give the same file.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import django
import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from train_opinion import Rows, key, matrix, read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
django.setup()

from hongqiao.audience.feedback import kinds  # noqa: E402
from hongqiao.knowledge import opinions  # noqa: E402
from hongqiao.methods.opinion.leanings import WIDTH, packed  # noqa: E402
from hongqiao.methods.opinion.reading import BITS, fold  # noqa: E402

HERE = Path(__file__).parent / "kinds"
OUT = Path(opinions.__file__).parent / "audience" / "leanings.npz"
#: How much a row weighs: labelled by people, told by a cue, told by nobody (so probably of no kind).
WEIGHTS = {"people": 1.0, "cue": 0.05, "none": 0.02}
#: Rows a kind that cues may bring; parts nobody speaks for.
MOST, NONE = 500, 4000
HELD, STEPS, SEEN = 4e-6, 60, 2
_PART = re.compile(r"[。！？!?；;\n]|\s{2,}")
Row = tuple[str, str, float]  # folded text, kind, weight


def mark(text: str) -> str:
    """What a text of the sets is known by in labels.csv."""
    return hashlib.sha256(key(text).encode()).hexdigest()[:16]


def written() -> Iterator[Row]:
    simplified = opinions.simplified()
    with (HERE / "written.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield fold(row["text"], simplified), row["kind"], WEIGHTS["people"]


def labelled(rows: Rows) -> Iterator[Row]:
    """Yield the texts that people labelled; one of two kinds stands under both, each with half the weight."""
    with (HERE / "labels.csv").open(encoding="utf-8", newline="") as file:
        told = {r["mark"]: [r["kind"], *r["also"].split()] for r in csv.DictReader(file)}
    for text in rows.texts:
        of = told.get(mark(text), ())
        yield from ((text, kind, WEIGHTS["people"] / len(of)) for kind in of)


def by_cues(rows: Rows) -> Iterator[Row]:
    """Yield parts of texts with what cues tell of them, with the cue and without it; and parts without a cue."""
    parts = [(p.strip(), n) for t, n in zip(rows.texts, rows.neg, strict=True) for p in _PART.split(t)]
    parts = [(p, n) for p, n in parts if 4 <= len(p) <= 80]
    turn = np.random.default_rng(0).permutation(len(parts))
    texts, neg = [parts[i][0] for i in turn], [bool(parts[i][1]) for i in turn]
    found = kinds.shipped().of(texts, [0.9 if n else 0.1 for n in neg], opinions.judge().threshold)
    count: dict[str, int] = {}
    for text, against, cue in zip(texts, neg, found, strict=True):
        kind = cue.kind if cue else ""
        if kind and not against and kinds.group_of(kind) not in ("praise", "suggest", "cooperate"):
            continue
        count[kind] = count.get(kind, 0) + 1
        if count[kind] > (MOST if kind else NONE):
            continue
        yield text, kind, WEIGHTS["cue" if kind else "none"]
        if cue and len(text) - len(cue.words) >= 3:
            yield text.replace(cue.words, " "), kind, WEIGHTS["cue"]


def narrow(share: sp.csr_matrix) -> sp.csr_matrix:
    """The opinion model's columns taken together to this model's."""
    at = share.tocoo()
    return sp.csr_matrix((at.data, (at.row, at.col >> (BITS - WIDTH))), shape=(share.shape[0], 1 << WIDTH))


def fit(share: sp.csr_matrix, kind: np.ndarray, weight: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (weights (columns, kinds), bias): least cross entropy, rare kinds weighing more."""
    present = np.asarray((share > 0).sum(0)).ravel()
    kept = np.flatnonzero(present >= SEEN)
    rare = (np.log(len(kind) / present[kept]) + 1) / np.log(len(kind) / 50)
    rows = share[:, kept].multiply(rare).tocsr().astype(np.float32)
    turned, true = rows.T.tocsr(), np.eye(size, dtype=np.float32)[kind]
    total = np.bincount(kind, weight, size)
    weight = weight * (total.mean() / np.maximum(total, 1e-9))[kind] ** 0.5
    weight = (weight / weight.sum())[:, None]

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        w, b = at[:-size].reshape(-1, size), at[-size:]
        scores = rows @ w + b
        scores -= scores.max(1, keepdims=True)
        log = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        pull = (np.exp(log) - true) * weight
        return float(-(weight * true * log).sum() + HELD / 2 * (w**2).sum()), np.concatenate(
            [(turned @ pull + HELD * w).ravel(), pull.sum(0)]
        )

    start = np.zeros(len(kept) * size + size)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    weights = np.zeros((1 << WIDTH, size))
    weights[kept] = best[:-size].reshape(-1, size) * rare[:, None]
    return weights, best[-size:]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the public sets")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--date", default=date.today().isoformat(), help="names the fit")
    a = parser.parse_args()
    every = read(a.data)
    rows = every.of(~every.held)
    taught: list[Row] = [*written(), *labelled(rows), *by_cues(rows)]
    names = [*kinds.entries(), ""]
    share, _presence = matrix(opinions.denials().without([t for t, _k, _w in taught]))
    kind, weight = np.array([names.index(k) for _t, k, _w in taught]), np.array([w for _t, _k, w in taught])
    weights, bias = fit(narrow(share), kind, weight, len(names))
    data = packed(names, weights, bias, f"{a.date} {len(taught)}")
    a.out.write_bytes(data)
    said: dict[str, Any] = {"rows": len(taught), "bytes": len(data), "people": int((weight > WEIGHTS["cue"]).sum())}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
