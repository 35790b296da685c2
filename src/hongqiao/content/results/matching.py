"""Which facts a published piece is, by rule: what its platform calls it first, then its title near its day. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hongqiao.methods.sameness import plain
from hongqiao.methods.titles import normalise

ID, TITLE = "id", "title"
CUT = 0.95  # likeness of a title and the same title cut short
_TOPIC = re.compile(r"#[^\s#]+#?")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Wanted:
    """A published piece without facts. `names`: what it may be called there; `ids`: kind → what its platform calls
    it; `at`: when it came out (naive UTC), `day`: that day in its account's zone; `refused`: what it is not.
    """

    key: str
    account: str
    names: tuple[str, ...]
    ids: Mapping[str, str]
    at: datetime
    day: date
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fact:
    """A piece of the warehouse. `at` is None where its source states a day alone (naive UTC otherwise)."""

    key: str
    account: str
    title: str
    ids: Mapping[str, str]
    at: datetime | None
    day: date


@dataclass(frozen=True)
class Decision:
    """`key`: the one sure candidate, found by `how`; else `near`: those to ask about, the likest first."""

    key: str = ""
    how: str = ""
    near: tuple[str, ...] = ()


@dataclass
class _Claims:
    """Who may be what: piece → its candidates; `sure`: piece → the one, as long as no other piece claims it too."""

    near: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sure: dict[str, str] = field(default_factory=dict)

    def settled(self) -> dict[str, str]:
        """Return the sure ones whose fact no other piece claims; the others become candidates."""
        times = Counter(self.sure.values())
        for piece, fact in self.sure.items():
            if times[fact] > 1:
                self.near[piece].append(fact)
        return {piece: fact for piece, fact in self.sure.items() if times[fact] == 1}


def ids_of(url: str, platform: str, rules: Mapping[str, Any]) -> dict[str, str]:
    """Return kind → id that an address says of its piece; {} for one that says none (short links, other hosts)."""
    try:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for shape in rules["addresses"].get(platform, ()):
        if "path" in shape:
            hit = re.search(shape["path"], parts.path)
            value = hit[1] if hit else ""
        else:
            value = "_".join(v for name in shape["query"] if (v := next(iter(asked.get(name, ())), "")))
            value = value if value.count("_") == len(shape["query"]) - 1 else ""
        if len(value) >= int(rules["id_letters"]):
            found.setdefault(shape["kind"], value)
    return found


def bare(title: str) -> str:
    """Return the letters and digits of a title, without its topics."""
    return plain(_TOPIC.sub(" ", normalise(title)))


def likeness(name: str, title: str, rules: Mapping[str, Any]) -> float:
    """Return how alike two titles are, 0-1: topics, spacing, width and punctuation aside. A platform cuts what is too
    long, so one that begins as the other does is nearly the same; 第 1 天 and 第 2 天 are two, however alike."""
    a, b = (bare(t)[: int(rules["title_letters"])] for t in (name, title))
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    numbers, others = _NUMBER.findall(short), _NUMBER.findall(long)
    if len(short) >= int(rules["prefix_letters"]) and long.startswith(short) and others[: len(numbers)] == numbers:
        return CUT
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return min(ratio, CUT) if numbers == others else min(ratio, float(rules["near"]))


def decide(wanted: Sequence[Wanted], facts: Iterable[Fact], rules: Mapping[str, Any]) -> dict[str, Decision]:
    """Return piece → what it is among facts that no piece is yet. No fact goes to two pieces: both are asked about."""
    shelf: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        shelf[fact.account].append(fact)
    claims = _Claims()
    for one in wanted:
        named = [f.key for f in shelf[one.account] if f.key not in one.refused and _same(one, f)]
        if len(named) == 1:
            claims.sure[one.key] = named[0]
        claims.near[one.key] += named if len(named) > 1 else []
    by_id = claims.settled()
    rest = [w for w in wanted if w.key not in by_id and not claims.near[w.key]]
    taken = frozenset(by_id.values())
    by_title = _by_title(rest, shelf, taken, claims, rules)
    most = int(rules["most"])
    return {
        w.key: Decision(by_id[w.key], ID)
        if w.key in by_id
        else Decision(by_title[w.key], TITLE)
        if w.key in by_title
        else Decision(near=tuple(dict.fromkeys(claims.near[w.key]))[:most])
        for w in wanted
    }


def _by_title(
    rest: Sequence[Wanted],
    shelf: Mapping[str, list[Fact]],
    taken: frozenset[str],
    claims: _Claims,
    rules: Mapping[str, Any],
) -> dict[str, str]:
    claims.sure = {}
    for one in rest:
        scored = [(_score(one, f, rules), f.key) for f in shelf.get(one.account, ()) if f.key not in taken]
        scored = sorted((s for s in scored if s[0] > 0), reverse=True)
        if not scored:
            continue
        (best, key), second = scored[0], scored[1][0] if len(scored) > 1 else 0.0
        alone = second < 1.0 if best == 1.0 else best >= rules["sure"] and best - second > rules["apart"]
        if alone and not one.refused:
            claims.sure[one.key] = key
        else:  # somebody said no to what the rule took: from now on a person chooses
            claims.near[one.key] += [k for _s, k in scored]
    return claims.settled()


def _same(one: Wanted, fact: Fact) -> bool:
    return bool(set(one.ids.values()) & set(fact.ids.values()))


def _score(one: Wanted, fact: Fact, rules: Mapping[str, Any]) -> float:
    """Return how near a fact is, 0 where it cannot be: refused, too far in days, or called otherwise."""
    if fact.key in one.refused or abs((fact.day - one.day).days) > rules["days"]:
        return 0.0
    if any(kind in fact.ids and fact.ids[kind] != value for kind, value in one.ids.items()):
        return 0.0  # its platform calls it something else
    alike = max((likeness(name, fact.title, rules) for name in one.names), default=0.0)
    if alike >= rules["near"]:
        return alike
    close = fact.at is not None and abs(fact.at - one.at) <= timedelta(minutes=rules["minutes"])
    return max(alike, 0.01) if close else 0.0
