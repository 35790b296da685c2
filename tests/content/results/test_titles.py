"""Two versions of a title: planned with their size, compared once, an experiment only where chance shared. C3."""

import pytest

from hongqiao.content.results import queries, titlefacts, titletest
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.ledger import services
from hongqiao.ledger.models import Action, ActionState, Outcome
from hongqiao.ledger.services.kit import WrongState
from hongqiao.workspace.models import AuditEntry
from tests.content.desk.conftest import shelf  # noqa: F401
from tests.content.results.conftest import bring, video
from tests.content.results.test_boosts import HEADS, report

from .test_results import newest

SPLIT = (("版本甲", "2100", "126"), ("版本乙", "2110", "189"))
HOME = "/b/anlan/content/results/titles/"
A, B = {"title": "油皮防晒怎么选"}, {"title": "晒黑了才懂：油皮防晒三步"}
PLAN = {"name": "防晒标题", "way_code": "ads_split", "compare": "open", "usual": "6", "lift": "2", "a": A, "b": B}
FORM = {"name": "防晒标题", "way": "ads_split", "compare": "open", "usual": "6%", "lift": "2"}
FORM |= {"a_title": A["title"], "b_title": B["title"]}


def started(cast, **more) -> Action:
    row = titletest.plan(actor=cast.owner, **{**PLAN, **more})
    return titletest.start(actor=cast.owner, test_id=row.pk, seen=row.version)


def counted(cast, row, **arms) -> Action:
    for arm, (hits, base) in arms.items():
        told = {"hits": str(hits), "base": str(base), "source": "聚光截图-1126.png"}
        row = titletest.count(actor=cast.owner, test_id=row.pk, seen=row.version, arm=arm, **told)
    return row


def judged(cast, row) -> Outcome:
    return titletest.judge(actor=cast.owner, test_id=row.pk, seen=row.version)


def test_the_form_says_the_size_before_anything_is_kept_and_the_plan_keeps_it(cast, web):
    page = web.post(f"{HOME}new/", {**FORM, "act": "size"})
    n = page.context["n"]
    assert 1800 < n < 2400
    assert not Action.objects.exists()
    assert B["title"] in page.content.decode()
    made = web.post(f"{HOME}new/", {**FORM, "act": "plan"}, follow=True)
    row = Action.objects.get()
    assert (row.target["test"]["n"], row.state, row.room) == (n, ActionState.PLANNED, "content")
    assert made.redirect_chain[-1][0] == f"{HOME}{row.pk}/"
    assert "开始测试" in made.content.decode()


def test_before_both_versions_are_there_nothing_is_compared_and_nothing_can_be(cast, web):
    row = counted(cast, started(cast), a=(120, 5000), b=(90, 900))
    body = web.get(f"{HOME}{row.pk}/").content.decode()
    assert "数据不足" in body
    assert "得出结果" not in body
    with pytest.raises(titletest.NotEnough):
        judged(cast, row)
    assert not Outcome.objects.exists()


def test_a_test_that_was_won_closes_in_the_ledger_and_is_a_lesson(cast, web):
    row = counted(cast, started(cast), a=(126, 2100), b=(189, 2110))
    kept = judged(cast, row)
    assert (kept.verdict, kept.reason, kept.unit) == ("worked", "", "percent")
    assert kept.effect == pytest.approx(189 / 2110 - 0.06)
    assert kept.lo < kept.effect < kept.hi
    body = web.get(f"{HOME}{row.pk}/").content.decode()
    assert "B 更好" in body
    assert "+3.0" in body
    (kind,) = web.get("/b/anlan/content/results/learnt/").context["kinds"]
    assert (kind["label"], kind["learnt"]) == ("换封面和标题", "用过 1 次，有效 1 次")
    assert kind["lines"][0]["url"] == f"{HOME}{row.pk}/"
    assert set(AuditEntry.objects.values_list("code", flat=True)) >= {
        "action.created",
        "action.started",
        "action.closed",
    }
    with pytest.raises(WrongState):
        judged(cast, Action.objects.get())


def test_what_was_not_shared_out_by_chance_is_told_as_a_comparison_and_never_counts(cast, web):
    row = counted(cast, started(cast, way_code="in_turn"), a=(126, 2100), b=(189, 2110))
    kept = judged(cast, row)
    assert (kept.verdict, kept.reason) == ("cannot_tell", "not_random")
    assert kept.effect > 0
    body = web.get(f"{HOME}{row.pk}/").content.decode()
    assert "这是对照，不是试验" in body
    assert "B 更好" not in body
    assert web.get("/b/anlan/content/results/learnt/").context["kinds"] == []
    assert "是对照，不是试验" in web.get(f"/b/anlan/ledger/actions/{row.pk}/").content.decode()


