"""Statistics by the interface: in the warehouse once a day and piece, whoever said them first."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from hongqiao import warehouse
from hongqiao.delivery.connections import jobs as connection_jobs
from hongqiao.delivery.connections import services, statistics
from hongqiao.delivery.models import Connection
from hongqiao.platforms import read, recognise
from hongqiao.platforms.client import PlatformError
from hongqiao.platforms.wechat_oa.api import WeChatPublisher
from hongqiao.platforms.wechat_oa.api import statistics as rows_of
from hongqiao.warehouse.models import ContentMap, Source
from hongqiao.workspace import jobs, keys
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Job, Notice
from tests.oa import article, wechat
from tests.oa import sandbox as sandbox  # noqa: PLC0414

TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
TITLE = "夏日防晒实测"


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def row(cast, sandbox, settings):
    settings.WECHAT_BASE = sandbox.url
    account = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    fields = {"kind": "service_verified", "app_id": sandbox.world.app_id, "secret": sandbox.world.secret}
    return services.connect(actor=cast.owner, account_id=account.pk, seen=None, **fields)


def publish(sandbox, folder, days_ago, title=TITLE, **body):
    """Publish on a day that is over."""
    sandbox.world.offset = -days_ago * 86400
    publisher, payload = WeChatPublisher(wechat(sandbox)), article(folder, title, title, **body)
    done = dict(publisher.prepare(payload, {}))
    status = publisher.poll(publisher.submit(payload, done).ids)
    sandbox.world.offset = 0
    return status.address


def pulled(row, today=TODAY):
    row.refresh_from_db()
    return statistics.pull(row, today)


def current(row, table):
    handle = warehouse.open(row.brand_id)
    found = handle.fetch(handle.current(table)).to_pylist()
    return sorted(found, key=lambda r: (str(r["day"]), r.get("channel") or ""))


def test_what_was_published_is_in_the_warehouse_by_piece_and_day(row, sandbox, tmp_path, house):
    address = publish(sandbox, tmp_path, 4)
    assert pulled(row)["refused"] == 0
    (piece,) = current(row, "contents")
    assert (piece["title"], piece["form"], piece["url"]) == (TITLE, "article", address)
    snapshots = current(row, "content_snapshots")
    assert [s["day"] for s in snapshots] == [ago(n) for n in (4, 3, 2, 1)]
    totals = [s["view_users"] for s in snapshots]
    assert totals == sorted(totals)
    assert all(0 < s["completion_rate"] <= 1 for s in snapshots)
    assert "read_avg_activetime" in snapshots[0]["extra"]
    assert snapshots[0]["avg_seconds"] is None
    daily = [d for d in current(row, "content_daily") if not d["channel"]]
    assert [d["view_users"] for d in daily] == [b - a for a, b in zip([0, *totals], totals, strict=False)]
    assert {s["source_key"] for s in snapshots} == {d["source_key"] for d in daily} == {piece["source_key"]}
    row.refresh_from_db()
    assert (row.pulled_until, row.state) == (ago(1), "good")


def test_the_scenes_of_reading_are_kept_beside_the_whole_and_the_whole_is_not_added(row, sandbox, tmp_path, house):
    publish(sandbox, tmp_path, 2)
    pulled(row)
    channels = {d["channel"] for d in current(row, "content_daily")}
    assert "" in channels
    assert "朋友圈" in channels
    assert "全部" not in channels


def test_followers_are_the_sum_over_sources_by_day(row, sandbox, house):
    pulled(row)
    days = current(row, "account_daily")
    assert [d["day"] for d in days] == [ago(n) for n in range(61, 0, -1)]
    said = wechat(sandbox).datacube("getusersummary", ago(1), ago(1))
    assert days[-1]["followers_new"] == sum(s["new_user"] for s in said)
    assert days[-1]["followers_net"] == days[-1]["followers_new"] - days[-1]["followers_lost"]
    assert (
        days[-1]["followers_total"] == wechat(sandbox).datacube("getusercumulate", ago(1), ago(1))[0]["cumulate_user"]
    )


def test_a_day_fetched_again_doubles_nothing_and_asks_only_for_what_may_move(row, sandbox, tmp_path, house):
    publish(sandbox, tmp_path, 4)
    pulled(row)
    before = {t: len(current(row, t)) for t in ("contents", "content_snapshots", "content_daily", "account_daily")}
    assert pulled(row) == {"pulled": None}
    asked = sandbox.world.asked["datacube/getusersummary"]
    Connection.objects.filter(pk=row.pk).update(pulled_until=ago(2))
    assert pulled(row)["unchanged"] > 0
    assert {t: len(current(row, t)) for t in before} == before
    assert sandbox.world.asked["datacube/getusersummary"] == asked + 1


def test_a_gap_is_closed_by_itself(row, sandbox, tmp_path, house):
    publish(sandbox, tmp_path, 12)
    Connection.objects.filter(pk=row.pk).update(pulled_until=ago(9))
    pulled(row)
    days = {s["day"] for s in current(row, "content_snapshots")}
    assert days == {ago(n) for n in range(1, 13)}


def test_where_it_breaks_nothing_is_taken_and_the_next_try_takes_all(row, sandbox, tmp_path, house):
    publish(sandbox, tmp_path, 3)
    sandbox.world.fault("datacube/getusercumulate", "quota")
    with pytest.raises(PlatformError):
        pulled(row)
    assert current(row, "content_snapshots") == []
    row.refresh_from_db()
    assert row.pulled_until is None
    pulled(row)
    assert len(current(row, "content_snapshots")) == 3


def test_a_day_the_platform_has_not_counted_is_asked_for_again(row, sandbox, monkeypatch, house):
    answer = statistics.statistics.WeChat.datacube_answer

    def late(self, name, begin, end):
        return {**answer(self, name, begin, end), "is_delay": True}

    monkeypatch.setattr(statistics.statistics.WeChat, "datacube_answer", late)
    assert pulled(row)["delayed"]
    row.refresh_from_db()
    assert row.pulled_until is None


# -- one piece, whoever names it


def detail_file(folder, address, when, title=TITLE):
    """The list of pieces as the platform's back end gives it."""
    book = openpyxl.Workbook()
    sheet = book.active
    heads = (
        "内容标题",
        "发表时间",
        "总阅读人数",
        "总阅读次数",
        "总分享人数",
        "总分享次数",
        "阅读后关注人数",
        "送达人数",
    )
    sheet.append([*heads, "公众号消息阅读次数", "送达阅读率", "首次分享次数", "分享产生阅读次数", "首次分享率",
                  "每次分享带来阅读次数", "阅读完成率", "内容url"])  # fmt: skip
    sheet.append([title, when, 321, 400, 5, 6, 1, 100, 50, "50%", 3, 20, "6%", 4, "40%", address])
    path = folder / "内容.xlsx"
    book.save(path)
    return path


