"""用一句话查: what is understood is a question, what is open is offered, what is unknown is said."""

from datetime import date

import pytest
from django.urls import reverse

from hongqiao.insight.explorer import ask, periods
from hongqiao.workspace.models import Account

from .conftest import text

TODAY = date(2026, 11, 18)  # a Wednesday
URL = "/b/anlan/data/explore/"


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("昨天", d(11, 17), d(11, 17)),
        ("前天", d(11, 16), d(11, 16)),
        ("近30天", d(10, 19), d(11, 17)),
        ("最近三十天", d(10, 19), d(11, 17)),
        ("过去两周", d(11, 4), d(11, 17)),
        ("近3个月", d(8, 1), d(10, 31)),
        ("上周", d(11, 9), d(11, 15)),
        ("上上周", d(11, 2), d(11, 8)),
        ("本周", d(11, 16), d(11, 17)),
        ("上月", d(10, 1), d(10, 31)),
        ("上个月", d(10, 1), d(10, 31)),
        ("本月", d(11, 1), d(11, 17)),
        ("10月", d(10, 1), d(10, 31)),
        ("十二月", d(12, 1, 2025), d(12, 31, 2025)),
        ("2025年10月", d(10, 1, 2025), d(10, 31, 2025)),
        ("去年3月", d(3, 1, 2025), d(3, 31, 2025)),
        ("Q3", d(7, 1), d(9, 30)),
        ("2025年第四季度", d(10, 1, 2025), d(12, 31, 2025)),
        ("上季度", d(7, 1), d(9, 30)),
        ("双11", d(11, 1), d(11, 11)),
        ("2025年双十一", d(11, 1, 2025), d(11, 11, 2025)),
        ("双12", d(12, 1, 2025), d(12, 12, 2025)),
        ("618", d(6, 1), d(6, 18)),
        ("2026-03-01到03-15", d(3, 1), d(3, 15)),
        ("2026-03-01至2026-04-02", d(3, 1), d(4, 2)),
        ("3月1日到15日", d(3, 1), d(3, 15)),
        ("3.1-3.15", d(3, 1), d(3, 15)),
        ("10月1日", d(10, 1), d(10, 1)),
        ("今年", d(1, 1), d(11, 17)),
        ("去年", d(1, 1, 2025), d(12, 31, 2025)),
        ("last 7 days", d(11, 11), d(11, 17)),
        ("last month", d(10, 1), d(10, 31)),
    ],
)
def test_days_in_words(said, first, last):
    taken, span = periods.at(said.lower(), 0, TODAY)
    assert (taken, span) == (len(said), (first, last))


@pytest.mark.parametrize("said", ["2月30日", "2026-13-45", "2026-03-15到2026-03-01"])
def test_days_that_do_not_exist_are_no_days(said):
    assert periods.at(said, 0, TODAY)[1] is None


def understood(owner, sentence: str):
    found = ask.read(owner, sentence, TODAY)
    return found, found.question


@pytest.mark.parametrize(
    ("sentence", "metrics", "by", "vs"),
    [
        ("近30天各平台的阅读量，环比", ("views",), ("platform",), "previous"),
        ("上月新增关注按天", ("followers_new",), ("day",), ""),
        ("10月各账号的互动率同比", ("interaction_rate",), ("account",), "year"),
        ("双11 下单金额 GMV 分渠道 按商品", ("gmv",), ("channel", "product"), ""),
        ("Q3 净增粉丝趋势", ("followers_net",), ("day",), ""),
        ("帮我看看上周的播放量和点赞数", ("views", "likes"), (), ""),
        ("消耗和点击率按计划", ("ad_spend", "ad_ctr"), ("campaign",), ""),
        ("各主播的直播GMV前10", ("live_gmv",), ("host",), ""),
        ("show me views last 30 days by platform", ("views",), ("platform",), ""),
        ("new followers last month by day", ("followers_new",), ("day",), ""),
        ("views and likes last week by account", ("views", "likes"), ("account",), ""),
        ("product ordered amount by product top 10", ("line_gmv",), ("product",), ""),
        ("views last 30 days by platform vs previous", ("views",), ("platform",), "previous"),
        ("订单数比上月", ("orders",), (), "previous"),
        ("每天的收藏量", ("favorites",), ("day",), ""),
    ],
)
def test_a_sentence_is_a_question(owner, sentence, metrics, by, vs):
    found, question = understood(owner, sentence)
    assert (question.metrics, question.by, question.vs) == (metrics, by, vs)
    assert (found.missed, found.choices) == ([], [])


