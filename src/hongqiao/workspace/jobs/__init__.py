"""Background work: `handler` registers, `enqueue` asks, `run_worker` does. See docs/architecture.md."""

from .handlers import Cancelled, Context, Continue, Handler, Lost, every, handler, kinds
from .queue import cancel, enqueue, retry
from .worker import run_worker, work_off

__all__ = [
    "Cancelled",
    "Context",
    "Continue",
    "Handler",
    "Lost",
    "cancel",
    "enqueue",
    "every",
    "handler",
    "kinds",
    "retry",
    "run_worker",
    "work_off",
]
