"""取数清单: what is due in a week, ticked by what was imported; which pieces are due; nobody is named."""

import json
import re
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from hongqiao.errors import Conflict, NotFound
from hongqiao.imports import services
from hongqiao.imports.checklist import jobs as reminding
from hongqiao.imports.checklist import services as changing
from hongqiao.imports.checklist.curve import curve
from hongqiao.imports.checklist.plan import book, lines
from hongqiao.imports.checklist.services import BadLine
from hongqiao.imports.checklist.week import week
from hongqiao.imports.feeds import wanted
from hongqiao.platforms import LAYOUTS
from hongqiao.warehouse.models import Source
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Notice

from .conftest import SHANGHAI, daily, member, works

WEDNESDAY = datetime(2026, 4, 15, 12, 0, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 4, 13, 9, 0, tzinfo=SHANGHAI)
PAGE = "/b/anlan/imports/checklist/"


@pytest.fixture
def wednesday(monkeypatch) -> datetime:
    """It is Wednesday 15 April 2026, noon in Shanghai."""
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)
    return WEDNESDAY


@pytest.fixture
def browser(client: Client, owner) -> Client:
    client.force_login(owner.user)
    return client


def state_of(shown, code: str) -> str:
    return next(t.state for t in shown.tasks if t.line.code == code)


def piece(title: str, when: str) -> str:
    return f"{title},{when} 21:26:39,图文,公开,1000,0.36,0.5,0.2,4.5,10,2,3,4,5,1"


def test_every_line_of_the_plan_names_layouts_that_exist():
    unknown = {c for item in book()["items"] for c in item["layouts"] if c not in LAYOUTS}
    assert unknown == set()
    assert all(item["layouts"] for item in book()["items"])
    assert len({i["code"] for i in book()["items"]}) == len(book()["items"])


def test_an_account_brings_the_files_of_its_platform_and_a_competitor_none(owner, douyin, wednesday):
    workspace.create_account(actor=owner, platform="douyin", name="别家", relation="competitor")
    shown = week(owner)
    assert (shown.first, shown.last) == (date(2026, 4, 13), date(2026, 4, 19))
    assert len(shown.tasks) == 10
    assert {t.line.account.name for t in shown.tasks} == {"安澜官方"}
    assert {t.state for t in shown.tasks} == {"late"}


def test_a_file_that_was_imported_ticks_its_own_line_and_no_other(owner, douyin, take, wednesday):
    take(daily(("2026-04-12", 500)), captured=MONDAY)
    shown = week(owner)
    assert (state_of(shown, "douyin.daily.播放量"), state_of(shown, "douyin.daily.净增粉丝")) == ("done", "late")
    assert (shown.done, len(shown.missing)) == (1, 9)
    assert state_of(week(owner, date(2026, 4, 6)), "douyin.daily.播放量") == "late"


def test_a_report_misses_no_file_whose_days_or_whose_next_weeks_file_is_there(owner, brand, douyin, take, wednesday):
    lacking = {m.label for m in wanted(brand, date(2026, 4, 12))}
    assert {"账号数据总览：播放量", "作品列表"} <= lacking
    take(daily(("2026-04-05", 400), ("2026-04-12", 500)), captured=MONDAY)  # a week late, and it reaches back
    take(works(piece("洁面", "2026-04-08")), captured=MONDAY)  # states the pieces of the week before too
    after = {m.label for m in wanted(brand, date(2026, 4, 12))}
    assert lacking - after == {"账号数据总览：播放量", "作品列表"}


def test_a_file_that_waits_for_confirmation_is_not_yet_here(owner, douyin, give, wednesday):
    file = give(daily(("2026-04-12", 500)))
    services.choose(actor=owner, file_id=file.id, account_id=douyin.id, captured_at=MONDAY)
    assert state_of(week(owner), "douyin.daily.播放量") == "waiting"


def test_it_says_until_when_a_gap_can_still_be_closed(owner, douyin, take, wednesday):
    take(daily(("2026-03-20", 500)), captured=datetime(2026, 3, 21, 9, tzinfo=SHANGHAI))
    task = next(t for t in week(owner).tasks if t.line.code == "douyin.daily.播放量")
    assert (task.covered, task.last_chance) == (date(2026, 3, 20), date(2026, 4, 20))


