"""Claim: everybody's tier, stage and RFM from a file of events takes at most 1.5 times hand-written SQL, and at
1M persons with 50M events at most 60 s.

The made world: persons follow, view, like, buy, give back, bring others over two years; how often is log-normal a
person. The SQL beside it (DuckDB alone, as an analyst would write it: quintiles by rank, the same thresholds typed in)
writes the same file; the two run in turn, and their answers are compared row by row. Prints JSON lines.

`python bench/tiers.py [--persons 100000] [--events 5000000] [--rounds 3]`
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

AS_OF = "2026-10-31"
MAKE = """
COPY (
    WITH who AS (
        SELECT i, 'u' || lpad((hash(i) % 100000000000)::VARCHAR, 12, '0') || '-' || i AS person,
            exp(1.2 * sqrt(-2 * ln(random() + 1e-12)) * cos(6.2831853 * random())) AS lively,
            (random() * 730)::INT AS came,
            CASE WHEN random() < 0.45 THEN random() ELSE 1 END AS until
        FROM range({persons}) t(i)
    ),
    counted AS (SELECT *, greatest(1, (lively * {events} / (SELECT sum(lively) FROM who))::INT) AS n FROM who),
    spread AS (SELECT *, unnest(range(n)) AS k, random() AS u, random() AS v FROM counted)
    SELECT person,
        TIMESTAMP '2024-11-01' + to_seconds(((came + (729 - came) * until * v) * 86400)::BIGINT) AS ts,
        CASE WHEN k = 0 AND u < 0.8 THEN 'follow' WHEN u < 0.70 THEN 'view' WHEN u < 0.82 THEN 'like'
            WHEN u < 0.88 THEN 'comment' WHEN u < 0.94 THEN 'purchase' WHEN u < 0.945 THEN 'refund'
            WHEN u < 0.947 THEN 'referral' WHEN u < 0.99 THEN 'push_sent' ELSE 'unfollow' END AS event,
        CASE WHEN k > 0 AND u >= 0.88 AND u < 0.945 THEN round(exp(4.5 + random()), 2) END AS amount
    FROM spread ORDER BY ts
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
BY_HAND = """
COPY (
    WITH s AS (
        SELECT person,
            max(CASE WHEN event = 'follow' THEN ts END) AS followed,
            max(CASE WHEN event = 'unfollow' THEN ts END) AS gone,
            max(CASE WHEN event NOT IN ('unfollow', 'refund', 'push_sent') THEN ts END) AS acted,
            min(CASE WHEN event = 'purchase' THEN ts END) AS first_order,
            max(CASE WHEN event = 'purchase' THEN ts END) AS last_order,
            count(*) FILTER (event = 'purchase') AS ever,
            count(*) FILTER (event = 'refund') AS refunds,
            sum(CASE event WHEN 'purchase' THEN amount WHEN 'refund' THEN -amount END) AS net,
            count(*) FILTER (event NOT IN ('unfollow', 'refund', 'push_sent') AND ts >= DATE '{as_of}' - 30) AS actions,
            count(*) FILTER (event = 'purchase' AND ts >= DATE '{as_of}' - 365) AS orders,
            count(*) FILTER (event = 'referral' AND ts >= DATE '{as_of}' - 365) AS brought,
            sum(CASE event WHEN 'purchase' THEN amount WHEN 'refund' THEN -amount END)
                FILTER (ts >= DATE '{as_of}' - 365) AS m
        FROM read_parquet('{path}') WHERE ts < DATE '{as_of}' + 1 GROUP BY person
    ),
    d AS (
        SELECT *, ever > 0 AND (refunds = 0 OR net > 0.005) AS bought,
            coalesce(followed IS NOT NULL AND (gone IS NULL OR gone < followed), false) AS follows,
            date_diff('day', acted, DATE '{as_of}') AS idle, date_diff('day', last_order, DATE '{as_of}') AS r,
            date_diff('day', first_order, DATE '{as_of}') AS since_first,
            CASE WHEN ever > 1 AND last_order > first_order
                THEN date_diff('day', first_order, last_order) / (ever - 1) END AS every_days
        FROM s
    ),
    c AS (SELECT greatest(30, least(90, quantile_cont(every_days, 0.5))) AS cycle FROM d WHERE every_days > 0),
    t AS (
        SELECT *, CASE WHEN NOT follows AND NOT bought AND acted IS NULL THEN 'outside' WHEN idle > 90 THEN 'lapsed'
            WHEN (bought AND orders >= 3 AND r <= 90) OR brought >= 1 THEN 'loyal'
            WHEN NOT bought AND actions < 2 THEN 'potential' ELSE 'active' END AS tier
        FROM d, c
    ),
    q AS (
        SELECT person, rank() OVER (ORDER BY -r) - 1 AS rr, rank() OVER (ORDER BY orders) - 1 AS rf,
            rank() OVER (ORDER BY coalesce(m, 0)) - 1 AS rm, count(*) OVER (PARTITION BY r) AS er,
            count(*) OVER (PARTITION BY orders) AS ef, count(*) OVER (PARTITION BY coalesce(m, 0)) AS em,
            count(*) OVER () AS n
        FROM t WHERE bought AND orders > 0
    )
    SELECT t.person, tier,
        CASE WHEN tier IN ('active', 'loyal') AND bought AND idle > cycle THEN 'at_risk'
            WHEN tier = 'active' AND bought AND since_first <= 30 THEN 'new' ELSE tier END AS stage,
        coalesce(least(floor(5 * (rr + er / 2) / n)::INT + 1, 5), 0) AS r,
        coalesce(least(floor(5 * (rf + ef / 2) / n)::INT + 1, 5), 0) AS f,
        coalesce(least(floor(5 * (rm + em / 2) / n)::INT + 1, 5), 0) AS m
    FROM t LEFT JOIN q USING (person)
) TO '{out}' (FORMAT csv, HEADER)
"""
OURS = "import sys; from hongqiao.site.cli import main; sys.exit(main())"
HAND = "import sys, duckdb; c = duckdb.connect(config={'preserve_insertion_order': False}); c.execute(sys.stdin.read())"


def timed(*command: str, stdin: str = "") -> tuple[float, float, dict]:
    """Run a process of its own; return its wall and CPU seconds and what it printed."""
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=True)  # noqa: S603
    wall, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, json.loads(done.stdout) if done.stdout.startswith("{") else {}


