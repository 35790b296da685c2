"""Watching: mentions already read are heard in batches, then the minute job looks at everything.

    python bench/hearing.py [--mentions 20000] [--batch 100] [--incidents 20] [--negative 0.12]

A made brand in an empty SQLite house: `incidents` open ones of a batch and product each; of the mentions `negative` are
complaints, half of those name a batch or product of an incident, one in a thousand is grave by nature. Reading the
texts is not in it (`bench/opinion.py` measures that), nor is taking them in (`bench/crisis.py` measures the whole way).
Printed as one JSON line: mentions heard a second by the clock and by processor time, the slowest batch, seconds of the
first run of the minute job (a week of series at once) and of the next, and how many incidents and alarms came of it.
"""

from __future__ import annotations

import argparse
import json
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

KINDS = ("quality", "service", "logistics", "price", "advertising")


def house(incidents: int) -> tuple[Any, list[Any]]:
    """Make a brand with sources that were heard until now and open incidents; return it and the sources."""
    from django.utils import timezone

    from hongqiao.crisis.models import Mention, Source
    from hongqiao.crisis.watching import hear
    from hongqiao.workspace import services
    from hongqiao.workspace.models import User

    owner = User.objects.create_superuser("owner@example.com")
    brand = services.create_brand(user=owner, name="bench", slug="bench")
    now = timezone.now()
    sources = [
        Source.objects.create(brand=brand, name=name, way="webhook", channel=name, heard_at=now)
        for name in ("小红书", "抖音", "微博")
    ]
    for n in range(incidents):
        row = Mention(
            brand=brand, source=sources[0], outer=f"i{n}", text=f"产品{n}过敏，批次Q{n:05d}", kind="allergy",
            negative=True, nature="reaction", about=[{"about": "product", "name": f"产品{n}"}], state="open",
            posted_at=now, heard_at=now, read_at=now, channel="小红书", author_key=f"i{n}",
        )  # fmt: skip
        row.save()
        hear(brand, [row])
    return brand, sources


def made(brand: Any, sources: list[Any], a: argparse.Namespace) -> list[Any]:
    """Return mentions as a reader leaves them, a week of posting."""
    from django.utils import timezone

    from hongqiao.crisis.models import Mention

    dice, now, rows = random.Random(a.seed), timezone.now(), []
    for n in range(a.mentions):
        bad, of = dice.random() < a.negative, dice.randrange(max(1, a.incidents))
        sign = bad and dice.random() < 0.5
        text = f"产品{of}不好用，批次Q{of:05d}，第{n}条" if sign else f"说点什么吧，第{n}条，{dice.random()}"
        grave = dice.random() < 0.001
        posted = now - timedelta(minutes=dice.random() * 7 * 1440)
        rows.append(
            Mention(
                brand=brand, source=dice.choice(sources), outer=f"m{n}", text=text, posted_at=posted, heard_at=posted,
                read_at=posted, negative=bad or grave, kind="allergy" if grave else dice.choice(KINDS) if bad else "",
                nature="reaction" if grave else "", state="open" if bad or grave else "aside", author_key=f"p{n}",
                about=[{"about": "product", "name": f"产品{of}"}] if sign else [], channel="小红书",
            )
        )  # fmt: skip
    Mention.objects.bulk_create(rows, batch_size=2000)
    return rows


def run(a: argparse.Namespace) -> dict[str, Any]:
    """Hear everything in batches, then run the minute job twice."""
    from hongqiao.crisis.models import Alarm, Incident
    from hongqiao.crisis.watching import hear, minding

    brand, sources = house(a.incidents)
    rows, slowest = made(brand, sources, a), 0.0
    clock, cpu = time.perf_counter(), time.process_time()
    for n in range(0, len(rows), a.batch):
        before = time.perf_counter()
        hear(brand, rows[n : n + a.batch])
        slowest = max(slowest, time.perf_counter() - before)
    wall, used = time.perf_counter() - clock, time.process_time() - cpu
    job = []
    for _ in range(2):
        before = time.perf_counter()
        minding.mind(brand)
        job.append(round(time.perf_counter() - before, 2))
    return {
        "mentions": len(rows),
        "a_second": round(len(rows) / wall),
        "a_cpu_second": round(len(rows) / used),
        "slowest_batch_s": round(slowest, 3),
        "minute_job_s": job,
        "incidents": Incident.objects.count(),
        "alarms": Alarm.objects.count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    plain = {"mentions": 20_000, "batch": 100, "incidents": 20, "negative": 0.12, "seed": 1}
    for name, value in plain.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        print(json.dumps(run(parser.parse_args())))


if __name__ == "__main__":
    main()
