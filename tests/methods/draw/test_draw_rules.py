"""What the law wants before a draw opens, held to its boundaries; rules are those that ship. U2."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hongqiao.knowledge import read
from hongqiao.methods import draw, draw_rules
from hongqiao.methods.draw import verify_draw

RULES = read("audience/draws")
PRIZE = {"level": "一等奖", "name": "正装礼盒", "sort": "实物", "price": "399.00", "quantity": 3}
FORM = {
    "who": "年满十八周岁，非本公司员工",
    "how": "在企业微信群提交晒单",
    "draw_time": datetime(2026, 12, 2, 8, tzinfo=UTC),
    "draw_way": "按公布的方案由程序抽取，可自行核验",
    "claim_time": "2026-12-10 前",
    "claim_terms": "本人凭参与编号",
    "claim_way": "向客服提供收件信息",
    "delivery": "快递，主办方付运费",
    "forfeiture": "逾期未领取视为弃奖，由候补递补",
    "organiser": "安澜（上海）化妆品有限公司 400-000-0000",
    "prizes": [PRIZE],
    "opens": datetime(2026, 11, 24, 4, tzinfo=UTC),
    "closes": datetime(2026, 12, 1, 4, tzinfo=UTC),
}


def problems(**changed):
    return [(p.code, p.field) for p in draw_rules.check({**FORM, **changed}, RULES)]


def prized(**changed):
    return problems(prizes=[{**PRIZE, **changed}])


def test_a_form_that_tells_everything_may_open():
    assert problems() == []
    assert prized(quantity="", odds="1/500") == []


def test_each_of_the_fifteen_is_asked_for():
    assert len(RULES["fields"]) == 15
    for wanted in RULES["fields"]:
        for blank in ("", "  ", None):
            if wanted["of"] == "form":
                assert problems(**{wanted["code"]: blank}) == [("missing", wanted["code"])]
            else:
                assert prized(**{wanted["code"]: blank}) == [("missing", f"prizes.0.{wanted['code']}")]
    missing = draw_rules.check({}, RULES)
    assert [p.code for p in missing].count("missing") == 10
    assert ("no_prizes", "prizes") in [(p.code, p.field) for p in missing]
    assert next(p for p in missing if p.code == "missing").params == {"article": "13"}


def test_every_prize_is_asked_not_the_first_alone():
    second = {k: v for k, v in PRIZE.items() if k != "name"}
    assert problems(prizes=[PRIZE, second]) == [("missing", "prizes.1.name")]


@pytest.mark.parametrize(
    ("price", "found"),
    [
        ("50000", []),
        ("50000.00", []),
        (50000, []),
        (Decimal("50000"), []),
        ("50000.01", ["over_cap"]),
        (50001, ["over_cap"]),
        ("0", []),
        (0, []),
        ("五万", ["not_money"]),
        ("-1", ["not_money"]),
        ("NaN", ["not_money"]),
        ("1e400000", ["over_cap"]),
        (399.0, ["not_money"]),
        (True, ["not_money"]),
    ],
)
def test_fifty_thousand_is_the_most_a_prize_may_be_worth(price, found):
    assert prized(price=price) == [(code, "prizes.0.price") for code in found]


def test_what_one_person_can_win_together_counts_together():
    prizes = [{**PRIZE, "price": "30000", "quantity": 1}, {**PRIZE, "price": "20000", "quantity": 1}]
    assert problems(prizes=prizes, wins=2) == []
    prizes[1]["price"] = "20000.01"
    assert problems(prizes=prizes) == []
    assert problems(prizes=prizes, wins=2) == [("over_cap_together", "wins")]
    assert problems(prizes=[{**PRIZE, "price": "26000", "quantity": 2}], wins=2) == [("over_cap_together", "wins")]
    assert problems(prizes=[{**PRIZE, "price": "26000", "quantity": 1}], wins=2) == []
    assert problems(prizes=[{**PRIZE, "price": "26000", "quantity": "", "odds": "1%"}], wins=2) == [
        ("over_cap_together", "wins")
    ]
    won = {"a": [Decimal("30000"), Decimal("20000")], "b": [Decimal("30000"), Decimal("20000.01")], "c": []}
    assert draw_rules.over(won, RULES) == {"b": Decimal("50000.01")}


def test_prizes_over_five_hundred_drawn_on_the_spot_are_shown_as_they_are_claimed():
    dear = [{**PRIZE, "price": "500.01"}]
    assert problems(on_site=True, prizes=[{**PRIZE, "price": "500"}]) == []
    assert problems(on_site=True, prizes=dear) == [("not_on_site", "claims_shown")]
    assert problems(on_site=True, prizes=dear, claims_shown=True) == []
    assert problems(prizes=dear) == []


@pytest.mark.parametrize("quantity", [0, "0", "-3", "三", "1.5", True, "²"])
def test_how_many_is_a_whole_number(quantity):
    assert prized(quantity=quantity) == [("not_a_count", "prizes.0.quantity")]


@pytest.mark.parametrize(
    ("odds", "good"), [("1%", 1), ("0.01", 1), ("1/500", 1), ("0", 0), ("101%", 0), ("高", 0), ("1/0", 0)]
)
def test_a_chance_lies_between_none_and_certain(odds, good):
    assert prized(quantity=None, odds=odds) == ([] if good else [("not_odds", "prizes.0.odds")])


def test_it_opens_closes_and_is_drawn_in_this_order():
    assert problems(closes=FORM["opens"]) == [("out_of_order", "closes")]
    assert problems(draw_time=FORM["closes"]) == [("out_of_order", "draw_time")]


def test_tickets_and_conditions_keep_to_their_limits():
    most = RULES["tickets"]["most"]
    assert problems(tickets=most) == []
    assert problems(tickets=most + 1) == problems(tickets=0) == [("too_many_tickets", "tickets")]
    assert problems(platform="xiaohongshu", conditions=["post", "follow"]) == [("barred_condition", "conditions")]
    assert problems(platform="wecom", conditions=["follow"]) == []


def test_nothing_told_at_opening_may_change():
    now = deepcopy(FORM)
    assert draw_rules.changed(FORM, now, RULES) == []
    now["prizes"][0]["quantity"] = 2
    now["claim_time"] = "2026-12-09 前"
    assert [p.field for p in draw_rules.changed(FORM, now, RULES)] == ["claim_time", "prizes"]


def test_records_stay_as_long_as_the_law_wants_or_longer():
    assert draw_rules.keep_until(date(2026, 12, 2), RULES) == date(2029, 12, 2)
    assert draw_rules.keep_until(date(2026, 12, 2), RULES, years=1) == date(2028, 12, 2)
    assert draw_rules.keep_until(date(2028, 2, 29), RULES, years=5) == date(2033, 3, 1)


def test_every_rule_of_law_names_its_article_and_says_whether_it_was_checked():
    for rule in (RULES["cap"], RULES["on_site"], RULES["records"], *RULES["forbidden"]):
        assert rule["article"]
        assert (rule["state"], bool(rule["checked"])) in {("to_check", False), ("checked", True)}


def test_the_chains_that_ship_are_those_the_script_knows():
    assert {c["hash"]: (c["genesis"], c["period"]) for c in RULES["chains"].values()} == verify_draw.CHAINS
    assert draw.drand(*RULES["chains"]["quicknet"].values(), FORM["closes"]).due > FORM["closes"]
