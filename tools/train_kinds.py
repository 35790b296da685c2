"""Fit the models that tell of what a text speaks where no cue does: `python tools/train_kinds.py --data FOLDER`.

FOLDER holds the public sets as `tools/train_opinion.py` reads them. Two models: `audience`, of what users bring
(knowledge/audience/leanings.npz), and `opinion`, of what posts complain of (knowledge/opinion/leanings.npz). Taught by
`tools/kinds/written.csv` and `posts.csv` (kind,text: written for this), `labels.csv` (mark,kind,also: labels of
texts of the sets, which are known by a hash and stay where they are) and by what the cues tell, on the parts of the
sets that are not held out. The same data give the same files.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django
import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from train_opinion import THRESHOLD, Rows, key, matrix, read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
django.setup()

from hongqiao.audience.feedback import kinds  # noqa: E402
from hongqiao.knowledge import opinions  # noqa: E402
from hongqiao.methods.opinion import Kinds  # noqa: E402
from hongqiao.methods.opinion.leanings import WIDTH, packed  # noqa: E402
from hongqiao.methods.opinion.reading import BITS, fold  # noqa: E402

HERE = Path(__file__).parent / "kinds"
OUT = Path(opinions.__file__).parent
TESTS = Path(__file__).resolve().parents[1] / "tests"
WRITTEN, FEEDBACK = HERE / "written.csv", TESTS / "audience" / "feedback" / "sentences.csv"
POSTS = tuple(TESTS / "methods" / "data" / f"{name}.csv" for name in ("opinion_kinds", "opinion_posts"))
#: What a kind of feedback, or its first level, is among the kinds of complaint; the others are none of them.
OF_TREE = {
    "safety": "allergy",
    "quality.reaction": "allergy",
    "quality": "quality",
    "logistics": "logistics",
    "refund": "service",
    "service": "service",
    "price": "price",
    "content.exaggerate": "advertising",
    "content.misleading": "authenticity",
}
#: How much a row weighs: labelled by reading, told by a cue, told by nothing (so probably of no kind).
WEIGHTS = {"read": 1.0, "cue": 0.05, "none": 0.02}
#: Rows a kind that cues may bring; parts nobody speaks for.
MOST, NONE = 500, 4000
HELD, STEPS, SEEN = 4e-6, 60, 2
_PART = re.compile(r"[。！？!?；;\n]|\s{2,}")
Row = tuple[str, str, float]  # folded text, kind, weight


def mark(text: str) -> str:
    """What a text of the sets is known by in labels.csv."""
    return hashlib.sha256(key(text).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Task:
    """A model: its kinds with "" for none, the cues that teach it, the sentences written for it (of those that tests
    hold the half that was looked at).
    """

    name: str
    kinds: tuple[str, ...]
    cues: Kinds
    written: tuple[Path, ...]
    tree: bool

    def kind(self, code: str) -> str:
        """Return what a label is among this model's kinds."""
        if self.tree or code in self.kinds:
            return code
        return OF_TREE.get(code, OF_TREE.get(kinds.group_of(code), ""))


def tasks() -> list[Task]:
    told = opinions.kinds()
    return [
        Task("audience", (*kinds.entries(), ""), kinds.shipped(), (WRITTEN, FEEDBACK), True),
        Task("opinion", (*told.order, ""), told, (HERE / "posts.csv", WRITTEN, FEEDBACK, *POSTS), False),
    ]


def written(task: Task) -> Iterator[Row]:
    simplified = opinions.simplified()
    for path in task.written:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("half", "seen") == "seen":
                    yield fold(row["text"], simplified), task.kind(row["kind"]), WEIGHTS["read"]


def labelled(task: Task, rows: Rows) -> Iterator[Row]:
    """Yield the texts that were labelled by reading; one of two kinds stands under both, each with half the weight."""
    with (HERE / "labels.csv").open(encoding="utf-8", newline="") as file:
        told = {r["mark"]: [r["kind"], *r["also"].split()] for r in csv.DictReader(file)}
    for text in rows.texts:
        of = told.get(mark(text), ())
        yield from ((text, task.kind(kind), WEIGHTS["read"] / len(of)) for kind in of)


def by_cues(task: Task, rows: Rows) -> Iterator[Row]:
    """Yield parts of texts with what cues tell of them, with the cue and without it; and parts without a cue."""
    parts = [(p.strip(), n) for t, n in zip(rows.texts, rows.neg, strict=True) for p in _PART.split(t)]
    parts = [(p, n) for p, n in parts if 4 <= len(p) <= 80]
    turn = np.random.default_rng(0).permutation(len(parts))
    texts, neg = [parts[i][0] for i in turn], [bool(parts[i][1]) for i in turn]
    found = task.cues.of(texts, [0.9 if n else 0.1 for n in neg], THRESHOLD)
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
    parser.add_argument("--out", type=Path, default=OUT, help="folder of knowledge")
    parser.add_argument("--date", default=date.today().isoformat(), help="names the fit")
    parser.add_argument("--only", choices=[t.name for t in tasks()])
    a = parser.parse_args()
    every = read(a.data)
    rows = every.of(~every.held)
    for task in tasks():
        if a.only in (None, task.name):
            taught: list[Row] = [*written(task), *labelled(task, rows), *by_cues(task, rows)]
            data = fitted(task, taught, a.date)
            (a.out / task.name / "leanings.npz").write_bytes(data)
            print(json.dumps({"model": task.name, "rows": len(taught), "bytes": len(data)}))


def fitted(task: Task, taught: list[Row], day: str) -> bytes:
    """Return a model's file."""
    share, _presence = matrix(opinions.denials().without([t for t, _k, _w in taught]))
    kind = np.array([task.kinds.index(k) for _t, k, _w in taught])
    weights, bias = fit(narrow(share), kind, np.array([w for _t, _k, w in taught]), len(task.kinds))
    return packed(task.kinds, weights, bias, f"{day} {len(taught)}")


if __name__ == "__main__":
    main()
