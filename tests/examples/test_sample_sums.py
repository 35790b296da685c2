"""What the files say adds up, and adds up to the truth: computed here from the files with other readers."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.examples.reading import TRUTH, dicts, entries, html, sheet, text, window, workbook

DOUYIN = {"播放量": "views", "作品点赞": "likes", "作品评论": "comments", "作品分享": "shares"}
WINDOWS = list(TRUTH["windows"])


def over(days: dict[str, int], name: str) -> int:
    first, last = window(name)
    return sum(v for d, v in days.items() if first <= d <= last)


@pytest.fixture(scope="module")
def douyin() -> dict[str, dict[str, int]]:
    """metric -> day -> the last value stated."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in entries("douyin.daily"):
        head, *rows = sheet(entry["path"])
        if head[1] != "封面点击率":
            found[head[1]].update({d: int(v) for d, v in rows})
    return found


@pytest.fixture(scope="module")
def xhs() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in entries("xiaohongshu.account"):
        for name, rows in workbook(entry["path"]).items():
            if name.endswith("趋势"):
                days = {datetime.strptime(d, "%Y年%m月%d日").date().isoformat(): v for d, v in rows[1:]}
                for day, value in days.items():
                    assert found[name].get(day, value) == value, "a later file restates a finished day"
                found[name].update(days)
    return found


@pytest.mark.parametrize("name", WINDOWS)
def test_douyin_files_give_the_true_sums(douyin, name: str) -> None:
    truth = TRUTH["accounts"]["douyin"]["windows"][name]
    expected = truth.get("in_files", truth)
    for header, metric in DOUYIN.items():
        assert over(douyin[header], name) == expected[metric]
    net, lost = over(douyin["净增粉丝"], name), over(douyin["取关粉丝"], name)
    assert (net, lost, net + lost) == tuple(expected[f"followers_{m}"] for m in ("net", "lost", "new"))
    assert douyin["总粉丝量"][window(name)[1]] == truth["followers_total"]


def test_douyin_misses_two_days_and_nothing_else(douyin) -> None:
    first, last = (date.fromisoformat(d) for d in window("year"))
    every = {(first + timedelta(days=k)).isoformat() for k in range((last - first).days + 1)}
    for header in ("播放量", "净增粉丝", "取关粉丝", "总粉丝量", *DOUYIN):
        assert every - set(douyin[header]) == {"2026-02-16", "2026-02-17"}
        assert set(douyin[header]) <= every


def test_douyin_total_followers_run_on_from_net(douyin) -> None:
    total, net = douyin["总粉丝量"], douyin["净增粉丝"]
    for day in total:
        before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        if before in total:
            assert total[day] == total[before] + net[day]


def test_the_unfinished_day_is_restated_by_a_later_file() -> None:
    stated = []
    for entry in entries("douyin.daily"):
        head, *rows = sheet(entry["path"])
        stated += [int(v) for d, v in rows if head[1] == "播放量" and d == "2026-08-31"]
    truth = TRUTH["imperfections"]["partial_day"]
    assert stated == [truth["stated_first"]["views"], truth["right"]["views"]]
    assert stated[0] < 0.7 * stated[1]


@pytest.mark.parametrize("name", WINDOWS)
def test_xiaohongshu_files_give_the_true_sums(xhs, name: str) -> None:
    truth = TRUTH["accounts"]["xiaohongshu"]["windows"][name]
    trends = {
        "曝光": "impressions", "观看": "views", "点赞": "likes", "评论": "comments", "收藏": "favorites",
        "分享": "shares",
        "净涨粉": "followers_net", "新增关注": "followers_new", "取消关注": "followers_lost",
        "主页访客": "profile_visits",
        "总发布": "posts",
    }  # fmt: skip
    for label, metric in trends.items():
        assert over(xhs[f"{label}趋势"], name) == truth[metric], label
    assert truth["followers_net"] == truth["followers_new"] - truth["followers_lost"]


def test_xiaohongshu_overall_sheets_agree_with_their_trends() -> None:
    for entry in entries("xiaohongshu.account"):
        book = workbook(entry["path"])
        overall = next(rows for name, rows in book.items() if name.startswith("账号总体"))
        for label, value in overall[1:]:
            if f"{label}趋势" in book:
                assert value == sum(r[1] for r in book[f"{label}趋势"][1:]), (entry["path"], label)


