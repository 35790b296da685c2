"""Publishing: many texts due at one moment, on a 公众号 server that misbehaves, while workers are killed.

    python bench/publishing.py [--count 200] [--workers 3] [--kills 3] [--seed 1]

The platform is this project's test server (`hongqiao sandbox`). Of the calls that publish, a tenth go wrong: taken
and not answered, taken and answered with HTTP 502, never taken, HTTP 500, busy. Workers are killed -9 while they
publish. What is counted is what the platform holds: how many of the texts it published, and how many more than once.
The waits after a call without an answer are shortened (60 s to 4 s, 10 minutes to 6 s; the pauses between tries to
1–5 s), or the measure would take a quarter of an hour. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent  # left out: a measure beside us may be named like a module of Python's
sys.path[:] = [str(ROOT / "src"), *(p for p in sys.path if Path(p or ".").resolve() != HERE)]
ACCOUNTS = 4  # the platform lets one account publish a hundred times a day
FAULTS = ("lost", "lost_500", "drop", "500", "busy")


def start() -> None:
    """Set Django up with the waits shortened."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "hongqiao.site.settings"
    os.environ.setdefault("HONGQIAO_LOG_LEVEL", "ERROR")
    django.setup()
    from hongqiao.delivery.publishing.rules import rules
    from hongqiao.platforms.wechat_oa.api import book

    rules().update(settle_seconds=4, backoff=[1, 2, 5], attempts=12, polls=[0, 1, 2], looks=[0, 3600])
    book("quota")["settle_minutes"] = 0.1


def worker() -> None:
    start()
    from hongqiao.workspace import worker as house

    house.run(threads=2)


def plant(count: int, world: Any) -> Any:
    """Make a house with connected accounts and texts that are all due now; return the brand."""
    from django.core.management import call_command
    from PIL import Image

    from hongqiao.delivery.connections import services as connections
    from hongqiao.workspace import services
    from hongqiao.workspace.models import Member, User

    call_command("migrate", verbosity=0, interactive=False)
    owner = User.objects.create_superuser("owner@example.com")
    brand = services.create_brand(user=owner, name="bench", slug="bench")
    brand.settings = {**brand.settings, "publishing": {"pacing": {"wechat_oa": {"gap_minutes": 0, "a_day": 10_000}}}}
    brand.save(update_fields=["settings"])
    member = Member.objects.select_related("brand", "user").get(brand=brand)
    accounts = []
    for number in range(ACCOUNTS):
        row = services.create_account(actor=member, platform="wechat_oa", name=f"公众号 {number}")
        keys = {"kind": "service_verified", "app_id": world.app_id, "secret": world.secret}
        connections.connect(actor=member, account_id=row.pk, seen=None, **keys)
        accounts.append(row)
    folder = Path(os.environ["HONGQIAO_DATA"]) / "content" / str(brand.pk)
    folder.mkdir(parents=True)
    Image.new("RGB", (900, 383), "teal").save(folder / "cover.png")
    for number in range(count):
        _ask(member, accounts[number % ACCOUNTS], number, str(folder.relative_to(os.environ["HONGQIAO_DATA"])))
    return brand


def _ask(member: Any, account: Any, number: int, folder: str) -> None:
    from django.utils import timezone

    from hongqiao.delivery import publishing
    from hongqiao.ids import uuid7

    title = f"第 {number:04d} 篇"
    text = f"这是第 {number:04d} 篇文章，写的是油皮夏天怎样补涂防晒，早上一泵，两小时后再补一次。"
    body = {"title": title, "html": f"<p>{text}</p>", "cover": "cover"}
    parts = [{"name": "cover", "path": f"{folder}/cover.png", "mime": "image/png"}]
    payload = {"form": "article", "title": title, "text": text, "tags": [], "body": body, "parts": parts}
    asked = {"subject": "bench", "subject_id": uuid7(), "title": title, "digest": title, "due_at": timezone.now()}
    publishing.ask(actor=member, account=account, payload=payload, **asked)


def states() -> Counter[str]:
    from hongqiao.delivery.models import Publication

    return Counter(Publication.objects.values_list("state", flat=True))


def errors() -> Counter[str]:
    """Return what those that failed say, by code."""
    from hongqiao.delivery.models import Publication

    rows = Publication.objects.filter(state="failed").values_list("error", flat=True)
    return Counter(str((row or {}).get("code")) for row in rows)


def looking() -> bool:
    """Return whether some first look at an address is still to be taken, or under way."""
    from django.utils import timezone

    from hongqiao.workspace.models import Job

    open_ = Job.objects.filter(kind="delivery.look", state__in=("queued", "running"))
    return open_.filter(run_at__lte=timezone.now()).exists()


def crew(count: int) -> list[subprocess.Popen[bytes]]:
    return [subprocess.Popen([sys.executable, __file__, "--worker"]) for _ in range(count)]


def run(count: int, workers: int, kills: int, seed: int, limit: float = 540) -> dict[str, Any]:
    """Publish all; return what the platform holds."""
    from hongqiao.platforms.sandbox import Sandbox, WeChatWorld

    dice = random.Random(seed)  # noqa: S311
    world = WeChatWorld(publish_seconds=1.0, per_minute=100_000, day_limits={"freepublish/submit": 100_000})
    with Sandbox(world) as server:
        os.environ["HONGQIAO_WECHAT_BASE"] = server.url
        start()
        plant(count, world)
        for _ in range(count // 10):
            world.fault("freepublish/submit", dice.choice(FAULTS))
        began, killed, team = time.monotonic(), 0, crew(workers)
        try:
            while time.monotonic() - began < limit:
                found = states()
                if not any(found[s] for s in ("waiting", "submitted", "reviewing")) and not looking():
                    break
                if killed < kills and len(world.publications) > count * (killed + 1) / (kills + 2):
                    victim = team.pop(dice.randrange(len(team)))
                    victim.kill()
                    victim.wait()
                    killed += 1
                    team += crew(1)
                time.sleep(0.05)
        finally:
            for one in team:
                one.terminate()
            for one in team:
                one.wait(30)
        held = Counter(p.articles[0]["title"] for p in world.publications)
        return {
            "bench": "publishing",
            "texts": count,
            "published": len(held),
            "twice": sum(n - 1 for n in held.values()),
            "verified": states()["verified"],
            "states": dict(states()),
            "errors": errors(),
            "killed": killed,
            "faults": count // 10,
            "seconds": round(time.monotonic() - began, 1),
            "ok": len(held) == count and sum(held.values()) == count and states()["verified"] == count,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.worker:
        worker()
        return 0
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"HONGQIAO_DATA": folder, "DATABASE_URL": ""}
        said = run(a.count, a.workers, a.kills, a.seed)
    print(json.dumps(said, ensure_ascii=False))
    return 0 if said["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
