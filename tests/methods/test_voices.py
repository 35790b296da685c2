"""What comments are about, by words: several things at once, questions apart, what says none of it left over."""

import pytest

from hongqiao.knowledge import read
from hongqiao.methods.voices import groups

DATA = read("content/voices")
TOPICS = {t["code"]: t["terms"] for t in DATA["topics"]}
#: Written by hand before the words were looked at a second time: a comment, what it is about, whether it asks.
SAID = [
    ("求链接，早八妆前乳在哪买", {"where"}, True),
    ("舒缓精华用了两周没有过敏，脸稳定很多", {"safe", "effect"}, False),
    ("防晒真的不搓泥，夏天回购第二支了", {"feel", "again", "effect"}, False),
    ("这个成分表讲得明白", {"parts", "content"}, False),
    ("面霜有点厚重，秋天用刚好", {"feel"}, False),
    ("推荐给室友了", {"again"}, False),
    ("发货三天了还没动静", {"delivery"}, False),
    ("泵头坏了，客服不回", {"pack", "service"}, False),
    ("多少钱一瓶？", {"price"}, True),
    ("闻着有股酒精的味道", {"smell", "parts"}, False),
    ("哈哈哈哈", set(), False),
    ("第一", set(), False),
]


@pytest.mark.parametrize(("text", "about", "asks"), SAID)
def test_a_comment_is_about_what_it_names(text, about, asks):
    found = groups([text], TOPICS, DATA["questions"])
    assert (set(found.topics), bool(found.asking)) == (about, asks)


def test_every_comment_is_somewhere_and_the_most_spoken_of_comes_first():
    texts = [t for t, _about, _asks in SAID] + ["质地清爽", "肤感好"]
    found = groups(texts, TOPICS, DATA["questions"])
    assert {n for p in found.topics.values() for n in p} | set(found.asking) | set(found.rest) == set(range(len(texts)))
    assert next(iter(found.topics)) == "feel"
    assert [texts[n] for n in found.rest] == ["哈哈哈哈", "第一"]


def test_nothing_said_is_nothing_found():
    assert groups([], TOPICS, DATA["questions"]) == groups(["", " "][:0], {}, [])
