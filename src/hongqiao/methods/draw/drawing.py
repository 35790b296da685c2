"""Who wins: the smallest keys, and every key is an HMAC that nobody could know before the beacon. U2.

One entry, one ticket: key = HMAC-SHA256(seed, id). Keys are independent and even for who does not know the seed, so the
k smallest are a sample without replacement, and there is no remainder to bias it. With w tickets the key is the
smallest of w such: the weighted sample of Efraimidis and Spirakis (Inf. Process. Lett. 97, 2006), since the largest of
w even numbers is distributed as u^(1/w) – in whole numbers alone, so that every language gets the same. It is what
happens when tickets are drawn from an urn and whoever won takes all of theirs out.
"""

from __future__ import annotations

import heapq
import hmac
from collections.abc import Iterator, Sequence

from hongqiao.methods.draw.canonical import commitment, final_seed, list_bytes, plan_bytes, sha256
from hongqiao.methods.draw.model import Award, Listed, Place, Plan, Prize, Refused, Result


def draw(plan: Plan, listed: Listed, secret: bytes, beacon: str) -> Result:
    """Return who wins which prize, who stands by, and which prizes are void for want of entries.

    Raises Refused: secret_differs where the secret is not the one committed to, bad_beacon.
    """
    if commitment(secret) != plan.commitment:
        raise Refused("secret_differs")
    seed = final_seed(secret, sha256(list_bytes(sha256(plan_bytes(plan)), listed)), beacon)
    wanted = sum(p.count for p in plan.prizes)
    first = ranked(seed, listed.entries, wanted + plan.alternates)
    won, rest = first[:wanted], first[wanted:]
    prizes = list(_each(plan.prizes))
    winners = tuple(Place(n, prizes[n - 1], e, key) for n, (key, e) in enumerate(won, 1))
    alternates = tuple(Place(n, "", e, key) for n, (key, e) in enumerate(rest, wanted + 1))
    left = prizes[len(won) :]
    void = tuple((p.code, left.count(p.code)) for p in plan.prizes if p.code in left)
    return Result(seed.hex(), winners, alternates, void)


def ranked(seed: bytes, entries: Sequence[tuple[str, int]], most: int) -> list[tuple[str, str]]:
    """Return (key, id) of the `most` smallest keys, in order."""
    keyed = hmac.new(seed, digestmod="sha256")
    return heapq.nsmallest(most, ((_least(keyed, e, w), e) for e, w in entries))


def key(seed: bytes, entry: str, tickets: int) -> str:
    """Return an entry's key: the smallest HMAC of its tickets, `id`, `id#2`, `id#3` …, hexadecimal."""
    return _least(hmac.new(seed, digestmod="sha256"), entry, tickets)


def _least(keyed: hmac.HMAC, entry: str, tickets: int) -> str:
    """Copies of one keyed HMAC take two thirds of the time of new ones."""
    found = []
    for name in (entry, *(f"{entry}#{n}" for n in range(2, tickets + 1))):
        own = keyed.copy()
        own.update(name.encode())
        found.append(own.hexdigest())
    return min(found)


def settle(result: Result, forfeits: Sequence[str]) -> list[Award]:
    """Return who gets what once those in `forfeits` gave up or fell away, in the order in which they did.

    The place of whoever gives up goes to the first alternate who has neither stepped in nor given up. Raises Refused:
    duplicate, unknown (was neither winner nor alternate).
    """
    at = {p.entry: i for i, p in enumerate(result.winners)}
    waiting = [p.entry for p in result.alternates]
    known, gone = {*at, *waiting}, set()
    awards = [Award(p.rank, p.prize, p.entry) for p in result.winners]
    for entry in forfeits:
        if entry not in known or entry in gone:
            raise Refused("duplicate" if entry in gone else "unknown", entry=entry)
        gone.add(entry)
        if entry not in at:
            waiting.remove(entry)
            continue
        place = at.pop(entry)
        heir = waiting.pop(0) if waiting else ""
        awards[place] = Award(awards[place].rank, awards[place].prize, heir, entry)
        if heir:
            at[heir] = place
    return awards


def _each(prizes: Sequence[Prize]) -> Iterator[str]:
    for prize in prizes:
        yield from [prize.code] * prize.count
