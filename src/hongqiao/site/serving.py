"""Commands that start things. Nothing heavy is imported here: what starts a server need not load what it serves."""

import argparse
import json
import threading
from collections.abc import Callable


def serve(a: argparse.Namespace) -> int:
    from hongqiao.site import server

    return server.serve(host=a.host, port=a.port, workers=a.workers, sample=not a.no_sample)


def prepare(a: argparse.Namespace) -> int:
    from django.conf import settings

    from hongqiao.site import first

    first.prepare(sample=not a.no_sample)
    if a.json:
        print(json.dumps({"owner": first.owner().email, "data": str(settings.DATA)}, ensure_ascii=False))
    return 0


def web(a: argparse.Namespace) -> int:
    from hongqiao.site import server

    return server.web(a.host, a.port)


def worker(a: argparse.Namespace) -> int:
    from hongqiao.site import server
    from hongqiao.workspace.worker import run_worker

    stop = threading.Event()
    server.on_stop(stop.set)
    run_worker(stop, threads=a.threads)
    return 0


def link(a: argparse.Namespace) -> int:
    from hongqiao.site import first
    from hongqiao.workspace import links

    first.migrate()
    path = first.sign_in_path(a.email)
    address = a.url.rstrip("/") + path if a.url else links.absolute(path)
    print(json.dumps({"url": address}) if a.json else address)
    return 0


def bench(a: argparse.Namespace) -> int:
    from hongqiao.site import benches

    return benches.main(a)


def sandbox(a: argparse.Namespace) -> int:
    from hongqiao.platforms.sandbox import command

    return command.run(a)


def manage(a: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["hongqiao manage", *a.arguments])
    return 0


#: Commands that need no settings, or load the house themselves where it is needed.
BARE = ("serve", "web", "bench", "sandbox")
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "serve": serve,
    "prepare": prepare,
    "web": web,
    "worker": worker,
    "link": link,
    "bench": bench,
    "sandbox": sandbox,
    "manage": manage,
}
