"""Background work: `handler` registers, `enqueue` asks, `run_worker` does. See docs/architecture.md."""

from .handlers import Cancelled, Context, Continue, Handler, Lost, Subject, every, handler, kinds, subjects
from .queue import URGENT, cancel, enqueue, known, retry, stop
from .worker import run_worker, work_off

__all__ = [
    "URGENT",
    "Cancelled",
    "Context",
    "Continue",
    "Handler",
    "Lost",
    "Subject",
    "cancel",
    "enqueue",
    "every",
    "handler",
    "kinds",
    "known",
    "retry",
    "run_worker",
    "stop",
    "subjects",
    "work_off",
]
