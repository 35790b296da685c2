"""The act itself. Jobs run at least once; the platform must be asked once. So:

1. what the platform took (pictures, a draft) is kept, step by step, before the next is begun;
2. right before the one call that publishes, `asking_at` is set in a transaction of its own, in which state, version,
   pause and pace are looked at for the last time: of two workers only one sets it;
3. where `asking_at` is set and no answer is kept, somebody died in between: once the call must have ended, the platform
   is asked what it came to (`find`), and only where there is none is it asked to publish again.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing, payloads, states
from hongqiao.delivery.publishing.errors import TextChanged, Unsure
from hongqiao.delivery.publishing.rules import rules
from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client.publisher import Payload, Publisher, Submitted
from hongqiao.workspace import jobs
from hongqiao.workspace.jobs.handlers import mine
from hongqiao.workspace.models import Account
from hongqiao.workspace.words import stored_error

State = Publication.State


class Held(Exception):
    """It may not go now: `why` says what holds it. Nothing was asked of the platform."""

    def __init__(self, why: dict[str, str | int]):
        self.why = why
        super().__init__(str(why))


class Withdrawn(Exception):
    """The room that asked for it wants this text out no more. Nothing was asked of the platform."""


def settle() -> timedelta:
    """Return how long a call that nobody waits for any more may still be under way at the platform."""
    return timedelta(seconds=rules()["settle_seconds"])


def still(row: Publication) -> bool:
    """Return whether this process stood still (a machine asleep) between the claim and the call."""
    return row.asking_at is None or timezone.now() - row.asking_at > settle() / 2


def submitted(ctx: jobs.Context, row: Publication, publisher: Publisher) -> Submitted:
    """Return what the platform took. Raises Held, Lost, Unsure, and the connector's HongqiaoError."""
    payload = payloads.of(row)
    if row.asking_at is not None and (earlier := _found(publisher, payload, row)):
        return earlier
    if why := pacing.held(row, timezone.now()) or states.waits(row):
        raise Held(why)  # before anything is uploaded
    for step, taken in publisher.prepare(payload, dict(row.steps)):
        _keep_step(ctx, row, step, taken)
    _claim(ctx, row)
    if still(row):
        raise jobs.Lost()  # another may have begun to look for what it came to
    return publisher.submit(payload, dict(row.steps))


def _found(publisher: Publisher, payload: Payload, row: Publication) -> Submitted | None:
    assert row.asking_at is not None
    if timezone.now() < row.asking_at + settle():
        raise Held({"code": "settling"})
    try:
        return publisher.find(payload, {**row.steps, "asked": row.asking_at.isoformat()})
    except HongqiaoError as error:
        if getattr(error, "again", False):
            raise
        raise Unsure() from error


def _locked(ctx: jobs.Context, row: Publication) -> Publication:
    """Return the row, locked, as it was when this run began. Raises Lost where it is not, or the job is another's."""
    fresh = states.locked(row)
    same = fresh.state == State.WAITING and fresh.version == row.version and fresh.asking_at == row.asking_at
    if not same or not mine(ctx.job).exists():
        raise jobs.Lost()
    return fresh


@transaction.atomic
def _keep_step(ctx: jobs.Context, row: Publication, step: str, taken: str) -> None:
    fresh = _locked(ctx, row)
    fresh.steps = {**fresh.steps, step: taken}
    fresh.save(update_fields=["steps"])
    row.steps = fresh.steps


@transaction.atomic
def _claim(ctx: jobs.Context, row: Publication) -> None:
    """Set `asking_at`: from here on the platform may have it. The pause is obeyed here, at the last moment."""
    Account.objects.select_for_update().get(pk=row.account_id)  # the pace is the account's: one at a time
    fresh, now = _locked(ctx, row), timezone.now()
    if not states.stands(fresh):
        raise Withdrawn()
    if why := pacing.held(fresh, now) or states.waits(fresh):
        raise Held(why)
    fresh.asking_at = now
    fresh.save(update_fields=["asking_at"])
    row.asking_at = now


@transaction.atomic
def keep(row: Publication, taken: Submitted) -> Publication:
    """Keep that the platform took it; a second time changes nothing."""
    fresh = states.locked(row)
    if fresh.state != State.WAITING:
        return fresh
    fresh.ids, fresh.submitted_at = dict(taken.ids), timezone.now()
    fresh.asking_at = fresh.error = None
    fields = ["ids", "submitted_at", "asking_at", "error"]
    if (fresh.payload.get("body") or {}).get("send") == "mass":  # it goes to the followers: one of the quota is used
        fresh.told_followers, fresh.told_at = True, fresh.submitted_at
        fields += ["told_followers", "told_at"]
    states.move(fresh, State.SUBMITTED, *fields)
    return fresh


@transaction.atomic
def withdraw(row: Publication) -> None:
    """Stop a text that its room took back."""
    fresh = states.locked(row)
    if fresh.state == State.WAITING:
        fresh.error, fresh.asking_at = stored_error(TextChanged()), None
        states.move(fresh, State.STOPPED, "error", "asking_at")


@transaction.atomic
def refuse(row: Publication, error: dict[str, object], *, sure: bool) -> Publication:
    """Keep that it failed. `sure`: the platform said no, so there is nothing to look for."""
    fresh = states.locked(row)
    if fresh.state not in (State.WAITING, State.SUBMITTED, State.REVIEWING):
        return fresh
    fresh.error = error
    fresh.next_at = None
    if sure:
        fresh.asking_at = None
    states.move(fresh, State.FAILED, "error", "asking_at", "next_at")
    return fresh
