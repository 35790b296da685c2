"""The worker as a process: it does what there is, stops when asked, and being killed costs nothing."""

import os
import threading
import time

import pytest

from hongqiao.workspace import jobs
from hongqiao.workspace.jobs import handlers
from hongqiao.workspace.models import Job


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_there_is_and_stops_when_asked_after_the_running_job(cast, monkeypatch):
    began, stop = threading.Event(), threading.Event()

    def run(ctx):
        began.set()
        time.sleep(0.3)

    handlers.kinds()
    monkeypatch.setattr(handlers, "_KINDS", dict(handlers._KINDS))
    jobs.handler("t.slow", label="慢", atomic=False)(run)
    jobs.handler("t.quick", label="快")(lambda ctx: None)
    brand = cast.brand.pk
    asked = [jobs.enqueue("t.quick", brand_id=brand, key=str(n)) for n in range(20)]
    asked.append(jobs.enqueue("t.slow", brand_id=brand, key="slow", priority=-1))
    crew = threading.Thread(target=jobs.run_worker, args=(stop, 2))
    crew.start()
    assert began.wait(60)
    stop.set()
    crew.join(60)
    assert not crew.is_alive()
    assert {Job.objects.get(pk=job.pk).state for job in asked} == {"done"}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_killed_workers_lose_nothing_and_double_nothing(engine):
    from bench import jobs as bench

    if engine == "sqlite":
        lines = bench.measure(300, 3)
    else:
        if not os.environ.get("HONGQIAO_TEST_POSTGRES"):
            if os.environ.get("HONGQIAO_REQUIRE_ALL"):
                pytest.fail("HONGQIAO_TEST_POSTGRES is not set")
            pytest.skip("no PostgreSQL server (set HONGQIAO_TEST_POSTGRES)")
        with bench.postgres() as address:
            lines = bench.measure(300, 3, address)
    found = {line["measure"]: line for line in lines}
    assert found["rerun"]["value"] <= 15
    assert found["rerun"]["doubled"] == 0
    assert (found["doubled"]["value"], found["doubled"]["lost"]) == (0, 0)
    assert found["throughput"]["value"] > 0