def test_a_split_that_came_out_uneven_is_no_experiment_either(cast, web):
    row = counted(cast, started(cast), a=(126, 2100), b=(300, 3300))
    kept = judged(cast, row)
    assert (kept.verdict, kept.reason) == ("cannot_tell", "not_random")
    assert "分流可能没有生效" in web.get(f"{HOME}{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("a", "b", "verdict", "words"),
    [
        ((126, 2100), (126, 2100), "did_not", "差别小于值得改的"),
        ((126, 2100), (150, 2100), "cannot_tell", "看不出差别"),
        ((189, 2100), (126, 2100), "did_not", "B 更差"),
    ],
)
def test_each_result_says_what_to_do(cast, web, a, b, verdict, words):
    row = counted(cast, started(cast), a=a, b=b)
    assert judged(cast, row).verdict == verdict
    assert words in web.get(f"{HOME}{row.pk}/").content.decode()


def test_a_test_that_is_ended_early_compares_nothing(cast, web):
    row = counted(cast, started(cast), a=(126, 1000), b=(400, 1000))
    kept = titletest.stop(actor=cast.owner, test_id=row.pk, seen=row.version)
    assert (kept.verdict, kept.reason, kept.effect) == ("cannot_tell", "too_small", None)
    assert "不比高低" in web.get(f"{HOME}{row.pk}/").content.decode()
    full = counted(cast, started(cast), a=(126, 2100), b=(189, 2110))
    with pytest.raises(WrongState):
        titletest.stop(actor=cast.owner, test_id=full.pk, seen=full.version)


def test_pieces_of_the_facts_are_counted_from_there_and_kept_as_they_were_when_judged(shown, web):
    bring(shown.owner, shown.account, video(25, title="标题甲", shares=20), video(26, title="标题乙", shares=60))
    facts = queries.Facts(shown.owner, newest(shown).day.replace(day=25), newest(shown).day.replace(day=26))
    keys = {p.title: p.key for p in facts.shown}
    a, b = {**A, "key": keys["标题甲"]}, {**B, "key": keys["标题乙"]}
    row = started(shown, way_code="two_pieces", compare="share", usual="3", lift="4", a=a, b=b)
    known = titlefacts.counts(shown.owner, row)
    assert {arm: (c.hits, c.base, c.how) for arm, c in known.items()} == {
        "a": (20, 1000, "facts"),
        "b": (60, 1000, "facts"),
    }
    assert {x["code"] for x in row.links} == {a["key"], b["key"]}
    with pytest.raises(WrongState):
        counted(shown, row, a=(1, 2))
    judged(shown, row)
    bring(shown.owner, shown.account, video(25, title="标题甲", shares=90), name="再一次.csv")
    kept = titlefacts.counts(shown.owner, Action.objects.get(pk=row.pk))
    assert kept["a"].hits == 20
    page = web.get("/b/anlan/content/results/piece/", {"piece": keys["标题甲"]})
    assert "防晒标题" in page.content.decode().split("做过什么")[1]


def test_a_pieces_page_leads_to_a_plan_with_its_accounts_own_median(shown, web):
    key = newest(shown).key
    assert "titles/new/?piece=" in web.get("/b/anlan/content/results/piece/", {"piece": key}).content.decode()
    page = web.get(f"{HOME}new/", {"piece": key})
    assert page.context["usual"] == {"share": "3.50"}
    assert page.context["typed"]["a_title"] == newest(shown).title
    web.post(f"{HOME}new/?piece={key}", {**FORM, "act": "plan"})
    assert Action.objects.get().target["content"] == key
    assert web.get(f"{HOME}new/", {"piece": "nobody"}).status_code == 404


def test_materials_of_an_ad_are_counted_from_its_report_since_the_start(cast, shelf, house):  # noqa: F811
    rows = [["2026-11-21", "信息流", "", name, "50", shows, clicks, "1"] for name, shows, clicks in SPLIT]
    report(cast, "juguang", HEADS, *rows)
    web = cast.client(cast.owner)
    told = {**FORM, "act": "plan", "compare": "click", "a_material": "版本甲", "b_material": "版本乙"}
    web.post(f"{HOME}new/", told)
    row = Action.objects.get()
    row = services.start_action(actor=cast.owner, action_id=row.pk, seen=None, on="2026-11-20")
    known = titlefacts.counts(cast.owner, row)
    assert {arm: (c.hits, c.base) for arm, c in known.items()} == {"a": (126, 2100), "b": (189, 2110)}
    assert judged(cast, row).verdict == "worked"
    later = titletest.plan(
        actor=cast.owner, **{**PLAN, "compare": "click"} | {"a": {**A, "key": "版本甲"}, "b": {**B, "key": "版本乙"}}
    )
    later = services.start_action(actor=cast.owner, action_id=later.pk, seen=None, on="2026-11-22")
    assert titlefacts.counts(cast.owner, later) == {"a": None, "b": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"way": "coin"},
        {"compare": "likes"},
        {"usual": ""},
        {"usual": "0"},
        {"usual": "many"},
        {"usual": "NaN"},
        {"usual": "1e400"},
        {"usual": "99"},
        {"lift": "0"},
        {"lift": "-1"},
        {"lift": "0.00001"},
        {"b_title": ""},
        {"b_title": A["title"]},
        {"b_title": "长" * 121},
        {"a_key": "only-one"},
        {"a_key": "same", "b_key": "same"},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_what_was_typed(shown, web, wrong):
    page = web.post(f"{HOME}new/", {**FORM, "act": "plan", **wrong})
    assert page.status_code == 422
    assert not Action.objects.exists()


