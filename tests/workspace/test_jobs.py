"""Background work: asked for in the caller's transaction, done at least once, its database effects once."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from hongqiao.errors import Conflict, HongqiaoError, NotFound
from hongqiao.workspace import jobs, notices
from hongqiao.workspace.jobs import claim as claims
from hongqiao.workspace.jobs import handlers, worker
from hongqiao.workspace.models import Job, Notice

SEEN: list[dict] = []


class Full(HongqiaoError):
    code = "full"
    message = "满了"


@pytest.fixture(autouse=True)
def kinds(cast):
    """Kinds of this test alone."""
    handlers.kinds()
    before = dict(handlers._KINDS)
    SEEN.clear()
    yield
    handlers._KINDS.clear()
    handlers._KINDS.update(before)


def kind(name, run, **options):
    jobs.handler(name, label="测试", **options)(run)


def ask(cast, name, **options):
    return jobs.enqueue(name, brand_id=cast.brand.pk, key=options.pop("key", "k"), **options)


def fresh(job):
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_with_its_payload_and_its_result(cast):
    kind("t.add", lambda ctx: {"sum": ctx.payload["a"] + 1})
    job = ask(cast, "t.add", payload={"a": 1})
    assert jobs.work_off() == 1
    done = fresh(job)
    assert (done.state, done.result, done.progress, done.attempts) == ("done", {"sum": 2}, 1, 1)


def test_a_key_is_one_job_by_brand_and_again_only_when_said(cast):
    kind("t.x", lambda ctx: SEEN.append(ctx.payload))
    first = ask(cast, "t.x", payload={"n": 1})
    assert ask(cast, "t.x", payload={"n": 2}).pk == first.pk
    assert jobs.enqueue("t.x", brand_id=cast.stranger.brand_id, key="k").pk != first.pk
    jobs.work_off()
    assert ask(cast, "t.x").state == "done"
    assert ask(cast, "t.x", payload={"n": 3}, again=True).pk == first.pk
    jobs.work_off()
    assert SEEN == [{"n": 1}, {}, {"n": 3}]


def test_a_very_long_key_is_still_one_key(cast):
    kind("t.x", lambda ctx: None)
    assert ask(cast, "t.x", key="长" * 400).pk == ask(cast, "t.x", key="长" * 400).pk


def test_a_kind_nobody_registered_cannot_be_asked_for(cast):
    with pytest.raises(LookupError):
        ask(cast, "t.unknown")


def test_no_job_without_the_callers_transaction(cast):
    kind("t.x", lambda ctx: None)

    def act():
        with transaction.atomic():
            ask(cast, "t.x")
            raise Full()

    with pytest.raises(Full):
        act()
    assert not Job.objects.filter(kind="t.x").exists()


def test_a_job_waits_for_its_moment_and_the_urgent_goes_first(cast):
    kind("t.x", lambda ctx: SEEN.append(ctx.payload["n"]))
    ask(cast, "t.x", key="1", payload={"n": 1})
    ask(cast, "t.x", key="2", payload={"n": 2}, priority=5)
    ask(cast, "t.x", key="3", payload={"n": 3}, run_at=timezone.now() + timedelta(hours=1))
    jobs.work_off()
    assert SEEN == [2, 1]


def test_an_atomic_handler_that_fails_leaves_nothing_and_tries_again_later(cast):
    def run(ctx):
        notices.tell([cast.owner], "member.joined", name="x")
        if ctx.attempt == 1:
            raise ValueError("no")

    kind("t.x", run)
    job = ask(cast, "t.x")
    assert jobs.work_off() == 1
    again = fresh(job)
    assert (again.state, again.attempts, Notice.objects.filter(code="member.joined").count()) == ("queued", 1, 0)
    assert again.run_at > timezone.now()
    Job.objects.update(run_at=timezone.now())
    jobs.work_off()
    assert (fresh(job).state, Notice.objects.filter(code="member.joined").count()) == ("done", 1)


def test_attempts_end_and_those_who_may_retry_are_told(cast):
    kind("t.x", lambda ctx: 1 / 0, attempts=2)
    job = ask(cast, "t.x")
    for _ in range(3):
        Job.objects.update(run_at=timezone.now())
        jobs.work_off()
    failed = fresh(job)
    assert (failed.state, failed.attempts) == ("failed", 2)
    assert failed.error["params"]["kind"] == "ZeroDivisionError"
    assert Notice.objects.get(code="job.failed").member == cast.owner


def test_an_error_of_the_house_is_kept_in_its_words_and_not_tried_again(cast):
    def run(ctx):
        raise Full()

    kind("t.x", run)
    job = ask(cast, "t.x")
    jobs.work_off()
    assert (fresh(job).state, fresh(job).error["code"], fresh(job).attempts) == ("failed", "full", 1)


def test_a_failed_job_is_retried_by_who_may_and_by_nobody_else(cast):
    kind("t.x", lambda ctx: None if ctx.payload.get("ok") else 1 / 0, attempts=1)
    job = ask(cast, "t.x")
    jobs.work_off()
    for other in (cast.stranger, cast.editor):
        with pytest.raises(NotFound):
            jobs.retry(actor=other, job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(payload={"ok": True})
    jobs.retry(actor=cast.owner, job_id=job.pk)
    jobs.work_off()
    assert fresh(job).state == "done"
    with pytest.raises(Conflict):
        jobs.retry(actor=cast.owner, job_id=job.pk)


def test_long_work_goes_on_in_pieces(cast):
    def run(ctx):
        at = ctx.payload.get("at", 0)
        SEEN.append(at)
        return None if at == 2 else jobs.Continue({"at": at + 1}, progress=(at + 1) / 3)

    kind("t.x", run, attempts=1)
    job = ask(cast, "t.x")
    assert jobs.work_off() == 3
    assert SEEN == [0, 1, 2]
    assert fresh(job).state == "done"


def test_a_handler_near_its_longest_time_or_asked_to_stop_is_told_to_rest():
    stop = threading.Event()
    ctx = jobs.Context(Job(), stop)
    assert not ctx.should_rest
    ctx.started -= 10_000
    assert ctx.should_rest
    ctx = jobs.Context(Job(), stop)
    stop.set()
    assert ctx.should_rest


def test_a_waiting_job_is_cancelled_at_once_a_running_one_at_its_next_step(cast):
    kind("t.x", lambda ctx: SEEN.append("ran"))
    job = ask(cast, "t.x")
    assert jobs.cancel(actor=cast.owner, job_id=job.pk).state == "cancelled"
    assert jobs.work_off() == 0

    def run(ctx):
        jobs.cancel(actor=cast.owner, job_id=ctx.job.pk)
        worker.Pulse.beat(ctx)
        ctx.progress(0.5)
        SEEN.append("too far")

    kind("t.y", run, atomic=False)
    other = ask(cast, "t.y")
    jobs.work_off()
    assert (fresh(other).state, SEEN) == ("cancelled", [])


def test_an_effect_under_once_is_made_once_over_two_runs(cast):
    def run(ctx):
        with ctx.once("tell") as first:
            if first:
                notices.tell([cast.owner], "member.joined", name="x")
        if ctx.attempt == 1:
            raise RuntimeError("after the effect")

    kind("t.x", run, atomic=False)
    job = ask(cast, "t.x")
    jobs.work_off()
    Job.objects.update(run_at=timezone.now())
    jobs.work_off()
    assert (fresh(job).state, fresh(job).attempts) == ("done", 2)
    assert Notice.objects.filter(code="member.joined").count() == 1


def test_a_job_whose_worker_died_is_queued_again_and_the_dead_one_can_do_nothing_more(cast):
    kind("t.x", lambda ctx: None, atomic=False)
    job = ask(cast, "t.x")
    held = claims.claim("dead")
    ctx = jobs.Context(held, threading.Event())
    assert claims.rescue() == 0  # its lease still runs
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claims.rescue() == 1
    second = claims.claim("alive")
    assert (second.pk, second.attempts) == (job.pk, 2)
    with pytest.raises(jobs.Lost), ctx.once("late"):
        SEEN.append("late")
    with pytest.raises(jobs.Lost):
        claims.finish(held, None)
    worker.Pulse.beat(ctx)
    with pytest.raises(jobs.Lost):
        ctx.check()
    assert SEEN == []
    claims.finish(second, None)
    assert fresh(job).state == "done"


def test_a_job_that_kills_every_worker_ends_as_failed(cast):
    kind("t.x", lambda ctx: None, attempts=2)
    job = ask(cast, "t.x")
    for _ in range(2):
        claims.claim("dead")
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        claims.rescue()
    assert (fresh(job).state, fresh(job).error["code"]) == ("failed", "worker_died")


def test_an_atomic_run_that_lost_its_job_keeps_nothing(cast):
    def run(ctx):
        notices.tell([cast.owner], "member.joined", name="x")
        Job.objects.filter(pk=ctx.job.pk).update(claims=99)

    kind("t.x", run)
    ask(cast, "t.x")
    jobs.work_off()
    assert not Notice.objects.filter(code="member.joined").exists()


def test_progress_reaches_the_row_with_the_pulse(cast):
    def run(ctx):
        ctx.progress(0.25, "test.reading", file="a.csv")
        worker.Pulse.beat(ctx)
        SEEN.append(fresh(ctx.job))

    kind("t.x", run, atomic=False)
    ask(cast, "t.x")
    jobs.work_off()
    (row,) = SEEN
    assert (row.progress, row.message, row.params) == (0.25, "test.reading", {"file": "a.csv"})
    assert row.lease_until > timezone.now()


def test_a_periodic_kind_is_queued_once_a_slot_however_many_workers_tick(cast):
    kind("t.cron", lambda ctx: None)
    handlers._PERIODIC["t.cron"] = handlers.Periodic("t.cron", 60)
    try:
        noon = timezone.now().replace(hour=12, minute=10)
        worker.tick(noon)
        worker.tick(noon + timedelta(minutes=20))
        assert Job.objects.filter(kind="t.cron").count() == 1
        worker.tick(noon + timedelta(minutes=50))
        assert Job.objects.filter(kind="t.cron").count() == 2
    finally:
        del handlers._PERIODIC["t.cron"]


def test_tidying_drops_old_finished_jobs_and_keeps_the_rest(cast):
    kind("t.x", lambda ctx: None)
    old, new = ask(cast, "t.x", key="old"), ask(cast, "t.x", key="new")
    jobs.work_off()
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=40))
    jobs.enqueue("workspace.tidy", brand_id=None, key="now")
    jobs.work_off()
    assert not Job.objects.filter(pk=old.pk).exists()
    assert fresh(new).state == "done"