def take_file(row, path):
    (found,) = recognise(path)
    assert found.ok, (found.headers, found.missing)
    origin = warehouse.Origin(
        brand_id=row.brand_id, platform="wechat_oa", account_id=row.account_id, zone="Asia/Shanghai",
        captured_at=datetime.now(UTC).replace(tzinfo=None), file_hash=path.name, file_name=path.name, sheet="",
        layout=found.layout.code,
    )  # fmt: skip
    captured = datetime.now(UTC) + timedelta(hours=8)
    reading = read(path, found, captured_at=captured.replace(tzinfo=None), zone="Asia/Shanghai")
    warehouse.take(origin, reading, keys=keys.person_keys(row.brand_id))


@pytest.mark.parametrize("with_address", [True, False])
def test_a_piece_that_a_file_brought_keeps_its_name_and_moment(row, sandbox, tmp_path, house, with_address):
    address = publish(sandbox, tmp_path, 3)
    take_file(row, detail_file(tmp_path, address if with_address else "", f"{ago(3)} 20:15:30"))
    (before,) = current(row, "contents")
    pulled(row)
    (after,) = current(row, "contents")
    assert (after["source_key"], after["published_at"]) == (before["source_key"], before["published_at"])
    assert after["url"] == address
    assert {s["source_key"] for s in current(row, "content_snapshots")} == {before["source_key"]}


def test_a_piece_that_a_file_names_later_becomes_one_with_what_is_there(row, sandbox, tmp_path, house):
    address = publish(sandbox, tmp_path, 3)
    pulled(row)
    take_file(row, detail_file(tmp_path, address, f"{ago(3)} 20:15:30"))
    assert len(current(row, "contents")) == 2
    Connection.objects.filter(pk=row.pk).update(pulled_until=ago(2))
    pulled(row)
    (piece,) = current(row, "contents")
    assert piece["published_at"].minute == 15
    assert {s["source_key"] for s in current(row, "content_snapshots")} == {piece["source_key"]}
    assert ContentMap.objects.get().method == "address"


def test_two_pieces_of_one_title_and_day_are_told_apart_by_their_addresses(row, sandbox, tmp_path, house):
    one, two = publish(sandbox, tmp_path, 3), publish(sandbox, tmp_path, 3, digest="第二篇")
    take_file(row, detail_file(tmp_path, one, f"{ago(3)} 09:00:00"))
    pulled(row)
    assert {p["url"] for p in current(row, "contents")} == {one, two}


