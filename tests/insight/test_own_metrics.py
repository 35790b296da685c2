"""A brand's own metrics: defined, changed, followed and refused; each version kept. Serves D1."""

import pytest

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.insight.models import MetricVersion, OwnMetric
from hongqiao.insight.own import drafts, queries, services
from hongqiao.insight.own.services import BadMetric, MetricTaken, StoodOn, Wanted
from hongqiao.metrics import UnknownMetric
from hongqiao.metrics.formula.reading import Ambiguous, BadFormula, UnknownName
from hongqiao.metrics.formula.units import UnlikeUnits
from hongqiao.workspace import dictionary

from .conftest import signed_in, text
from .own_house import NEW, URL, VIEWS, ask, change, define, written


def test_a_metric_answers_like_any_other_and_equals_the_hand_computation(owner):
    row = define(owner, note="看内容带粉的效率", better="up")
    r = ask(owner, "gain", "views", by=("platform",), compare="previous")
    assert r.totals["gain"] == pytest.approx(NEW / VIEWS * 1000)
    assert [x["gain"] for x in r.rows if x["platform"] == "douyin"] == [pytest.approx(NEW / VIEWS * 1000)]
    column = next(c for c in r.columns if c.code == "gain")
    assert (column.label, column.unit, column.better) == ("千次阅读涨粉", "人/千次", "up")
    assert (row.number, row.versions.get().formula) == (1, "followers_new / views * 1000")
    assert written() == ["metric.defined"]


def test_an_older_version_answers_as_it_did(owner):
    define(owner)
    before = ask(owner, "gain").totals["gain"]
    change(owner, seen=1)
    r = ask(owner, "gain", "gain@1", "gain@2")
    assert r.totals["gain@1"] == before
    assert r.totals["gain"] == r.totals["gain@2"] == pytest.approx(8 * 10 / VIEWS * 1000)
    assert [c.label for c in r.columns] == ["千次阅读涨粉", "千次阅读涨粉 @1", "千次阅读涨粉"]
    with pytest.raises(UnknownMetric):
        ask(owner, "gain@3")


def test_history_says_who_when_why_and_what_changed(owner):
    define(owner)
    change(owner, label="涨粉效率")
    with dictionary.fresh(owner.brand_id):
        newest, first = queries.history(queries.one(owner, "gain"))
    assert first.changes == []
    assert newest.changes == [
        ("label", "千次阅读涨粉", "涨粉效率"),
        ("formula", "新增关注 ÷ 阅读/播放次数 × 1000", "净增关注 ÷ 阅读/播放次数 × 1000"),
    ]
    assert (newest.version.author.user.name, newest.version.why) == ("沈总", "扣掉取关")
    assert written() == ["metric.defined", "metric.changed"]


def test_a_change_needs_its_reason_the_version_seen_and_something_new(owner):
    define(owner)
    with pytest.raises(BadMetric):
        change(owner, why=" ")
    assert change(owner, formula="followers_new / views * 1000", why="").number == 1  # the same: no version
    change(owner, seen=1)
    with pytest.raises(Conflict):
        change(owner, seen=1, formula="likes / views")
    assert MetricVersion.objects.count() == 2


def test_what_stands_on_a_metric_follows_it_with_a_version_of_its_own(owner):
    define(owner)
    define(owner, "gain * 2", "双倍", "double")
    define(owner, "双倍 / 2", "一半", "half")
    change(owner)
    r = ask(owner, "gain", "double", "double@1", "half")
    assert r.totals["double"] == pytest.approx(2 * r.totals["gain"])
    assert r.totals["double@1"] == pytest.approx(2 * NEW / VIEWS * 1000)
    assert r.totals["half"] == pytest.approx(r.totals["gain"])
    followers = MetricVersion.objects.exclude(follows="")
    assert list(followers.order_by("id").values_list("metric__code", "number", "formula", "follows")) == [
        ("double", 2, "gain@2 * 2", "gain"),
        ("half", 2, "double@2 / 2", "double"),
    ]
    assert written()[-3:] == ["metric.changed", "metric.followed", "metric.followed"]


