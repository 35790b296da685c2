"""Claim: with 1M persons and 50M events in the house everybody is placed anew within 60 s and in 1.5 times what SQL
by hand takes; one new event is on its person's page within 2 s, in their tier within a minute; movement within 2 s.

Writes generated events of two years as parts, a part a month, through the warehouse's own writer; judges everybody for
a day last week (all come in) and for today (who moved), beside DuckDB alone over the same parts, as an analyst would
write it. Then one person buys: the event by the inbox, their page, the minute's look. Pages are asked of Django's test
client. Prints a JSON line a step: seconds by the clock and of the processor, and the peak of memory so far.

`python bench/retier.py [--persons 1000000] [--events 50000000] [--keep FOLDER] [--by-day] [--merge]` (KEEP: made once,
used again)
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(ROOT / "src"), str(ROOT), *(p for p in sys.path if Path(p or ".").resolve() != HERE)]

from bench.worlds.empty import start  # noqa: E402

MONTHS = 24
#: of the events that are drawn so many are kept: persons who come later or fall silent are left out of those months
KEPT = sum(min(1, (m + 1 + MONTHS // 2) / (MONTHS * 1.5)) * (0.6 + 0.4 * (MONTHS - m) / MONTHS) for m in range(MONTHS))
EVENT = """CASE WHEN u < 0.70 THEN 'view' WHEN u < 0.82 THEN 'like' WHEN u < 0.88 THEN 'comment'
    WHEN u < 0.94 THEN 'purchase' WHEN u < 0.945 THEN 'refund' WHEN u < 0.947 THEN 'referral'
    WHEN u < 0.967 THEN 'follow' WHEN u < 0.99 THEN 'push_sent' ELSE 'unfollow' END"""
BY_HAND = """
COPY (
    WITH s AS (
        SELECT person_key AS person,
            max(CASE WHEN event = 'follow' THEN ts END) AS followed,
            max(CASE WHEN event = 'unfollow' THEN ts END) AS gone,
            max(CASE WHEN event NOT IN ('unfollow', 'refund', 'push_sent') THEN day END) AS acted,
            min(CASE WHEN event = 'purchase' THEN day END) AS first_order,
            max(CASE WHEN event = 'purchase' THEN day END) AS last_order,
            count(*) FILTER (event = 'purchase') AS ever,
            count(*) FILTER (event = 'refund') AS refunds,
            sum(CASE event WHEN 'purchase' THEN amount WHEN 'refund' THEN -amount END) AS net,
            count(*) FILTER (event NOT IN ('unfollow', 'refund', 'push_sent') AND day >= DATE '{day}' - 30) AS actions,
            count(*) FILTER (event = 'purchase' AND day >= DATE '{day}' - 365) AS orders,
            count(*) FILTER (event = 'referral' AND day >= DATE '{day}' - 365) AS brought,
            arg_min(channel, ts) AS channel
        FROM read_parquet(['{parts}']) WHERE day <= DATE '{day}' AND person_key IS NOT NULL GROUP BY person_key
    ),
    d AS (
        SELECT *, ever > 0 AND (refunds = 0 OR net > 0.005) AS bought,
            coalesce(followed IS NOT NULL AND (gone IS NULL OR gone < followed), false) AS follows,
            DATE '{day}' - acted AS idle, DATE '{day}' - last_order AS r, DATE '{day}' - first_order AS since_first,
            CASE WHEN ever > 1 AND last_order > first_order
                THEN (last_order - first_order) / (ever - 1) END AS every_days
        FROM s
    ),
    c AS (SELECT greatest(1, quantile_cont(every_days, 0.5)) AS cycle FROM d WHERE every_days > 0),
    t AS (
        SELECT *, CASE WHEN NOT follows AND NOT bought AND acted IS NULL THEN 'outside' WHEN idle > 90 THEN 'lapsed'
            WHEN (bought AND orders >= 3 AND r <= 90) OR brought >= 1 THEN 'loyal'
            WHEN NOT bought AND actions < 2 THEN 'potential' ELSE 'active' END AS tier
        FROM d, c
    )
    SELECT person, tier, channel, ever, net,
        CASE WHEN tier IN ('active', 'loyal') AND bought AND idle > cycle THEN 'at_risk'
            WHEN tier = 'active' AND bought AND since_first <= 30 THEN 'new' ELSE tier END AS stage
    FROM t
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""


@contextmanager
def step(name: str, **more: Any) -> Iterator[dict[str, Any]]:
    """Print how long what is done inside takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    said = {"step": name, **more}
    yield said
    said |= {"wall": round(time.perf_counter() - wall, 2), "cpu": round(time.process_time() - cpu, 2)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(said | {"peak_mb": peak, "load": round(os.getloadavg()[0], 1)}), flush=True)


def fill(brand: Any, account: Any, persons: int, events: int, today: date, sort: bool) -> int:
    """Store generated events, a part a month; how lively persons are differs by much, and nearly half of them ended.

    sort: in the order in which the hourly care leaves parts, else in that in which they happened. Return how many."""
    from hongqiao.ids import uuid7
    from hongqiao.warehouse import config, store
    from hongqiao.warehouse.engine import connect
    from hongqiao.warehouse.models import Source
    from hongqiao.warehouse.store import Slice
    from hongqiao.warehouse.tables import TABLES
    from hongqiao.warehouse.types import ident, sql_type

    table, source, each = TABLES["events"], uuid7(), int(events / KEPT)
    made = {
        "brand": f"'{brand.pk}'", "platform": "'own'", "account": f"'{account.pk}'", "source_id": f"'{source}'",
        "source_row": "n", "captured_at": f"TIMESTAMP '{today}'", "rank": "1", "day": "(ts + INTERVAL 8 HOUR)::DATE",
        "event_key": "'e' || n", "person_key": "sha256(i::VARCHAR)", "person_key_id": "'k'", "event": EVENT, "ts": "ts",
        "amount": "CASE WHEN u >= 0.88 AND u < 0.945 THEN (hash(n, 3) % 39900 / 100 + 1)::DECIMAL(18,4) END",
        "channel": "CASE WHEN hash(n, 4) % 4 = 0 THEN '渠道' || (hash(i, 4) % 12) END",
    }  # fmt: skip
    columns = ", ".join(f"CAST({made.get(c, 'NULL')} AS {sql_type(k)}) AS {ident(c)}" for c, k in table.schema.items())
    con, files = connect(2048, config.threads(), config.data()), []
    for month in range(MONTHS):
        first = today - timedelta(days=30 * (MONTHS - month))
        # a third of the persons comes later, and four in ten of them are silent since some month
        drawn = f"""SELECT n, i, hash(n, 1) % 1000000 / 1000000 AS u,
            TIMESTAMP '{first}' - INTERVAL 8 HOUR + to_seconds((n % {each} * {30 * 86400} // {each})::BIGINT) AS ts
            FROM (SELECT n, ({persons} * pow(hash(n, 2) % 1000000007 / 1000000007, 1.7))::BIGINT AS i
                FROM range({month * each}, {(month + 1) * each}) r(n))
            WHERE hash(i, 5) % {MONTHS * 3 // 2} - {MONTHS // 2} <= {month}
                AND (hash(i, 6) % 10 < 6 OR hash(i, 7) % {MONTHS} >= {month})"""
        cut = Slice(first, first + timedelta(days=29), first, first + timedelta(days=29), each)
        sql = f"SELECT {columns} FROM ({drawn})"
        files.append(store.write(con, brand.pk, table, sql, cut, sources=[str(source)], ordered=not sort))
    con.close()
    events = sum(f.rows for f in files)

    def record(version: int) -> None:
        store.add(brand.pk, version, files)
        begin, end = today - timedelta(days=30 * MONTHS), today - timedelta(days=1)
        said = {"events": {"taken": events, "unchanged": 0, "first_day": str(begin), "last_day": str(end)}}
        Source.objects.create(
            id=source, brand_id=brand.pk, account_id=account.pk, platform="own", kind="file", zone="Asia/Shanghai",
            captured_at=datetime.combine(today, datetime.min.time(), UTC), seq=1, tables=said, first_day=begin,
            last_day=end, rows_taken=events, added_version=version,
        )  # fmt: skip

    store.commit(brand.pk, 0, record)
    return events


def prepare(persons: int, events: int, sort: bool) -> Any:
    """Make the brand and its facts, or find them; return its owner."""
    from hongqiao.workspace import services
    from hongqiao.workspace.figures import calendar_day
    from hongqiao.workspace.models import Member, User

    known = Member.objects.filter(brand__slug="bench").first()
    if known:
        return known
    boss = User.objects.create_superuser("owner@example.com")
    brand = services.create_brand(user=boss, name="bench", slug="bench")
    owner = Member.objects.get(brand=brand)
    account = services.create_account(actor=owner, platform="own", name="小程序")
    with step("make") as said:
        said["events"] = fill(brand, account, persons, events, calendar_day(brand), sort)
    return owner


def judged(owner: Any) -> None:
    """Everybody, for a day last week and for today, and the same by hand."""
    import duckdb

    from hongqiao import warehouse
    from hongqiao.audience.models import TierRun
    from hongqiao.audience.tiers import history, judging
    from hongqiao.warehouse import config, inbox
    from hongqiao.workspace.figures import calendar_day

    brand, today = owner.brand, calendar_day(owner.brand)
    inbox.flush(brand.pk)  # SQL by hand reads parts alone
    history.clear(brand)
    for day in (today - timedelta(days=7), today):
        with step("judge", day=str(day)) as said:
            run = judging.judge(brand, day)
            said |= {"persons": run.judged, "moved": run.moved}
    parts = "', '".join(p.path.as_posix() for p in warehouse.open(brand.pk).parts("events"))
    with tempfile.TemporaryDirectory() as folder, step("by_hand"):
        con = duckdb.connect(config={"preserve_insertion_order": False, "threads": config.threads()})
        con.execute(BY_HAND.format(day=today, parts=parts, out=f"{folder}/tiers.parquet"))
        found = dict(con.execute(f"SELECT tier, count(*) FROM '{folder}/tiers.parquet' GROUP BY 1").fetchall())  # noqa: S608
        con.close()
    ours = TierRun.objects.filter(brand=brand).latest("day").summary["tiers"]
    alike = {k: v for k, v in found.items() if k != "outside"} == {k: v for k, v in ours.items() if v}
    print(json.dumps({"step": "alike", "alike": alike, "tiers": ours, "version": warehouse.open(brand.pk).version}))


def pages(handle: Any, web: Any, base: str) -> None:
    """The pages of forty persons, each for the first time at this version: the liveliest, and others by chance."""
    import ibis

    moves = handle.current("tiers")
    counted = moves.group_by("person_key").agg(orders=moves.orders.max(), by=moves.person_key.min())
    lively = handle.fetch(counted.order_by(ibis.desc("orders")).limit(10))["person_key"].to_pylist()
    rows = handle.fetch(counted.order_by("by").select("person_key").limit(100_000))["person_key"].to_pylist()
    for name, keys in (("pages_lively", lively), ("pages", rows[:: len(rows) // 30][:30])):
        took = []
        with step(name) as said:
            for key in keys:
                wall, cpu = time.perf_counter(), time.process_time()
                assert web.get(f"{base}people/{key}/").status_code == 200
                took.append((time.perf_counter() - wall, time.process_time() - cpu))
            for at, what in enumerate(("wall", "cpu")):
                told = sorted(t[at] for t in took)
                said[f"a_page_{what}"] = {"median": round(told[len(told) // 2], 2), "most": round(told[-1], 2)}


def merged(owner: Any, many: int = 1000) -> None:
    """So many persons turn out to be the same as others: the pages of those, and a new event's way once more."""
    from hongqiao import warehouse
    from hongqiao.warehouse import identity

    handle = warehouse.open(owner.brand.pk)
    moves = handle.current("tiers")
    keys = handle.fetch(moves.select("person_key").distinct().order_by("person_key").limit(2 * many))
    found = keys["person_key"].to_pylist()
    with step("merge", persons=many):
        identity.point_persons(owner.brand.pk, dict(zip(found[::2], found[1::2], strict=True)), "bench")


def bought(owner: Any) -> None:
    """One person buys: when it is on their page, when in their tier."""
    from django.test import Client
    from django.utils import timezone

    from hongqiao import warehouse
    from hongqiao.audience.tiers import flow, jobs, queries, standing
    from hongqiao.warehouse import inbox
    from hongqiao.workspace import keys
    from hongqiao.workspace.models import Account

    brand, account = owner.brand, Account.objects.get(brand=owner.brand, name="小程序")
    ring = keys.person_keys(brand.pk)
    web = Client(HTTP_HOST="127.0.0.1")
    web.force_login(owner.user)
    one, base = ring.hash(["new"])[0], "/b/bench/users/"
    handle = warehouse.open(brand.pk)
    rows = handle.current("tiers")
    other = handle.fetch(rows.select("person_key"), limit=1)["person_key"][0].as_py()
    days = queries.span(owner, None)
    with step("matrix", days=[str(d) for d in days or ()]):
        if days:
            flow.flow(handle, *days)
    for name, path in (("home", base), ("home_again", base), ("people", f"{base}people/"),
                       ("person", f"{base}people/{other}/"), ("person_again", f"{base}people/{other}/")):  # fmt: skip
        with step(name) as said:
            said["status"] = web.get(path).status_code
    pages(handle, web, base)
    origin = warehouse.Origin(
        brand_id=brand.pk, platform="own", account_id=account.pk, zone=brand.zone,
        captured_at=timezone.now().astimezone(UTC).replace(tzinfo=None), file_hash="", file_name="api", sheet="",
        layout="own.events", kind="api",
    )  # fmt: skip
    event = {"event": "purchase", "ts": timezone.now().isoformat(), "person": "new", "amount": "99"}
    with step("event_taken"):
        inbox.put(brand.pk, "events", [event, {**event, "event": "follow"}], origin, ring)
    with step("event_on_page") as said:
        said["status"] = web.get(f"{base}people/{one}/").status_code
    with step("event_in_tier") as said:
        said["moved"] = jobs._look(brand)
    place = standing.of(warehouse.open(brand.pk), [one])[one]
    print(json.dumps({"step": "stands", "tier": place.tier, "stage": place.stage}))
    with step("matrix_after"):
        flow.flow(warehouse.open(brand.pk), *days) if days else None
    with step("home_after") as said:
        said["status"] = web.get(base).status_code


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=50_000_000)
    parser.add_argument("--keep", default="")
    parser.add_argument("--only", choices=("judged", "bought"))
    parser.add_argument("--by-day", action="store_true", help="parts in order of days, as an import leaves them")
    parser.add_argument("--merge", action="store_true", help="with a thousand merged persons")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-") as folder:
        start(given.keep or folder)
        owner = prepare(given.persons, given.events, not given.by_day)
        if given.only != "bought":
            judged(owner)
        if given.merge:
            merged(owner)
        if given.only != "judged":
            bought(owner)


if __name__ == "__main__":
    main()
