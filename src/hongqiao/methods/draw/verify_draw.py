#!/usr/bin/env python3
"""Check the evidence of a lucky draw 核验抽奖结果. Needs Python 3.8 or later and nothing else; asks no network.

    python verify_draw.py evidence.json [--plan HASH] [--list HASH] [--entry MY-ID]

--plan, --list: the hashes that you saw published, before the draw opened and before the beacon was known
                开抽前、名单截止时公布的哈希；给出它们，才能证明事后没有整套重做
--entry:        tells whether an entry took part and where it stands 查询自己的编号

Exit status 退出码: 0 every check holds 全部通过, 1 a check fails 有不符, 2 the file cannot be read 文件无法读取.
Written against the description of the format "hongqiao-draw/1" alone; it shares no code with the program that draws.
"""

from __future__ import annotations

import argparse
import calendar
import hashlib
import hmac
import json
import re
import sys
import time
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = "hongqiao-draw/1"
ID, HASH, TIME = r"[A-Za-z0-9_-]{1,64}", r"[0-9a-f]{64}", r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
#: drand's chains: (first round in Unix seconds, seconds a round); https://api.drand.sh/<chain>/info
CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": (1692803367, 3),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": (1595431050, 30),
}
Pack = dict  # of a name to whatever JSON holds


class Wrong(Exception):
    """Why a check fails."""


