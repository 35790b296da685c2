"""Of what feedback speaks: how often the first level is told, and rightly, by rules alone and with the model behind
them, on sentences written for it and on real reviews.

`python bench/feedback.py [--data FOLDER]`: FOLDER holds the public sets as tools/train_opinion.py reads them; without
it the real reviews, of which only labels are kept here, are left out. A text may be of two kinds: either is right.
Prints a JSON line a set, half and way.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")

import django  # noqa: E402

django.setup()

from train_kinds import mark  # noqa: E402
from train_opinion import read  # noqa: E402

from hongqiao.audience.feedback import classifying, kinds  # noqa: E402
from hongqiao.knowledge import opinions  # noqa: E402

TESTS = ROOT / "tests" / "audience" / "feedback"
Labelled = tuple[str, set[str]]  # text, its kinds; none where it has none


def sets(data: Path | None) -> Iterator[tuple[str, str, list[Labelled]]]:
    """Yield (set, half, labelled texts)."""
    for name in ("sentences", "fresh"):
        with (TESTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for half in dict.fromkeys(r["half"] for r in rows):
            yield name, half, [(r["text"], {r["kind"]} - {""}) for r in rows if r["half"] == half]
    if data is None:
        return
    with (TESTS / "real.csv").open(encoding="utf-8", newline="") as file:
        told = {r["mark"]: r for r in csv.DictReader(file)}
    every = read(data)
    held = {m: t for t, out in zip(every.texts, every.held, strict=True) if out and (m := mark(t)) in told}
    for half in ("open", "blind"):
        some = [(held[m], {r["kind"], *r["also"].split()} - {""}) for m, r in told.items() if r["half"] == half]
        yield "real reviews, held out", half, some


def scored(rows: Sequence[Labelled], said: Sequence[str], level: int = 1) -> dict[str, float]:
    """Precision and recall of what was said, at the first level or the second."""
    cut = kinds.group_of if level == 1 else str
    got, true = [cut(s) for s in said], [{cut(k) for k in ks} for _t, ks in rows]
    right = sum(g in t for g, t in zip(got, true, strict=True) if g)
    return {
        "precision": round(right / max(1, sum(map(bool, got))), 3),
        "recall": round(right / max(1, sum(map(bool, true))), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path)
    a = parser.parse_args()
    plain = kinds.shipped(), classifying.Taught(opinions.judge(), (), ())
    for name, half, rows in sets(a.data):
        told = classifying.told([t for t, _k in rows], *plain)
        ways = {
            "rules": [r.rule for r in told],
            "model alone": [
                k
                for k, _p in opinions.leanings().of(
                    opinions.denials().without(opinions.model().fold([t for t, _k in rows]))
                )
            ],
            "together": [r.kind for r in told],
        }
        for how, said in ways.items():
            line = {"set": name, "half": half, "rows": len(rows), "how": how, **scored(rows, said)}
            print(json.dumps(line | {"second level": scored(rows, said, 2)}, ensure_ascii=False), flush=True)
    texts = [t for _n, _h, rows in sets(None) for t, _k in rows] * 20
    start = time.process_time()
    classifying.told(texts, *plain)
    print(json.dumps({"texts a processor second": round(len(texts) / (time.process_time() - start))}))


if __name__ == "__main__":
    main()
