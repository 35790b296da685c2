"""The inbox with many threads: one page of the list with its counts, as the page asks for it.

    python bench/inbox.py [--threads 100000] [--rounds 20]

A made brand in an empty SQLite house: threads of five accounts, a tenth of them open, a third of those overdue, two
messages each. Every view is asked `rounds` times by the web page's own queries and rendering. Printed as one JSON line:
the 95th percentile in milliseconds of each view, by the clock and by processor time, and how long the threads took to
make.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(ROOT / "src"), str(ROOT), *(p for p in sys.path if Path(p or ".").resolve() != HERE)]

from bench.worlds.empty import start  # noqa: E402

WORDS = ("包装漏了，快递盒里全是", "都五天了还没发货", "想要小一点的面霜试试", "很喜欢，回购了", "优惠券用不了")
KINDS = ("quality.damaged", "logistics.slow", "suggest.size", "praise.product", "price.coupon")
VIEWS = {
    "open": {"state": "open"},
    "overdue": {"state": "open", "overdue": "1"},
    "mine": {"state": "open", "owner": "me"},
    "kind": {"state": "all", "kind": "logistics"},
    "account": {"state": "all", "account": ""},
    "all": {"state": "all"},
    "search": {"state": "all", "q": "漏了"},
    "search_none": {"state": "all", "q": "找不到的话"},
}


def fill(count: int, seed: int = 1) -> Any:
    """Make a brand with threads; return its owner."""
    from django.db import transaction
    from django.utils import timezone

    from hongqiao.audience.models import Thread, ThreadMessage
    from hongqiao.workspace import bulk, services
    from hongqiao.workspace.models import Member, User

    boss = User.objects.create_superuser("owner@example.com")
    brand = services.create_brand(user=boss, name="bench", slug="bench")
    owner = Member.objects.get(brand=brand)
    accounts = [services.create_account(actor=owner, platform="douyin", name=f"号{n}") for n in range(5)]
    dice, now = random.Random(seed), timezone.now()
    for begin in range(0, count, 5000):
        rows, messages = [], []
        for n in range(begin, min(count, begin + 5000)):
            which, at = dice.randrange(5), now - timedelta(minutes=dice.randrange(60 * 24 * 180))
            waits = dice.random() < 0.1
            row = Thread(
                brand=brand, outer=f"t{n}", account=accounts[dice.randrange(5)], place="抖音", subject=f"p{n % 70000}",
                state="open" if waits else "replied", said=f"{WORDS[which]} {n}", count=2, last_at=at, heard_at=at,
                due_at=now + timedelta(minutes=dice.randrange(-60, 120)) if waits else None, read_at=at,
                kind=KINDS[which], assignee=owner if dice.random() < 0.05 else None,
            )  # fmt: skip
            rows.append(row)
            messages += [
                ThreadMessage(
                    brand=brand, thread=row, outer=f"{n}-{k}", way="in", text=f"{WORDS[which]} {n} {k}", at=at
                )
                for k in (1, 2)
            ]
        with transaction.atomic():
            bulk.insert(rows)
            bulk.insert(messages)
    return owner


def p95(values: list[float]) -> float:
    return round(sorted(values)[max(0, int(len(values) * 0.95) - 1)], 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        begun = time.monotonic()
        owner = fill(a.threads)
        made = time.monotonic() - begun
        from django.test import Client
        from django.urls import reverse

        from hongqiao.workspace.models import Account

        web = Client(HTTP_HOST="127.0.0.1")
        web.force_login(owner.user)
        url = reverse("users_inbox", args=["bench"])
        VIEWS["account"]["account"] = str(Account.objects.filter(brand=owner.brand).first().pk)  # type: ignore[union-attr]
        found: dict[str, float] = {}
        busy: dict[str, float] = {}
        for name, asked in VIEWS.items():
            took, used = [], []
            for _n in range(a.rounds):
                at, cpu = time.perf_counter(), time.process_time()
                assert web.get(url, asked).status_code == 200
                took.append((time.perf_counter() - at) * 1000)
                used.append((time.process_time() - cpu) * 1000)
            found[name], busy[name] = p95(took), p95(used)
        said = {"threads": a.threads, "made_seconds": round(made, 1), "load": round(os.getloadavg()[0], 1)}
        print(json.dumps(said | {"p95_ms": found, "p95_cpu_ms": busy}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
