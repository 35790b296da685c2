"""What can be done in the background: kinds of jobs, periodic kinds, and what a running handler may ask for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Effect, Job


class Lost(Exception):
    """Another worker has this job now: whatever is under way must not be kept."""


class Cancelled(Exception):
    """Somebody cancelled the job."""


@dataclass(frozen=True)
class Continue:
    """A handler returns this to go on later from `payload`: the way to keep every run short."""

    payload: dict[str, Any]
    progress: float | None = None


@dataclass(frozen=True)
class Subject:
    """What a job is about, as a person names it, and where to look at it ("" where there is nowhere to go)."""

    label: str
    url: str = ""


#: Jobs of one kind (with their brands) → the subject of each that still has one. Asked once for a page of jobs.
Describe = Callable[[Sequence[Job]], Mapping[UUID, Subject]]


@dataclass(frozen=True)
class Handler:
    kind: str
    run: Callable[[Context], Any]
    atomic: bool
    label: str
    attempts: int
    backoff: tuple[int, ...] = ()
    subject: Describe | None = None


@dataclass(frozen=True)
class Periodic:
    kind: str
    minutes: int


_KINDS: dict[str, Handler] = {}
_PERIODIC: dict[str, Periodic] = {}


def handler(
    kind: str,
    *,
    atomic: bool = True,
    label: str,
    attempts: int | None = None,
    backoff: Sequence[int] = (),
    subject: Describe | None = None,
) -> Callable[[Callable[[Context], Any]], Callable[[Context], Any]]:
    """Register a kind of job.

    atomic: the handler runs in one transaction together with the mark "done", so its database effects happen once. For
    short work. Otherwise it runs outside any transaction, may run twice after a crash, and makes its effects under
    `ctx.once(key)`.
    attempts, backoff: how often it is tried and the pauses between (seconds; the last is used again), else the house's.
    subject: says what each of several jobs of this kind is about, for the list of jobs and the notice of a failed one.
    The handler gets a Context and may return None, a JSON value kept as the job's result, or Continue.
    """

    def register(run: Callable[[Context], Any]) -> Callable[[Context], Any]:
        most, pauses = attempts or limits()["job_attempts"], tuple(backoff or limits()["job_backoff"])
        _KINDS[kind] = Handler(kind, run, atomic, label, most, pauses, subject)
        return run

    return register


def subjects(jobs: Sequence[Job]) -> dict[UUID, Subject]:
    """Return what each job is about, where its kind says so; one question a kind."""
    by_kind: dict[str, list[Job]] = {}
    for job in jobs:
        by_kind.setdefault(job.kind, []).append(job)
    found: dict[UUID, Subject] = {}
    for kind, rows in by_kind.items():
        entry = kinds().get(kind)
        if entry and entry.subject:
            found |= entry.subject(rows)
    return found


def every(kind: str, *, minutes: int) -> None:
    """Make a registered kind periodic: one job a slot of so many minutes, for the whole house."""
    _PERIODIC[kind] = Periodic(kind, minutes)


def kinds() -> dict[str, Handler]:
    """Return all kinds that the rooms registered."""
    from hongqiao.workspace.registry import discover

    discover()
    return _KINDS


def periodic() -> dict[str, Periodic]:
    kinds()
    return _PERIODIC


@dataclass
class Context:
    """What a handler knows and may ask. Made by the worker for one run of one job."""

    job: Job
    stopping: threading.Event
    started: float = field(default_factory=time.monotonic)
    fraction: float = 0.0
    message: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    cancelling: bool = False
    lost: bool = False

    @property
    def payload(self) -> dict[str, Any]:
        return self.job.payload

    @property
    def brand_id(self) -> UUID | None:
        return self.job.brand_id

    @property
    def attempt(self) -> int:
        """1 at the first run."""
        return self.job.attempts

    def progress(self, fraction: float, message: str = "", **params: Any) -> None:
        """Say how far it is (0 to 1) and, as a code with parameters, what is being done. Raises Cancelled and Lost.

        Costs nothing: the worker's pulse writes it every few seconds.
        """
        self.fraction, self.message, self.params = min(max(float(fraction), 0.0), 1.0), message or self.message, params
        self.check()

    def check(self) -> None:
        """Raise Cancelled where somebody cancelled, Lost where another worker has taken over."""
        if self.lost:
            raise Lost()
        if self.cancelling:
            raise Cancelled()

    @property
    def should_rest(self) -> bool:
        """Whether to return Continue now: the worker stops, or this run comes near the longest a job may take."""
        return self.stopping.is_set() or time.monotonic() - self.started > limits()["job_longest"] * 0.8

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """Yield True the first time for this key and commit what is done inside with the mark; False afterwards.

        Raises Lost where another worker has taken over, so that a run that came back from the dead does nothing.
        """
        with transaction.atomic():
            if not mine(self.job).select_for_update().exists():
                raise Lost()
            _, made = Effect.objects.get_or_create(job=self.job, key=key)
            yield made


def mine(job: Job) -> Any:
    """Return the row of a job as long as this claim of it holds."""
    return Job.objects.filter(pk=job.pk, claims=job.claims, state=Job.State.RUNNING)
