"""Who there is: the list over where people stand, and what is known of one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

import ibis
import pyarrow as pa

from hongqiao import warehouse
from hongqiao.audience.models import Person
from hongqiao.audience.people import identifying, tagging
from hongqiao.audience.tiers import flow, settings, standing
from hongqiao.errors import NotFound
from hongqiao.workspace.models import Brand, Member

SEE = "users.view"
PAGE, EXPORT, TIMELINE = 50, 100_000, 200
SORTS = {"since": "since", "orders": "orders", "spent": "spent"}
#: what the list is filtered by
NAMES = ("q", "tier", "stage", "channel", "tag", "from", "since", "until", "orders", "spent")


def listed(member: Member, asked: Mapping[str, str], *, page: int = 1, limit: int = PAGE) -> tuple[list[dict], int]:
    """Return a page of persons and how many there are in all. asked: NAMES and `sort`; nonsense is left out."""
    handle = warehouse.open(member.brand_id)
    table = _filtered(handle, asked, member.brand)
    total = int(handle.fetch(table.aggregate(n=table.count()))["n"][0].as_py())
    sort = asked.get("sort", "-since")
    column = SORTS.get(sort.lstrip("-"), "since")
    order = table[column].desc() if sort.startswith("-") else table[column]
    rows = handle.fetch(table.order_by([order, table.key]).limit(limit, offset=(page - 1) * limit))
    return rows.to_pylist(), total


def keys(member: Member, asked: Mapping[str, str], limit: int) -> list[str]:
    """Return the keys of those whom the list shows, at most `limit`."""
    handle = warehouse.open(member.brand_id)
    table = _filtered(handle, asked, member.brand)
    return handle.fetch(table.order_by(table.key).select("key").limit(limit))["key"].to_pylist()


def beside(member: Member, asked: Mapping[str, str]) -> list[str]:
    """Return the keys of persons whom a search names, or a tag marks, and of whom no facts tell."""
    found = set(identifying.find(member.brand, asked.get("q", "")))
    if tag := asked.get("tag"):
        worn = set(tagging.worn(member.brand, tag))
        found = found & worn if asked.get("q") else worn
    others = any(asked.get(n) for n in NAMES if n not in ("q", "tag"))
    if not found or others:
        return []
    placed = standing.of(warehouse.open(member.brand_id), sorted(found))
    return sorted(found - placed.keys())


def unread(asked: Mapping[str, str]) -> list[str]:
    """Return which numbers of the filter are none, so that the list is not narrowed by them."""
    return [n for n in ("orders", "spent") if asked.get(n, "").strip() and _number(asked[n]) is None]


def _filtered(handle: Any, asked: Mapping[str, str], brand: Brand) -> Any:
    table = standing.current(handle, _day(asked.get("until")))
    for name, known in (("tier", flow.TIERS), ("stage", tuple(settings.labels("stages")))):
        if asked.get(name) in known:
            table = table.filter(table[name] == asked[name])
    if channel := asked.get("channel"):
        table = table.filter(table.channel.fill_null("") == ("" if channel == "-" else channel))
    for name in ("orders", "spent"):
        if (least := _number(asked.get(name))) is not None:
            table = table.filter(table[name] >= least)
    if tag := asked.get("tag"):
        table = table.semi_join(_of(tagging.worn(brand, tag)), "key")
    if q := asked.get("q", "").strip():
        named = identifying.find(brand, q)
        is_start = all(c in "0123456789abcdef" for c in q.lower())
        start = table.key.startswith(q.lower()[:64]) if is_start else ibis.literal(False)
        table = table.filter(table.key.isin(named) | start if named else start)
    return _moved(handle, table, asked)


def _of(found: list[str]) -> Any:
    return ibis.memtable(pa.table({"key": pa.array(found, pa.string())}))


def _moved(handle: Any, table: Any, asked: Mapping[str, str]) -> Any:
    """Keep who came from another tier between two days."""
    since, until, before = _day(asked.get("since")), _day(asked.get("until")), asked.get("from")
    if not (since and until and before):
        return table
    pairs = flow.pairs(handle, since, until)
    then = "" if before == "none" else before
    mine = pairs.filter((pairs.before == then) & (pairs.before != pairs.after)).select(moved=pairs.key)
    return table.semi_join(mine, table.key == mine.moved)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if isfinite(found) and found >= 0 else None


def channels(member: Member) -> list[str]:
    """Return channels of acquisition, the commonest first."""
    handle = warehouse.open(member.brand_id)
    table = standing.current(handle)
    known = table.filter(table.channel.notnull())
    counted = known.group_by("channel").agg(n=known.count())
    return handle.fetch(counted.order_by(ibis.desc("n")).limit(50))["channel"].to_pylist()


def place(member: Member, key: str) -> standing.Place | None:
    """Return where a person stands; None for one whom rows know but no tier. Raises NotFound for a key of nobody (or
    of another brand's)."""
    found = standing.of(warehouse.open(member.brand_id).about([key]), [key]).get(key)
    if found is None and not known(member, key):
        raise NotFound()
    return found


def known(member: Member, key: str) -> bool:
    """Whether anything is kept of this key, or facts name it."""
    return Person.objects.for_member(member, SEE).filter(key=key).exists() or acted(member, key)


def acted(member: Member, key: str) -> bool:
    """Whether facts name this person."""
    handle = warehouse.open(member.brand_id).about([key])
    for name in ("events", "orders", "tiers"):
        rows = handle.current(name)
        if handle.fetch(rows.filter(rows.person_key == key).select("day").limit(1)).num_rows:
            return True
    return False


def timeline(member: Member, key: str) -> list[dict[str, Any]]:
    """Return what a person did, newest first: events, orders, refunds, and moves between tiers."""
    handle = warehouse.open(member.brand_id).about([key])
    events, orders, moves = (handle.current(n) for n in ("events", "orders", "tiers"))
    text, no_money = ibis.null("string"), ibis.null("float64")
    rows = ibis.union(
        events.filter(events.person_key == key).select(
            "ts", kind=ibis.literal("event"), what=events.event, amount=events.amount.cast("float64"),
            channel=events.channel, more=events.content,
        ),
        orders.filter(orders.person_key == key).select(
            "ts", kind=ibis.literal("order"), what=orders.status, amount=orders.paid.cast("float64"),
            channel=orders.platform, more=text,
        ),
        moves.filter((moves.person_key == key) & (moves.was.fill_null("") != moves.tier)).select(
            "ts", kind=ibis.literal("move"), what=moves.tier, amount=no_money, channel=moves.was, more=moves.why,
        ),
    )  # fmt: skip
    return handle.fetch(rows.order_by(ibis.desc("ts")).limit(TIMELINE)).to_pylist()
