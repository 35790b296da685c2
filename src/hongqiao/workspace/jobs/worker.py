"""The worker: threads that claim and run, one pulse that keeps their leases and writes their progress."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from hongqiao.workspace import dictionary
from hongqiao.workspace.jobs import claim as claims
from hongqiao.workspace.jobs.handlers import Cancelled, Context, Handler, Lost, kinds, periodic
from hongqiao.workspace.jobs.queue import URGENT, enqueue
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Job

log = logging.getLogger("hongqiao.jobs")


class Pulse(threading.Thread):
    """Beats for every job that this process runs. Its own connection: a handler's transaction must not hold it."""

    def __init__(self) -> None:
        super().__init__(name="jobs-pulse", daemon=True)
        self.running: dict[uuid.UUID, Context] = {}
        self.guard = threading.Lock()
        self.over = threading.Event()

    def add(self, ctx: Context) -> None:
        with self.guard:
            self.running[ctx.job.pk] = ctx

    def drop(self, ctx: Context) -> None:
        with self.guard:
            self.running.pop(ctx.job.pk, None)

    def run(self) -> None:
        while not self.over.wait(limits()["job_heartbeat"]):
            with self.guard:
                current = list(self.running.values())
            for ctx in current:
                self.beat(ctx)
        connection.close()

    @staticmethod
    def beat(ctx: Context) -> None:
        try:
            ours, ctx.cancelling = claims.beat(ctx.job, ctx.fraction, ctx.message, ctx.params)
        except DatabaseError:  # locked by a long transaction, or away for a moment: the next beat is near
            close_old_connections()
            return
        ctx.lost = not ours


def run_worker(stop: threading.Event, threads: int = 1) -> None:
    """Do jobs until `stop` is set, then let the running ones come to their end. Blocks.

    One more thread does nothing but urgent jobs: an alarm does not wait until an import of minutes is over.
    """
    kinds()
    pulse = Pulse()
    pulse.start()
    name = f"{socket.gethostname()[:30]}:{os.getpid()}"
    lanes = [Lane(f"{name}:{n}", leads=n == 0, below=URGENT) for n in range(threads)]
    crew = [
        threading.Thread(target=_loop, args=(stop, pulse, lane), name=f"jobs-{lane.name.rpartition(':')[2]}")
        for lane in (*lanes, Lane(f"{name}:u", least=URGENT))
    ]
    for worker in crew:
        worker.start()
    try:
        for worker in crew:
            while worker.is_alive():  # join with a limit: Ctrl-C must reach the main thread on Windows as well
                worker.join(0.5)
    except KeyboardInterrupt:
        stop.set()
        for worker in crew:
            worker.join()
    finally:
        pulse.over.set()
        pulse.join()


@dataclass(frozen=True)
class Lane:
    """One thread of a worker: which priorities it takes, and whether it sees to rescue and to the periodic kinds."""

    name: str
    leads: bool = False
    least: int = claims.LOWEST
    below: int = claims.HIGHEST


def _loop(stop: threading.Event, pulse: Pulse, lane: Lane) -> None:
    """One thread's life: chores when they are due, a job when there is one, else a short sleep that grows."""
    idle, rescued, ticked = limits()["job_idle_first"], 0.0, 0.0
    while not stop.is_set():
        try:
            now = time.monotonic()
            if lane.leads and now - rescued >= limits()["job_rescue_every"]:
                rescued = now
                claims.rescue()
            if lane.leads and (not ticked or now - ticked >= limits()["job_tick_every"]):
                ticked = now
                tick(timezone.now())
            if step(lane, pulse, stop):
                idle = limits()["job_idle_first"]
                continue
        except DatabaseError:
            log.exception("the worker cannot reach the database; trying again")
            connection.close()
        stop.wait(idle)
        idle = min(idle * 1.3, limits()["job_idle_last"])
        close_old_connections()
    connection.close()


def step(lane: Lane, pulse: Pulse | None, stop: threading.Event) -> bool:
    """Claim and run one job. Returns whether there was one."""
    job = claims.claim(lane.name, least=lane.least, below=lane.below)
    if job is None:
        return False
    ctx = Context(job, stop, fraction=job.progress)
    if pulse:
        pulse.add(ctx)
    try:
        _run(job, ctx)
    finally:
        if pulse:
            pulse.drop(ctx)
    return True


def _run(job: Job, ctx: Context) -> None:
    entry = kinds().get(job.kind)
    with dictionary.using(job.brand_id):
        _carried_out(job, ctx, entry)


def _carried_out(job: Job, ctx: Context, entry: Handler | None) -> None:
    try:
        if entry is None:
            raise LookupError(f"no handler for job kind {job.kind!r}")
        if job.cancelling:
            raise Cancelled()
        if entry.atomic:
            with transaction.atomic():
                claims.finish(job, entry.run(ctx))
        else:
            claims.finish(job, entry.run(ctx))
    except Lost:
        log.warning("job %s (%s) was taken over by another worker", job.pk, job.kind)
    except Cancelled:
        claims.end_cancelled(job)
    except Exception as error:  # whatever a handler raises becomes the job's state, never the worker's end
        claims.fail(job, error)
    spent = time.monotonic() - ctx.started
    if spent > limits()["job_longest"]:
        log.warning("job %s (%s) took %d s: it should rest and continue", job.pk, job.kind, spent)


def work_off(most: int = 1000, stop: threading.Event | None = None) -> int:
    """Run what is due now in this thread, for tests and one-off commands. Returns how many jobs ran."""
    halt, count = stop or threading.Event(), 0
    while count < most and step(Lane("inline"), None, halt):
        count += 1
    return count


def tick(now: datetime) -> None:
    """Queue the periodic kinds whose slot has begun: the slot is the key, so many workers queue it once."""
    for entry in periodic().values():
        length = timedelta(minutes=entry.minutes)
        start = datetime.min.replace(tzinfo=now.tzinfo)
        slot = now - (now - start) % length
        enqueue(entry.kind, brand_id=None, key=slot.isoformat(timespec="minutes"), run_at=now)