def unlike(one: Path, other: Path) -> dict:
    """Return how many persons are only in one file, and how many of the others differ in a column."""
    asked = f"""SELECT count(*), count(*) FILTER (a.person IS NULL OR b.person IS NULL),
        count(*) FILTER (a.tier <> b.tier), count(*) FILTER (a.stage <> b.stage),
        count(*) FILTER ((a.r, a.f, a.m) <> (b.r, b.f, b.m))
        FROM read_csv('{one}') a FULL JOIN read_csv('{other}') b USING (person)"""  # noqa: S608
    row = duckdb.sql(asked).fetchone() or ()
    return dict(zip(("persons", "only_one", "tier", "stage", "rfm"), row, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, ours, hand = (Path(folder) / name for name in ("events.parquet", "ours.csv", "hand.csv"))
        with duckdb.connect() as engine:
            engine.execute("SELECT setseed(0.5)")
            engine.execute(MAKE.format(persons=given.persons, events=given.events, path=path))
        for number in range(given.rounds):
            wall, cpu, said = timed(
                sys.executable, "-c", OURS, "bench", "tiers", "--data", str(path), "--out", str(ours), "--as-of", AS_OF
            )
            asked = BY_HAND.format(path=path, as_of=AS_OF, out=hand)
            by_hand, hand_cpu, _ = timed(sys.executable, "-c", HAND, stdin=asked)
            line = {"bench": "tiers", "round": number, "wall": round(wall, 2), "cpu": round(cpu, 2)}
            line |= {"hand_wall": round(by_hand, 2), "hand_cpu": round(hand_cpu, 2)}
            line |= {"ratio": round(wall / by_hand, 2), "cpu_ratio": round(cpu / hand_cpu, 2)}
            print(json.dumps(line | {k: said.get(k) for k in ("rows", "seconds", "peak_mb", "tiers")}), flush=True)
        print(json.dumps({"bench": "tiers", "unlike": unlike(ours, hand)}))


if __name__ == "__main__":
    main()
