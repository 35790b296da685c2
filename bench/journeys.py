"""Journeys: persons who are due are led one step on, in sets, with the messages that it takes.

    python bench/journeys.py [--people 20000] [--kill]

A made brand in an empty SQLite house; each person has an address, agreed, and stands before a step that sends a text
message, and waits after it: two steps a person. Sending itself (a vendor's answer a message) is not in it. Printed as
one JSON line: steps, seconds, steps a second, messages asked for, and that a second run did nothing. With --kill two
processes do it at once and one is killed -9 in the middle: who was led on, messages, and how many of them twice.
"""

from __future__ import annotations

import argparse
import json
import subprocess
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

TEXT = "【安澜护肤】新品到店，会员专享九折，拒收请回复R"


def house(people: int) -> tuple[Any, Any]:
    """Make a brand, its people and a journey they all stand at the beginning of; return brand and journey."""
    from django.utils import timezone

    from hongqiao.audience.journeys import services
    from hongqiao.audience.models import Enrolment
    from hongqiao.delivery.models import Consent, Contact
    from hongqiao.delivery.reaching import vendors
    from hongqiao.workspace import services as workspace
    from hongqiao.workspace.models import Member, User

    owner = User.objects.create_superuser("owner@example.com")
    brand = workspace.create_brand(user=owner, name="bench", slug="bench")
    actor, now = Member.objects.get(brand=brand), timezone.now()
    keys = {"kind": "aliyun_sms", "key_id": "LTAI5tBenchKey", "secret": "a secret of nobody", "price": "0.045"}
    vendors.save(actor=actor, seen=None, sign="安澜护肤", opt_out="拒收请回复R", **keys)
    act = {"id": "a", "kind": "act", "channel": "sms", "purpose": "marketing"}
    steps = [{**act, "content": {"template": "SMS_1", "text": TEXT}}, {"id": "w", "kind": "wait", "hours": 24}]
    steps.append({**steps[0], "id": "b"})
    trigger = {"kind": "tier", "tier": "lapsed"}
    row = services.create(actor=actor, name="bench", goal="recall", trigger=trigger, steps=steps)
    row = services.start(actor=actor, journey_id=row.pk, seen=row.version)
    names = [f"p{n:07d}" for n in range(people)]
    said = {"purpose": "marketing", "channel": "sms", "given": True, "at": now - timedelta(days=1), "source": "bench"}
    Consent.objects.bulk_create([Consent(brand=brand, subject=n, **said) for n in names], batch_size=1000)
    place = {"brand": brand, "channel": "sms", "sealed": "x", "hint": "x"}
    Contact.objects.bulk_create([Contact(subject=n, digest=n, **place) for n in names], batch_size=1000)
    led = {"brand": brand, "journey": row, "goal": "recall", "arm": "treat", "state": "active", "step": "a"}
    led |= {"due_at": now, "entered_at": now}
    Enrolment.objects.bulk_create([Enrolment(subject=n, **led) for n in names], batch_size=1000)
    return brand, row


def work(folder: str) -> None:
    """Do all that is due in a house that is there: one of two processes."""
    start(folder)
    from django.utils import timezone

    from hongqiao.audience.journeys import running
    from hongqiao.workspace.models import Brand

    brand, now = Brand.objects.get(), timezone.now()
    print("ready", flush=True)
    while running.one_set(brand, now):
        print("set", flush=True)


def killed(folder: str, people: int) -> dict[str, Any]:
    """Let two processes work, kill one of them after its first set, and count what came of it."""
    from hongqiao.audience.models import Enrolment
    from hongqiao.delivery.models import Reach

    command = [sys.executable, __file__, "--work", folder]
    one, two = (subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2))
    assert one.stdout is not None
    for line in one.stdout:  # ends where the other was quicker with everything
        if line.strip() == "set":
            break
    time.sleep(0.3)  # in the middle of the next
    one.kill()
    two.wait()
    keys = list(Reach.objects.values_list("subject", flat=True))
    on = Enrolment.objects.filter(step="b").count()
    return {"people": people, "led_on": on, "messages": len(keys), "twice": len(keys) - len(set(keys))}


def main() -> int:
    """Make the house, lead everybody one step on, print what it took."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--kill", action="store_true")
    asked.add_argument("--work", default="", help=argparse.SUPPRESS)
    a = asked.parse_args()
    if a.work:
        work(a.work)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        brand, _row = house(a.people)
        if a.kill:
            print(json.dumps(killed(folder, a.people)))
            return 0
        from django.utils import timezone

        from hongqiao.audience.journeys import running
        from hongqiao.delivery.models import Reach

        now, steps, began = timezone.now(), 0, time.perf_counter()
        cpu = time.process_time()
        while done := running.one_set(brand, now):
            steps += done
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        said = {"steps": steps, "seconds": round(took, 2), "steps_a_second": round(steps / took)}
        said |= {
            "processor_seconds": round(cpu, 2),
            "messages": Reach.objects.count(),
            "again": running.one_set(brand, now),
        }
        print(json.dumps(said))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
