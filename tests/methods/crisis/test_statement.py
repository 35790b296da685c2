"""A statement by its structure: what it lacks, what it must not say."""

import pytest

from hongqiao.knowledge import read
from hongqiao.methods.crisis.statement import Said, lint, measures, timed

BOOK = read("crisis/statements")
GOOD = """致各位用户：
批号 A12 的面霜有三位用户反映使用后出现红疹。
对此，我们向各位用户郑重道歉。
这件事责任在我们。质检记录没有及时复核。
我们将做到以下几点：
1. 即日起停售批号 A12，品控部李工负责
2. 3 日内为购买者办理退货退款，客服主管王敏负责
3. 12月5日前公布第三方检测结果，质量总监负责
后续进展将于 11月30日 18:00 前公布，欢迎监督。
联系方式：400-820-1234。
安澜护肤
2026年11月27日"""
FACT = ("批号 A12 的面霜有三位用户反映使用后出现红疹", "verified")


def rules(text=GOOD, kind="apology", strategy="rebuild", facts=(FACT,)):
    return {f.rule for f in lint(Said(kind, text, strategy, facts), BOOK)}


def test_a_good_apology_has_no_flaw():
    assert rules() == set()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("no_contact", GOOD.replace("400-820-1234", "另行公布")),
        ("few_measures", GOOD.replace("即日起", "").replace("3 日内", "尽快").replace("12月5日前", "尽快")),
        ("no_owner", GOOD.replace("，品控部李工负责", "")),
        ("apology_missing", GOOD.replace("郑重道歉", "说明情况")),
        ("too_long", GOOD + "附" * 1300),
        ("too_short", "致歉。2026年11月27日，400-820-1234"),
        ("hole", GOOD.replace("400-820-1234", "【联系方式】，400-820-1234")),
        ("fact_gone", GOOD.replace("红疹", "不适")),
    ],
)
def test_what_is_missing_is_found(rule, text):
    assert rule in rules(text)


def test_a_day_is_missing_where_none_is_written():
    undated = "我们已关注到相关情况，正在逐项核实，稍后公布进展。如您有相关情况，请联系在线客服，我们会逐一回复。"
    found = rules(undated, kind="concern", strategy="inform", facts=())
    assert found == {"no_date"}


@pytest.mark.parametrize("word", BOOK["evasions"])
def test_every_evasion_is_found(word):
    assert "evasion" in rules(GOOD + word)


@pytest.mark.parametrize("word", BOOK["promises"])
def test_every_new_absolute_promise_is_found(word):
    assert "promise" in rules(GOOD + word)


@pytest.mark.parametrize("word", BOOK["diagnoses"])
def test_every_diagnosis_is_found(word):
    assert "diagnosis" in rules(GOOD + word)


def test_asking_people_to_see_a_doctor_is_no_evasion():
    text = GOOD + "请立即停止使用；如有不适请及时就医并保留就诊证明。"
    assert "evasion" not in rules(text)
    assert "evasion" in rules(GOOD + "如有不适，深感关切。")


@pytest.mark.parametrize("strategy", ["deny", "inform", "diminish"])
def test_an_apology_word_stands_only_where_the_strategy_is_to_rebuild(strategy):
    assert "apology_unfit" in rules(strategy=strategy)
    assert "apology_unfit" not in rules(strategy="rebuild")


def test_without_a_strategy_it_is_said_and_no_apology_judged():
    assert rules(strategy="") == {"no_strategy"}


@pytest.mark.parametrize("state", ["checking", "unknown", "wrong"])
def test_only_verified_facts_may_be_said(state):
    assert "unverified" in rules(facts=[FACT, ("工厂已停产", state)])


def test_where_a_word_stands_is_told():
    text = GOOD + "个别"
    found = next(f for f in lint(Said("apology", text, "rebuild"), BOOK) if f.rule == "evasion")
    assert text[found.start : found.end] == found.word == "个别"


def test_measures_are_the_numbered_lines_and_timed_by_day_or_length():
    assert len(measures(GOOD)) == 3
    assert measures("一、停售\n② 退款\n普通一行") == ["停售", "退款"]
    assert timed("3 个工作日内退款")
    assert timed("12月5日前公布")
    assert not timed("尽快退款")


def test_every_rule_that_is_found_has_its_words_and_level():
    assert all({"level", "label", "next_step"} <= set(rule) for rule in BOOK["rules"].values())
    assert {r["level"] for r in BOOK["rules"].values()} == {"block", "warn"}


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(KeyError):
        lint(Said("poem", GOOD), BOOK)