def test_pieces_that_are_not_the_brands_are_not_found(shown, web):
    assert web.post(f"{HOME}new/", {**FORM, "act": "plan", "a_key": "x", "b_key": "y"}).status_code == 404
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"hits": "9", "base": "8"},
        {"hits": "-1"},
        {"hits": "x"},
        {"base": "0", "hits": "0"},
        {"base": "9" * 12},
        {"base": "²"},
        {"source": "  "},
        {"source": "长" * 201},
    ],
)
def test_counts_that_cannot_be_are_refused(cast, web, wrong):
    row = started(cast)
    told = {"act": "count", "arm": "a", "hits": "5", "base": "100", "source": "截图", "id": row.pk, "seen": row.version}
    assert web.post(f"{HOME}{row.pk}/", {**told, **wrong}).status_code == 422
    assert not Action.objects.get().params.get("counts")


def test_strangers_find_nothing_viewers_write_nothing_and_the_second_of_two_writers_is_told(cast, web):
    row = started(cast)
    assert cast.client(cast.stranger).get(f"{HOME}{row.pk}/").status_code == 404
    for act in ("start", "judge", "stop"):
        with pytest.raises(NotFound):
            getattr(titletest, act)(actor=cast.stranger, test_id=row.pk, seen=None)
    with pytest.raises((NotAllowed, NotFound)):
        titletest.plan(actor=cast.viewer, **PLAN)
    told = {"act": "count", "arm": "a", "hits": "5", "base": "100", "source": "截图", "id": row.pk}
    assert web.post(f"{HOME}{row.pk}/", {**told, "seen": row.version}).status_code == 302
    assert web.post(f"{HOME}{row.pk}/", {**told, "seen": row.version}).status_code == 409
    with pytest.raises(Conflict):
        titletest.judge(actor=cast.owner, test_id=row.pk, seen=0)


def test_what_was_planned_stays_once_it_has_begun(cast):
    row = started(cast)
    with pytest.raises(Conflict):
        services.change_action(actor=cast.owner, action_id=row.pk, seen=None, target={"test": {"n": 1}})


def test_an_action_of_another_kind_is_no_test(cast, web):
    other = services.create_action(actor=cast.owner, template="by_hand", title="别的", room="content")
    assert web.get(f"{HOME}{other.pk}/").status_code == 404
    with pytest.raises(NotFound):
        titletest.start(actor=cast.owner, test_id=other.pk, seen=None)


def test_the_list_shows_each_test_with_how_far_it_is_or_what_it_said(cast, web):
    assert "还没有测过" in web.get(HOME).content.decode()
    counted(cast, started(cast, name="跑着的"), a=(60, 1050), b=(60, 1100))
    judged(cast, counted(cast, started(cast, name="完了的"), a=(126, 2100), b=(189, 2110)))
    titletest.plan(actor=cast.owner, **{**PLAN, "name": "<b>计划的</b>"})
    page = web.get(HOME)
    planned, done, running = page.context["rows"]
    assert 0.4 < running["far"] < 0.6
    assert done["said"]["verdict"] == "有效"
    assert planned["state"] == "待开始"
    assert "&lt;b&gt;计划的" in page.content.decode()


@pytest.mark.usefixtures("shelf", "house")
def test_however_many_tests_of_one_kind_run_the_warehouse_is_asked_once(cast, monkeypatch):
    rows = [["2026-11-21", "信息流", "", name, "50", shows, clicks, "1"] for name, shows, clicks in SPLIT]
    report(cast, "juguang", HEADS, *rows)
    arms = {"a": {**A, "key": "版本甲"}, "b": {**B, "key": "版本乙"}}
    made = [titletest.plan(actor=cast.owner, **{**PLAN, "compare": "click"} | arms) for _n in range(3)]
    days = ("2026-11-20", "2026-11-21", "2026-11-22")
    made = [
        services.start_action(actor=cast.owner, action_id=row.pk, seen=None, on=day)
        for row, day in zip(made, days, strict=True)
    ]
    asked = []
    answer = titlefacts.figures.answer
    monkeypatch.setattr(titlefacts.figures, "answer", lambda *a, **k: asked.append(a) or answer(*a, **k))
    known = titlefacts.counts_of(cast.owner, [*made, started(cast)])
    assert len(asked) == 1
    assert [[c and (c.hits, c.base) for c in known[row.pk].values()] for row in made] == [
        [(126, 2100), (189, 2110)],
        [(126, 2100), (189, 2110)],
        [None, None],
    ]
    monkeypatch.undo()
    assert all(titlefacts.counts(cast.owner, row) == known[row.pk] for row in made)
