"""Claim: whether a text speaks against is read better than by the usual open tools, across domains that no tool was
fitted on.

Printed as JSON lines: the file that ships on the fifth of each public set that it was not fitted on; then domain by
domain left out of the fit (accuracy, macro-F1, precision and recall of negative, AUC, Brier; `at_prior` weighs rows
as if a quarter were negative); the same after learning from 200 of its rows; kinds on both halves of the labelled
sentences, kinds and flags on the labelled posts; texts a second. `--peers` adds, on the same rows, SnowNLP and cnsenti
(as they ship, 400 texts a domain), fastText and TF-IDF with LinearSVC (fitted on the same rows) where they are
installed.

`python bench/opinion.py [--data FOLDER] [--only ship|domains|kinds|speed] [--of NAME…] [--peers]`
"""

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from hongqiao.crisis.reading import flags  # noqa: E402
from hongqiao.knowledge import opinions  # noqa: E402
from hongqiao.methods.opinion import Calibration, Model, learn  # noqa: E402
from hongqiao.methods.opinion.calibrating import sigmoid  # noqa: E402
from tools.train_opinion import DOMAINS, PRIOR, THRESHOLD, LeftOut, Rows, calibrate, left_out, matrix, read  # noqa: E402

SHARED = Path(os.environ.get("HONGQIAO_SHARED", ROOT.parent / "shared")) / "data" / "opinion"
KINDS = ROOT / "tests" / "methods" / "data" / "opinion_kinds.csv"
POSTS = KINDS.with_name("opinion_posts.csv")
DENIALS = KINDS.with_name("opinion_denials.csv")
FEW = 400
#: Domains on which peers are run as well: those least like the others.
PEERED = ("hotels", "takeaway", "books and discs", "moods", "weibo", "restaurants")


def measured(neg: np.ndarray, p: np.ndarray, at: float = THRESHOLD, prior: float = 0.0) -> dict[str, float]:
    """Figures of probabilities against labels; with a prior, rows weigh as if that share were negative."""
    share = neg.mean()
    w = np.where(neg == 1, prior / share, (1 - prior) / (1 - share)) if prior else np.ones(len(neg))
    said = p >= at
    tp, fp = w[said & (neg == 1)].sum(), w[said & (neg == 0)].sum()
    fn, tn = w[~said & (neg == 1)].sum(), w[~said & (neg == 0)].sum()
    rank = rankdata(p)[neg == 1].sum() - neg.sum() * (neg.sum() + 1) / 2
    found = {
        "acc": (tp + tn) / w.sum(),
        "f1": tp / (2 * tp + fp + fn) + tn / (2 * tn + fp + fn),
        "precision": tp / max(tp + fp, 1e-9),
        "recall": tp / (tp + fn),
        "auc": rank / (neg.sum() * (1 - neg).sum()),
        "brier": (w * (p - neg) ** 2).sum() / w.sum(),
    }
    return {k: round(float(v), 4) for k, v in found.items()}


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {k: round(sum(r[k] for r in rows) / len(rows), 4) for k in rows[0]}


def say(**line: Any) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def ship(rows: Rows) -> None:
    """The shipped file on what it was not fitted on, a set at a time; balanced sets are judged at a half."""
    judge, held = opinions.judge(), rows.of(rows.held)
    name = np.array([s.split(":")[0] for s in held.source])
    even = Calibration(judge.calibration.slope, 0.0)
    for one in dict.fromkeys(name.tolist()):
        part = held.of(name == one)
        if part.neg.sum() >= 30:
            p = even.probabilities(judge.model, judge.denials.without(part.texts))
            say(part="held out", set=one, rows=len(p), **measured(part.neg, p, at=0.5))


def domains(rows: Rows, peers: bool, of: Sequence[str] = ()) -> None:
    """Each domain with a model that saw none of it, calibrated on the others; then with 200 of its rows."""
    open_ = rows.of(~rows.held)
    told = list(left_out(open_, *matrix(open_.texts), of))
    every: dict[str, list[dict[str, float]]] = {}
    for one in told:
        slope, shift = calibrate([(o.logits, open_.neg[o.at]) for o in told if o is not one])
        neg, plain = open_.neg[one.at], sigmoid(slope * one.logits + shift)
        p = sigmoid(slope * denied(open_, one) + shift)
        figures = {
            "denials as worded": measured(neg, plain),
            "as they are": measured(neg, p),
            "at_prior": measured(neg, p, prior=PRIOR),
            "after 200": taught(open_, one, Calibration(slope, shift)),
        }
        if peers and one.name in PEERED:
            figures |= {"ours beside peers": figures["at_prior"], **dict(beside(open_, one.name, one.at))}
        for how, found in figures.items():
            say(part="left out", domain=one.name, rows=len(one.at), how=how, **found)
            every.setdefault(how, []).append(found)
    for how, found in every.items():
        say(part="left out", domain="mean", domains=len(found), how=how, **mean(found))


