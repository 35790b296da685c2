"""A metric by formula: what is read, what is refused and where, and figures that equal a hand computation. D1."""

import ast
import operator
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.metrics import METRICS, SHIPPED, Query, query, rows_behind
from hongqiao.metrics.errors import BadOption, UnknownMetric
from hongqiao.metrics.formula import reading, units
from hongqiao.metrics.formula.making import Definition, NotAShare, WholeShare, make
from hongqiao.metrics.formula.reading import BadFormula, plain, read
from hongqiao.metrics.formula.tree import worked, written
from hongqiao.metrics.inforce import InForce, Own, using
from tests.metrics.fake import A, B, Fake, day

NAMES: dict[str, list[str]] = defaultdict(list)
for _code, _metric in SHIPPED.items():
    NAMES[_code] = [_code]
    NAMES[plain(_metric.label)].append(_code)
MAY = {"start": day("2026-05-01"), "end": day("2026-05-03")}


def made(text: str, code: str = "mine", **more):
    return make(Definition(code, "我的指标", read(text, NAMES), **more), SHIPPED.__getitem__)


def in_force(**formulas: str):
    """Put metrics of these formulas in force, as a brand's page does."""
    own = {code: made(text, code) for code, text in formulas.items()}
    return using(InForce("brand", lambda: Own(own, tuple(own))))


@pytest.fixture
def house() -> Fake:
    """A states all; B states no favourites; A's third day lacks its likes; A's second has no views at all."""
    h = Fake()
    h.say("account_daily", A, day=day("2026-05-01"), likes=10, favorites=6, views=100, followers_new=4)
    h.say("account_daily", A, day=day("2026-05-02"), likes=20, favorites=2, views=0, followers_new=6)
    h.say("account_daily", A, day=day("2026-05-03"), favorites=9, views=300, followers_new=5)
    for n in (1, 2, 3):
        h.say("account_daily", B, day=day(f"2026-05-0{n}"), likes=1000, views=2000, followers_new=50)
    h.file("account_daily", A, "2026-05-01", "2026-05-03")
    h.file("account_daily", B, "2026-05-01", "2026-05-03")
    for n, money in enumerate((50, 30), 1):
        h.say("orders", A, order_key=f"o{n}", day=day("2026-05-01"), gross=Decimal(money), person_key=f"p{n}")
    h.file("orders", A, "2026-05-01", "2026-05-03")
    return h


@pytest.mark.parametrize(
    ("text", "said", "unit", "shown"),
    [
        ("新增关注 / 曝光 * 1000", "followers_new / impressions * 1000", "人/千次", "number"),
        ("（点赞＋收藏）÷阅读／播放次数", "(likes + favorites) / views", "%", "rate"),
        ("likes−（favorites−shares）", "likes - (favorites - shares)", "次", "int"),
        ("消耗 ÷ 新增关注", "ad_spend / followers_new", "元/人", "money"),
        ("ad_gmv / ad_spend * 100", "ad_gmv / ad_spend * 100", "%", "number"),
        ("views / (likes / favorites)", "views / (likes / favorites)", "次", "number"),
        ("-likes + views", "(-1) * likes + views", "次", "int"),
    ],
)
def test_a_formula_is_read_by_names_codes_and_full_width_signs(text, said, unit, shown):
    metric = made(text)
    assert (written(metric.formula.said, plain=True), metric.unit, metric.format) == (said, unit, shown)


