"""A topic's score by hand: each part's rule at its edges, what forbids a topic, how alike titles are, calibration."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from hongqiao.content.production.settings import shipped
from hongqiao.knowledge import nodes
from hongqiao.methods import topics
from hongqiao.methods.topics import Evidence, Idea, Moment, Near, Whom

RULES = shipped("topics")
WEIGHTS = RULES["weights"]["default"]["parts"]
JUNE = date(2026, 6, 3)
WOMEN = Whom("25–35 岁女性", ("油皮", "早八", "通勤", "搓泥", "脱妆", "防晒", "妆前"), ("xiaohongshu", "douyin"))
MEN = Whom("职场男士", ("男士", "剃须", "控油", "通勤", "商务", "洁面"), ("douyin", "zhihu", "wechat_oa"))


def sun() -> Moment:
    n = nodes.find("sun:2026")
    return Moment(n.label, n.first, n.last, n.prep, n.words)


SUNSCREEN = Idea("夏天油皮防晒实测：早八到下班，脸上还搓泥吗", platforms=("xiaohongshu",), form="note")
SEEN = Evidence(JUNE, WOMEN, mentions=6, pillar="产品种草", product="清透防晒乳", claims=2, moment=sun())


def level(part, idea, seen=None):
    return topics.score(idea, seen or Evidence(JUNE), RULES, WEIGHTS).parts[part].level


def test_the_score_of_the_sunscreen_test_is_what_a_hand_reckons():
    """20·5 + 15·5 + 15·5 + 15·5 + 10·3 + 10·4 + 10·4 + 5·5 = 460, over 5."""
    got = topics.score(SUNSCREEN, SEEN, RULES, WEIGHTS)
    assert {k: p.level for k, p in got.parts.items()} == {
        "relevance": 5,
        "fit": 5,
        "timing": 5,
        "spread": 5,
        "use": 3,
        "difference": 4,
        "cost": 4,
        "risk": 5,
    }
    assert got.total == 92.0
    assert topics.verdict(got.total, RULES["verdicts"]) == "pass"


def test_the_same_test_is_not_for_working_men():
    """They say one of its words, but read elsewhere: relevance falls to 1, and the reason names the platforms."""
    seen = replace(SEEN, whom=MEN)
    got = topics.score(SUNSCREEN, seen, RULES, WEIGHTS)
    part = got.parts["relevance"]
    assert (part.level, part.why) == (1, "relevance.elsewhere")
    assert part.params["platforms"] == ["douyin", "zhihu", "wechat_oa"]
    assert topics.gates(SUNSCREEN, seen, RULES)[0].code == "whom"
    assert topics.gates(SUNSCREEN, replace(seen, whom=WOMEN), RULES) == []
    assert got.total == 76.0  # 16 points less: 20 · (5 − 1) / 5
    heat = RULES["weights"]["heat"]["parts"]
    assert topics.score(SUNSCREEN, seen, RULES, heat).total == 62.0
    assert topics.score(SUNSCREEN, SEEN, RULES, heat).total == 94.0


@pytest.mark.parametrize(
    ("mentions", "place", "words", "expected"),
    [(0, 0, (), 1), (1, 0, (), 2), (4, 0, (), 2), (5, 0, (), 2), (5, 0, ("油皮",), 4), (0, 0, ("油皮",), 2)]
    + [(0, 0, ("油皮", "早八", "搓泥"), 3), (9, 0, ("油皮", "早八", "搓泥"), 5), (0, 10, (), 2), (0, 10, ("油皮",), 5)],
)
def test_relevance_counts_mentions_and_the_words_of_the_persona(mentions, place, words, expected):
    seen = Evidence(JUNE, Whom("谁", words or ("剃须",)), mentions=mentions, place=place)
    assert level("relevance", SUNSCREEN, seen) == expected


def test_without_a_persona_mentions_alone_count():
    assert [level("relevance", SUNSCREEN, Evidence(JUNE, mentions=n)) for n in (0, 1, 4, 5)] == [1, 2, 2, 3]
    assert level("relevance", SUNSCREEN, Evidence(JUNE, place=10)) == 5
    assert level("relevance", SUNSCREEN, Evidence(JUNE, place=11)) == 1


def test_brand_fit_climbs_from_words_to_a_claim_and_falls_for_a_form_nobody_takes():
    steps = [
        Evidence(JUNE),
        Evidence(JUNE, own_words=("实测",)),
        Evidence(JUNE, pillar="知识干货"),
        Evidence(JUNE, pillar="知识干货", product="防晒乳"),
        Evidence(JUNE, pillar="知识干货", product="防晒乳", claims=1),
    ]
    assert [level("fit", SUNSCREEN, s) for s in steps] == [1, 2, 3, 4, 5]
    assert level("fit", replace(SUNSCREEN, form="long_video"), steps[-1]) == 4
    assert level("fit", replace(SUNSCREEN, form="long_video"), steps[0]) == 1


@pytest.mark.parametrize(
    ("day", "hours", "expected"),
    [
        (date(2026, 2, 1), 8, 2),  # far ahead
        (date(2026, 3, 2), 8, 4),  # preparing begins on 1 April, thirty days on
        (date(2026, 4, 1), 8, 5),  # the first day of preparing
        (date(2026, 8, 30), 8, 5),  # one day left, one day of work
        (date(2026, 8, 31), 8, 1),  # not to be made any more
        (date(2026, 8, 20), 8 * 12, 1),
        (date(2026, 9, 1), 8, 1),  # over
    ],
)
def test_timing_holds_the_node_against_the_time_of_making(day, hours, expected):
    assert level("timing", replace(SUNSCREEN, hours=hours), Evidence(day, moment=sun())) == expected


def test_what_is_hot_must_stay_hot_longer_than_it_takes():
    video = Idea("热点", form="video")
    assert level("timing", video, Evidence(JUNE, hot_hours=11)) == 5
    assert level("timing", video, Evidence(JUNE, hot_hours=10)) == 2
    assert level("timing", video) == 1


def test_spread_and_use_are_read_from_the_title():
    cases = {"产品介绍": (1, 1), "终于等到你": (2, 1), "防晒怎么选": (3, 3), "终于懂了防晒怎么选": (4, 3)}
    cases |= {"防晒翻车现场": (3, 1), "实测 8 支防晒": (5, 4), "油皮护肤清单": (3, 5), "三个瞬间": (1, 2)}
    got = {t: (level("spread", Idea(t)), level("use", Idea(t))) for t in cases}
    assert got == cases


def test_difference_counts_what_is_alike():
    def near(*shares):
        return Evidence(JUNE, near=tuple(Near("旧文", s) for s in shares))

    assert [level("difference", SUNSCREEN, near(*s)) for s in ((), (0.49,), (0.5,), (0.7,), (0.5,) * 6)] == [
        4,
        4,
        3,
        2,
        1,
    ]
    assert level("difference", SUNSCREEN, Evidence(JUNE, exclusive=True)) == 5


def test_cost_and_risk():
    hours = {4: 5, 4.5: 4, 8: 4, 16: 3, 17: 2, 40: 2, 41: 1}
    assert {h: level("cost", replace(SUNSCREEN, hours=h)) for h in hours} == hours
    titles = {"油皮的夏天": 5, "抽奖送正装": 3, "地震避难指南": 1}
    assert {t: level("risk", Idea(t)) for t in titles} == titles


def test_gates_stop_a_topic_whatever_its_score():
    seen = replace(SEEN, lines=(("不和别家比谁更差", ("吊打", "平替")),), claims_held=("清爽不搓泥",))
    assert topics.gates(SUNSCREEN, seen, RULES) == []
    (line,) = topics.gates(replace(SUNSCREEN, title="这支吊打大牌"), seen, RULES)
    assert (line.code, line.params["words"]) == ("line", ["吊打"])
    (claim,) = topics.gates(replace(SUNSCREEN, claim="用一次白三度"), seen, RULES)
    assert claim.code == "claim"
    assert topics.gates(replace(SUNSCREEN, claim="清爽不搓泥"), seen, RULES) == []
    assert topics.gates(replace(SUNSCREEN, claim="用一次白三度", proven=True), seen, RULES) == []
    (figure,) = topics.gates(replace(SUNSCREEN, title="90% 的油皮都选错"), seen, RULES)
    assert figure.params["words"] == ["90%"]


def test_a_solemn_day_sells_nothing_and_amuses_nobody():
    day = nodes.find("nanjing:2026")
    moment = Moment(day.label, day.first, day.last, day.prep, (), day.solemn)
    quiet = Evidence(date(2026, 12, 1), moment=moment)
    there = Whom("职场男士", ("商务",), ("xiaohongshu",))
    assert (
        topics.gates(SUNSCREEN, replace(SEEN, whom=there, mentions=0), RULES)[0].params["why"] == "relevance.not_theirs"
    )
    assert topics.gates(Idea("铭记历史"), quiet, RULES) == []
    assert topics.gates(Idea("直播间今天也开"), quiet, RULES)[0].code == "solemn"
    assert topics.gates(Idea("铭记历史", selling=True), quiet, RULES)[0].code == "solemn"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(topics.PARTS, st.integers(1, 5))), st.integers(1, 9))
def test_the_total_lies_between_20_and_100_and_knows_no_scale_of_weights(levels, times):
    once = topics.total(levels, WEIGHTS)
    assert 20 <= once <= 100
    assert once == topics.total(levels, {k: w * times for k, w in WEIGHTS.items()})
    assert topics.total({**levels, "risk": 5}, WEIGHTS) >= topics.total({**levels, "risk": 1}, WEIGHTS)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_and_whole_with_itself(one, other):
    assert topics.alike(one, other) == topics.alike(other, one)
    assert 0 <= topics.alike(one, other) <= 1
    assert topics.alike(one, one) == (1.0 if topics.grams(one) else 0.0)


def test_a_title_rewritten_a_little_is_found():
    old = ["油皮夏天防晒实测：早八到下班不搓泥", "干皮秋冬保湿怎么选", "今天吃什么"]
    ((at, share),) = topics.nearest("油皮夏天防晒实测，早八到下班搓泥吗", old, least=0.5, most=5)
    assert at == 0
    assert 0.5 <= share < 1


def test_rank_correlation_is_spearmans_and_silent_on_too_few():
    told, came = [70, 80, 65, 90, 55, 60, 85, 75, 50], [0.4, 0.7, 0.5, 0.9, 0.3, 0.35, 0.6, 0.8, 0.2]
    got = topics.rank_correlation(told, came, least=8, confidence=0.95)
    assert got.r == pytest.approx(spearmanr(told, came).statistic)
    assert got.low < got.r < got.high
    assert topics.rank_correlation(told[:7], came[:7], least=8, confidence=0.95).r is None
    assert topics.rank_correlation([1] * 9, came, least=8, confidence=0.95).r is None
    assert topics.rank_correlation(came, came, least=8, confidence=0.95).r == 1


def test_suggested_weights_follow_the_part_that_told():
    levels = [{"relevance": 1 + i % 5, "timing": 1 + i // 5} for i in range(25)]
    came = [x["relevance"] / 5 for x in levels]
    rules = {"suggest": 20, "confidence": 0.95}
    got = topics.suggest(levels, came, {"relevance": 50, "timing": 50}, rules)
    assert got.weights == {"relevance": 75, "timing": 25}  # half-way from 50:50 to 100:0
    assert got.then.r > got.now.r
    assert topics.suggest(levels[:19], came[:19], {"relevance": 50, "timing": 50}, rules) is None