def test_a_line_can_be_switched_off_moved_and_put_back(owner, douyin, wednesday):
    given = {"actor": owner, "account_id": douyin.id, "code": "douyin.works"}
    row = changing.change(**given, seen=0, off=False, weekday=4, page="https://creator.douyin.com/x")
    shown = week(owner)
    assert state_of(shown, "douyin.works") == "later"
    assert next(t.due for t in shown.tasks if t.line.code == "douyin.works") == date(2026, 4, 17)
    changing.change(**given, seen=row.version, off=True, weekday=None)
    assert "douyin.works" not in {t.line.code for t in week(owner).tasks}
    with pytest.raises(Conflict):
        changing.change(**given, seen=row.version, off=False, weekday=None)
    changing.remove(actor=owner, wanted_id=row.id, seen=row.version + 1)
    assert state_of(week(owner), "douyin.works") == "late"


@pytest.mark.parametrize(
    "bad",
    [
        {"weekday": 9},
        {"page": "javascript:alert(1)"},
        {"page": "file:///etc/passwd"},
        {"page": "http://["},
        {"page": "h" * 600},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(owner, douyin, bad):
    given = {"seen": 0, "off": False, "weekday": 0, "page": "", **bad}
    with pytest.raises(BadLine):
        changing.change(actor=owner, account_id=douyin.id, code="douyin.works", **given)


def test_a_brand_adds_a_file_of_its_own(owner, douyin, take, wednesday):
    changing.add(actor=owner, account_id=douyin.id, label="周五再取一次", layout="douyin.works", weekday=4)
    take(works(piece("防晒", "2026-04-10")), captured=MONDAY)
    own = next(t for t in week(owner).tasks if t.line.own)
    assert (own.line.label, own.state, own.due) == ("周五再取一次", "done", date(2026, 4, 17))
    with pytest.raises(BadLine):
        changing.add(actor=owner, account_id=douyin.id, label="x", layout="no.such")


def test_pieces_are_due_on_their_first_third_and_seventh_day(owner, douyin, take, wednesday):
    rows = [piece("昨天发的", "2026-04-14"), piece("三天前", "2026-04-12"), piece("一周前", "2026-04-08")]
    take(works(*rows), captured=datetime(2026, 4, 15, 0, 30, tzinfo=SHANGHAI))
    (reminder,) = curve(owner)
    assert reminder.today == []  # the list taken this morning has all three
    (reminder,) = curve(owner, date(2026, 4, 17))
    assert [(m.title, m.name) for m in reminder.today] == [("昨天发的", "D3")]
    assert [(m.title, m.name) for m in reminder.missed] == [("三天前", "D1")]
    assert {(m.title, m.name) for m in reminder.ahead} == {("昨天发的", "D7"), ("三天前", "D7")}


def test_the_page_says_what_is_missing_and_links_to_the_back_end(browser, owner, douyin, take, wednesday):
    take(daily(("2026-04-12", 500)), captured=MONDAY)
    page = browser.get(PAGE).content.decode()
    for words in ("还差 9 个", "账号数据总览：净增粉丝", "https://creator.douyin.com/", "打开后台", "4月13日"):
        assert words in page, words
    assert 'rel="noopener noreferrer"' in page
    open_only = browser.get(PAGE + "?only=open").content.decode()
    assert "账号数据总览：播放量" not in open_only
    assert browser.get(PAGE + "?week=nonsense").status_code == 200


def test_nobody_is_named_for_a_missing_file(browser, owner, brand, douyin, wednesday):
    who = member(brand, "specialist", "xiaolin@example.com")
    changing.change(
        actor=owner, account_id=douyin.id, code="douyin.works", seen=0, off=False, weekday=0, owner_id=who.id
    )
    assert str(who) not in browser.get(PAGE).content.decode()


def test_the_line_in_the_morning_comes_once_and_only_to_whom_it_concerns(
    owner, brand, douyin, specialist, designer, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY.replace(hour=9, minute=5))
    for line in lines(brand):
        changing.change(
            actor=owner, account_id=douyin.id, code=line.code, seen=0, off=line.code != "douyin.works", weekday=0,
            owner_id=specialist.id,
        )  # fmt: skip
    assert reminding.remind_brand(brand) == 1
    assert reminding.remind_brand(brand) == 0
    said = Notice.objects.get(code="checklist.today")
    assert (said.member, said.params) == (specialist, {"files": 1, "pieces": 0})


def test_a_stranger_sees_nothing_and_a_designer_may_not(client, owner, douyin, stranger, designer):
    client.force_login(stranger.user)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}{douyin.id}/change/", {"code": "douyin.works"}).status_code == 404
    with pytest.raises(NotFound):
        changing.change(actor=stranger, account_id=douyin.id, code="douyin.works", seen=0, off=True, weekday=0)
    client.force_login(designer.user)
    assert client.get(PAGE).status_code == 403


def test_the_adjusting_page_keeps_what_was_chosen(browser, owner, douyin, wednesday):
    given = {"code": "douyin.works", "seen": "0", "weekday": "4", "page": "https://creator.douyin.com/x"}
    assert browser.post(f"{PAGE}{douyin.id}/change/", given).status_code == 302
    page = browser.get(f"{PAGE}adjust/").content.decode()
    assert "https://creator.douyin.com/x" in page
    assert "恢复默认" in page
    assert "douyin.works" not in {x.code for x in lines(owner.brand)}  # the box was not ticked


def test_the_list_over_http(client, owner, douyin, take, wednesday):
    take(daily(("2026-04-12", 500)), captured=MONDAY)
    _row, token = workspace.create_token(actor=owner, name="t", scopes=["imports.view"])
    answer = client.get("/api/checklist?day=2026-04-15", headers={"Authorization": f"Bearer {token}"})
    body = json.loads(answer.content)
    assert (body["first"], body["done"], body["total"]) == ("2026-04-13", 1, 10)
    assert {t["state"] for t in body["tasks"]} == {"done", "late"}


def test_the_due_days_are_in_the_members_calendar_and_not_in_a_designers(owner, douyin, designer, wednesday):
    from hongqiao.workspace import feeds

    found = [e for e in feeds.entries_of(owner) if e.uid.startswith("checklist-")]
    assert [(e.start, e.summary) for e in found] == [
        (date(2026, 4, 13), "取数：抖音 · 安澜官方（10 个文件）"),
        (date(2026, 4, 20), "取数：抖音 · 安澜官方（10 个文件）"),
    ]
    assert not [e for e in feeds.entries_of(designer) if e.uid.startswith("checklist-")]


def test_what_one_metric_covers_says_nothing_of_another_of_the_same_kind(browser, owner, douyin, take, wednesday):
    take(daily(("2026-03-01", 500)), captured=datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    covered = {t.line.header: t.covered for t in week(owner).tasks if t.line.header}
    assert (covered["播放量"], covered["净增粉丝"]) == (date(2026, 3, 1), None)
    page = re.sub(r"<[^>]+>", "", browser.get(PAGE).content.decode())
    assert "数据只到 03-01，03-02 至 03-15 已取不回来" in page


def answered(owner, account, last):
    """What the interface of a connected account brought, up to a day."""
    return Source.objects.create(
        brand_id=owner.brand_id, account_id=account.pk, platform="wechat_oa", kind="api", layout="wechat_oa.api_users",
        captured_at=MONDAY, seq=1, added_version=1, first_day=date(2026, 3, 1), last_day=last,
    )  # fmt: skip


def test_a_list_that_the_interface_brings_whole_is_ticked_without_a_file(owner, wednesday, browser):
    account = workspace.create_account(actor=owner, platform="wechat_oa", name="安澜公众号")
    assert state_of(week(owner), "wechat_oa.user_growth") == "late"
    source = answered(owner, account, date(2026, 4, 11))  # due on Monday the 13th: Sunday is missing
    assert state_of(week(owner), "wechat_oa.user_growth") == "late"
    source.last_day = date(2026, 4, 12)
    source.save()
    assert state_of(week(owner), "wechat_oa.user_growth") == "done"
    assert state_of(week(owner), "wechat_oa.notified") == "late"  # the list of pieces says more than the interface
    page = browser.get(PAGE).content.decode()
    assert "由接口取回" in page
    source.undone_at = MONDAY
    source.save()
    assert state_of(week(owner), "wechat_oa.user_growth") == "late"


def test_what_anothers_interface_brought_ticks_nothing_here(owner, wednesday):
    workspace.create_account(actor=owner, platform="wechat_oa", name="安澜公众号")
    other = workspace.create_account(actor=owner, platform="wechat_oa", name="安澜服务号")
    answered(owner, other, date(2026, 4, 14))
    states = {t.line.account.name: t.state for t in week(owner).tasks if t.line.code == "wechat_oa.user_growth"}
    assert states == {"安澜公众号": "late", "安澜服务号": "done"}
