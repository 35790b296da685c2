"""Claim: every entry wins as often as it should, whatever it is called and whatever else is on the list, pairs too.

Each stream has its own secret and draws anew for every beacon value, 1, 2, 3 …; ten entries with ids that follow each
other. Looked at by χ²: who is first; which ordered pair is first and second; the same with tickets 1 to 4, against
drawing tickets from an urn. Of many p some are small by chance: under evenness about one in a hundred is under .01.
Then: how long a draw and its check take. Prints JSON lines.

`python bench/draw.py [--draws 100000] [--streams 4] [--entries 1000000]`
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

from scipy import stats

from hongqiao.methods import draw

LIST = "0" * 64
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


def entries(tickets: Sequence[int]) -> list[tuple[str, int]]:
    return [(f"p-{n:02}", t) for n, t in enumerate(tickets)]


def chances(tickets: Sequence[int]) -> dict[tuple[str, str], float]:
    """Return how likely each ordered pair is first and second where tickets are drawn from an urn."""
    held, total = dict(entries(tickets)), sum(tickets)
    return {(a, b): held[a] / total * held[b] / (total - held[a]) for a, b in permutations(held, 2)}


def stream(number: int, draws: int, tickets: Sequence[int]) -> tuple[float, float]:
    """Return p of who is first and p of the ordered pairs over so many draws."""
    secret, listed = bytes.fromhex(draw.sha256(b"stream %d" % number)), entries(tickets)
    pairs: Counter[tuple[str, str]] = Counter()
    for n in range(draws):
        seed = draw.final_seed(secret, LIST, str(n))
        (_k, a), (_l, b) = draw.ranked(seed, listed, 2)
        pairs[a, b] += 1
    wanted = chances(tickets)
    firsts = {e: sum(pairs[p] for p in wanted if p[0] == e) for e, _t in listed}
    first = stats.chisquare(list(firsts.values()), [draws * t / sum(tickets) for t in tickets]).pvalue
    both = stats.chisquare([pairs[p] for p in wanted], [c * draws for c in wanted.values()]).pvalue
    return float(first), float(both)


def evenness(draws: int, streams: int) -> list[dict[str, Any]]:
    told = []
    for name, tickets in {"one ticket": [1] * 10, "tickets 1 to 4": [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]}.items():
        found = [stream(n, draws, tickets) for n in range(streams)]
        for what, values in zip(("first", "ordered pairs"), zip(*found, strict=True), strict=True):
            told.append(
                {
                    "entries": name,
                    "looked": what,
                    "draws": draws,
                    "streams": streams,
                    "least_p": round(min(values), 4),
                    "under_01": sum(v <= 0.01 for v in values),
                    "p_of_all_p_even": round(float(stats.kstest(values, "uniform").pvalue), 3),
                }
            )
    return told


def speed(size: int) -> dict[str, Any]:
    """Return CPU-s of listing, drawing and packing, and of the script that checks, for one draw of so many entries."""
    secret, terms = bytes(range(32)), "terms"
    plan = draw.Plan(
        draw="bench",
        terms=draw.sha256(terms.encode()),
        commitment=draw.commitment(secret),
        opens=NOON - timedelta(days=1),
        closes=NOON,
        beacon=draw.Beacon("bench", NOON + timedelta(hours=2)),
        prizes=(draw.Prize("a", 10), draw.Prize("b", 90)),
        alternates=100,
    )
    started = time.process_time()
    listed = draw.listed(((f"e{n:07}", 1) for n in range(size)), plan)
    at = time.process_time()
    draw.draw(plan, listed, secret, "1")
    drawn = time.process_time()
    times = {"listed_at": NOON + timedelta(hours=1), "drawn_at": NOON + timedelta(hours=3)}
    text = draw.dumps(draw.pack(plan, terms, listed, secret, "1", **times))
    with tempfile.TemporaryDirectory() as folder:
        script, file = Path(folder, "verify_draw.py"), Path(folder, "evidence.json")
        script.write_text(draw.verifier(), "utf-8")
        file.write_text(text, "utf-8")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-I", str(script), str(file)], check=True, capture_output=True)
        checked = time.perf_counter() - began
    return {
        "entries": size,
        "list_cpu_s": round(at - started, 2),
        "draw_cpu_s": round(drawn - at, 2),
        "evidence_mb": round(len(text.encode()) / 1e6, 1),
        "check_wall_s": round(checked, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--streams", type=int, default=4)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    for line in evenness(given.draws, given.streams):
        print(json.dumps(line))
    for size in (given.entries // 10, given.entries):
        print(json.dumps(speed(size)))


if __name__ == "__main__":
    main()
