"""Claim: 指标探索 answers within 500 ms (p95) while 20 people click through it, with 50M event rows behind it.

Writes generated events through the warehouse's own writer into a fresh data folder, starts the real server, signs 20
sessions in and lets each walk: a saved view or a fresh question, then a change of it at each click (another cut,
metric, period, filter or comparison), a second or so of thought between two clicks (`--think`). `--fresh` is the share
of walks that begin with a question of their own: a filter on one of 40 channels, which nobody else has asked. Nothing
is asked before the clock starts but the views that are pinned (`--warm` asks those once, as the first person of a day
does). Prints one JSON line: p50, p95, p99 in ms of all answers, and of those to questions of counts and of persons.

`python bench/explorer.py [--rows 50000000] [--users 20] [--seconds 60] [--think 1.0] [--fresh 0.3] [--ask counts]`
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from dashboards import again, free_port, session

ROOT = Path(__file__).resolve().parents[1]
DAYS, CHANNELS = 360, 40
COUNTS, PERSONS = ("visits", "events"), ("visitors", "persons_active")
ASK = {"counts": COUNTS, "persons": PERSONS, "all": COUNTS + PERSONS}
CUTS = ("", "day", "week", "channel", "platform", "account")
PERIODS = ("d7", "d28", "d28", "d28", "d90")
Address = tuple[tuple[str, str], ...]


def fill(brand: object, accounts: dict[str, str], rows: int, today: date) -> None:
    """Store generated events, a part a month, and the sources that say which days they cover."""
    from hongqiao.ids import uuid7
    from hongqiao.warehouse import config, store
    from hongqiao.warehouse.engine import connect
    from hongqiao.warehouse.models import Source
    from hongqiao.warehouse.store import Slice
    from hongqiao.warehouse.tables import TABLES
    from hongqiao.warehouse.types import ident, sql_type

    table, start, per_day = TABLES["events"], today - timedelta(days=DAYS), rows // DAYS
    ids = {name: uuid7() for name in accounts}
    turn = {name: n for n, name in enumerate(accounts)}

    def of(values: dict[str, object]) -> str:
        return f"[{', '.join(repr(str(v)) for v in values.values())}][1 + n % {len(accounts)}]"

    made = {
        "brand": f"'{brand}'",
        "platform": of(accounts),
        "account": of({name: name for name in turn}),
        "source_id": of(ids),
        "source_row": "n",
        "captured_at": f"TIMESTAMP '{today}'",
        "rank": "1",
        "day": "ts::DATE",
        "event_key": "'e' || n",
        "person_key": f"CASE WHEN hash(n, 5) % 10 < 7 THEN md5((hash(n) % {max(1, rows // 20)})::VARCHAR) END",
        "person_key_id": "'k'",
        "event": "['visit', 'visit', 'view', 'click', 'purchase'][1 + (hash(n, 1) % 5)::INT]",
        "ts": "ts",
        "amount": "CASE WHEN hash(n, 1) % 5 = 4 THEN (hash(n, 3) % 99900 / 100)::DECIMAL(18,4) END",
        "channel": f"'渠道' || (hash(n, 4) % {CHANNELS})",
    }
    columns = ", ".join(f"CAST({made.get(c, 'NULL')} AS {sql_type(k)}) AS {ident(c)}" for c, k in table.schema.items())
    files = []
    con = connect(2048, config.threads(), config.data())
    for month in range(12):
        low, high = month * 30, month * 30 + 30
        first, last = start + timedelta(days=low), start + timedelta(days=high - 1)
        moment = f"TIMESTAMP '{start}' + to_microseconds((n * 86400000000 // {per_day})::BIGINT)"
        source = f"SELECT n, {moment} AS ts FROM range({low * per_day}, {high * per_day}) r(n)"
        cut = Slice(first, last, first, last, 30 * per_day)
        whose = [str(i) for i in ids.values()]
        files.append(store.write(con, brand, table, f"SELECT {columns} FROM ({source})", cut, sources=whose))
    con.close()

    def record(version: int) -> None:
        store.add(brand, version, files)
        end = today - timedelta(days=1)
        said = {"events": {"taken": rows // 3, "unchanged": 0, "first_day": str(start), "last_day": str(end)}}
        for seq, (name, platform) in enumerate(accounts.items(), 1):
            Source.objects.create(
                id=ids[name], brand_id=brand, account_id=name, platform=platform, kind="file", zone="Asia/Shanghai",
                captured_at=datetime.combine(today, datetime.min.time(), UTC), seq=seq, tables=said,
                first_day=start, last_day=end, rows_taken=rows // 3, added_version=version,
            )  # fmt: skip

    store.commit(brand, 0, record)


def prepare(rows: int) -> tuple[str, dict]:
    """Make the installation, a brand with three accounts and its facts. Return its slug and what was stored."""
    import django

    django.setup()
    from hongqiao import warehouse
    from hongqiao.site import first
    from hongqiao.warehouse import care
    from hongqiao.workspace import services
    from hongqiao.workspace.figures import today_of

    first.prepare(sample=False)
    brand = services.create_brand(user=first.owner(), name="大品牌", slug="big")
    member = first.local_member("big")
    names = {"own": "小程序", "wechat_oa": "公众号", "douyin": "抖音"}
    made = [services.create_account(actor=member, platform=p, name=n) for p, n in names.items()]
    began = time.monotonic()
    fill(brand.id, {str(a.id): a.platform for a in made}, rows, today_of(brand))
    counting = time.monotonic()
    care.count(brand.id)
    counted = round(time.monotonic() - counting, 1)
    parts = warehouse.open(brand.id).parts("events")
    said = {"rows": sum(p.rows for p in parts), "bytes": sum(p.bytes for p in parts), "parts": len(parts)}
    return brand.slug, {**said, "write_s": round(counting - began), "count_s": counted}


def views(metrics: tuple[str, ...]) -> list[Address]:
    """What a team keeps pinned: the questions of every morning."""
    return [(("m", m), ("by", cut), ("period", "d28")) for m in metrics for cut in ("day", "channel")]


def changed(question: dict[str, str], chance: random.Random, metrics: tuple[str, ...]) -> dict[str, str]:
    """One click: another cut, metric, period, filter or comparison."""
    new = dict(question)
    what = chance.choice(("by", "by", "m", "period", "filter", "vs"))
    if what == "by":
        new["by"] = chance.choice(CUTS)
    elif what == "m":
        new["m"] = chance.choice(metrics)
    elif what == "period":
        new["period"] = chance.choice(PERIODS)
    elif what == "filter":
        if "f.channel" in new:
            del new["f.channel"]
        else:
            new["f.channel"] = f"渠道{chance.randrange(CHANNELS)}"
    else:
        new["vs"] = chance.choice(("", "previous"))
    return {k: v for k, v in new.items() if v}


def walk(client: httpx.Client, slug: str, until: float, given: argparse.Namespace, turn: int, told: list) -> None:
    chance = random.Random(turn)
    time.sleep(chance.random() * given.think)
    question: dict[str, str] = {}
    while time.monotonic() < until:
        if not question or chance.random() < 0.15:
            question = dict(chance.choice(views(given.metrics)))
            if chance.random() < given.fresh:
                question["f.channel"] = f"渠道{chance.randrange(CHANNELS)}"
        else:
            question = changed(question, chance, given.metrics)
        began = time.monotonic()
        answer = client.get(f"/b/{slug}/data/explore/", params=question, timeout=120, headers={"HX-Request": "true"})
        took = (time.monotonic() - began) * 1000
        told.append((took, question["m"] in PERSONS, answer.status_code))
        time.sleep(chance.uniform(0.5, 1.5) * given.think)


def cuts(times: list[float]) -> dict[str, int]:
    if len(times) < 2:
        return {"n": len(times)}
    q = statistics.quantiles(times, n=100)
    return {"n": len(times), "p50_ms": round(q[49]), "p95_ms": round(q[94]), "p99_ms": round(q[98])}


def measure(slug: str, base: str, environment: dict[str, str], given: argparse.Namespace) -> dict:
    first = None
    while first is None:
        try:
            httpx.get(base + "/accounts/login/")
            first = session(base, environment)
        except (httpx.HTTPError, subprocess.CalledProcessError):
            time.sleep(0.3)
    first.timeout = 120
    alone = []
    for view in views(given.metrics) if given.warm else ():
        began = time.monotonic()
        first.get(f"/b/{slug}/data/explore/", params=view).raise_for_status()
        alone.append((time.monotonic() - began) * 1000)
    clients = [first, *(again(first, base) for _ in range(given.users - 1))]
    told: list = []
    until = time.monotonic() + given.seconds
    threads = [threading.Thread(target=walk, args=(c, slug, until, given, n, told)) for n, c in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "all": cuts([t for t, _p, _s in told]),
        "counts": cuts([t for t, p, _s in told if not p]),
        "persons": cuts([t for t, p, _s in told if p]),
        "errors": sum(s != 200 for _t, _p, s in told),
        "first_views_ms": [round(t) for t in alone],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=1.0)
    parser.add_argument("--fresh", type=float, default=0.3)
    parser.add_argument("--warm", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--ask", choices=ASK, default="all", help="questions of counts, of persons, or of both")
    parser.add_argument(
        "--data", default="", help="a folder that an earlier run filled and kept, or that is to be kept"
    )
    given = parser.parse_args()
    given.metrics = ASK[given.ask]
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-") as own:
        folder, port = Path(given.data or own), free_port()
        base = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "HONGQIAO_DATA": str(folder), "HONGQIAO_PORT": str(port)}
        environment |= {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings"}
        os.environ |= environment
        kept = folder / "bench.json"
        slug, stored = json.loads(kept.read_text("utf-8")) if kept.exists() else prepare(given.rows)
        kept.write_text(json.dumps([slug, stored]), "utf-8")
        command = [sys.executable, "-m", "hongqiao.site.cli", "web", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            said = measure(slug, base, environment, given)
        finally:
            server.terminate()
            server.wait(20)
    told = {"bench": "explorer", "at": datetime.now(UTC).isoformat(timespec="seconds"), "users": given.users}
    load = round(os.getloadavg()[0], 1)
    print(
        json.dumps(
            {**told, **stored, "asked": given.ask, "fresh": given.fresh, **said, "load": load, "goal_p95_ms": 500}
        )
    )


if __name__ == "__main__":
    main()
