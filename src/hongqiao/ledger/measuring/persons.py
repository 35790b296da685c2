"""Hold-out over persons: a seeded draw kept before the start, and what each arm did in the window.

Who is in which arm is a function of the seed and the person's key, so that anybody can check the draw. Persons that
were merged since count once, as who they are now; one whose merged halves lie in both arms is left out and said.
Purchases are those of own events and of imported orders; one that both tell of counts once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from hongqiao import warehouse
from hongqiao.errors import N_, Invalid
from hongqiao.ledger.limits import limits
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, Assignment
from hongqiao.metrics.purchases import PURCHASE, deeds, purchases
from hongqiao.warehouse.models import PersonMap

Floats = NDArray[np.float64]
TREAT, HOLD = "treat", "hold"


class TooFewPeople(Invalid):
    code = "too_few_people"
    message = N_("能分组的人只有 %(n)s 个，每组至少 %(least)s 个才能比")
    next_step = N_("请放宽人群，或换一种判断方式")


class TooManyPeople(Invalid):
    code = "too_many_people"
    message = N_("人群超过 %(most)s 人")
    next_step = N_("请缩小人群，或只对其中一部分做")


def arm_of(seed: str, key: str, share: float) -> str:
    """Return the arm of a person: held out where the hash of seed and key falls into the first `share`."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}|{key}".encode()).digest()[:8], "big") / 2**64
    return HOLD if drawn < share else TREAT


def population(handle: Any, plan: Mapping[str, Any], day: date) -> list[str]:
    """Return the persons who did something in the days before `day`, by key, as who they are at this version."""
    people = plan["people"]
    first = day - timedelta(days=int(people["days"]))
    known = purchases(handle) if people.get("event") == PURCHASE else deeds(handle)
    known = known.filter(known.day >= first, known.day < day)
    if people.get("event"):
        known = known.filter(known.event == people["event"])
    rows = handle.fetch(known.select("person_key").distinct())
    return sorted(str(k) for k in rows["person_key"].to_pylist())


def draw(action: Action, day: date) -> dict[str, Any]:
    """Draw the arms of an action that begins on `day` and keep them; return its plan with how many are in each.

    Raises TooFewPeople, TooManyPeople. In the caller's transaction.
    """
    plan = dict(action.measure)
    keys = population(warehouse.open(action.brand_id), plan, day)
    if len(keys) > limits()["people_max"]:
        raise TooManyPeople(most=limits()["people_max"])
    drawn = {key: arm_of(plan["seed"], key, plan["share"]) for key in keys}
    held = sum(arm == HOLD for arm in drawn.values())
    if min(held, len(drawn) - held) < numbers()["people_min"]:
        raise TooFewPeople(n=len(drawn), least=numbers()["people_min"])
    rows = (Assignment(brand_id=action.brand_id, action=action, person_key=k, arm=a) for k, a in drawn.items())
    Assignment.objects.bulk_create(rows, batch_size=2000)
    return plan | {"drawn": {TREAT: len(drawn) - held, HOLD: held}}


def merged(handle: Any) -> dict[str, str]:
    """Return person key → who it stands for, as the map was at the handle's version."""
    there = PersonMap.objects.filter(brand_id=handle.brand_id, added_version__lte=handle.version)
    there = there.filter(Q(retired_version=None) | Q(retired_version__gt=handle.version))
    return dict(there.values_list("source_key", "person_id"))


def arms(action: Action, handle: Any) -> tuple[dict[str, list[str]], int]:
    """Return arm → persons as they are at this version, and how many were left out for being in both."""
    stands = merged(handle)
    into: dict[str, str] = {}
    both: set[str] = set()
    for key, arm in Assignment.objects.filter(action=action).order_by("person_key").values_list("person_key", "arm"):
        person = stands.get(key, key)
        if into.setdefault(person, arm) != arm:
            both.add(person)
    found: dict[str, list[str]] = {TREAT: [], HOLD: []}
    for person, arm in into.items():
        if person not in both:
            found[arm].append(person)
    return found, len(both)


def came(action: Action, handle: Any) -> tuple[dict[str, tuple[str, date]], int]:
    """Return person → (arm, day they came in, in the brand's zone), and how many were left out for being in both."""
    stands, zone = merged(handle), ZoneInfo(action.brand.zone)
    found: dict[str, tuple[str, date]] = {}
    both: set[str] = set()
    rows = Assignment.objects.filter(action=action).order_by("created_at", "id")
    for key, arm, at in rows.values_list("person_key", "arm", "created_at"):
        person = stands.get(key, key)
        if found.setdefault(person, (arm, at.astimezone(zone).date()))[0] != arm:
            both.add(person)
    return {p: who for p, who in found.items() if p not in both}, len(both)


def own_values(handle: Any, metric: str, since: Mapping[str, date], days: int) -> dict[str, float]:
    """Return person → what `values` says of them, each from their own day on for so many days."""
    if not since:
        return {}
    first, last = min(since.values()), max(since.values()) + timedelta(days=days - 1)
    seen = counted(handle, metric, first, last)
    daily = handle.fetch(seen.group_by("person_key", "day").aggregate(n=seen.count(), amount=seen.amount.sum()))
    sums = dict.fromkeys(since, 0.0)
    for row in daily.to_pylist():
        began = since.get(row["person_key"])
        if began is not None and began <= row["day"] < began + timedelta(days=days):
            sums[row["person_key"]] += float((row["amount"] if metric == "amount" else row["n"]) or 0)
    return sums if metric == "amount" else {p: float(v > 0) for p, v in sums.items()}


def values(handle: Any, metric: str, people: Mapping[str, Iterable[str]], first: date, last: date) -> dict[str, Floats]:
    """Return arm → one value a person: bought (0 or 1), amount bought, or did anything (0 or 1) in these days."""
    seen = counted(handle, metric, first, last)
    grouped = seen.group_by("person_key").aggregate(n=seen.count(), amount=seen.amount.sum())
    rows = handle.fetch(grouped).to_pylist()
    column = "amount" if metric == "amount" else "n"
    by = {r["person_key"]: float(r[column] or 0) for r in rows}
    if metric != "amount":
        by = {k: float(v > 0) for k, v in by.items()}
    return {arm: np.array([by.get(p, 0.0) for p in keys]) for arm, keys in people.items()}


def counted(handle: Any, metric: str, first: date, last: date) -> Any:
    """Return the rows that a metric of persons counts in these days: purchases, or all that they did."""
    rows = purchases(handle) if metric in ("purchase", "amount") else deeds(handle)
    return rows.filter(rows.day >= first, rows.day <= last)


def last_day(handle: Any, since: date | None = None) -> date | None:
    """Return the newest day up to which facts about persons are there, None where there are none.

    Events and orders come by different ways: what one of them does not tell yet has not been seen. A way by which
    nothing came since `since` is one that the brand does not use any more.
    """
    newest = []
    for name in ("events", "orders"):
        rows = handle.current(name)
        rows = rows if name == "events" else rows.filter(rows.person_key.notnull())
        newest += handle.fetch(rows.aggregate(day=rows.day.max()))["day"].to_pylist()
    there = [day for day in newest if day]
    return min((d for d in there if since is None or d >= since), default=max(there, default=None))