@pytest.mark.parametrize("name", WINDOWS)
def test_wechat_files_give_the_true_sums(name: str) -> None:
    truth = TRUTH["accounts"]["wechat_oa"]["windows"][name]
    growth: dict[str, list[int]] = {}
    reads: dict[str, dict[str, int]] = defaultdict(dict)
    other: dict[str, list[int]] = {}
    for entry in entries("wechat_oa.user_growth"):
        growth |= {r[0]: [int(v) for v in r[1:]] for r in html(entry["path"])[2:]}
    for entry in entries("wechat_oa.traffic"):
        for row in sheet(entry["path"])[3:]:
            if row[0]:
                reads[row[1]][row[0]] = int(row[2])
            if row[4]:
                other[row[4]] = [int(v) for v in row[5:9]]
    first, last = window(name)
    own = [v for d, v in growth.items() if first <= d <= last]
    assert [sum(v[k] for v in own) for k in range(3)] == [truth[f"followers_{m}"] for m in ("new", "lost", "net")]
    assert growth[last][3] == truth["followers_total"]
    assert all(v[2] == v[0] - v[1] for v in own)
    assert over(reads.pop("全部"), name) == truth["view_users"]
    assert {c: over(days, name) for c, days in reads.items()} == truth["view_users_by_channel"]
    assert truth["view_users"] < sum(truth["view_users_by_channel"].values())
    mine = [v for d, v in other.items() if first <= d <= last]
    assert [sum(v[k] for v in mine) for k in (0, 2, 3)] == [truth["shares"], truth["favorites"], truth["posts"]]


def test_wechat_cumulative_is_previous_plus_new_minus_lost() -> None:
    days: dict[str, list[int]] = {}
    for entry in entries("wechat_oa.user_growth"):
        days |= {r[0]: [int(v) for v in r[1:]] for r in html(entry["path"])[2:]}
    total = TRUTH["accounts"]["wechat_oa"]["followers_before"]
    for day in sorted(days):
        new, lost, net, cumulative = days[day]
        total += new - lost
        assert (net, cumulative) == (new - lost, total)
    assert len(days) == 365


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return [row for entry in entries("doudian.orders") for row in dicts(entry["path"], "utf-8")]


@pytest.mark.parametrize("name", WINDOWS)
def test_order_lines_give_the_true_orders_and_money(lines, name: str) -> None:
    truth = TRUTH["shop"]["windows"][name]
    first, last = window(name)
    own = [r for r in lines if first <= r["订单提交时间"][:10] <= last]
    paid = [r for r in own if r["支付完成时间"] != "-"]
    assert len(own) == truth["lines"]
    assert len({r["主订单编号"] for r in own}) == truth["orders"]
    assert len({r["主订单编号"] for r in paid}) == truth["orders_paid"]
    assert sum(Decimal(r["订单应付金额"]) for r in own) == Decimal(truth["gross"])
    assert sum(Decimal(r["订单应付金额"]) for r in paid) == Decimal(truth["paid"])
    for traffic, cell in truth["by_traffic"].items():
        chosen = [r for r in own if r["流量来源"] == traffic]
        assert len({r["主订单编号"] for r in chosen}) == cell["orders"]
        assert sum(Decimal(r["订单应付金额"]) for r in chosen) == Decimal(cell["gross"])
    assert sum(c["orders"] for c in truth["by_traffic"].values()) == truth["orders"]


def test_sub_order_ids_are_unique_and_an_order_has_one_moment_and_source(lines) -> None:
    assert len({r["子订单编号"] for r in lines}) == len(lines)
    orders: dict[str, set] = defaultdict(set)
    for r in lines:
        orders[r["主订单编号"]].add((r["订单提交时间"], r["支付完成时间"], r["流量来源"], r["达人昵称"]))
    assert all(len(v) == 1 for v in orders.values())


def test_an_order_goes_forward_in_time(lines) -> None:
    for r in lines:
        steps = [r[h] for h in ("订单提交时间", "支付完成时间", "发货时间", "订单完成时间") if r[h] != "-"]
        assert steps == sorted(steps)
        if r["订单状态"] == "已完成":
            assert r["订单完成时间"] != "-"


def settled() -> list[dict[str, str]]:
    rows = [row for e in entries("doudian.settlement") for row in dicts(e["path"], "utf-8")]
    return [r for r in rows if r["动账时间"] != "合计"]


@pytest.mark.parametrize("name", WINDOWS)
def test_settlement_gives_the_true_refunds_by_day_of_refund(name: str) -> None:
    truth = TRUTH["shop"]["windows"][name]
    first, last = window(name)
    back = [r for r in settled() if r["动账方向"] == "出账" and first <= r["动账时间"][:10] <= last]
    assert len(back) == truth["refunds"]
    assert -sum(Decimal(r["订单退款"]) for r in back) == Decimal(truth["refund_amount"])


