"""Jobs: how many small ones a second, how soon a killed one runs again, and whether any effect is made twice.

    python bench/jobs.py [--jobs 2000] [--workers 3] [--only sqlite|postgresql]

Prints one JSON line a measure and engine. PostgreSQL is measured on the server of HONGQIAO_TEST_POSTGRES (an address of
a user who may make databases) or on a temporary server where its programs are installed; otherwise it says so.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
GOALS = {"throughput": 100, "rerun": 15, "doubled": 0}


# --- a child process: one engine, one empty house


def start_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "hongqiao.site.settings"
    os.environ.setdefault("HONGQIAO_LOG_LEVEL", "ERROR")
    django.setup()
    register()


def register() -> None:
    """Three kinds: a small atomic one, one outside any transaction whose effect is made once, one that holds on."""
    from django.db import connection

    from hongqiao.workspace import jobs

    def effect(ctx: jobs.Context) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_effect (job) VALUES (%s)", [str(ctx.job.pk)])

    @jobs.handler("bench.small", label="bench")
    def small(ctx: jobs.Context) -> None:
        effect(ctx)

    @jobs.handler("bench.outside", atomic=False, label="bench")
    def outside(ctx: jobs.Context) -> None:
        with ctx.once("effect") as first:
            if first:
                effect(ctx)
        time.sleep(0.02)  # a window after the effect and before "done": the worst moment to be killed

    @jobs.handler("bench.hold", atomic=False, label="bench")
    def hold(ctx: jobs.Context) -> None:
        with ctx.once("effect") as first:
            if first:
                effect(ctx)
        if ctx.attempt == 1:
            time.sleep(120)


def worker() -> None:
    start_django()
    from hongqiao.workspace import worker as house

    house.run()


def prepare() -> Any:
    """Make the tables and a brand; return its id."""
    from django.core.management import call_command
    from django.db import connection

    from hongqiao.workspace.models import Brand

    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_effect (job varchar(40) NOT NULL)")
    return Brand.objects.create(slug=f"bench-{time.time_ns()}", name="bench").pk


def enqueue(brand: Any, kinds: list[str]) -> None:
    from django.db import transaction

    from hongqiao.workspace import jobs

    with transaction.atomic():
        for n, kind in enumerate(kinds):
            jobs.enqueue(kind, brand_id=brand, key=f"{time.time_ns()}-{n}")


def left(brand: Any) -> int:
    from hongqiao.workspace.models import Job

    return Job.objects.filter(brand_id=brand).exclude(state=Job.State.DONE).count()


def wait_until_done(brand: Any, limit: float) -> float:
    """Return the seconds until nothing is left. Raises TimeoutError."""
    began = time.monotonic()
    while left(brand):
        if time.monotonic() - began > limit:
            raise TimeoutError(f"{left(brand)} jobs left after {limit} s")
        time.sleep(0.2)
    return time.monotonic() - began


@contextmanager
def workers(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    crew = [subprocess.Popen([sys.executable, __file__, "--worker"]) for _ in range(count)]
    try:
        yield crew
    finally:
        for one in crew:
            one.terminate()
        for one in crew:
            one.wait(20)


def throughput(count: int) -> dict[str, Any]:
    """One worker, small atomic jobs: jobs a second from the first "done" to the last."""
    from hongqiao.workspace.models import Job

    brand = prepare()
    enqueue(brand, ["bench.small"] * count)
    with workers(1):
        wait_until_done(brand, 300)
    ends = Job.objects.filter(brand_id=brand).order_by("finished_at").values_list("finished_at", flat=True)
    seconds = (ends[count - 1] - ends[0]).total_seconds()
    return {"measure": "throughput", "value": round((count - 1) / seconds, 1), "unit": "jobs/s", "jobs": count}


def rerun() -> dict[str, Any]:
    """Seconds from kill -9 of the worker that holds a job until another worker has done it."""
    from hongqiao.workspace.models import Job

    brand = prepare()
    enqueue(brand, ["bench.hold"])
    with workers(1) as crew:
        while not Job.objects.filter(brand_id=brand, state="running", effects__isnull=False).exists():
            time.sleep(0.02)
        with workers(1):
            time.sleep(2)  # the second worker is up and idle
            crew[0].kill()
            seconds = wait_until_done(brand, 60)
    return {"measure": "rerun", "value": round(seconds, 1), "unit": "s", "doubled": doubled(brand)}


def kill_midway(count: int, crew_size: int) -> dict[str, Any]:
    """Several workers, one killed -9 midway and replaced: effects made more or less than once."""
    from hongqiao.workspace.models import Job

    brand = prepare()
    enqueue(brand, ["bench.outside" if n % 4 == 0 else "bench.small" for n in range(count)])
    with workers(crew_size) as crew:
        while left(brand) > count // 2:
            time.sleep(0.02)
        crew[0].kill()
        seconds = wait_until_done(brand, 300)
    found = {"measure": "doubled", "value": doubled(brand), "unit": "effects", "jobs": count, "workers": crew_size}
    taken_over = Job.objects.filter(brand_id=brand, attempts__gt=1).count()  # what the killed worker had in hand
    return {**found, "lost": count - made(brand), "taken_over": taken_over, "seconds": round(seconds, 1)}


def _effects(brand: Any) -> list[int]:
    from django.db import connection

    from hongqiao.workspace.models import Job

    mine = {str(pk) for pk in Job.objects.filter(brand_id=brand).values_list("pk", flat=True)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, COUNT(*) FROM bench_effect GROUP BY job")
        return [count for job, count in cursor.fetchall() if job in mine]


def doubled(brand: Any) -> int:
    return sum(count - 1 for count in _effects(brand))


def made(brand: Any) -> int:
    return len(_effects(brand))


def child(count: int, crew_size: int) -> None:
    start_django()
    from django.db import connection

    for result in (throughput(min(count, 1000)), rerun(), kill_midway(count, crew_size)):
        goal = GOALS[result["measure"]]
        ok = result["value"] >= goal if result["measure"] == "throughput" else result["value"] <= goal
        passed = ok and not result.get("lost") and not result.get("doubled")
        print(
            json.dumps({"bench": "jobs", "engine": connection.vendor, **result, "goal": goal, "ok": passed}), flush=True
        )


# --- the parent: an empty house for each engine


def measure(count: int, crew_size: int, database_url: str = "") -> list[dict[str, Any]]:
    """Run all measures on one engine in a house of its own and return their lines."""
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-", ignore_cleanup_errors=True) as folder:
        env = {**os.environ, "HONGQIAO_DATA": folder, "DATABASE_URL": database_url}
        command = [sys.executable, __file__, "--child", "--jobs", str(count), "--workers", str(crew_size)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of an empty database: on HONGQIAO_TEST_POSTGRES, else on a temporary server, else ""."""
    given = os.environ.get("HONGQIAO_TEST_POSTGRES", "")
    if given:
        with database_on(given) as address:
            yield address
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        yield ""
        return
    user = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None  # the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="hongqiao-pg-") as folder:
        if user:
            subprocess.run(["chown", user, folder], check=True)
        data = f"{folder}/data"

        def call(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)

        call(f"{programs[-1]}/initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8")
        port = 20000 + os.getpid() % 20000
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        call(f"{programs[-1]}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgres://bench@127.0.0.1:{port}/postgres"
        finally:
            call(f"{programs[-1]}/pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def database_on(server: str) -> Iterator[str]:
    """Make a database on a server and drop it afterwards."""
    import psycopg
    from psycopg import sql

    name = f"hongqiao_bench_{os.getpid()}_{threading.get_ident() % 1000}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        base, _, query = server.partition("?")
        yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    finally:
        with psycopg.connect(server, autocommit=True) as link:
            link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.worker:
        worker()
        return 0
    if a.child:
        child(a.jobs, a.workers)
        return 0
    lines: list[dict[str, Any]] = []
    if a.only != "postgresql":
        lines += measure(a.jobs, a.workers)
    if a.only != "sqlite":
        with postgres() as address:
            skipped = {"bench": "jobs", "engine": "postgresql", "skipped": "no server and no programs found"}
            lines += measure(a.jobs, a.workers, address) if address else [skipped]
    for line in lines:
        print(json.dumps(line))
    return 0 if all(line.get("ok", True) for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
