"""报告 on the screen, over HTTP and by the clock: built by a button, opened by an address, made when the hour comes."""

from datetime import UTC, date, datetime

import pytest

from hongqiao.delivery.models import Message
from hongqiao.insight.goals import services as goals
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import jobs as report_jobs
from hongqiao.insight.reports import publishing, services
from hongqiao.workspace import jobs, search
from hongqiao.workspace.missing import missing
from hongqiao.workspace.models import AuditEntry, Job, Notice
from hongqiao.workspace.words import say

from .conftest import signed_in, text
from .test_goals import Tongue
from .test_reports import DAY, START, fill_ledger

URL = "/b/anlan/data/reports/"


@pytest.fixture
def row(owner) -> Report:
    fill_ledger(owner)
    return services.build(actor=owner, kind="onepage", day=DAY, start=START)


def test_a_report_is_built_by_its_button_and_shows_how_far_it_is(filled, web, owner):
    page = text(web.get(URL))
    for name in ("昨日早报", "周报", "月报", "复盘", "经营一页纸"):
        assert name in page
    waiting = web.post(f"{URL}build/", {"kind": "morning", "day": "2026-04-09"})
    assert waiting.status_code == 302
    address = waiting.headers["Location"]
    assert "正在生成报告" in text(web.get(address))
    assert 'hx-trigger="every 1s"' in text(web.get(address, headers={"HX-Request": "true"}))
    jobs.work_off()
    done = web.get(address)
    assert done.headers["Location"] == f"{URL}{Report.objects.get().pk}/"
    assert web.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == done.headers["Location"]
    shown = text(web.get(done.headers["Location"]))
    assert "一句话，可直接发到群里" in shown
    assert "复制到群" in shown
    assert "2026-04-09" in text(web.get(URL))
    (job,) = Job.objects.filter(kind=report_jobs.BUILD)
    assert report_jobs.subjects([job])[job.pk].label == "昨日早报 2026-04-09"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"kind": "horoscope"}, 422),
        ({"kind": "review", "start": "2026-04-09", "day": "2026-04-01"}, 422),
        ({"kind": "morning", "day": "soon"}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_report_is_refused_before_any_work(web, form, status):
    assert web.post(f"{URL}build/", form).status_code == status
    assert not Job.objects.filter(kind=report_jobs.BUILD).exists()
    assert web.get(f"{URL}build/").status_code == 405


def test_every_note_of_the_page_opens_figure_and_rows_at_the_reports_version(web, row):
    page = web.get(f"{URL}{row.pk}/")
    numbers = [n.number for n in page.context["said"].notes]
    for number in numbers:
        assert f"{URL}{row.pk}/notes/{number}/" in text(page) or number not in (1, 2)
        answer = web.get(f"{URL}{row.pk}/notes/{number}/", follow=True)  # a row of the ledger has a page of its own
        assert answer.status_code == 200, number
    first = web.get(f"{URL}{row.pk}/notes/1/")
    assert first.context["version"] == row.manifest
    assert first.context["behind"]["count"] == 4
    assert "播放量.xlsx" in text(first)
    assert web.get(f"{URL}{row.pk}/notes/999/").status_code == 404
    assert web.get(f"{URL}{row.pk}/notes/1/?m=gmv").status_code == 404
    assert web.get(f"{URL}{row.pk}/notes/1/?after=x").status_code == 422


def test_a_version_that_was_swept_is_answered_by_the_newest_and_says_so(web, row, monkeypatch):
    from hongqiao.insight import queries as figures
    from hongqiao.warehouse.errors import VersionGone

    real = figures.opened

    def swept(member, version=None):
        if version is not None:
            raise VersionGone()
        return real(member)

    monkeypatch.setattr(figures, "opened", swept)
    assert "已过保留期" in text(web.get(f"{URL}{row.pk}/notes/1/"))


def test_hostile_words_of_people_are_shown_and_never_run(web, row):
    page = text(web.get(f"{URL}{row.pk}/"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_stranger_and_who_sees_no_figures_reach_nothing(filled, owner, row, stranger, reviewer):
    plan = services.Rhythm("morning", "daily", 9, members=[owner.pk])
    scheduled = services.add_schedule(actor=owner, wanted=plan)
    job = jobs.enqueue(
        report_jobs.BUILD, brand_id=filled.pk, key="x", payload={"member": str(owner.pk), "kind": "morning"}
    )
    gets = ["", "newest/weekly/", f"{row.pk}/", f"{row.pk}/notes/1/", f"{row.pk}/file.pdf", f"building/{job.pk}/"]
    posts = ["build/", "schedules/", f"schedules/{scheduled.pk}/"]
    foreign, closed = signed_in(stranger), signed_in(reviewer)
    for path in gets:
        assert foreign.get(URL + path).status_code == 404, path
        assert closed.get(URL + path).status_code == 403, path
        if path not in ("", "newest/weekly/"):  # their own brand has these too
            assert foreign.get(f"/b/other/data/reports/{path}").status_code == 404, path
    for path in posts:
        assert foreign.post(URL + path, {"kind": "morning"}).status_code == 404, path
        assert closed.post(URL + path, {"kind": "morning"}).status_code == 403, path
    asked = {"seen": "1", "do": "remove"}
    assert foreign.post(f"/b/other/data/reports/schedules/{scheduled.pk}/", asked).status_code == 404
    assert Schedule.objects.count() == 1


def test_colleagues_who_want_the_same_report_wait_for_one_build(web, filled, owner, specialist):
    form = {"kind": "review", "start": "2026-04-06", "day": "2026-04-09"}
    mine = web.post(f"{URL}build/", form).headers["Location"]
    theirs = signed_in(specialist).post(f"{URL}build/", form).headers["Location"]
    assert mine == theirs
    other = web.post(f"{URL}build/", form | {"start": "2026-04-05"}).headers["Location"]
    assert other != mine
    assert Job.objects.filter(kind=report_jobs.BUILD).count() == 2
    assert "复盘" in text(signed_in(specialist).get(theirs))
    jobs.work_off()
    assert signed_in(specialist).get(theirs).status_code == 302


def test_the_newest_report_opens_at_once_where_these_facts_have_one_else_while_it_is_built(web, filled, owner):
    waiting = web.get(f"{URL}newest/weekly/", follow=True)
    assert "正在生成报告" in text(waiting)
    assert "周报" in text(waiting)
    jobs.work_off()
    row = Report.objects.get(kind="weekly")
    kept = Job.objects.filter(kind=report_jobs.BUILD).count()
    assert web.get(f"{URL}newest/weekly/").headers["Location"] == f"{URL}{row.pk}/"
    assert "按新数据重写" not in text(web.get(f"{URL}{row.pk}/"))
    assert Job.objects.filter(kind=report_jobs.BUILD).count() == kept, "what is built is not built again"
    Report.objects.filter(pk=row.pk).update(manifest=row.manifest - 1)  # as if files had come in since
    assert "/building/" in web.get(f"{URL}newest/weekly/").headers["Location"]
    assert "按新数据重写" in text(web.get(f"{URL}{row.pk}/"))
    assert web.get(f"{URL}newest/horoscope/").status_code == 404
    assert web.post(f"{URL}newest/weekly/").status_code == 405


def test_a_report_asked_for_again_tells_the_ledger_as_it_stands_now(web, filled, owner):
    form = {"kind": "onepage", "start": "2026-04-06", "day": "2026-04-09"}
    address = web.post(f"{URL}build/", form).headers["Location"]
    jobs.work_off()
    first = web.get(address).headers["Location"]
    fill_ledger(owner)
    assert web.post(f"{URL}build/", form).headers["Location"] == address
    jobs.work_off()
    assert web.get(address).headers["Location"] != first
    assert Report.objects.filter(kind="onepage").count() == 2


def test_a_brand_without_files_is_led_to_where_they_are_wanted(empty):
    answer = signed_in(empty).get("/b/empty/data/reports/newest/weekly/")
    assert answer.headers["Location"] == "/b/empty/data/reports/"
    assert not Job.objects.filter(kind=report_jobs.BUILD).exists()


def test_a_schedule_is_kept_changed_and_removed_by_who_keeps_the_boards(filled, web, owner, specialist):
    form = {
        "kind": "weekly",
        "rhythm": "weekly",
        "weekday": "0",
        "monthday": "1",
        "hour": "9",
        "members": [str(owner.pk)],
    }
    assert signed_in(specialist).post(f"{URL}schedules/", form).status_code == 403
    assert web.post(f"{URL}schedules/", form).status_code == 302
    kept = Schedule.objects.get()
    assert (kept.rhythm, kept.day, kept.hour, kept.members) == ("weekly", 0, 9, [str(owner.pk)])
    assert "每周 周一 09:00 · 沈总" in text(web.get(URL))
    for wrong in ({"hour": "24"}, {"hour": "x"}, {"members": []}, {"rhythm": "hourly"}, {"kind": "x"}):
        assert web.post(f"{URL}schedules/", form | wrong).status_code == 422, wrong
    assert web.post(f"{URL}schedules/{kept.pk}/", form | {"seen": "1", "on": "off"}).status_code == 302
    assert Schedule.objects.get().on is False
    assert web.post(f"{URL}schedules/{kept.pk}/", {"seen": "1", "do": "remove"}).status_code == 409
    assert web.post(f"{URL}schedules/{kept.pk}/", {"seen": "2", "do": "remove"}).status_code == 302
    codes = [e.code for e in AuditEntry.objects.filter(code__startswith="report.").order_by("id")]
    assert codes == ["report.scheduled", "report.schedule_changed", "report.schedule_removed"]


@pytest.mark.parametrize(
    ("rhythm", "day", "now", "last"),
    [
        ("daily", 0, datetime(2026, 4, 10, 0, 59, tzinfo=UTC), None),  # 08:59 in Shanghai
        ("daily", 0, datetime(2026, 4, 10, 1, 0, tzinfo=UTC), date(2026, 4, 9)),
        ("weekly", 0, datetime(2026, 4, 14, 1, 0, tzinfo=UTC), date(2026, 4, 12)),
        ("weekly", 2, datetime(2026, 4, 14, 1, 0, tzinfo=UTC), date(2026, 4, 5)),
        ("monthly", 1, datetime(2026, 5, 20, 1, 0, tzinfo=UTC), date(2026, 4, 30)),
        ("monthly", 28, datetime(2026, 5, 20, 1, 0, tzinfo=UTC), date(2026, 3, 31)),
    ],
)
def test_an_hour_comes_in_the_brands_own_zone(owner, rhythm, day, now, last):
    kind = {"daily": "morning", "weekly": "weekly", "monthly": "monthly"}[rhythm]
    plan = Schedule(brand=owner.brand, kind=kind, rhythm=rhythm, day=day, hour=9, author=owner)
    plan.created_at = datetime(2026, 4, 1, tzinfo=UTC) if last else datetime(2026, 4, 9, 12, tzinfo=UTC)
    assert report_jobs.last_due(plan, now) == last


def test_a_schedule_made_today_asks_for_nothing_from_before(owner):
    plan = Schedule(brand=owner.brand, kind="morning", rhythm="daily", hour=9, author=owner)
    plan.created_at = datetime(2026, 4, 10, 5, tzinfo=UTC)
    assert report_jobs.last_due(plan, datetime(2026, 4, 10, 6, tzinfo=UTC)) is None
    assert report_jobs.last_due(plan, datetime(2026, 4, 11, 2, tzinfo=UTC)) == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("last", "hour", "waits"),
    [
        (date(2026, 4, 9), 1, False),  # the files of the day are there
        (date(2026, 5, 9), 1, True),  # 09:00, nothing of that day yet
        (date(2026, 5, 9), 3, True),
        (date(2026, 5, 9), 4, False),  # noon: it is made, and says what is missing
    ],
)
def test_a_report_waits_some_hours_for_the_files_of_its_last_day(owner, last, hour, waits):
    plan = Schedule(brand=owner.brand, kind="morning", rhythm="daily", hour=9, author=owner)
    now = datetime(last.year, last.month, last.day + 1, hour, tzinfo=UTC)
    assert report_jobs.waits(plan, last, now) is waits


def test_a_due_report_is_made_once_and_told_once(owner, specialist, monkeypatch):
    plan = services.Rhythm("morning", "daily", 9, members=[owner.pk, specialist.pk])
    row = services.add_schedule(actor=owner, wanted=plan)
    monkeypatch.setattr(report_jobs, "last_due", lambda schedule, now: DAY)
    for n in range(2):
        jobs.enqueue(report_jobs.DUE, brand_id=None, key=f"now{n}")
        jobs.work_off()
    made = Report.objects.get()
    assert (made.kind, made.end, made.schedule, made.author) == ("morning", DAY, row, None)
    assert Notice.objects.filter(code="report.ready").count() == 2
    notice = Notice.objects.filter(code="report.ready").first()
    assert say("notice", notice.code, notice.params) == "昨日早报已生成（2026-04-09～2026-04-09）"
    assert notice.url == f"{URL}{made.pk}/"
    row.refresh_from_db()
    assert row.last_for == DAY
    assert publishing.publish(made, row) == 2
    assert Notice.objects.filter(code="report.ready").count() == 2


def test_who_left_or_sees_no_figures_is_told_nothing_and_groups_get_the_card(owner, reviewer, row):
    from hongqiao.delivery import services as delivery

    address = "https://open.feishu.cn/open-apis/bot/v2/hook/x"
    delivery.add_group(actor=owner, kind="feishu", name="运营群", address=address, wants=[publishing.CARD])
    plan = services.Rhythm("onepage", "weekly", 9, members=[reviewer.pk], groups=True)
    scheduled = services.add_schedule(actor=owner, wanted=plan)
    assert publishing.publish(row, scheduled) == 0
    (message,) = Message.objects.filter(kind=publishing.CARD)
    made = publishing.report_card(owner.brand, message.payload)
    assert made.title.startswith("安澜 经营一页纸")
    assert made.url.endswith(f"{URL}{row.pk}/")
    assert made.lines
    assert publishing.report_card(owner.brand, {"report": str(scheduled.pk)}) is None


def test_what_is_missing_comes_from_the_list_of_files_and_from_no_clock(owner):
    found = missing(owner.brand, DAY)
    assert found
    assert all(m.due <= DAY for m in found)
    assert {m.platform for m in found} <= {"douyin", "doudian", "own"}
    assert missing(owner.brand, DAY) == found


def test_reports_over_http(filled, owner, stranger):
    fill_ledger(owner)
    call = Tongue(owner, "data.view", "data.export", "data.edit", "ledger.view")
    made = call("post", "/reports", {"kind": "onepage", "day": "2026-04-09", "start": "2026-04-06"})
    assert made.status_code == 201, made.content
    body = made.json()
    again = call("post", "/reports", {"kind": "onepage", "day": "2026-04-09", "start": "2026-04-06"}).json()
    assert again == body
    assert call("get", "/reports?kind=onepage").json()["items"] == [body]
    assert call("get", "/reports?kind=weekly").json()["items"] == []
    whole = call("get", f"/reports/{body['id']}").json()
    assert any(s["code"] == "head.people" for s in whole["document"]["sections"])
    narrow = Tongue(owner, "data.view")
    part = narrow("get", f"/reports/{body['id']}").json()
    assert not any(s.get("needs") for s in part["document"]["sections"])
    assert narrow("get", f"/reports/{body['id']}/file.html").status_code == 403
    assert call("get", f"/reports/{body['id']}/file.html").status_code == 202
    jobs.work_off()
    assert call("get", f"/reports/{body['id']}/file.html").content.startswith(b"<!doctype html>")
    assert call("get", f"/reports/{body['id']}/file.exe").status_code == 422
    assert call("post", "/reports", {"kind": "x"}).status_code == 422
    plan = {"kind": "morning", "rhythm": "daily", "hour": 9, "members": [str(owner.pk)]}
    assert narrow("post", "/reports/schedules", plan).status_code == 403
    kept = call("post", "/reports/schedules", plan).json()
    assert call("get", "/reports/schedules").json()["items"] == [kept]
    theirs = Tongue(stranger, "data.view", "data.export", "data.edit")
    assert theirs("get", f"/reports/{body['id']}").status_code == 404
    assert theirs("get", f"/reports/{body['id']}/file.pdf").status_code == 404
    assert theirs("delete", f"/reports/schedules/{kept['id']}").status_code == 404
    assert theirs("get", "/reports").json()["items"] == []
    assert Tongue(owner, "imports.view")("get", "/reports").status_code == 403
    assert call("delete", f"/reports/schedules/{kept['id']}").status_code == 204


def test_a_build_that_failed_says_why_and_what_to_do(filled, web, owner):
    payload = {"member": str(owner.pk), "kind": "review", "start": "2026-04-09", "day": "2026-04-01"}
    job = jobs.enqueue(report_jobs.BUILD, brand_id=filled.pk, key="bad", payload=payload)
    jobs.work_off()
    page = text(web.get(f"{URL}building/{job.pk}/"))
    assert "报告的起止日期有误" in page
    assert 'hx-trigger="every 1s"' not in page


def test_reports_and_goals_are_found_by_the_search_and_by_nobody_else(filled, web, owner, row, stranger):
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY, note="冲刺月"))

    def found(person, text):
        return {h.title: h.url for kind in search.look(person, text) for h in kind.hits}

    assert found(owner, "一页纸")["经营一页纸"] == f"{URL}{row.pk}/"
    assert found(owner, "2026-04-09")["经营一页纸"] == f"{URL}{row.pk}/"
    assert "阅读/播放次数" in found(owner, "冲刺月")
    assert found(stranger, "一页纸") == {}
    assert found(stranger, "冲刺月") == {}
