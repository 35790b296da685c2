"""Share texts as the apps copy them (the words are the apps', the pieces are invented)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongqiao.methods.topics.shares import platform_of, shares

CASES = [
    (
        "7.43 复制打开抖音，看看【安澜护肤的作品】夏天油皮防晒怎么选？ # 防晒 # 油皮  https://v.douyin.com/iRNBho5W/ Mwf:/ 03/21 K@W.mD",
        ("douyin", "夏天油皮防晒怎么选？", "安澜护肤", "https://v.douyin.com/iRNBho5W/"),
    ),
    (
        "2.05 h@O.kP :/ 07/18 早八通勤妆前三步 # 通勤妆  https://v.douyin.com/ab12/ 复制此链接，打开抖音搜索，直接观看视频！",
        ("douyin", "早八通勤妆前三步", "", "https://v.douyin.com/ab12/"),
    ),
    (
        "58 小安发布了一篇小红书笔记，快来看看吧！ 😆 aBcD12 😆 http://xhslink.com/a/Zx9，复制本条信息，打开【小红书】App查看精彩内容！",
        ("xiaohongshu", "", "小安", "http://xhslink.com/a/Zx9"),
    ),
    (
        "油皮防晒红黑榜｜五支对比 http://xhslink.com/o/abc 复制后打开【小红书】查看笔记！",
        ("xiaohongshu", "油皮防晒红黑榜｜五支对比", "", "http://xhslink.com/o/abc"),
    ),
    (
        "【敏感肌换季怎么护肤 - 小安 | 小红书 - 你的生活兴趣社区】 😆 xYz 😆 https://www.xiaohongshu.com/discovery/item/6650?source=webshare",
        (
            "xiaohongshu",
            "敏感肌换季怎么护肤",
            "小安",
            "https://www.xiaohongshu.com/discovery/item/6650?source=webshare",
        ),
    ),
    (
        "【拆解一副降噪耳机：里面到底有什么-哔哩哔哩】 https://b23.tv/AbC12d",
        ("bilibili", "拆解一副降噪耳机：里面到底有什么", "", "https://b23.tv/AbC12d"),
    ),
    (
        "成分党的一天 https://weixin.qq.com/sph/A1b2C3",
        ("channels", "成分党的一天", "", "https://weixin.qq.com/sph/A1b2C3"),
    ),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[w[3] for _t, w in CASES])
def test_title_author_and_link_are_taken_out(text, wanted):
    (got,) = shares(text)
    assert (got.platform, got.title, got.author, got.url) == wanted


def test_several_are_taken_at_once_and_a_link_only_once():
    got = shares("\n\n".join([t for t, _w in CASES] + [CASES[0][0]]))
    assert [s.url for s in got] == [w[3] for _t, w in CASES]
    assert [s.title for s in got] == [w[1] for _t, w in CASES]


def test_a_foreign_address_is_of_no_platform_and_one_that_only_looks_like_it_neither():
    assert platform_of("https://example.com/v.douyin.com") == ""
    assert platform_of("https://v.douyin.com.example.com/x") == ""
    assert shares("没有链接的一段话") == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text):
    for one in shares(text + " https://b23.tv/x"):
        assert len(one.title) <= 120
