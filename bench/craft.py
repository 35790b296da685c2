"""Claim: what reads for craft finds most faults of an article's logic, a video's opening and a note's truth to life.

150 labelled fragments (tests/methods/craft/labelled/README.md), each asked one question; half was open while rules and
cues were written, the other was not. Beside ours the plain way: a word list (conclusion words without evidence words,
greeting words …) as a person would search for them. Then the time of law and craft together over one article of 10,000
characters. Prints JSON lines. `python bench/craft.py [--half open|unseen]`.
"""

import argparse
import json
import os
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
django.setup()

from hongqiao.compliance import packs  # noqa: E402
from hongqiao.compliance.craft import rules  # noqa: E402
from hongqiao.methods import craft, wording  # noqa: E402
from tests.methods.craft import halves  # noqa: E402

KNOW = craft.known(rules.file("thresholds"), rules.file("cues"))
#: The plain way: a fault is said wherever these words are (or, after "no ", are not).
PLAIN = {
    "jump": "所以|因此|由此可见|总之|综上",
    "dangling": "它|他们|前者|后者|上述|第三点",
    "no_evidence": r"研究表明|专家|数据显示|百分之|\d%|\d倍|[一二三四五六七八九]成",
    "contradiction": "但是|不过|没有",
    "repeat": "再次|最后想说",
    "promise": "[0-9一二两三四五六七八九十]个",
    "appeal": "no 我|她|他",
    "no_hook": "大家好|哈喽|今天给大家|欢迎",
    "no_scene": "no 昨天|今天|上周|早上|晚上",
    "no_testimony": "no 我",
    "share_reward": "转发.*(?:领|送)|集.*赞",
    "no_cta": "no 留言|关注|收藏|点赞",
    "many_cta": "留言.*关注|关注.*留言",
    "typo": "的的|了了|，，|。。",
}


def ours(row: dict[str, Any]) -> bool:
    draft = halves.draft(row)
    if row["asks"] == "share_reward":
        hits = wording.check(draft.text, packs.rule_set(draft.platform, ""))
        return any(h.level == "block" and h.rule.startswith("inducement") for h in hits)
    return any(f.rule in halves.RULES[row["asks"]] for f in craft.check(draft, KNOW))


def plain(row: dict[str, Any]) -> bool:
    draft = halves.draft(row)
    said = "\n".join((draft.title, draft.text, *(s.line for s in draft.shots)))
    words = PLAIN[row["asks"]]
    there = re.search(words.removeprefix("no "), said, re.DOTALL) is not None
    return there != words.startswith("no ")


def score(half: str, method: str) -> dict[str, Any]:
    """Return precision and recall over one half, and for each question right/said and found/faulty."""
    say = ours if method == "ours" else plain
    said, right, faulty = Counter[str](), Counter[str](), Counter[str]()
    rows = [r for r in halves.rows() if halves.unseen(r["id"]) == (half == "unseen")]
    for row in rows:
        got = say(row)
        said[row["asks"]] += got
        right[row["asks"]] += got and row["faulty"]
        faulty[row["asks"]] += row["faulty"]
    return {
        "half": half,
        "method": method,
        "rows": len(rows),
        "precision": round(right.total() / max(said.total(), 1), 3),
        "recall": round(right.total() / max(faulty.total(), 1), 3),
        "right_of_said": f"{right.total()}/{said.total()}",
        "found_of_faulty": f"{right.total()}/{faulty.total()}",
        "questions": {k: f"{right[k]}/{said[k]} {right[k]}/{faulty[k]}" for k in sorted(faulty)},
    }


#: The faults of whole pieces → the rules that answer them.
OF_CASES = halves.RULES | {
    "no_testimony": {"craft.testimony", "craft.official"},
    "share_reward": {"inducement.share", "inducement.follow", "inducement.draw"},
}


def cases() -> dict[str, Any]:
    """Return how many faults of twelve whole pieces are found at their place, and how many sound pieces are held.

    tests/methods/wording/cases_craft.json: written by another hand, open while rules were made.
    """
    found, asked = Counter[str](), Counter[str]()
    held = told = 0
    for case in json.loads((Path(halves.__file__).parents[1] / "wording" / "cases_craft.json").read_text("utf-8")):
        draft = _piece(case)
        said = [*craft.check(draft, KNOW), *_words(draft)]
        for fault in case["faults"]:
            asked[fault["code"]] += 1
            found[fault["code"]] += any(_answers(f, fault, draft) for f in said)
        if case["verdict"] == "sound":
            wrong = {f.rule for f in said if f.rule in set().union(*OF_CASES.values())}
            held += bool(wrong & {"craft.jump", "craft.hook"})
            told += bool(wrong)
    return {
        "pieces": "twelve whole pieces",
        "found_of_faulty": f"{found.total()}/{asked.total()}",
        "by_fault": {k: f"{found[k]}/{asked[k]}" for k in sorted(asked)},
        "sound_held": held,
        "sound_with_any": told,
    }


def _piece(case: dict[str, Any]) -> craft.Draft:
    shots = tuple(
        craft.Shot(s["start"], s["end"], s["line"], s["caption"], s["picture"]) for s in case.get("shots", ())
    )
    text = (case.get("text") or "").replace("\n\n", "\n")
    return craft.Draft(case["platform"], case["form"], case["title"], text=text, shots=shots)


def _words(draft: craft.Draft) -> list[craft.Found]:
    hits = wording.check(draft.text, packs.rule_set(draft.platform, ""))
    return [craft.Found(h.rule, "block", "text", h.start, h.end) for h in hits if h.level == "block"]


def _answers(f: craft.Found, fault: dict[str, Any], draft: craft.Draft) -> bool:
    """Whether something found is this fault: the same kind, and where it has a place, on it."""
    if f.rule not in OF_CASES[fault["code"]]:
        return False
    if draft.shots:
        return fault["where"] in draft.shots[int(f.place.split(".")[1])].line
    at = draft.text.find(fault["where"])
    return f.end == f.start or (f.start < at + len(fault["where"]) and at < f.end)


def seconds() -> dict[str, Any]:
    """Processor time of law and craft over one article of 10,000 characters, best of ten."""
    lines = [r["text"] for r in halves.rows() if r.get("text") and not r["faulty"]]
    text = "\n".join(lines * (10_000 // sum(map(len, lines)) + 1))[:10_000]
    draft, ready = craft.Draft("wechat_oa", "article", "标题", text=text), packs.rule_set("wechat_oa", "cosmetics")
    took: dict[str, float] = {}
    for name, act in (
        ("law", lambda: wording.check(text, ready)),
        ("craft", lambda: list(craft.check(draft, KNOW))),
    ):
        best = 9.0
        for _ in range(10):
            start = time.process_time()
            act()
            best = min(best, time.process_time() - start)
        took[name] = round(best * 1000, 1)
    return {"characters": len(text), "ms": took, "together": round(sum(took.values()), 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=["open", "unseen"])
    asked = parser.parse_args().half
    for half in [asked] if asked else ["open", "unseen"]:
        for method in ("ours", "plain list"):
            print(json.dumps(score(half, method), ensure_ascii=False))
    print(json.dumps(cases(), ensure_ascii=False))
    print(json.dumps(seconds()))


if __name__ == "__main__":
    main()
