"""Claim: of what a legal reviewer would stop, the rules that ship stop nearly all, and stop nearly nothing else.

Two files of labelled sentences (tests/methods/wording/README.md says how they were labelled and are scored): one was
open while rules were written, the other was not. Beside ours a plain word list: the same words, found as they are
written, without reading, patterns or guards. Then the time of 10,000 characters. Prints JSON lines.

`python bench/wording.py [--only seen] [--show]` (`--show`: what was missed and what was stopped wrongly, of the seen
file alone).
"""

import argparse
import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hongqiao.compliance import packs
from hongqiao.methods.wording import check, compiled

LABELS = Path(__file__).resolve().parents[1] / "tests" / "methods" / "wording"
Span = tuple[int, int]


def rows(name: str) -> list[dict[str, Any]]:
    with (LABELS / f"labelled_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{**r, "hits": json.loads(r["hits"])} for r in csv.DictReader(file)]


def expected(row: dict[str, Any], level: str) -> list[Span]:
    """Every place of every labelled text of this level."""
    found = []
    for hit in row["hits"]:
        at = row["text"].find(hit["text"]) if hit["level"] == level else -1
        while at >= 0:
            found.append((at, at + len(hit["text"])))
            at = row["text"].find(hit["text"], at + 1)
    return found


def ours(row: dict[str, Any]) -> list[Span]:
    rules = packs.rule_set(row["platform"], row["industry"])
    return [(h.start, h.end) for h in check(row["text"], rules) if h.level == "block"]


def plain(row: dict[str, Any]) -> list[Span]:
    """A word list as people use them: every blocking word of the same files, found as it is written."""
    words = [w for g in packs.groups() if g["level"] == "block" for w in g.get("terms", ())]
    text = row["text"]
    return [(m, m + len(w)) for w in words for m in [text.find(w)] if m >= 0]


def meets(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def score(name: str, method: str, show: bool = False) -> dict[str, Any]:
    """Return precision and recall of one file, with the numbers they were counted from, by kind too."""
    say = ours if method == "ours" else plain
    right, said, found, wanted = (Counter[str]() for _ in range(4))
    for row in rows(name):
        got, want, kind = say(row), expected(row, "block"), row["kind"]
        good = [g for g in got if any(meets(g, w) for w in want)]
        missed = [w for w in want if not any(meets(g, w) for g in got)]
        for count, number in (
            (right, len(good)),
            (said, len(got)),
            (found, len(want) - len(missed)),
            (wanted, len(want)),
        ):
            count.update({kind: number})
        if show and name != "unseen" and (missed or len(good) < len(got)):
            _tell(row, missed, [g for g in got if g not in good])
    kinds = {k: f"{right[k]}/{said[k]} {found[k]}/{wanted[k]}" for k in sorted(said | wanted)}
    return {
        "file": name,
        "method": method,
        "rows": len(rows(name)),
        "precision": round(right.total() / max(said.total(), 1), 4),
        "recall": round(found.total() / max(wanted.total(), 1), 4),
        "right_of_said": f"{right.total()}/{said.total()}",
        "found_of_wanted": f"{found.total()}/{wanted.total()}",
        "kinds": kinds,
    }


def _tell(row: dict[str, Any], missed: list[Span], wrong: list[Span]) -> None:
    text = row["text"]
    for word, spans in (("missed", missed), ("wrong", wrong)):
        for a, b in spans:
            print(f"{word:6} {row['id']} {row['kind']} {row['platform']}/{row['industry']} [{text[a:b]}] {text}")


def seconds(clean: bool) -> dict[str, Any]:
    """Milliseconds of 10,000 characters of labelled sentences, all or the clean ones: processor time, best of ten."""
    rules = packs.rule_set("xiaohongshu", "cosmetics")
    texts = "。".join(r["text"] for r in rows("seen") if not (clean and r["hits"]))
    text = (texts * (10_000 // len(texts) + 1))[:10_000]
    took = []
    for _ in range(10):
        start = time.process_time()
        check(text, rules)
        took.append(time.process_time() - start)
    took.sort()
    return {
        "sentences": "clean" if clean else "all",
        "characters": len(text),
        "ms": round(took[0] * 1000, 1),
        "ms_median": round(took[5] * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["seen", "more", "unseen"])
    parser.add_argument("--show", action="store_true")
    a = parser.parse_args()
    compiled([])  # what is imported first is not timed
    for name in [a.only] if a.only else ["seen", "more", "unseen"]:
        for method in ("ours", "plain list"):
            print(json.dumps(score(name, method, a.show and method == "ours"), ensure_ascii=False))
    print(json.dumps(seconds(clean=True)))
    print(json.dumps(seconds(clean=False)))


if __name__ == "__main__":
    main()
