"""Files of reports made by the worker: the page waits, a program is told where to ask, half a file is never served."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation

from hongqiao.insight.models import Report
from hongqiao.insight.reports import jobs as report_jobs
from hongqiao.insight.reports import queries, services, shelf, thresholds
from hongqiao.workspace import jobs
from hongqiao.workspace.jobs import claim
from hongqiao.workspace.models import AuditEntry, Job
from tests.imports.conftest import member

from .conftest import signed_in, text
from .test_goals import Tongue
from .test_reports import DAY, START, fill_ledger

URL = "/b/anlan/data/reports/"


@pytest.fixture
def row(owner) -> Report:
    fill_ledger(owner)
    return services.build(actor=owner, kind="onepage", day=DAY, start=START)


@pytest.fixture(autouse=True)
def empty_shelf(filled):
    """The data folder is kept for a run: each test begins without files."""
    yield
    for path in shelf.folder(filled.pk).glob("*"):
        path.unlink()


def asked() -> list[Job]:
    return list(Job.objects.filter(kind=shelf.FILE).order_by("id"))


def test_a_file_is_made_by_the_worker_while_the_page_shows_how_far_it_is(web, owner, row):
    first = web.get(f"{URL}{row.pk}/file.xlsx")
    assert first.headers["Location"] == f"{URL}{row.pk}/file/xlsx/"
    assert "正在生成附表" in text(web.get(first.headers["Location"]))
    polled = web.get(first.headers["Location"], headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in text(polled)
    assert len(asked()) == 1, "asked for again, it is the same job"
    assert not AuditEntry.objects.filter(code="report.taken").exists()
    jobs.work_off()
    ready = text(web.get(first.headers["Location"], headers={"HX-Request": "true"}))
    assert "data-start" in ready
    assert "every 1s" not in ready
    assert "data-start" not in text(web.get(first.headers["Location"])), "a page opened again downloads nothing"
    got = web.get(f"{URL}{row.pk}/file.xlsx")
    assert got.content == queries.file_of(owner, row, "xlsx")
    assert got.headers["Content-Disposition"].endswith("anlan-onepage-2026-04-06-2026-04-09.xlsx")
    assert AuditEntry.objects.filter(code="report.taken").count() == 1
    (job,) = asked()
    assert report_jobs.file_subjects([job])[job.pk].label == "经营一页纸 2026-04-09 · 附表"


def test_a_program_is_told_where_to_ask_until_the_file_is_there(owner, row):
    call = Tongue(owner, "data.view", "data.export", "ledger.view")
    told = call("get", f"/reports/{row.pk}/file.html")
    assert told.status_code == 202
    assert told.json() == {"state": "queued", "progress": 0, "location": f"/api/reports/{row.pk}/file.html"}
    assert told.headers["Location"] == f"/api/reports/{row.pk}/file.html"
    assert told.headers["Retry-After"] == "1"
    jobs.work_off()
    got = call("get", f"/reports/{row.pk}/file.html")
    assert got.status_code == 200
    assert got.content.startswith(b"<!doctype html>")


def test_a_program_is_told_where_to_ask_until_the_newest_report_is_built(filled, owner, stranger, monkeypatch):
    call, path = Tongue(owner, "data.view"), "/reports/newest/weekly"
    told = call("get", path)
    assert (told.status_code, told.headers["Location"]) == (202, f"/api{path}")
    assert call("get", path).status_code == 202
    assert Job.objects.filter(kind=services.BUILD).count() == 1
    jobs.work_off()
    got = call("get", path)
    assert got.status_code == 200
    assert got.json()["id"] == str(Report.objects.get(kind="weekly").pk)
    assert call("get", "/reports/newest/horoscope").status_code == 422
    assert Tongue(owner, "imports.view")("get", path).status_code == 403
    assert Tongue(stranger, "data.view")("get", path).status_code == 202, "of their own brand"
    assert Job.objects.filter(kind=services.BUILD, brand=filled).count() == 1


def test_a_build_that_failed_is_told_to_a_program_and_not_begun_again_every_second(owner, monkeypatch):
    call, path = Tongue(owner, "data.view"), "/reports/newest/weekly"

    def broken(**_given: object) -> None:
        raise services.BadSchedule()

    with monkeypatch.context() as broke:
        broke.setattr(services, "build", broken)
        call("get", path)
        jobs.work_off()
    assert call("get", path).status_code == 503
    Job.objects.filter(kind=services.BUILD).update(finished_at=timezone.now() - timedelta(seconds=61))
    assert call("get", path).status_code == 202


def test_each_reader_has_a_file_of_what_they_may_see_in_their_language(owner, row):
    """A token without the ledger is made a file without it, whoever asked before."""
    whole = Tongue(owner, "data.view", "data.export", "ledger.view")
    narrow = Tongue(owner, "data.view", "data.export")
    path = f"/reports/{row.pk}/file.html"
    whole("get", path)
    jobs.work_off()
    assert "待决策" in whole("get", path).content.decode()
    assert narrow("get", path).status_code == 202
    jobs.work_off()
    body = narrow("get", path).content.decode()
    assert "核心数字" in body
    assert "待决策" not in body
    with translation.override("en"):
        assert isinstance(shelf.wanted(owner, row, "html"), Job)


def test_who_may_not_take_files_or_is_a_stranger_is_made_none(filled, row, stranger):
    foreign, writer = signed_in(stranger), signed_in(member(filled, "copywriter"))
    for path in (f"{row.pk}/file.html", f"{row.pk}/file/html/"):
        assert foreign.get(URL + path).status_code == 404
        assert foreign.get(f"/b/other/data/reports/{path}").status_code == 404
        assert writer.get(URL + path).status_code == 403
    assert signed_in(row.author).get(f"{URL}{row.pk}/file/exe/").status_code == 404
    assert asked() == []


def test_who_lost_the_right_meanwhile_is_made_none(owner, row, filled):
    colleague = member(filled, "director")
    shelf.wanted(colleague, row, "html")
    type(colleague).objects.filter(pk=colleague.pk).update(state="inactive")
    jobs.work_off()
    assert asked()[0].state == Job.State.FAILED
    assert not list(shelf.folder(filled.pk).glob("*.html"))


def test_a_killed_worker_leaves_nothing_that_is_served_and_the_next_makes_the_file(web, filled, row):
    web.get(f"{URL}{row.pk}/file.html")
    job = claim.claim("killed")  # takes the job, begins to write, and is gone
    shelf.folder(filled.pk).mkdir(parents=True, exist_ok=True)
    half = shelf.folder(filled.pk) / "tmp123.part"
    half.write_bytes(b"<!doctype html><p>hal")
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 302
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claim.rescue() == 1
    jobs.work_off()
    assert web.get(f"{URL}{row.pk}/file.html").content.endswith(b"</html>\n")


def test_writing_that_breaks_off_leaves_no_file(monkeypatch, filled, tmp_path):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        shelf._write(tmp_path / "a.html", b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_made_says_why_and_may_be_tried_again_after_a_minute(web, owner, row, monkeypatch):
    def broken(*_given: object) -> bytes:
        raise services.BadSchedule()

    with monkeypatch.context() as broke:
        broke.setattr(queries, "file_of", broken)
        web.get(f"{URL}{row.pk}/file.html")
        jobs.work_off()
    said = text(web.get(f"{URL}{row.pk}/file/html/"))
    assert "定时没有填对" in said
    assert "every 1s" not in said
    call = Tongue(owner, "data.view", "data.export")
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 503
    Job.objects.filter(kind=shelf.FILE).update(finished_at=timezone.now() - timedelta(seconds=61))
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 302
    jobs.work_off()
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 200
    assert call("get", f"/reports/{row.pk}/file.exe").status_code == 422


def test_files_go_after_some_days_and_are_made_again_when_they_are_wanted(web, filled, row):
    web.get(f"{URL}{row.pk}/file.html")
    jobs.work_off()
    (path,) = shelf.folder(filled.pk).glob("*.html")
    assert shelf.sweep() == 0
    old = time.time() - thresholds()["file_days"] * 86400 - 60
    os.utime(path, (old, old))
    assert shelf.sweep() == 1
    assert not Path(path).exists()
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 302
    jobs.work_off()
    assert web.get(f"{URL}{row.pk}/file.html").status_code == 200