def hold(true: bool, why: str) -> None:
    if not true:
        raise Wrong(why)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fits(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def number(value: Any, least: int = 0) -> bool:
    return type(value) is int and value >= least


def line(*parts: Any) -> str:
    """One line of the format; no part may hold what parts lines."""
    texts = [str(p) for p in parts]
    hold(not any(c in t for t in texts for c in "\t\n\r"), "a text holds a TAB or a line break")
    return "\t".join(texts) + "\n"


def plan_hash(p: Pack) -> str:
    plan, beacon = p["plan"], p["plan"]["beacon"]
    rows = [
        line(FORMAT, "plan"),
        line("draw", plan["draw"]),
        line("terms", plan["terms"]),
        line("commitment", plan["commitment"]),
        line("opens", plan["opens"]),
        line("closes", plan["closes"]),
        line("beacon", beacon["due"], beacon["chain"], beacon["round"], beacon["source"]),
        line("tickets", "yes" if plan["tickets"] else "no"),
        line("alternates", plan["alternates"]),
    ]
    rows += [line("prize", z["code"], z["count"], z["name"]) for z in plan["prizes"]]
    return sha("".join(rows).encode("utf-8"))


def list_hash(p: Pack) -> str:
    rows = [
        line(FORMAT, "entries"),
        line("plan", p["plan_hash"]),
        line("excluded", p["excluded"]["count"], p["excluded"]["hash"]),
        line("count", len(p["entries"])),
    ]
    rows += [line(entry, tickets) for entry, tickets in p["entries"]]
    return sha("".join(rows).encode("utf-8"))


def check_format(p: Pack) -> None:
    hold(p["format"] == FORMAT, "not " + FORMAT)


def check_plan(p: Pack) -> None:
    plan = p["plan"]
    hold(type(plan["tickets"]) is bool and number(plan["alternates"]), "tickets or alternates")
    hold(fits(ID, plan["draw"]) and fits(HASH, plan["commitment"]) and fits(HASH, plan["terms"]), "an id or hash")
    codes = [z["code"] for z in plan["prizes"]]
    hold(bool(codes) and len(set(codes)) == len(codes), "prizes: none, or one twice")
    hold(all(fits(ID, z["code"]) and number(z["count"], 1) for z in plan["prizes"]), "a prize")
    hold(plan_hash(p) == p["plan_hash"], "the plan's hash is " + plan_hash(p))


def check_terms(p: Pack) -> None:
    hold(sha(p["terms"].encode("utf-8")) == p["plan"]["terms"], "the terms are not those of the plan")


def check_secret(p: Pack) -> None:
    hold(fits(HASH, p["secret"]), "not 32 bytes")
    hold(sha(bytes.fromhex(p["secret"])) == p["plan"]["commitment"], "not the secret committed to")


def check_entries(p: Pack) -> None:
    ids = [entry for entry, _tickets in p["entries"]]
    hold(bool(ids) and all(fits(ID, i) for i in ids), "an id is malformed, or there are none")
    hold(len(set(ids)) == len(ids), "an entry stands twice")
    most = 10000 if p["plan"]["tickets"] else 1
    hold(all(number(t, 1) and t <= most for _entry, t in p["entries"]), "a number of tickets")
    hold(ids == sorted(ids, key=lambda i: sha(i.encode())), "not in order of SHA-256")
    hold(number(p["excluded"]["count"]) and fits(HASH, p["excluded"]["hash"]), "the count or hash of excluded")


def check_list(p: Pack) -> None:
    hold(list_hash(p) == p["entries_hash"], "the list's hash is " + list_hash(p))


def check_times(p: Pack) -> None:
    plan = p["plan"]
    opens, closes, due, listed, drawn = plan["opens"], plan["closes"], plan["beacon"]["due"], p["listed"], p["drawn"]
    hold(all(fits(TIME, t) for t in (opens, closes, due, listed, drawn)), "a time is malformed")
    hold(opens < closes <= listed < due <= drawn, "not in order: opens, closes, list, beacon, draw")


def check_beacon(p: Pack) -> None:
    plan, value = p["plan"]["beacon"], p["beacon"]["value"]
    hold(isinstance(value, str) and value != "", "no value")
    hold(value == " ".join(unicodedata.normalize("NFKC", value).split()), "not in its one spelling")
    if not plan["chain"]:
        hold(plan["round"] == 0, "a round without a chain")
        return
    hold(plan["chain"] in CHAINS and number(plan["round"], 1), "an unknown drand chain")
    genesis, period = CHAINS[plan["chain"]]
    due = calendar.timegm(time.strptime(plan["due"], "%Y-%m-%dT%H:%M:%SZ"))
    hold(due == genesis + (plan["round"] - 1) * period, "the round is not that of its time")
    hold(sha(bytes.fromhex(p["beacon"]["signature"])) == value, "the value is not the SHA-256 of the signature")


def check_seed(p: Pack) -> None:
    message = bytes.fromhex(p["entries_hash"]) + p["beacon"]["value"].encode("utf-8")
    hold(hmac.new(bytes.fromhex(p["secret"]), message, "sha256").hexdigest() == p["seed"], "the seed is another")


def ranking(p: Pack) -> list[tuple[str, str]]:
    """(key, id) of all entries, in order: the smallest HMAC of an entry's tickets is its key. Made once; no name that
    a file can hold is None."""
    if None not in p:
        keyed = hmac.new(bytes.fromhex(p["seed"]), digestmod="sha256")
        p[None] = sorted((least(keyed, entry, tickets), entry) for entry, tickets in p["entries"])
    return p[None]


def least(keyed: hmac.HMAC, entry: str, tickets: int) -> str:
    found = []
    for name in [entry] + [entry + "#" + str(n) for n in range(2, tickets + 1)]:
        own = keyed.copy()
        own.update(name.encode("utf-8"))
        found.append(own.hexdigest())
    return min(found)


def prizes(p: Pack) -> list[str]:
    return [z["code"] for z in p["plan"]["prizes"] for _ in range(z["count"])]


def same(told: Any, true: list[Any], what: str) -> None:
    hold(isinstance(told, list) and len(told) == len(true), "not " + str(len(true)) + " " + what)
    for n, (a, b) in enumerate(zip(told, true), 1):  # noqa: B905 - strict= came with 3.10
        hold(a == b, what + " " + str(n) + " should be " + json.dumps(b, ensure_ascii=False))


def check_winners(p: Pack) -> None:
    rows = enumerate(zip(prizes(p), ranking(p)), 1)  # noqa: B905
    same(p["winners"], [{"rank": n, "prize": z, "entry": e, "key": k} for n, (z, (k, e)) in rows], "winner")


def check_alternates(p: Pack) -> None:
    first = len(prizes(p))
    rest = enumerate(ranking(p)[first : first + p["plan"]["alternates"]], first + 1)
    same(p["alternates"], [{"rank": n, "prize": "", "entry": e, "key": k} for n, (k, e) in rest], "alternate")


def check_void(p: Pack) -> None:
    left = prizes(p)[len(p["entries"]) :]
    void = [{"prize": z["code"], "count": left.count(z["code"])} for z in p["plan"]["prizes"] if z["code"] in left]
    same(p["void"], void, "void prize")


def check_awards(p: Pack) -> None:
    """Forfeits in order: each place goes to the first alternate who has neither stepped in nor given up."""
    rows = [{"rank": w["rank"], "prize": w["prize"], "entry": w["entry"], "instead": ""} for w in p["winners"]]
    waiting = [a["entry"] for a in p["alternates"]]
    for entry in p["forfeits"]:
        if entry in waiting:
            waiting.remove(entry)
            continue
        place = [r for r in rows if r["entry"] == entry and entry]
        hold(len(place) == 1, "who gave up had no place: " + str(entry))
        place[0].update(entry=waiting.pop(0) if waiting else "", instead=entry)
    same(p["awards"], rows, "award")


CHECKS: list[tuple[str, str, Callable[[Pack], None]]] = [
    ("format", "格式 Format", check_format),
    ("plan", "方案与其哈希 Plan and its hash", check_plan),
    ("terms", "规则全文 Published terms", check_terms),
    ("secret", "密钥与开抽前的承诺 Secret and its commitment", check_secret),
    ("entries", "名单写法、次序、无重复 Entries: form, order, none twice", check_entries),
    ("list", "名单哈希 H1 Hash of the list", check_list),
    ("times", "时间先后 Order of times", check_times),
    ("beacon", "公开随机值 Beacon", check_beacon),
    ("seed", "最终种子 Final seed", check_seed),
    ("winners", "中奖者与奖项次序 Winners and order of prizes", check_winners),
    ("alternates", "候补次序 Alternates", check_alternates),
    ("void", "无人可中的奖 Void prizes", check_void),
    ("awards", "弃奖与递补 Forfeits and who steps in", check_awards),
]


def once(pairs: list[tuple[str, Any]]) -> Pack:
    """A name that stands twice could show one thing to people and another to programs."""
    if len({name for name, _value in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def say(text: str) -> None:
    """Print, also where the terminal has not all letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))


def marks() -> tuple[str, str]:
    try:
        "✓✗".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return "[OK]", "[X]"
    return "✓", "✗"


def failures(p: Pack, wanted: dict[str, str]) -> int:
    good, bad = marks()
    failed = 0
    noted = [("published-" + n, "与先前公布的一致 As published: " + n, n, v) for n, v in wanted.items() if v]

    def run(code: str, label: str, check: Callable[[Pack], None]) -> int:
        try:
            check(p)
        except Wrong as why:
            say(f"{bad} {label} [{code}]: {why}")
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            say(f"{bad} {label} [{code}]: 缺失或写法不对 missing or malformed ({type(error).__name__})")
        else:
            say(f"{good} {label} [{code}]")
            return 0
        return 1

    for code, label, check in CHECKS:
        failed += run(code, label, check)
    names = {"plan": "plan_hash", "list": "entries_hash"}
    for code, label, name, value in noted:
        failed += run(code, label, lambda q, n=name, v=value: hold(q[names[n]] == v.strip().lower(), "another"))  # type: ignore[misc]
    return failed


def tell(p: Pack, entry: str) -> None:
    for row in p["awards"]:
        who = row["entry"] or "（无人 nobody）"
        say("  {}. {}: {}".format(row["rank"], row["prize"], who))
    say("请与先前公布的比对 Compare with what was published before:")
    say("  plan {}\n  list {}".format(p["plan_hash"], p["entries_hash"]))
    plan = p["plan"]["beacon"]
    say("  beacon {} = {}".format(plan["source"], p["beacon"]["value"]))
    if plan["chain"]:
        say("  https://api.drand.sh/{}/public/{}".format(plan["chain"], plan["round"]))
    if entry:
        found = [n for n, (_key, e) in enumerate(ranking(p), 1) if e == entry]
        say("  {}: {}".format(entry, "第 {0} 位 rank {0}".format(found[0]) if found else "不在名单 not on the list"))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check a lucky draw 核验抽奖结果")
    parser.add_argument("file")
    parser.add_argument("--plan", default="")
    parser.add_argument("--list", default="")
    parser.add_argument("--entry", default="")
    given = parser.parse_args(arguments)
    try:
        with open(given.file, encoding="utf-8") as file:
            pack = json.load(file, object_pairs_hook=once)
        if not isinstance(pack, dict):
            raise ValueError("no object")
    except (OSError, ValueError, RecursionError) as error:
        say(f"文件无法读取 cannot be read: {error}")
        return 2
    failed = failures(pack, {"plan": given.plan, "list": given.list})
    if failed:
        say(f"不符 {failed} 项 · {failed} checks fail")
        return 1
    tell(pack, given.entry)
    say("全部通过 Every check holds")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