def denied(rows: Rows, one: LeftOut) -> np.ndarray:
    """The left-out model's logits where denied complaints are read as such; the other texts keep theirs."""
    model, said = Model(one.weights.astype(np.float32), one.bias, "", {}), [rows.texts[i] for i in one.at]
    told = opinions.denials().without(said)
    at = [n for n, (a, b) in enumerate(zip(said, told, strict=True)) if a != b]
    logits = one.logits.copy()
    logits[at] = model.logits([told[n] for n in at])
    say(part="left out", domain=one.name, denying=len(at), of=len(said), negative=int(rows.neg[one.at][at].sum()))
    return logits


def taught(rows: Rows, one: LeftOut, shipped: Calibration) -> dict[str, float]:
    """The left-out domain after 200 of its own rows; judged at a half, as its share of negatives is learned."""
    model = Model(one.weights.astype(np.float32), one.bias, "", {})
    turn = np.random.default_rng(0).permutation(one.at)
    texts = opinions.denials().without([rows.texts[i] for i in turn])
    own = learn(model, texts[:200], rows.neg[turn[:200]].tolist(), shipped)
    return measured(rows.neg[turn[200:]], own.probabilities(model, texts[200:]), at=0.5)


def beside(rows: Rows, name: str, at: np.ndarray) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the peers' figures on the same domain, at a prior of a quarter."""
    turn = np.random.default_rng(0).permutation(at)[:FEW]
    few, neg = [rows.texts[i] for i in turn], rows.neg[turn]
    for peer, method in (("SnowNLP", snownlp), ("cnsenti", cnsenti)):
        yield peer, measured(neg, method(few), at=0.5, prior=PRIOR)
    out = np.isin(rows.source, DOMAINS[name])
    rest, texts = rows.of(~out), [rows.texts[i] for i in at]
    for peer, trained in (("fastText", fasttext), ("TF-IDF LinearSVC", svc)):
        yield peer, measured(rows.neg[at], trained(rest, texts), at=0.5, prior=PRIOR)


def snownlp(texts: list[str]) -> np.ndarray:
    from snownlp import SnowNLP  # type: ignore[import-not-found]

    return np.array([1 - SnowNLP(t).sentiments for t in texts])


def cnsenti(texts: list[str]) -> np.ndarray:
    from cnsenti import Sentiment  # type: ignore[import-not-found]

    tool = Sentiment()
    counted = [tool.sentiment_count(t) for t in texts]
    return np.array([(c["neg"] + 0.5) / (c["neg"] + c["pos"] + 1) - 1e-6 for c in counted])


def fasttext(rest: Rows, texts: list[str]) -> np.ndarray:
    """Characters as words, runs of up to three of them."""
    import fasttext as tool  # type: ignore[import-not-found]

    def spaced(text: str) -> str:
        return " ".join("".join(text.split()))

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for i in np.random.default_rng(0).permutation(len(rest.texts)):
            file.write(f"__label__{rest.neg[i]} {spaced(rest.texts[i])}\n")
        file.flush()
        settings = {"epoch": 5, "lr": 0.3, "wordNgrams": 3, "bucket": 1_000_000, "dim": 50, "thread": 1, "verbose": 0}
        model = tool.train_supervised(file.name, **settings)
    labels, chances = model.predict([spaced(t) for t in texts], k=2)
    told = [dict(zip(names, p, strict=True)) for names, p in zip(labels, chances, strict=True)]
    return np.array([t.get("__label__1", 0.0) for t in told])


def svc(rest: Rows, texts: list[str]) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-not-found]
    from sklearn.svm import LinearSVC  # type: ignore[import-not-found]

    seen = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, dtype=np.float32)
    model = LinearSVC(C=0.3).fit(seen.fit_transform(rest.texts), rest.neg)
    return sigmoid(2 * model.decision_function(seen.transform(texts)))


