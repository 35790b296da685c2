"""Claim: the four dashboards of the sample brand answer within 300 ms (p95) while 20 people look at them, on two cores.

Starts the real server on a fresh data folder, imports the sample brand, signs 20 sessions in, and lets each open the
four dashboards in turn, looking at each for a second or so (`--think`, 0 = none). Every address is opened once before.
Prints one JSON line: p50, p95, p99 in ms, requests a second, errors.

`python bench/dashboards.py [--users 20] [--seconds 30] [--think 1.0]`
"""

import argparse
import json
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
BOARDS = ("content", "users", "conversion", "channel")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def hongqiao(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "hongqiao.site.cli", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def session(base: str, environment: dict[str, str]) -> httpx.Client:
    """Sign one person in with a one-time link, as a person would."""
    link = hongqiao(environment, "link", "--url", base).strip()
    client = httpx.Client(base_url=base, follow_redirects=True, timeout=30)
    client.get(link)
    token = client.cookies.get("csrftoken")
    client.post(link, data={"csrfmiddlewaretoken": token}, headers={"Referer": base}).raise_for_status()
    return client


def again(signed_in: httpx.Client, base: str) -> httpx.Client:
    """Another browser of the same person: 20 sign-ins a minute from one address are rightly refused."""
    return httpx.Client(base_url=base, follow_redirects=True, timeout=30, cookies=signed_in.cookies)


def imported(folder: Path) -> bool:
    """Say whether the worker has brought in every file of the sample."""
    with sqlite3.connect(folder / "hongqiao.sqlite3") as database:
        rows = database.execute("SELECT state FROM workspace_job WHERE kind = 'imports.listed'").fetchall()
    return bool(rows) and all(state == "done" for (state,) in rows)


def look(client: httpx.Client, until: float, think: float, times: list[float], errors: list[int], turn: int) -> None:
    while time.monotonic() < until:
        board = BOARDS[turn % len(BOARDS)]
        turn += 1
        began = time.monotonic()
        answer = client.get(f"/b/anlan/data/{board}/", params={"period": ("d7", "d28", "d90")[turn % 3]})
        times.append((time.monotonic() - began) * 1000)
        if answer.status_code != 200:
            errors.append(answer.status_code)
        time.sleep(random.uniform(0.5, 1.5) * think)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--think", type=float, default=1.0)
    a = parser.parse_args()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "HONGQIAO_DATA": tempfile.mkdtemp(),
        "HONGQIAO_PORT": str(port),
        "PYTHONPATH": str(ROOT / "src"),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "hongqiao.site.cli", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        began = time.monotonic()
        first = None
        while first is None:
            try:
                httpx.get(base + "/accounts/login/")
                first = session(base, environment)
            except (httpx.HTTPError, subprocess.CalledProcessError):
                time.sleep(0.3)
        while not imported(Path(environment["HONGQIAO_DATA"])):
            time.sleep(0.5)
        brought_in = time.monotonic() - began
        clients = [first, *(again(first, base) for _ in range(a.users - 1))]
        for n in range(len(BOARDS) * 3):
            look(first, time.monotonic() + 0.001, 0, [], [], n)
        times: list[float] = []
        errors: list[int] = []
        until = time.monotonic() + a.seconds
        threads = [
            threading.Thread(target=look, args=(c, until, a.think, times, errors, n)) for n, c in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cuts = statistics.quantiles(times, n=100)
        said = {
            "bench": "dashboards",
            "users": a.users,
            "requests": len(times),
            "sample_import_s": round(brought_in, 1),
        }
        said |= {"p50_ms": round(cuts[49]), "p95_ms": round(cuts[94]), "p99_ms": round(cuts[98]), "errors": len(errors)}
        said |= {"per_s": round(len(times) / a.seconds, 1), "goal_p95_ms": 300}
        print(json.dumps(said))
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