def test_a_change_that_would_break_another_is_refused_and_nothing_is_kept(owner):
    define(owner, "点赞 + 收藏", "赞藏", "both")
    define(owner, "赞藏 + 分享", "三连", "three")
    with pytest.raises(StoodOn) as told:
        services.change(actor=owner, code="both", seen=None, wanted=Wanted("赞藏", "新增关注 * 2", why="试试"))
    assert told.value.params["name"] == "三连"
    assert MetricVersion.objects.count() == 2


def test_loops_are_refused(owner):
    define(owner)
    define(owner, "gain * 2", "双倍", "double")
    for formula in ("gain + 1 - 1", "double / 2", "double@1"):
        with pytest.raises(BadFormula) as told:
            change(owner, formula=formula)
        assert told.value.code in ("formula_loop", "formula_unlike_units")
    with pytest.raises(drafts.Loop) as told:
        change(owner, formula="likes - double")
    assert told.value.params["at"] == 9


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"formula": "gmv + 新增关注"}, UnlikeUnits),
        ({"formula": "点赞 / 阅读"}, Ambiguous),
        ({"formula": "点赞 / 阅毒"}, UnknownName),
        ({"formula": "likes@2"}, UnknownName),
        ({"formula": "x" * 10_000}, BadFormula),
        ({"formula": "'; DROP TABLE insight_ownmetric; --"}, BadFormula),
        ({"formula": "likes\x00"}, Exception),
        ({"label": "阅读/播放次数"}, BadMetric),
        ({"label": "点赞"}, MetricTaken),
        ({"label": "涨粉"}, MetricTaken),
        ({"label": "<b>粗</b>"}, BadMetric),
        ({"label": "长" * 41}, BadMetric),
        ({"label": "1 2 3"}, BadMetric),
        ({"label": ""}, BadMetric),
        ({"code": "views"}, MetricTaken),
        ({"code": "platform"}, MetricTaken),
        ({"code": "new"}, MetricTaken),
        ({"code": "draft"}, MetricTaken),
        ({"code": "a"}, BadMetric),
        ({"code": "gain__compare"}, BadMetric),
        ({"code": "a" * 41}, BadMetric),
        ({"code": "a@1"}, BadMetric),
        ({"code": "../x"}, BadMetric),
        ({"format": "rate"}, BadFormula),
        ({"format": "boom"}, BadMetric),
        ({"better": "sideways"}, BadMetric),
    ],
)
def test_bad_input_is_refused_and_keeps_nothing(owner, changed, error):
    with pytest.raises(error):
        define(owner, **changed)
    assert not OwnMetric.objects.exists()


def test_a_code_and_a_name_are_one_metrics_alone_and_a_code_may_be_left_to_the_house(owner, stranger):
    define(owner)
    with pytest.raises(MetricTaken):
        define(owner, label="别的名字")
    with pytest.raises(MetricTaken):
        define(owner, code="other")
    assert define(owner, "likes * 2", "双赞", "").code == "own_1"
    assert define(owner, "likes * 3", "三赞", "").code == "own_2"
    assert define(stranger).code == "gain"  # another brand's names are its own


def test_only_those_who_keep_the_boards_define_and_strangers_see_nothing(owner, specialist, reviewer, stranger):
    define(owner)
    with pytest.raises(NotAllowed):
        define(specialist, code="other", label="另一个")
    with pytest.raises(NotAllowed):
        change(specialist)
    for person in (stranger, reviewer):
        with pytest.raises(NotFound):
            change(person)
        with pytest.raises(NotFound):
            services.retire(actor=person, code="gain", seen=None)
    with pytest.raises(UnknownMetric):
        ask(stranger, "gain")
    seen = signed_in(specialist)
    assert seen.get(f"{URL}dictionary/own/gain/").status_code == 200
    assert seen.get(f"{URL}dictionary/own/new/").status_code == 403
    assert seen.post(f"{URL}dictionary/own/check/", {"formula": "likes"}).status_code == 403
    other = signed_in(stranger)
    for page in ("metric/gain/", "dictionary/own/gain/", "why/gain/"):
        assert other.get(f"/b/other/data/{page}").status_code == 404
        assert other.get(f"{URL}{page}").status_code == 404
    assert "千次阅读涨粉" not in text(other.get("/b/other/data/dictionary/"))
    assert signed_in(reviewer).get(f"{URL}dictionary/own/gain/").status_code == 403