def test_the_first_rows_are_sorted_by_the_figure(owner):
    assert understood(owner, "各主播的直播GMV前10")[1].sort == "-live_gmv"


def test_platforms_and_accounts_filter_and_a_named_one_is_compared(owner):
    account = Account.objects.get(platform="douyin")
    assert understood(owner, "抖音近7天播放量")[1].where == {"platform": ("douyin",)}
    assert understood(owner, "安澜官方近7天播放量")[1].where == {"account": (str(account.id),)}
    both = understood(owner, "播放量 抖音 对比 小红书")[1]
    assert both.where == {"platform": ("douyin", "xiaohongshu")}
    assert both.by == ("platform",)
    one = understood(owner, "近7天播放量 对比 安澜官方")[1]
    assert one.vs == f"account:{account.id}"


def test_a_channel_of_the_facts_is_found_by_its_name(owner):
    found, question = ask.read(owner, "2026年4月 访问 小程序", date(2026, 4, 11)), None
    question = found.question
    assert question.where == {"channel": ("小程序",)}
    assert found.missed == []


@pytest.mark.parametrize("sentence", ["近7天涨粉", "GMV 按天", "上月复购", "粉丝"])
def test_a_word_with_several_meanings_is_offered_and_not_guessed(owner, sentence):
    found, question = understood(owner, sentence)
    assert question.metrics == ()
    (choice,) = found.choices
    assert len(choice.options) > 1
    assert all(q.metrics for _text, q in choice.options)


@pytest.mark.parametrize(
    ("sentence", "missed"),
    [("近7天阅读量 火星", ["火星"]), ("2月30日阅读量", ["2月30日"]), ("阅读量 foobar", ["foobar"])],
)
def test_what_is_not_known_is_said(owner, sentence, missed):
    assert understood(owner, sentence)[0].missed == missed


@pytest.mark.parametrize("sentence", ["", "？？？", "'; DROP TABLE x", "<b>", "的" * 200, "𝕏", "今天天气怎么样"])
def test_a_sentence_without_a_metric_never_becomes_a_figure(owner, sentence):
    assert understood(owner, sentence)[1].metrics == ()


def test_the_page_goes_where_the_sentence_leads_and_says_what_it_left_out(filled, web):
    sent = web.get(URL, {"q": "2026年4月各平台的阅读量 火星"})
    assert sent.status_code == 302
    page = web.get(sent.headers["Location"])
    assert "没看懂、没有用上的" in text(page)
    assert "火星" in text(page)
    assert [c["text"] for c in page.context["chips"]] == ["阅读/播放次数", "平台"]
    nothing = web.get(URL, {"q": "火星 <b>"})
    assert "没有认出要看的指标" in text(nothing)
    assert "<b>火星" not in text(nothing)
    open_one = web.get(URL, {"q": "近7天涨粉"})
    assert "「涨粉」可以指：" in text(open_one)


def test_a_question_for_the_reason_leads_to_what_made_the_change(filled, web):
    page = web.get(URL, {"q": "2026年4月阅读量为什么掉了"}, follow=True)
    assert "没看懂" not in text(page)
    where = reverse("data_why", args=["anlan", "views"])
    assert f'{where}?start=2026-04-01&amp;end=2026-04-30"' in page.content.decode()
    assert "为什么变：看阅读/播放次数的波动归因" in text(page)


def test_a_plugin_may_rewrite_a_sentence_and_is_checked_like_an_address(owner, monkeypatch):
    monkeypatch.setattr(ask, "REWRITERS", [lambda said, brand: {"metrics": ["views"], "by": ["platform"]}])
    assert understood(owner, "哪家更热闹")[1].metrics == ("views",)
    for bad in (
        {"metrics": ["nonsense"]},
        {"metrics": ["views"], "by": ["product"]},
        {"metrics": "views"},
        {"where": 3},
    ):
        monkeypatch.setattr(ask, "REWRITERS", [lambda said, brand, bad=bad: bad])
        assert understood(owner, "哪家更热闹")[1].metrics == ()


def test_every_example_on_the_page_is_understood(owner):
    from hongqiao.insight.explorer.views import EXAMPLES

    for sentence in EXAMPLES:
        found = ask.read(owner, sentence, TODAY)
        assert found.question.metrics, sentence
        assert (found.missed, found.choices) == ([], []), sentence
