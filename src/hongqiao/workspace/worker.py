"""`worker.run()`: the worker process, until SIGTERM or Ctrl-C."""

import contextlib
import signal
import threading

from hongqiao.workspace.jobs import run_worker

__all__ = ["run", "run_worker"]


def run(threads: int = 1, stop: threading.Event | None = None) -> None:
    """Run jobs until asked to stop; what is running comes to its end first. Call it in the main thread."""
    halt = stop or threading.Event()
    with contextlib.suppress(ValueError):  # not the main thread: whoever called holds the event
        signal.signal(signal.SIGTERM, lambda *_: halt.set())
        signal.signal(signal.SIGINT, lambda *_: halt.set())
    run_worker(halt, threads)
