"""From the webhook to the alarm: web and worker as they are run, mentions posted by call, a grave one now and then.

    python bench/crisis.py [--rate 500] [--seconds 60] [--grave 3] [--backlog 0] [--kills 0] [--texts FILE]

An empty SQLite house in a temporary folder; `hongqiao web` and one `hongqiao worker` are processes of their own. Four
sources post at once, each with a token of its own (a token may call 600 times a minute), in calls of `--batch`.
Ordinary mentions are made (`--texts`: drawn from the column `text` of a csv instead), a fifth of them copies, an eighth
complaints; a grave one (somebody's body reacts, a batch number of its own) comes every `--grave` seconds.

live: `--seconds` at `--rate`, then until all is read. Times of grave mentions in ms (median, 95, 99, 100 %), from when
the call was due and from when it was answered to the alarm's own moment (`alarm`) and to when another process can read
it (`seen`, looked for every 50 ms). backlog: `--backlog` mentions come while no worker runs; then one is started,
killed -9 `--kills` times and started again, until all is read. Both tell what was lost, what alarmed twice or never,
and what is out of order in a source (`read_out_of_order`: among the grave ones, or among the others). Prints one
JSON line, with the load of the machine at its end.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent  # left out: a measure beside us may be named like a module of Python's
sys.path[:] = [str(ROOT / "src"), *(p for p in sys.path if Path(p or ".").resolve() != HERE)]
SOURCES = ("小红书", "抖音", "微博", "黑猫")
COMMON = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学"
)
FINE = ("质地清爽好推开", "回购第三瓶了", "味道很好闻", "今天收到了", "打算送给妈妈", "和朋友一起买的", "早晚都在用")
BAD = (
    "客服一直不回，太差了",
    "物流太慢，等了八天",
    "用了没效果，后悔买了",
    "价格乱，前一天刚降",
    "包装破了，漏得到处都是",
)
GRAVE = "用了两天烂脸了，去医院看，医生说过敏，太差了"


class Speaker:
    """What is said, the same for a seed. `graves`: the id of a grave mention → what is known of its sending."""

    def __init__(self, seed: int, texts: list[str]) -> None:
        self.dice, self.texts, self.graves = random.Random(seed), texts, dict[str, dict[str, float]]()  # noqa: S311
        self.copied = [self.own(40) for _ in range(200)]

    def own(self, letters: int) -> str:
        return "".join(self.dice.choices(COMMON, k=letters))

    def ordinary(self) -> str:
        if self.dice.random() < 0.2:
            return self.dice.choice(self.copied)
        if self.texts:
            return self.dice.choice(self.texts)
        said = self.dice.choice(BAD if self.dice.random() < 0.15 else FINE)
        return f"{said}。{self.own(self.dice.randrange(10, 50))}"

    def grave(self, outer: str) -> str:
        self.graves[outer] = {}
        return f"{self.own(25)}，{GRAVE}，{self.own(15)}，批次Q{len(self.graves):05d}"


class Poster(threading.Thread):
    """One source: its calls one after the other, each repeated until it was answered 201."""

    def __init__(self, port: int, source: str, token: str, speaker: Speaker) -> None:
        super().__init__(daemon=True)
        self.port, self.source, self.token, self.speaker = port, source, token, speaker
        self.sent, self.again, self.late, self.took = 0, 0, 0.0, list[float]()
        self.plan: list[tuple[float, int, bool]] = []  # (when it is due, how many, whether one of them is grave)

    def run(self) -> None:
        for due, size, grave in self.plan:
            time.sleep(max(0.0, due - time.time()))
            self.late = max(self.late, time.time() - due) if due else 0.0
            self.post(due or time.time(), size, grave)

    def post(self, due: float, size: int, grave: bool) -> None:
        at, rows, marked = time.time(), [], ""
        for n in range(size):
            outer, chosen = f"{self.sent + n:09d}", grave and n == size // 2
            marked = outer if chosen else marked
            text = self.speaker.grave(f"{self.source}|{outer}") if chosen else self.speaker.ordinary()
            rows.append({"id": outer, "text": text, "posted_at": at, "author": f"u{n % 977}", "channel": self.source})
        body = json.dumps({"source": self.source, "mentions": rows})
        began = time.time()
        while self.call(body) != 201:
            self.again += 1
            time.sleep(0.2)
        self.took.append(time.time() - began)
        self.sent += size
        if marked:
            self.speaker.graves[f"{self.source}|{marked}"] |= {"due": min(due, began), "answered": time.time()}

    def call(self, body: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            line.request("POST", "/api/mentions", body.encode(), head)
            answer = line.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return 0
        finally:
            line.close()


def prepare() -> tuple[Any, list[str]]:
    """Make the house; return the brand and a token a source."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "hongqiao.site.settings"
    os.environ.setdefault("HONGQIAO_LOG_LEVEL", "ERROR")
    django.setup()
    from django.core.management import call_command

    from hongqiao.workspace import services
    from hongqiao.workspace.models import Member, User
    from hongqiao.workspace.services import doors

    call_command("migrate", verbosity=0, interactive=False)
    owner = User.objects.create_superuser("owner@example.com")
    brand = services.create_brand(user=owner, name="bench", slug="bench")
    actor = Member.objects.select_related("brand", "user").get(brand=brand)
    return brand, [doors.create_token(actor=actor, name=s, scopes=["crisis.handle"])[1] for s in SOURCES]