@pytest.mark.parametrize(
    ("text", "wrong", "at"),
    [
        ("实付金额 + 新增关注", units.UnlikeUnits, 6),
        ("likes + 1", units.UnlikeUnits, 7),
        ("likes / 0", reading.ByZero, 7),
        ("likes / (2 - 2)", reading.ByZero, 7),
        ("likes + 点赞数量", reading.UnknownName, 9),
        ("likes favorites", reading.Unexpected, 7),
        ("likes) * 2", reading.Unexpected, 6),
        ("(likes", reading.Unfinished, None),
        ("likes *", reading.Unfinished, None),
        ("", reading.Unfinished, None),
        ("1 + 2", reading.NoMetric, None),
        ("GMV 占比 * 2", WholeShare, 1),
        ("品牌资产指标 + 1", units.NoUnit, 1),
        ("x" * 10_000, reading.TooLong, None),
        ("(" * 1000 + "likes" + ")" * 1000, reading.TooLong, None),
        ("(" * 30 + "likes" + ")" * 30, reading.TooLong, None),
        ("-" * 400 + "likes", reading.TooLong, None),
        ("+".join(["likes"] * 61), reading.TooLong, None),
        ("9" * 40 + " * likes", reading.TooLong, None),
        ("likes; DROP TABLE orders", reading.Unexpected, 6),
        ("'likes'", reading.Unexpected, 1),
        ("<b>likes</b>", reading.Unexpected, 1),
        ("__import__('os')", reading.UnknownName, 1),
        ("😀 + likes", reading.Unexpected, 1),
        ("likes ** 2", reading.Unexpected, 8),
        ("likes@2", reading.UnknownName, None),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text, wrong, at):
    if wrong is reading.UnknownName and at is None:
        with pytest.raises(KeyError):  # an older version of what has no versions: the brand's own list says so
            made(text)
        return
    with pytest.raises(wrong) as told:
        made(text)
    assert isinstance(told.value, BadFormula)
    assert told.value.params.get("at") == at
    assert "%" not in told.value.message % told.value.params


def test_a_name_of_two_metrics_is_refused_with_both():
    names = {**NAMES, "阅读": ["views", "readers"]}
    with pytest.raises(reading.Ambiguous) as told:
        read("点赞 / 阅读", names)
    assert told.value.params == {"at": 6, "name": "阅读", "near": "views、readers"}


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(reading.UnknownName) as told:
        made("点赞增 / 曝光")
    assert "点赞增量" in told.value.params["near"]


def test_where_nothing_comes_near_the_next_step_is_to_look_it_up():
    with pytest.raises(reading.UnknownName) as told:
        made("xyzzy / 曝光")
    assert "相近的有" not in told.value.next_step


def test_only_a_share_may_be_shown_in_percent():
    with pytest.raises(NotAShare):
        made("消耗 / 新增关注", format="rate")
    assert made("ad_gmv / ad_spend", format="number").unit == "倍"


OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def by_hand(node: ast.AST, values: dict[str, Decimal]) -> Decimal | None:
    """Python's own reading of the same line, with None for a base that is not above zero."""
    if isinstance(node, ast.Expression):
        return by_hand(node.body, values)
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        return values[node.id]
    left, right = by_hand(node.left, values), by_hand(node.right, values)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Div) and (right == 0 or (right < 0 and not isinstance(node.right, ast.Constant))):
        return None
    return OPS[type(node.op)](left, right)


LEAVES = st.sampled_from(["likes", "favorites", "shares", "2", "10", "0.5"])


def bracketed(parts: tuple[str, str, str]) -> str:
    return f"({' '.join(parts)})"


SIGNS = st.sampled_from("+-*/")
FORMULAS = st.recursive(LEAVES, lambda inner: st.tuples(inner, SIGNS, inner).map(bracketed), max_leaves=10)


@given(FORMULAS, st.tuples(*[st.integers(0, 50)] * 3))
def test_any_formula_comes_to_what_python_reads_of_it(text, numbers):
    values = dict(zip(("likes", "favorites", "shares"), map(Decimal, numbers), strict=True))
    try:
        tree = read(text, NAMES)
    except (reading.NoMetric, reading.TooLong):
        return
    again = read(written(tree, plain=True), NAMES)
    expected = by_hand(ast.parse(text, mode="eval"), values)
    for found in (worked(tree, values.get), worked(again, values.get)):
        assert found is None if expected is None else abs(found - expected) <= abs(expected) * Decimal("1e-20")


def test_a_ratio_is_one_of_sums_over_the_rows_that_state_every_part(house):
    """B states no favourites and A's third day no likes: neither is in any part of it."""
    with in_force(mine="(点赞+收藏)/阅读/播放次数"):
        r = query(house, Query(("mine", "likes", "views"), ("account",), **MAY))
    assert {x["account"]: x["mine"] for x in r.rows} == {A: pytest.approx(38 / 100), B: None}
    assert r.totals["mine"] == pytest.approx(38 / 100)
    assert (r.totals["likes"], r.totals["views"]) == (3030, 6400)  # asked for by themselves they are whole