def test_every_movement_of_money_has_its_own_number_and_its_order(lines) -> None:
    rows = settled()
    assert len({r["动帐流水号"] for r in rows}) == len(rows)
    known = {r["子订单编号"].strip() for r in lines}
    assert {r["子订单号"].strip("'") for r in rows} <= known
    assert {r["动账方向"] for r in rows} == {"出账", "入账"}


def test_one_settlement_ends_in_its_own_total() -> None:
    totals = [
        (e, r) for e in entries("doudian.settlement") for r in dicts(e["path"], "utf-8") if r["动账时间"] == "合计"
    ]
    assert len(totals) == 1
    entry, total = totals[0]
    rows = [r for r in dicts(entry["path"], "utf-8") if r["动账时间"] != "合计"]
    assert Decimal(total["订单退款"]) == sum(Decimal(r["订单退款"]) for r in rows)


@pytest.fixture(scope="module")
def events() -> list[dict[str, str]]:
    return [row for entry in entries("own.events") for row in dicts(entry["path"])]


@pytest.mark.parametrize("name", WINDOWS)
def test_events_give_the_true_persons_channels_and_money(events, name: str) -> None:
    truth = TRUTH["events"]["windows"][name]
    first, last = window(name)
    own = [e for e in events if first <= e["ts"][:10] <= last]
    kinds: dict[str, int] = defaultdict(int)
    for e in own:
        kinds[e["event"]] += 1
    assert dict(kinds) == truth["events"]
    assert len({e["person"] for e in own}) == truth["persons"]
    assert sum(Decimal(e["amount"]) for e in own if e["event"] == "purchase") == Decimal(truth["revenue"])
    for channel, cell in truth["by_channel"].items():
        mine = [e for e in own if e["channel"] == channel]
        assert sum(e["event"] == "visit" for e in mine) == cell["visits"]
        assert len({e["person"] for e in mine if e["event"] == "visit"}) == cell["visitors"]
        assert len({e["person"] for e in mine if e["event"] == "purchase"}) == cell["purchasers"]


@pytest.mark.parametrize("name", ["2026-06", "last_30", "year"])
def test_follow_to_purchase_and_repurchase_by_hand(events, name: str) -> None:
    truth = TRUTH["events"]["windows"][name]
    first, last = window(name)
    moment = {id(e): datetime.fromisoformat(e["ts"]) for e in events}
    bought: dict[str, list[datetime]] = defaultdict(list)
    for e in events:
        if e["event"] == "purchase":
            bought[e["person"]].append(moment[id(e)])
    followed: dict[str, datetime] = {}
    orders: dict[str, list[datetime]] = defaultdict(list)
    for e in events:
        if first <= e["ts"][:10] <= last:
            if e["event"] == "follow":
                followed[e["person"]] = min(moment[id(e)], followed.get(e["person"], datetime.max))
            if e["event"] == "purchase":
                orders[e["person"]].append(moment[id(e)])
    month = timedelta(days=30)
    came = [p for p, t in followed.items() if any(t <= b <= t + month for b in bought[p])]
    assert truth["follow_to_purchase"]["followed"] == len(followed)
    assert truth["follow_to_purchase"]["purchased_within_30d"] == len(came)
    assert truth["repurchase"]["buyers"] == len(orders)
    assert truth["repurchase"]["with_two_or_more"] == sum(len(t) > 1 for t in orders.values())
    again = [p for p, t in orders.items() if any(min(t) < b <= min(t) + month for b in bought[p])]
    assert truth["repurchase"]["again_within_30d"] == len(again)


def test_events_are_unique_and_refunds_follow_their_purchase(events) -> None:
    keys = [(e["person"], e["event"], e["ts"]) for e in events]
    assert len(set(keys)) == len(keys)
    bought = {e["order"]: e for e in events if e["event"] == "purchase"}
    assert len(bought) == sum(e["event"] == "purchase" for e in events)
    for e in events:
        if e["event"] == "refund":
            assert bought[e["order"]]["ts"] < e["ts"]
            assert e["amount"] == bought[e["order"]]["amount"]


def test_mentions_tell_the_planted_stories() -> None:
    rows = [r for e in entries("mentions.table") for r in text(e["path"])[1:]]
    for story in ("X1a", "X1b", "X1c", "U3a", "U3b", "U3c"):
        truth = TRUTH["stories"][story]
        heard = [r for r in rows if truth["from"] <= r[0][:10] <= truth["to"] and r[1] in truth["sources"]]
        assert len(heard) >= truth["count"]
    batch = [r for r in rows if "B2610" in r[2]]
    assert {r[0][:10] for r in batch} == {"2026-11-22"}
    assert len(batch) >= 6
    assert any("没有过敏" in r[2] for r in rows)