def halves(path: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield labelled sentences: those looked at while the rules were written, those only counted, those written after
    the rules.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for half in dict.fromkeys(r["half"] for r in sorted(rows, key=lambda r: r["half"] != "seen")):
        yield half, [r for r in rows if r["half"] == half]


def kinds() -> None:
    """Precision and recall of kinds, each half; `negative`: of the model on these sentences."""
    for half, part in halves(KINDS):
        read_ = opinions.judge().read([r["text"] for r in part])
        say(
            part="kinds",
            half=half,
            rows=len(part),
            **of_kinds([o.kind for o in read_], [r["kind"] for r in part]),
            negative=measured(np.array([int(r["neg"]) for r in part]), np.array([o.p for o in read_])),
        )


def of_kinds(read_: list[str], labels: list[str]) -> dict[str, Any]:
    """Precision and recall over the kinds of the labels, and each kind's: right of those said, right of those there."""
    said, want = Counter(read_), Counter(labels)
    right = Counter(a for a, b in zip(read_, labels, strict=True) if a == b)
    hits = sum(n for k, n in right.items() if k)
    return {
        "precision": round(hits / sum(n for k, n in said.items() if k), 4),
        "recall": round(hits / sum(n for k, n in want.items() if k), 4),
        "kinds": {k or "none": f"{right[k]}/{said[k]} {right[k]}/{want[k]}" for k in sorted(want)},
    }


def denials() -> None:
    """Sentences that deny a complaint, or look so, each half: precision and recall of negative."""
    judge = opinions.judge()
    for half, part in halves(DENIALS):
        neg = [r["neg"] == "1" for r in part]
        said = [o.negative for o in judge.read([r["text"] for r in part])]
        plain = judge.calibration.probabilities(judge.model, judge.model.fold([r["text"] for r in part]))
        figures = {}
        for how, one in (("as worded", (plain >= judge.threshold).tolist()), ("denials read", said)):
            hits = sum(a and b for a, b in zip(neg, one, strict=True))
            figures[how] = {"precision": round(hits / max(1, sum(one)), 4), "recall": round(hits / sum(neg), 4)}
        say(part="denials", half=half, rows=len(part), **figures)


def posts() -> None:
    """Posts, headlines and reviews as the crisis room reads them, each half: kinds, flags, and whether against."""
    judge = opinions.judge()
    for half, part in halves(POSTS):
        texts = [r["text"] for r in part]
        read_ = judge.read(texts)
        cues = flags.flags(flags.fold(texts), [o.p for o in read_], judge.threshold)
        told = [flags.told(o, c) for o, c in zip(read_, cues, strict=True)]
        neg, said = [r["neg"] == "1" for r in part], [t.negative for t in told]
        hits = sum(a and b for a, b in zip(neg, said, strict=True))
        true, found = [set(r["flags"].split()) for r in part], [{c.kind for c in c_} for c_ in cues]
        for had, one in zip(found, told, strict=True):
            had |= {"reaction"} if one.kind == "allergy" and one.negative else set()  # what alarms
        say(
            part="posts",
            half=half,
            rows=len(part),
            **of_kinds([t.kind for t in told], [r["kind"] for r in part]),
            negative={"precision": round(hits / sum(said), 4), "recall": round(hits / sum(neg), 4)},
            flags={
                f: f"{sum(f in a and f in b for a, b in zip(true, found, strict=True))}"
                f"/{sum(f in b for b in found)} of {sum(f in a for a in true)}"
                for f in sorted(set().union(*true, *found))
            },
        )


def alarms(rows: Rows, words: tuple[str, ...] = ("过敏", "刺痛", "长痘", "红肿", "痒", "疹")) -> None:
    """Held-out texts that name a reaction of the skin: how many are negative, how many are told as allergy, and how
    many of those are negative.
    """
    judge, held = opinions.judge(), rows.of(rows.held)
    for name, sources in (("held-out shop reviews", "online_shopping"), ("all shampoo aspects", "absa_shampoo")):
        pool = held if sources == "online_shopping" else rows
        at = [i for i, t in enumerate(pool.texts) if pool.source[i].startswith(sources) and any(w in t for w in words)]
        told = [o.kind == "allergy" for o in judge.read([pool.texts[i] for i in at])]
        neg = pool.neg[at]
        say(
            part="alarms",
            of=name,
            naming=len(at),
            negative=int(neg.sum()),
            told=sum(told),
            told_and_negative=int(neg[np.array(told)].sum()),
        )


def speed(rows: Rows) -> None:
    """Texts a processor second of one thread: probability alone, and with kinds."""
    judge, texts = opinions.judge(), rows.texts[::5]
    ways: dict[str, Callable[[list[str]], Any]] = {
        "probability": lambda t: judge.calibration.probabilities(
            judge.model, judge.denials.without(judge.model.fold(t))
        ),
        "with kinds": judge.read,
    }
    for name, way in ways.items():
        took = []
        for _ in range(3):
            start = time.process_time()
            way(texts)
            took.append(time.process_time() - start)
        say(part="speed", what=name, texts=len(texts), a_second=round(len(texts) / min(took)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--only", choices=["ship", "domains", "kinds", "speed"])
    parser.add_argument("--of", nargs="*", default=[], help="left-out domains, calibrated on each other; else all")
    parser.add_argument("--peers", action="store_true")
    a = parser.parse_args()
    wanted = [a.only] if a.only else ["ship", "domains", "kinds", "speed"]
    if "kinds" in wanted:
        kinds()
        denials()
        posts()
    if not a.data.is_dir():
        say(skipped="no data", wanted="a folder of the public sets, --data")
        return
    rows = read(a.data)
    if "kinds" in wanted:
        alarms(rows)
    if "ship" in wanted:
        ship(rows)
    if "speed" in wanted:
        speed(rows)
    if "domains" in wanted:
        domains(rows, a.peers, a.of)


if __name__ == "__main__":
    main()