def test_two_pieces_of_one_title_and_day_that_no_file_named_stay_two(row, sandbox, tmp_path, house):
    both = {publish(sandbox, tmp_path, 3), publish(sandbox, tmp_path, 3, digest="第二篇")}
    pulled(row)
    Connection.objects.filter(pk=row.pk).update(pulled_until=ago(2))
    pulled(row)
    assert {p["url"] for p in current(row, "contents")} == both
    assert len(current(row, "content_snapshots")) == 6


# -- the job


def test_the_morning_asks_for_every_account_that_may(row, sandbox, tmp_path, house, monkeypatch):
    publish(sandbox, tmp_path, 2)
    monkeypatch.setitem(connection_jobs.limits()["connections"], "statistics_hour", 0)
    jobs.enqueue("delivery.statistics_due", brand_id=None, key="t")
    jobs.work_off()
    assert len(current(row, "content_snapshots")) == 2
    assert Job.objects.get(kind="delivery.statistics").state == "done"
    row.refresh_from_db()
    services.connect(actor=row.by, account_id=row.account_id, seen=row.version, kind="service", app_id=row.app_id)
    Connection.objects.update(pulled_until=None)
    jobs.enqueue("delivery.statistics_due", brand_id=None, key="t2")
    jobs.work_off()
    assert Job.objects.filter(kind="delivery.statistics").count() == 1


def test_a_refusal_ends_the_try_and_tells_who_tends_accounts_once(cast, row, sandbox, house):
    services.try_out(actor=cast.owner, account_id=row.account_id)
    sandbox.world.whitelist = ("203.0.113.7",)
    for number in range(2):
        payload = {"connection": str(row.pk)}
        jobs.enqueue("delivery.statistics", brand_id=row.brand_id, key=str(number), payload=payload)
        jobs.work_off()
    assert {j.state for j in Job.objects.filter(kind="delivery.statistics")} == {"done"}
    row.refresh_from_db()
    assert row.state == "refused"
    assert Notice.objects.filter(member=cast.owner, code="connection.refused").count() == 1


def test_the_screen_asks_now_and_says_until_when_figures_are_here(cast, row, sandbox, house):
    page = reverse("settings_connection", args=["anlan", row.account_id])
    assert cast.client(cast.owner).post(page, {"act": "pull"}).status_code == 302
    jobs.work_off()
    assert "数据到" in cast.client(cast.owner).get(page).content.decode()
    (source,) = Source.objects.filter(layout="wechat_oa.api_users")
    assert source.kind == "api"


# -- answers that are not as documented


def test_answers_that_are_not_as_documented_are_refused_by_row_and_never_stored():
    detail = [
        {"stat_date": "2026-07-01", "read_user": 5, "read_finish_rate": 45, "praise_money": 150},
        {"stat_date": "yesterday", "read_user": 6},
        "not a row",
        {"stat_date": "2026-07-03", "read_user": "9", "share_user": None, "like_user": "x"},
    ]
    said = rows_of.Answers(
        articles=[
            {"msgid": "1_1", "title": "一", "ref_date": "2026-07-01", "detail_list": detail},
            {"msgid": "2_1", "title": "", "ref_date": "2026-07-01"},
            {"msgid": "3_1", "title": "三", "ref_date": "soon"},
        ]
    )
    rows = rows_of.articles(said, lambda *_: None, date(2026, 7, 1))
    found = {table: batch.to_pylist() for table, batch in rows.batches()}
    assert [(p.row, p.column) for p in rows.problems] == [
        (1, "stat_date"), (1, "stat_date"), (2, "title"), (3, "ref_date")
    ]  # fmt: skip
    first, last = found["content_snapshots"]
    assert (first["view_users"], first["tips"], first.get("completion_rate")) == (5, Decimal("1.5"), None)
    assert (last["view_users"], last.get("likes")) == (9, None)
    assert [d["day"] for d in found["content_daily"]] == [date(2026, 7, 1)]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://mp.weixin.qq.com/s?__biz=MzA&mid=2247&idx=2&sn=a#rd", "2247_2"),
        ("https://mp.weixin.qq.com/s/abcdefg", ""),
        ("https://mp.weixin.qq.com/s?mid=x&idx=1", ""),
        ("", ""),
        ("http://[", ""),
    ],
)
def test_an_address_tells_which_article_it_is(url, name):
    assert rows_of.address_id(url) == name
