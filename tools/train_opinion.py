"""Fit the model that reads whether a text speaks against: `python tools/train_opinion.py --data FOLDER` (`make
train-opinion`).

FOLDER holds the public sets as `<name>/<name>.csv` with columns `text` and `neg` (docs/opinion.md says which and
whence). Fitted on their training parts alone; calibrated on domains that were left out in turn. The same data give
the same file.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from hongqiao.knowledge import opinions
from hongqiao.methods.opinion.calibrating import sigmoid
from hongqiao.methods.opinion.model import packed
from hongqiao.methods.opinion.reading import BITS, columns, fold

HERE = Path(opinions.__file__).parent / "opinion"
#: Order decides who keeps a text that is in two sets. Those after the bar judge parts of a text: only rows of one
#: mind are taken.
WHOLE = (
    "chnsenticorp_std",
    "hotel",
    "online_shopping",
    "waimai",
    "nlpcc2014",
    "ewect_usual",
    "weibo_senti_2k4",
    "openrice_hk",
)
PARTS = (
    "absa_mooc",
    "absa_zhang_restaurant",
    "absa_camera",
    "absa_car_absa",
    "absa_notebook",
    "absa_shampoo",
    "bdci_car",
)
#: What is left out together: a domain is what a model has not seen, under whatever name a set holds it.
DOMAINS = {
    "hotels": ("chnsenticorp_std", "hotel", "online_shopping:酒店"),
    "takeaway": ("waimai",),
    "shampoo": ("online_shopping:洗发水", "absa_shampoo"),
    "devices": (
        "online_shopping:手机",
        "online_shopping:平板",
        "online_shopping:计算机",
        "absa_notebook",
        "absa_camera",
    ),
    "clothes": ("online_shopping:衣服",),
    "food": ("online_shopping:水果", "online_shopping:蒙牛"),
    "books and discs": ("nlpcc2014", "online_shopping:书籍"),
    "moods": ("ewect_usual",),
    "weibo": ("weibo_senti_2k4",),
    "restaurants": ("openrice_hk", "absa_zhang_restaurant"),
    "courses": ("absa_mooc",),
}
#: The share of negative texts that probabilities are calibrated for: what brands' comments are like, not what
#: balanced sets are.
PRIOR, THRESHOLD = 0.25, 0.35
FREEDOM, MARGIN, BALANCE, SEEN, STEPS = 3.0, 0.3, 0.5, 2, 45
#: The second model's part, and what brings its scores to the first one's spread.
PART, SCALE = 0.3, 3.1
Cost = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass
class Rows:
    """Folded texts, whether each is negative, its source (`set` or `set:category`), whether it is of the held-out
    part.
    """

    texts: list[str]
    neg: np.ndarray
    source: np.ndarray
    held: np.ndarray

    def of(self, mask: np.ndarray) -> Rows:
        at = np.flatnonzero(mask)
        return Rows([self.texts[i] for i in at], self.neg[at], self.source[at], self.held[at])


def key(text: str) -> str:
    """What makes two texts the same: letters and digits alone, in one width and case, without links and names
    called.
    """
    plain = re.sub(r"https?://\S+|@[\w\-]{1,30}", " ", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"\W", "", plain)


def _read(folder: Path, name: str) -> Iterator[tuple[str, int, str, str]]:
    csv.field_size_limit(10_000_000)
    with (folder / name / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text, source = row["text"], f"{name}:{row['cat']}" if "cat" in row else name
            if name == "weibo_senti_2k4":  # labelled by its emoticons
                text = re.sub(r"\[[^\[\]]{1,8}\]", "", text)
            if row.get("label") == "2" or (name in PARTS and row["neg"] == row["pos"]):  # neutral, or of two minds
                continue
            yield text, int(row["neg"]), source, row.get("split", "")


def read(folder: Path) -> Rows:
    """Return every different text once. A fifth of each set is held out by RandomState(0), or its own test part
    where it has one.
    """
    simplified, seen = opinions.simplified(), set()
    texts: list[str] = []
    neg: list[int] = []
    source: list[str] = []
    held: list[np.ndarray] = []
    for name in (*WHOLE, *PARTS):
        official: list[bool] = []
        for text, label, where, split in _read(folder, name):
            said = key(text)
            if len(said) > 1 and said not in seen:
                seen.add(said)
                texts.append(fold(text, simplified))
                neg.append(label)
                source.append(where)
                official.append(split == "test")
        own = name in ("nlpcc2014", "chnsenticorp_std")
        out = np.zeros(len(official), bool)
        out[np.random.RandomState(0).permutation(len(official))[: len(official) // 5]] = True
        held.append(np.array(official) if own else out)
    return Rows(texts, np.array(neg), np.array(source), np.concatenate(held))


def matrix(texts: list[str]) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return (share, presence) of every hashed run: how often over the root of all runs, as the model sums them;
    and whether at all.
    """
    rows, cols = [], []
    for i in range(0, len(texts), 4096):
        found, counts, starts = columns(texts[i : i + 4096])
        size = np.diff([*starts.tolist(), len(found)])
        rows.append(np.repeat(np.arange(len(size)) + i, size)[:, None].repeat(3, 1)[counts].astype(np.int32))
        cols.append(found[counts].astype(np.int32))
    at = (np.concatenate(rows), np.concatenate(cols))
    share = sp.csr_matrix((np.ones(len(at[0]), np.float32), at), shape=(len(texts), 1 << BITS))
    share.sum_duplicates()
    presence = share.copy()
    presence.data[:] = 1
    total = np.sqrt(np.maximum(np.asarray(share.sum(1)).ravel(), 1))
    return sp.diags(1 / total).dot(share).tocsr().astype(np.float32), presence