def test_a_missing_part_is_none_and_a_base_of_zero_is_none(house):
    with in_force(mine="(likes + favorites) / views", both="likes + favorites"):
        r = query(house, Query(("mine", "both"), ("day",), {"account": A}, **MAY))
    assert [x["mine"] for x in r.rows] == [pytest.approx(0.16), None, None]
    assert [x["both"] for x in r.rows] == [16, 22, None]
    assert r.totals == {"mine": pytest.approx(0.38), "both": 38}


def test_days_that_lack_a_part_are_missing_and_said(house):
    with in_force(mine="(likes + favorites) / views"):
        r = query(house, Query(("mine",), ("day",), **MAY))
    assert [(c["metric"], c["account"], c["missing"]) for c in r.coverage] == [("mine", A, [day("2026-05-03")])]
    notes = {n["code"]: n for n in r.notes}
    assert "missing_days" in notes
    assert notes["parts_unstated"]["params"] == {"count": 1}  # B, which states no favourites


def test_a_ratio_of_ratios_is_worked_out_from_its_sums(house):
    with in_force(mine="interaction_rate / share_rate", plain_one="views / likes"):
        r = query(house, Query(("plain_one",), ("day",), **MAY))
        assert r.totals["plain_one"] == pytest.approx((100 + 0 + 6000) / 3030)  # A's third day states no likes
        assert METRICS["mine"].unit == "%"
        assert not METRICS["mine"].additive


def test_money_a_person_keeps_the_base_that_is_too_small_apart(house):
    with in_force(mine="下单金额 GMV / 购买人数"):
        metric = METRICS["mine"]
        assert (metric.unit, metric.few, metric.beside) == ("元/人", "persons", ("identified_orders",))
        r = query(house, Query(("mine",), **MAY))
    assert "identified_only" in [n["code"] for n in r.notes]


def test_sums_of_several_tables_say_so(house):
    with in_force(mine="orders / views"):
        r = query(house, Query(("mine",), **MAY))
    assert r.totals["mine"] == pytest.approx(2 / 6400)
    assert "sums_apart" in [n["code"] for n in r.notes]


def test_cells_are_put_in_the_order_of_the_formula(house):
    with in_force(mine="views / likes"):
        r = query(house, Query(("mine",), ("account",), order="-mine", **MAY))
    assert [(x["account"], x["mine"]) for x in r.rows] == [(A, pytest.approx(100 / 30)), (B, 2.0)]


def test_the_rows_behind_a_part_are_those_that_were_counted(house):
    with in_force(mine="(likes + favorites) / views"):
        asked = Query(("mine",), **MAY)
        page = rows_behind(house, asked, "mine", part="likes")
        assert page.parts == ("likes", "favorites", "views")
        assert [(r["account"], r["day"].day, r["likes"]) for r in page.rows] == [(A, 1, 10), (A, 2, 20)]
        assert rows_behind(house, asked, "mine").part == "likes"
        with pytest.raises(BadOption):
            rows_behind(house, asked, "mine", part="denominator")


def test_a_part_stated_by_another_file_still_belongs_to_its_row(house):
    house.say("account_daily", A, "2026-06-02T04:00:00", day=day("2026-05-03"), likes=30)
    with in_force(mine="(likes + favorites) / views"):
        r = query(house, Query(("mine",), ("day",), {"account": A}, **MAY))
        page = rows_behind(house, Query(("mine",), **MAY), "mine", part="likes")
    assert r.rows[2]["mine"] == pytest.approx(39 / 300)
    assert [r["likes"] for r in page.rows if r["day"].day == 3] == [30]


def test_a_change_over_unequal_periods_stands_for_a_ratio_and_goes_by_the_day_for_a_sum():
    assert made("likes / views").stands
    assert made("likes + favorites").additive
    assert not made("likes + favorites").stands
    product = made("likes * views")
    assert not product.additive
    assert not product.stands
    assert made("followers_total / 2").stands


def test_without_its_brand_in_force_a_metric_does_not_exist(house):
    with in_force(mine="likes * 2"):
        assert "mine" in METRICS
        assert [c for c in METRICS if c not in SHIPPED] == ["mine"]
    assert "mine" not in METRICS
    with pytest.raises(UnknownMetric):
        query(house, Query(("mine",), **MAY))
