"""The rule that says which facts a published piece is: ids first, then titles near the day; unsure is asked."""

from datetime import date, datetime, timedelta

import pytest

from hongqiao.content.results import settings
from hongqiao.content.results.matching import Decision, Fact, Wanted, decide, ids_of, likeness

RULES = settings.matching()
DAY = datetime(2026, 11, 20, 4, 30)
NOTE = "66f0a1b2000000001e03aa01"


def wanted(key="p", title="油皮防晒怎么补涂", ids=None, at=DAY, refused=(), **more):
    fields = {"account": "a", "names": (title,), "day": at.date(), **more}
    return Wanted(key, ids=ids or {}, at=at, refused=frozenset(refused), **fields)


def fact(key="f", title="油皮防晒怎么补涂", ids=None, at=DAY + timedelta(hours=5), account="a"):
    return Fact(key, account, title, {**(ids or {}), "key": key}, at, at.date())


def found(one, *facts):
    return decide([one], facts, RULES)[one.key]


@pytest.mark.parametrize(
    ("platform", "url", "said"),
    [
        ("xiaohongshu", f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=x", {"note": NOTE}),
        ("xiaohongshu", "http://xhslink.com/a/Xyz1", {}),
        ("douyin", "https://www.douyin.com/video/7301234567890123456", {"work": "7301234567890123456"}),
        ("douyin", "https://www.douyin.com/discover?modal_id=7301234567890123456", {"work": "7301234567890123456"}),
        ("wechat_oa", "http://mp.weixin.qq.com/s?__biz=M&mid=2247483649&idx=1&sn=x", {"msg": "2247483649_1"}),
        ("wechat_oa", "http://mp.weixin.qq.com/s?__biz=M&mid=2247483649", {}),
        ("bilibili", "https://www.bilibili.com/video/BV1xx411c7mD/", {"video": "BV1xx411c7mD"}),
        ("zhihu", "https://zhuanlan.zhihu.com/p/123456789", {"article": "123456789"}),
        ("toutiao", "https://www.toutiao.com/article/7301234567890123456/", {"item": "7301234567890123456"}),
        ("channels", "https://channels.weixin.qq.com/x", {}),
        ("xiaohongshu", "http://[", {}),
        ("xiaohongshu", "", {}),
        ("nowhere", "https://x.example/1", {}),
    ],
)
def test_an_address_says_which_piece_it_is_or_nothing(platform, url, said):
    assert ids_of(url, platform, RULES) == said


@pytest.mark.parametrize(
    ("name", "title", "sure"),
    [
        ("油皮防晒，怎么补涂？", "油皮防晒怎么补涂 #防晒 #油皮", True),
        ("干皮千万不要这样用洁面，第三步最伤，看完再洗", "干皮千万不要这样用洁面，第三步", True),
        ("熬夜后的护肤流程，七步出门", "熬夜后的护肤流程七步就出门", True),
        ("面膜实测打卡，大风天也不怕，第 1 天", "面膜实测打卡，大风天也不怕，第 2 天", False),
        ("面膜实测第 1 天", "面膜实测第 12 天", False),
        ("油皮怎么补涂", "换季护肤为什么越做越多", False),
        ("", "", False),
        ("！！", "？？", False),
    ],
)
def test_titles_are_held_without_topics_and_punctuation_and_numbers_must_be_the_same(name, title, sure):
    assert (likeness(name, title, RULES) >= RULES["sure"]) is sure


def test_what_the_platform_calls_it_goes_before_any_title():
    one = wanted(ids={"note": NOTE})
    assert found(one, fact("x"), fact("y", "标题后来改过", {"note": NOTE})) == Decision("y", "id")
    assert found(one, fact(NOTE, "另一个标题")) == Decision(NOTE, "id")


def test_a_title_is_not_taken_where_the_platform_calls_it_something_else():
    assert found(wanted(ids={"note": NOTE}), fact(ids={"note": "77f0a1b2000000001e03aa01"})) == Decision()


def test_one_title_within_days_is_taken_and_another_accounts_or_a_far_one_is_not():
    assert found(wanted(), fact()) == Decision("f", "title")
    assert found(wanted(), fact(account="b")) == Decision()
    assert found(wanted(), fact(at=DAY + timedelta(days=RULES["days"] + 1))) == Decision()


def test_two_alike_are_asked_about_and_the_exact_one_of_a_row_is_taken():
    assert found(wanted(), fact("f"), fact("g")).near == ("g", "f")
    days = [fact(f"d{n}", f"油皮打卡大风天也不怕的第 {n} 天") for n in (1, 2, 3)]
    assert found(wanted(title="油皮打卡大风天也不怕的第 2 天"), *days) == Decision("d2", "title")
    assert set(found(wanted(title="油皮打卡大风天也不怕的第 4 天"), *days).near) == {"d1", "d2", "d3"}


def test_another_title_in_the_same_minutes_is_asked_about_never_taken():
    assert found(wanted(), fact(title="完全两样", at=DAY + timedelta(minutes=4))) == Decision(near=("f",))
    assert found(wanted(), fact(title="完全两样", at=DAY + timedelta(hours=4))) == Decision()


def test_one_fact_never_goes_to_two_pieces():
    same = decide([wanted("p"), wanted("q")], [fact()], RULES)
    assert same == {"p": Decision(near=("f",)), "q": Decision(near=("f",))}
    named = decide([wanted("p", ids={"note": NOTE}), wanted("q")], [fact(NOTE)], RULES)
    assert named == {"p": Decision(NOTE, "id"), "q": Decision()}
    both = decide([wanted("p", ids={"note": NOTE}), wanted("q", ids={"note": NOTE})], [fact(NOTE)], RULES)
    assert [d.key for d in both.values()] == ["", ""]


def test_after_a_no_the_rule_takes_no_title_any_more_but_asks():
    assert found(wanted(refused=["f"]), fact("f")) == Decision()
    assert found(wanted(refused=["f"]), fact("f"), fact("g")) == Decision(near=("g",))


def test_at_most_a_few_are_asked_about():
    many = [fact(f"f{n}") for n in range(20)]
    assert len(found(wanted(), *many).near) == RULES["most"]
    assert found(wanted()) == Decision()
    assert decide([], many, RULES) == {}
    assert date(2026, 11, 20) == wanted().day
