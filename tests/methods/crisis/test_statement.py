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


ADVICE = "请立即停用上述产品；身体不适的，请及时就医，并保留就诊证明。"


def bodily(text, kind="apology"):
    found = lint(Said(kind, text, "rebuild" if kind == "apology" else "inform", (), True), BOOK)
    return [(f.rule, f.params["what"]) for f in found if f.rule in ("no_advice", "advice_missed")]


def test_where_bodies_are_concerned_an_apology_asks_to_stop_and_to_see_a_doctor():
    assert bodily(GOOD) == [("no_advice", "立即停用"), ("no_advice", "不适就医")]
    assert bodily(GOOD + ADVICE) == []
    assert BOOK["rules"]["no_advice"]["level"] == "block"
    assert rules() == set()  # nobody's body: nothing is asked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("请先停用。", ["不适就医"]),
        ("身体不适的，请尽快就诊。", ["立即停用"]),
        ("请停用、就医、保留就诊证明。", []),
        ("请立即停止使用上述批次产品；如有不适请及时就医并保留就诊证明。", []),
        ("请立即停用并保留样品，建议到医院检查。", []),
        ("三位用户已停用并就医。", ["立即停用", "不适就医"]),  # tells, asks nobody
        ("请放心，无需停用，也不必就医。", ["立即停用", "不适就医"]),
        ("请继续使用，不用停用。", ["立即停用", "不适就医"]),
        ("请保留就诊证明。", ["立即停用", "不适就医"]),
        ("请联系客服。\n停用办法与就医报销另行公布", ["立即停用", "不适就医"]),
    ],
)
def test_advice_is_what_is_asked_of_people_not_what_is_told_of_them(text, left):
    assert [what for _rule, what in bodily(GOOD + text)] == left


@pytest.mark.parametrize(
    ("kind", "rule"), [("apology", "no_advice"), ("recall", "no_advice"), ("concern", "advice_missed"),
                       ("progress", "advice_missed"), ("clarify", None)]
)  # fmt: skip
def test_an_apology_and_a_recall_must_say_it_a_first_word_should(kind, rule):
    assert {r for r, _what in bodily("我们已关注到相关情况。", kind)} == ({rule} if rule else set())


@pytest.mark.parametrize("kind", ["apology", "recall", "concern", "progress"])
def test_the_structure_of_each_such_kind_says_it_itself(kind):
    text = "\n".join(s["say"] for s in BOOK["kinds"][kind]["sections"])
    assert bodily(text, kind) == []