def fit(share: sp.csr_matrix, presence: sp.csr_matrix, neg: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, float]:
    """Return (weight a column, bias) of two linear models taken together: logistic regression on runs weighted by
    their naive Bayes log ratio, and a support vector machine on runs weighted by how rare they are.
    """
    _names, at, count = np.unique(source, return_inverse=True, return_counts=True)
    row = (len(neg) / len(count) / count)[at] ** BALANCE
    row /= row.mean()
    held = np.asarray(presence.sum(0)).ravel()
    kept = np.flatnonzero(held >= SEEN)
    share, presence = share[:, kept], presence[:, kept]
    against, other = presence.T @ (row * neg) + 1, presence.T @ (row * (1 - neg)) + 1
    ratio = np.log(against / against.sum()) - np.log(other / other.sum())
    rare = (np.log(len(neg) / held[kept]) + 1) / np.log(len(neg) / 50)
    one, bias = solve(share.multiply(ratio), neg, row, logistic, FREEDOM)
    two, also = solve(share.multiply(rare), neg, row, hinge, MARGIN)
    weights = np.zeros(1 << BITS)
    weights[kept] = (1 - PART) * one * ratio + PART * SCALE * two * rare
    return weights, (1 - PART) * bias + PART * SCALE * also


def logistic(margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (loss, its slope) a row."""
    return np.logaddexp(0, -margin), -sigmoid(-margin)


def hinge(margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (loss, its slope) a row: the square of what is missing to 1."""
    short = np.maximum(0, 1 - margin)
    return short * short, -2 * short


def solve(
    scaled: sp.spmatrix, neg: np.ndarray, row: np.ndarray, cost: Cost, freedom: float
) -> tuple[np.ndarray, float]:
    """Return (weights, bias) of least cost, rows weighing `row`, weights held towards 0."""
    held = scaled.tocsr().astype(np.float32)
    turned, sign = held.T.tocsr(), 2 * neg - 1

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = cost(sign * (held @ at[:-1] + at[-1]))
        pull = sign * row * slope
        return float(row @ value + 0.5 * at[:-1] @ at[:-1] / freedom), np.append(
            turned @ pull + at[:-1] / freedom, pull.sum()
        )

    start = np.zeros(held.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return best[:-1], float(best[-1])


@dataclass
class LeftOut:
    """A domain: the places of its texts, and what a model that saw none of them says (`logits`)."""

    name: str
    at: np.ndarray
    weights: np.ndarray
    bias: float
    logits: np.ndarray


def left_out(rows: Rows, share: sp.csr_matrix, presence: sp.csr_matrix, of: Sequence[str] = ()) -> Iterator[LeftOut]:
    """Yield each domain, or those of these names, with a model fitted on all others."""
    for name, sources in DOMAINS.items():
        if of and name not in of:
            continue
        out = np.isin(rows.source, sources)
        weights, bias = fit(share[~out], presence[~out], rows.neg[~out], rows.source[~out])
        at = np.flatnonzero(out & (rows.source != "absa_shampoo"))  # 99 % praise: no judge of anything
        yield LeftOut(name, at, weights, bias, share[at] @ weights + bias)


def calibrate(told: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """Return (slope, shift) fitted over left-out domains, each weighing the same and each as if PRIOR of it were
    negative.
    """
    z, y = (np.concatenate([t[i] for t in told]) for i in (0, 1))
    weight = np.concatenate(
        [np.where(n == 1, PRIOR / n.mean(), (1 - PRIOR) / (1 - n.mean())) / len(n) for _, n in told]
    )

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        x = at[0] * z + at[1]
        miss = weight * (sigmoid(x) - y)
        return float((weight * (np.logaddexp(0, x) - y * x)).sum()), np.array([miss @ z, miss.sum()])

    slope, shift = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(slope), float(shift)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the public sets")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for weights.npz and model.json")
    parser.add_argument("--date", default=date.today().isoformat(), help="names the fit")
    a = parser.parse_args()
    every = read(a.data)
    rows = every.of(~every.held)
    share, presence = matrix(rows.texts)
    told = [(one.logits, rows.neg[one.at]) for one in left_out(rows, share, presence)]
    slope, shift = calibrate(told)
    weights, bias = fit(share, presence, rows.neg, rows.source)
    data = packed(weights, bias, f"{a.date} {len(rows.texts)}")
    (a.out / "weights.npz").write_bytes(data)
    said: dict[str, Any] = {
        "about": "Calibration of weights.npz over domains left out in turn; `threshold`: negative from there on.",
        "source": "tools/train_opinion.py; sets and licences: docs/opinion.md, NOTICE",
        "date": a.date,
        "slope": round(slope, 4),
        "shift": round(shift, 4),
        "prior": PRIOR,
        "threshold": THRESHOLD,
    }
    (a.out / "model.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps({"rows": len(rows.texts), "bytes": len(data), "slope": said["slope"], "shift": said["shift"]}))


if __name__ == "__main__":
    main()