def start(*command: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen([sys.executable, "-m", "hongqiao.site.cli", *command], env=env)


def end(child: subprocess.Popen[bytes], *, kill: bool = False) -> None:
    child.kill() if kill else child.terminate()
    child.wait(30)


def serving(port: int) -> subprocess.Popen[bytes]:
    """Start the web server and wait until it answers."""
    from hongqiao.site import server

    child, until = start("web", "--host", "127.0.0.1", "--port", str(port)), time.monotonic() + 60
    while time.monotonic() < until and not server._serves("127.0.0.1", port):
        time.sleep(0.1)
    return child


def unread() -> int:
    from hongqiao.crisis.models import Mention

    return Mention.objects.filter(read_at=None).count()


class Watch(threading.Thread):
    """Notes when each alarm can first be read by a process that did not raise it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen, self.over = dict[Any, float](), threading.Event()

    def run(self) -> None:
        from django.db import connection

        from hongqiao.crisis.models import Alarm

        while not self.over.wait(0.05):
            for key in Alarm.objects.filter(why="grave").values_list("pk", flat=True):
                self.seen.setdefault(key, time.time())
        connection.close()


def checked(posters: list[Poster], speaker: Speaker) -> dict[str, int]:
    """Count what is lost, alarmed twice or never, or out of order: by id in a source, and by when it was read."""
    from hongqiao.crisis.models import Alarm, Mention

    lost = order = read_order = 0
    for one in posters:
        rows = list(
            Mention.objects.filter(source__name=one.source)
            .order_by("id")
            .values_list("outer", "read_at", "nature")
            .iterator()
        )
        lost += one.sent - len({outer for outer, at, _ in rows if at})
        order += sum(a[0] >= b[0] for a, b in zip(rows, rows[1:], strict=False))
        for grave in (True, False):  # what is grave is read before a backlog; each kind keeps its order
            times = [at for _, at, nature in rows if at and bool(nature) == grave]
            read_order += sum(a > b for a, b in zip(times, times[1:], strict=False))
    alarms = Alarm.objects.filter(why="grave").select_related("mention__source")
    told = Counter(f"{a.mention.source.name}|{a.mention.outer}" for a in alarms if a.mention)
    never, twice = len(set(speaker.graves) - set(told)), sum(n - 1 for n in told.values())
    return {"lost": lost, "out_of_order": order, "read_out_of_order": read_order, "twice": twice, "never": never}


def spans(speaker: Speaker, watch: Watch) -> dict[str, Any]:
    """Return p50, p95, p99 and the most of the four times of grave mentions, in ms."""
    from hongqiao.crisis.models import Alarm

    found: dict[str, list[float]] = {f"{a}_to_{b}_ms": [] for a in ("due", "answered") for b in ("alarm", "seen")}
    for alarm in Alarm.objects.filter(why="grave").select_related("mention__source"):
        sent = speaker.graves.get(f"{alarm.mention.source.name}|{alarm.mention.outer}") if alarm.mention else None
        for begin in ("due", "answered") if sent else ():
            found[f"{begin}_to_alarm_ms"].append(alarm.at.timestamp() - sent[begin])  # type: ignore[index]
            found[f"{begin}_to_seen_ms"].append(watch.seen.get(alarm.pk, time.time()) - sent[begin])  # type: ignore[index]
    return {name: quantiles(values) for name, values in found.items()}


def quantiles(values: list[float]) -> list[int]:
    at = sorted(values)
    return [round(1000 * at[min(len(at) - 1, int(len(at) * q))]) for q in (0.5, 0.95, 0.99, 1)] if at else []


def crew(a: argparse.Namespace, tokens: list[str], speaker: Speaker) -> list[Poster]:
    return [Poster(a.port, s, t, speaker) for s, t in zip(SOURCES, tokens, strict=True)]


def run_all(posters: list[Poster]) -> float:
    began = time.monotonic()
    for one in posters:
        one.start()
    for one in posters:
        one.join()
    return time.monotonic() - began


def live(a: argparse.Namespace, tokens: list[str], speaker: Speaker) -> dict[str, Any]:
    """Post at an even rate with the worker on."""
    posters, watch, every = crew(a, tokens, speaker), Watch(), a.batch * len(SOURCES) / a.rate
    worker, begin, next_grave = start("worker"), time.time() + 4, 0.0
    for n in range(int(a.seconds / every)):
        for place, one in enumerate(posters):
            due = begin + every * (n + place / len(posters))
            grave = due - begin >= next_grave
            next_grave += a.grave if grave else 0
            one.plan.append((due, a.batch, grave))
    watch.start()
    try:
        spent = run_all(posters) - 4
        over = time.monotonic()
        while unread() and worker.poll() is None and time.monotonic() - over < a.limit:
            time.sleep(0.1)
        after = time.monotonic() - over
        time.sleep(1)
    finally:
        end(worker)
        watch.over.set()
        watch.join()
    sent = sum(p.sent for p in posters)
    said = {"part": "live", "mentions": sent, "a_second": round(sent / spent), "left_s": round(after, 1)}
    said |= {"call_ms": quantiles([t for p in posters for t in p.took]), "again": sum(p.again for p in posters)}
    said |= {"late_s": round(max(p.late for p in posters), 1), "graves": len(speaker.graves)}
    return said | spans(speaker, watch) | checked(posters, speaker)


def backlog(a: argparse.Namespace, tokens: list[str], speaker: Speaker) -> dict[str, Any]:
    """Post everything without a worker, then drain it while workers are killed."""
    posters, size = crew(a, tokens, speaker), min(1000, max(1, a.backlog // 40))
    for n in range(a.backlog // size):
        posters[n % len(posters)].plan.append((0, size, n % 10 == 0))
    spent = run_all(posters)
    sent, killed, worker, began = sum(p.sent for p in posters), 0, start("worker"), time.monotonic()
    try:
        while (left := unread()) and time.monotonic() - began < a.limit:
            if killed < a.kills and left < sent * (1 - (killed + 1) / (a.kills + 2)):
                end(worker, kill=True)
                killed, worker = killed + 1, start("worker")
            time.sleep(0.05)
        drained = time.monotonic() - began
    finally:
        end(worker)
    said = {"part": "backlog", "mentions": sent, "taken_a_second": round(sent / spent), "drained_s": round(drained, 1)}
    said |= {"drained_a_second": round((sent - left) / drained), "left": left, "killed": killed}
    return said | {"graves": len(speaker.graves)} | checked(posters, speaker)


def measure(a: argparse.Namespace, part: Any) -> dict[str, Any]:
    texts = []
    if a.texts:
        with open(a.texts, encoding="utf-8", newline="") as file:
            texts = [row["text"] for row in csv.DictReader(file) if row["text"].strip()]
    _brand, tokens = prepare()
    web = serving(a.port)
    try:
        said = part(a, tokens, Speaker(a.seed, texts))
    finally:
        end(web)
    load = [round(n, 1) for n in os.getloadavg()] if hasattr(os, "getloadavg") else []
    return {"bench": "crisis", **said, "load": load}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    plain = {"rate": 500, "seconds": 60.0, "grave": 3.0, "batch": 50, "backlog": 0, "kills": 0, "seed": 1}
    for name, value in {**plain, "limit": 280.0, "port": 8132, "texts": ""}.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"HONGQIAO_DATA": folder, "DATABASE_URL": ""}
        said = measure(a, backlog if a.backlog else live)
    print(json.dumps(said, ensure_ascii=False))
    return 1 if said["lost"] or said["twice"] or said["never"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
