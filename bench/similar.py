"""Claim: copies and same-wording waves are collapsed in linear time: ≥ 30k texts/s, recall ≥ .98, false pairs ≤ .5
%, 100k texts ≤ 5 s.

Gold: short texts of the public sets (README of the data folder) as background, and of some of them three copies
each, each changed in one of six ways (`--ways 3`: in three at once): noise of signs, forwarding, cut to three
quarters, a tenth of the characters changed, a tag and a quarter of foreign text, clauses turned. Recall: copies in
the cluster of their original. False: pairs of one cluster, not of one wave, that share less than half of their
pairs of characters and of which the shorter has less than 0.7 in the longer (the rule by which pairs are accepted,
so partly circular). datasketch beside, where it is installed.

`python bench/similar.py [--data FOLDER] [--texts 30000] [--peer]`
"""

import argparse
import csv
import json
import os
import random
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from hongqiao.methods.similarity import clusters, said

SHARED = Path(os.environ.get("HONGQIAO_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "opinion"
SETS = ("online_shopping", "cold_offensive", "waimai", "nlpcc2014")


def background(folder: Path, count: int) -> list[str]:
    """Different texts of 8 to 120 letters, in an order that the seed fixes."""
    found: dict[str, str] = {}
    for name in SETS:
        with (folder / name / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if 8 <= len(said(row["text"])) <= 120:
                    found.setdefault(said(row["text"]), row["text"])
    texts = list(found.values())
    random.Random(0).shuffle(texts)
    return texts[:count]


def changed(text: str, other: str, ways: list[int], rng: random.Random) -> str:
    """The text changed in these ways."""
    for way in ways:
        if way == 0:
            text = "".join(c + (rng.choice("!~…，😂") if rng.random() < 0.1 else "") for c in text)
        elif way == 1:
            text = f"转发 {text} //@路人{rng.randrange(99)}: 说得好"
        elif way == 2:
            text = text[: max(6, len(text) * 3 // 4)]
        elif way == 3:
            text = "".join(rng.choice(other) if rng.random() < 0.1 else c for c in text)
        elif way == 4:
            text = f"{text} #{other[:4]}# {other[: len(text) // 4]}"
        else:
            parts = re.split(r"(?<=[，。！？,.!?])", text)
            rng.shuffle(parts)
            text = "".join(parts)
    return text


def gold(texts: list[str], waves: int, at_once: int) -> tuple[list[str], list[int]]:
    """Return texts with copies among them, shuffled, and the wave of each (-1: none)."""
    rng = random.Random(1)
    rows = [(t, n if n < waves else -1) for n, t in enumerate(texts)]
    for n in range(waves):
        ways = rng.sample(range(6), 6)
        for i in range(3):
            turn = [ways[(i + k) % 6] for k in range(at_once)]
            rows.append((changed(texts[n], rng.choice(texts), turn, rng), n))
    rng.shuffle(rows)
    return [t for t, _ in rows], [w for _, w in rows]


def score(texts: list[str], waves: list[int], found: list[int], originals: set[str]) -> dict[str, Any]:
    """Recall of copies and share of false pairs (at most 50 members of a cluster are compared)."""
    home = {w: found[i] for i, w in enumerate(waves) if w >= 0 and texts[i] in originals}
    copies = [i for i, w in enumerate(waves) if w >= 0 and texts[i] not in originals]
    pairs = wrong = 0
    members: dict[int, list[int]] = defaultdict(list)
    for i, c in enumerate(found):
        members[c].append(i)
    for group in members.values():
        wave = [waves[i] for i in group[:50]]
        sets = [{s[k : k + 2] for k in range(len(s) - 1)} or {s} for s in (said(texts[i]) for i in group[:50])]
        for x in range(len(sets)):
            for y in range(x):
                both = len(sets[x] & sets[y])
                pairs += 1
                same = wave[x] == wave[y] >= 0
                wrong += (
                    not same and both < 0.5 * len(sets[x] | sets[y]) and both < 0.7 * min(len(sets[x]), len(sets[y]))
                )
    return {
        "recall": round(sum(found[i] == home[waves[i]] for i in copies) / len(copies), 4),
        "false_pairs": round(wrong / max(pairs, 1), 4),
        "pairs": pairs,
        "largest": max(len(g) for g in members.values()),
    }


def datasketch(texts: list[str]) -> list[int]:
    """The same by datasketch's MinHash LSH (64 permutations, 0.5), each text with the first that it meets."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    index, found = MinHashLSH(threshold=0.5, num_perm=64), []
    for i, text in enumerate(texts):
        plain = said(text)
        hashed = MinHash(num_perm=64)
        hashed.update_batch([plain[k : k + 2].encode() for k in range(max(1, len(plain) - 1))])
        met = [int(k) for k in index.query(hashed)]
        index.insert(str(i), hashed)
        found.append(found[min(met)] if met else i)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--texts", type=int, default=0)
    parser.add_argument("--ways", type=int, default=1)
    parser.add_argument("--peer", action="store_true")
    a = parser.parse_args()
    if not a.data.is_dir():
        print(json.dumps({"skipped": "no data", "wanted": "a folder of the public sets, --data"}))
        return
    for count in [a.texts] if a.texts else [30_000, 100_000]:
        waves = count // 20
        originals = background(a.data, count - 3 * waves)
        texts, labels = gold(originals, waves, a.ways)
        for name, method in [("ours", clusters), *([("datasketch", datasketch)] if a.peer else [])]:
            wall, start = time.perf_counter(), time.process_time()
            found = method(texts)
            cpu, wall = time.process_time() - start, time.perf_counter() - wall
            line = {"method": name, "texts": len(texts), "cpu_s": round(cpu, 2), "wall_s": round(wall, 2)}
            line |= {"texts_a_cpu_s": round(len(texts) / cpu)} | score(texts, labels, found, set(originals[:waves]))
            print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
