"""Copies and same-wording waves are collapsed, the same every time, in linear time; what only shares a phrase is
not. X1.
"""

import csv
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongqiao.methods.similarity import clusters, said
from hongqiao.site.cli import main

SAID = "这个面霜用了烂脸，客服还不理人，大家千万别买，已经去医院了"
WAVE = [
    SAID,
    "这个面霜用了烂脸!!客服还不理人~大家千万别买 已经去医院了😭",
    f"转发 {SAID} //@路人: 支持",
    "这个面霜用了烂脸，客服还不理人，大家千万别买",
    "已经去医院了，这个面霜用了烂脸，大家千万别买，客服还不理人",
    f"#避雷# {SAID}",
    "這個面霜用了烂脸，客服还不理人，大家千万別买，已经去医院了",
]


def test_a_wave_of_the_same_wording_is_one_cluster_named_by_its_first_text():
    others = ["今天的天气适合出门走走", "物流很快，包装也好，下次再来", "面霜挺好用的，推荐给大家"]
    assert clusters([others[0], *WAVE, *others[1:]]) == [0, *[1] * len(WAVE), 8, 9]


def test_a_short_remark_joins_no_two_long_texts():
    one = "东西收到了，穿上很舒服，质量不错，大小合适，值得推荐，下次再来光顾"
    two = "房间挺干净的，离地铁站很近，质量不错，值得推荐，前台的服务也到位"
    found = clusters(["质量不错，值得推荐", one, two])
    assert found[1] != found[2]


def test_texts_of_signs_alone_are_alike_only_where_equal():
    assert clusters(["👍👍", "👍👍", "❤️", "", "", "[爱心]", "[爱心]", "转发微博", "转发微博"]) == [
        0,
        0,
        2,
        3,
        3,
        5,
        5,
        7,
        7,
    ]
    assert clusters([]) == []
    assert clusters(["\0", "\0\0👍", "👍"]) == [0, 1, 1]


def test_what_forwarding_adds_is_not_what_a_text_says():
    assert said("转发 太难了 //@某人: 就是 https://t.cn/x") == "太难了"
    assert said("ＡＢ c！") == "abc"
    assert said("😂") == "😂"


@given(st.lists(st.text(max_size=40), max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_cluster_is_named_by_its_first_text_and_the_answer_repeats(texts):
    found = clusters(texts)
    assert found == clusters(texts)
    assert all(c <= i and found[c] == c for i, c in enumerate(found))
    first = {t: found[i] for i, t in reversed(list(enumerate(texts)))}
    assert all(first[t] == c for t, c in zip(texts, found, strict=True))


@pytest.mark.slow
def test_a_flood_of_fifty_thousand_copies_and_a_rant_take_seconds():
    texts = [f"{SAID} {i}" for i in range(50_000)] + ["长" * 50_000, "ab" * 25_000]
    started = time.process_time()
    found = clusters(texts)
    assert time.process_time() - started < 10
    assert found[:50_000].count(0) > 49_900


def test_the_command_writes_a_cluster_a_row(tmp_path, capsys):
    data, out = tmp_path / "d.csv", tmp_path / "o.csv"
    with data.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], *([t] for t in (*WAVE, "别的话题，别的内容"))])
    assert main(["bench", "similar", "--data", str(data), "--out", str(out)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["bench"], line["rows"], line["clusters"]) == ("similar", 8, 2)
    assert out.read_text("utf-8").splitlines() == ["row,cluster", *(f"{i},0" for i in range(7)), "7,7"]
    data.write_text("words\nx\n", "utf-8")
    assert main(["bench", "similar", "--data", str(data), "--out", str(out)]) == 2
