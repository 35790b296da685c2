"""Two at once, and processes that die: nothing doubled, nothing lost."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.imports import services
from hongqiao.imports.models import ImportFile, ImportTable
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Job, Member, User

from .conftest import CAPTURED, current, statements, sums, work, works

pytestmark = pytest.mark.django_db(transaction=True)
SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def cast(house: Path):
    user = User.objects.create_superuser("owner@example.com", name="沈总")
    brand = workspace.create_brand(user=user, name="安澜", slug="anlan")
    actor = Member.objects.get(brand=brand)
    return brand, actor, workspace.create_account(actor=actor, platform="douyin", name="安澜官方")


def confirmed(actor: Member, account: object, data: bytes) -> ImportFile:
    file = services.receive(actor=actor, name="作品.csv", stream=io.BytesIO(data))
    return services.confirm(
        actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED, queue=False
    )


def test_two_people_import_one_file_at_the_same_time_and_it_counts_once(cast):
    brand, actor, account = cast
    data = works(*[work(n) for n in range(1, 13)])
    files = [confirmed(actor, account, data) for _ in range(2)]
    gate, failed = threading.Barrier(2), []

    def go(file: ImportFile) -> None:
        try:
            gate.wait()
            services.run(file.id)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(f,)) for f in files]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    assert sorted(sums(ImportFile.objects.get(id=f.id)) for f in files) == [(0, 12, 0), (12, 0, 0)]
    assert len(current(brand, "contents")) == 12
    assert ImportTable.objects.exclude(source_id=None).count() == 1


def test_one_import_run_by_two_workers_at_once_takes_it_once(cast):
    brand, actor, account = cast
    file = confirmed(actor, account, works(*[work(n) for n in range(1, 13)]))
    gate = threading.Barrier(2)

    def go() -> None:
        try:
            gate.wait()
            services.run(file.id)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    file.refresh_from_db()
    assert (file.state, sums(file)) == ("done", (12, 0, 0))
    assert len(current(brand, "contents")) == 12


def test_a_run_that_died_after_the_commit_is_finished_by_the_next_one(cast, monkeypatch):
    brand, actor, account = cast
    file = confirmed(actor, account, works(work(1), work(2)))
    from hongqiao.imports.services import running

    class Killed(BaseException):
        """kill -9: no except, no finally of ours."""

    with monkeypatch.context() as patch:
        patch.setattr(running, "_settle", lambda *a, **k: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            services.run(file.id)
    assert ImportFile.objects.get(id=file.id).state == "running"
    assert statements(brand, "contents") == 2
    done = services.run(file.id)
    assert (done.state, sums(done)) == ("done", (2, 0, 0))
    assert statements(brand, "contents") == 2
    services.undo(actor=actor, file_id=file.id, seen=None)
    assert current(brand, "contents") == []


CHILD = """
import os, sys
import django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from hongqiao.imports import services
print("begin", flush=True)
services.run(sys.argv[1])
print("end", flush=True)
"""


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_leaves_an_import_that_the_next_one_completes(cast, house, settings):
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        pytest.skip("the child must see the same database file")
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("no SIGKILL on this system")
    brand, actor, account = cast
    rows = [
        f"防晒测评 {n},2026-0{n % 3 + 1}-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d}:{n // 60 % 60:02d},"
        f"图文,公开,{n},0.3,0.5,0.2,4.5,1,2,3,4,5,1"
        for n in range(40_000)
    ]
    file = confirmed(actor, account, works(*rows))
    env = {
        **os.environ,
        "HONGQIAO_DATA": str(house),
        "HONGQIAO_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings",
        "PYTHONPATH": str(SRC),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(file.id), str(connection.settings_dict["NAME"])],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "begin"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not any(p.is_file() for p in (house / "tmp").rglob("*")):
        time.sleep(0.005)  # until rows of the file are being staged
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL, "it was really killed, in the middle"
    assert ImportFile.objects.get(id=file.id).state == "running"
    done = services.run(file.id)
    assert (done.state, sums(done)) == ("done", (40_000, 0, 0))
    handle = warehouse.open(brand.id)
    views = handle.fetch(
        handle.current("content_snapshots").aggregate(v=handle.current("content_snapshots").views.sum())
    )
    assert views.to_pylist() == [{"v": sum(range(40_000))}]


def test_an_import_whose_job_is_lost_gets_a_new_one(cast):
    brand, actor, account = cast
    file = confirmed(actor, account, works(work(1)))
    assert services.sweep()["stuck"] == 0, "just confirmed: somebody may be running it by hand"
    ImportFile.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    assert services.sweep()["stuck"] == 1
    assert Job.objects.get(kind=services.RUN).payload == {"file": str(file.id)}
    assert services.sweep()["stuck"] == 0, "its job waits now"


def test_a_cancelled_job_leaves_nothing_of_the_file_and_a_way_on(cast):
    from hongqiao.workspace import jobs

    brand, actor, account = cast
    file = services.receive(actor=actor, name="作品.csv", stream=io.BytesIO(works(work(1))))
    services.confirm(actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED)
    Job.objects.update(cancelling=True)
    jobs.work_off()
    assert Job.objects.get(kind=services.RUN).state == "cancelled"
    ImportFile.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    services.sweep()
    file.refresh_from_db()
    assert file.state == "refused"
    assert statements(brand, "contents") == 0
    services.look_again(actor=actor, file_id=file.id, seen=None)
    assert ImportFile.objects.get(id=file.id).state == "waiting"


def test_a_program_error_refuses_the_file_and_takes_back_what_it_had_put_in(cast, monkeypatch):
    from hongqiao.imports.services import running

    brand, actor, account = cast
    file = confirmed(actor, account, works(work(1)))
    real = running._settle

    def fails(*a: object, **k: object) -> None:
        real(*a, **k)
        raise RuntimeError("a bug")

    monkeypatch.setattr(running, "_settle", fails)
    done = services.run(file.id)
    assert (done.state, done.error["code"], sums(done)) == ("refused", "unexpected", (0, 0, 0))
    assert statements(brand, "contents") == 0
    assert done.path.exists()
