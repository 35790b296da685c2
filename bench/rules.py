"""Claim: the rules find what was planted and keep quiet where nothing was, on seeds nobody tuned on.

Years of the sample generator, every other one without its stories (bench/worlds/brand.py). Each is looked at on ten
Mondays of a summer without a story, and on the two Mondays after the week in which spend was cut (D2a) and after a
piece took off (D2c). Counted a rule: years in which what was planted was found; findings that nothing planted accounts
for. The summer holds the series that nobody finishes (C3b), which `insight.completion_low` should say, and contest
posts that are shared less, which `insight.share_low` may. Prints one JSON line a seed and one for all.

`python bench/rules.py [--seeds 24] [--first 1000]`
"""

import argparse
import json
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.worlds.house import Made, house  # noqa: E402

SUMMER = [date(2026, 6, 29) + timedelta(weeks=k) for k in range(10)]
CUT, HIT = date(2026, 11, 16), date(2026, 11, 23)


def look(made: Made, day: date) -> list[tuple[str, Any]]:
    """Return (rule, finding) of every rule on one day; they are kept as the night's job keeps them, for rules heed what
    was told before. Raises what a rule raises."""
    from hongqiao import warehouse
    from hongqiao.ledger import rules, services
    from hongqiao.ledger.rules import Look, settings_of

    handle, shared, said = warehouse.open(made.brand.pk), {}, []
    for code, rule in sorted(rules.all_rules().items()):
        found = list(rule.detect(Look(made.brand, handle, day, settings_of(made.brand, rule), shared)))
        services.raise_all(made.brand, rule, found, day, handle.version)
        said += [(code, raised) for raised in found]
    return said


def planted(lived: Any, code: str, raised: Any) -> str:
    """Return which story a finding tells, "" where none."""
    subject, where = raised.subject, raised.subject.get("where", {})
    titles = {s: {p.title for found in lived.own.values() for p in found if p.story == s} for s in ("C3b", "D2c")}
    if code == "insight.source_cut" and where.get("platform") == "douyin":
        return "D2a"
    if code == "insight.early" and raised.params.get("title") in titles["D2c"]:
        return "D2c"
    if code == "insight.completion_low" and raised.params.get("title") in titles["C3b"]:
        return "C3b"
    moved = code == "insight.moved" and raised.day >= CUT - timedelta(days=9)
    if moved and subject["metric"] in ("followers_new", "ad_conversions") and raised.variant.endswith("down"):
        return "D2a" if where.get("platform") in ("douyin", "oceanengine") else ""
    return ""


def year(seed: str, story: bool) -> dict[str, Any]:
    """Return the hits and the false findings of one year."""
    from bench.worlds import brand

    began, lived = time.perf_counter(), brand.world(seed, story=story)
    made = Made(f"{seed}-{'with' if story else 'without'}")
    brand.settle(made, lived, [SUMMER[0] - timedelta(weeks=k) for k in range(26, 0, -1)] + SUMMER
                 + [SUMMER[-1] + timedelta(weeks=k) for k in range(1, 13)])  # fmt: skip
    hits: dict[str, set[str]] = {}
    summer: Counter[str] = Counter()
    autumn: Counter[str] = Counter()
    keys: list[str] = []
    seen: set[str] = set()
    for day in [*SUMMER, CUT, HIT]:
        for code, raised in look(made, day):
            told = planted(lived, code, raised)
            if told and (story or told == "C3b"):
                hits.setdefault(told, set()).add(code)
            elif raised.key not in seen:
                (summer if day in SUMMER else autumn)[code] += 1
                keys.append(f"{day} {code} {raised.key}")
            seen.add(raised.key)
    found = {name: sorted(codes) for name, codes in sorted(hits.items())}
    said = {"seed": seed, "story": story, "hits": found, "summer": dict(summer), "autumn": dict(autumn), "false": keys}
    return {**said, "seconds": round(time.perf_counter() - began, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--first", type=int, default=1000, help="seeds 0-199 were looked at while building")
    given = parser.parse_args()
    with house():
        years = []
        for n in range(given.first, given.first + given.seeds):
            years.append(year(f"world-{n}", story=n % 2 == 0))
            print(json.dumps({"bench": "rules", **years[-1]}, ensure_ascii=False), flush=True)
    whole: dict[str, Any] = {"bench": "rules", "years": len(years)}
    for story in (True, False):
        some = [y for y in years if y["story"] is story]
        hits = Counter(f"{name}:{code}" for y in some for name, codes in y["hits"].items() for code in codes)
        weeks = {when: sum((Counter(y[when]) for y in some), Counter()) for when in ("summer", "autumn")}
        whole["with" if story else "without"] = {"years": len(some), "hits": hits, **weeks}
    print(json.dumps(whole, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
