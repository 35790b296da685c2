"""What judged actions teach: the page, the order of a piece's proposals, the note at a topic's score. C3."""

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from hongqiao.content.models import Piece
from hongqiao.content.results import learnt, present, queries
from hongqiao.content.topics import services as topics
from hongqiao.ledger import jobs as ledger_jobs
from hongqiao.ledger import services
from hongqiao.ledger.models import Outcome
from hongqiao.workspace import jobs, permissions
from hongqiao.workspace import services as workspace
from tests.ledger.measured import AB, START, running
from tests.ledger.measured import pieces as two_arms

from .conftest import NEW, bring, works_of

PAGE = "/b/anlan/content/results/learnt/"
SPAN = (date(2026, 4, 1), date(2026, 4, 28))


def judged(cast, template, verdict, *, where=None, arms=None):
    """Close an action of the content room as the measuring job does, with a verdict."""
    effect = {"worked": 0.012, "did_not": -0.011, "cannot_tell": 0.001}[verdict]
    found = {"method": "ab", "metric": "piece_share_rate", "verdict": verdict, "effect": effect, "sd": 0.004}
    found |= {"lo": effect - 0.006, "hi": effect + 0.006, "relative": effect * 20, "unit": "rate", "n": 20}
    found |= {"start": START, "end": date(2026, 4, 14)}
    if verdict == "cannot_tell":
        found["reason"] = "interval_spans_zero"
    place = {"account": str(cast.account.pk)} if where is None else where
    plan = {**AB, "where": place, "arms": arms or {"a": [], "b": []}}
    row = running(cast.owner, plan, template=template, room="content")
    assert services.keep_outcome(action_id=row.pk, version=row.version, found=found)
    return row


def measured(cast, mean):
    """Run an A/B of pieces through the ledger's own job to its outcome; return the action and its arms."""
    arms = two_arms(cast, {"a": 30, "b": 30}, mean=mean)
    row = running(cast.owner, {**AB, "arms": arms}, template="rework_ending", room="content")
    ledger_jobs.ask_measure(row, row.measure_on)
    jobs.work_off()
    return row, arms


def page_of_new(shown, web):
    facts = queries.Facts(shown.owner, *SPAN)
    key = next(p.key for p in facts.shown if p.title == NEW)
    return web.get(f"/b/anlan/content/results/piece/?piece={quote(key)}")


def test_without_a_conclusion_the_page_says_what_fills_it(cast, web):
    body = web.get(PAGE).content.decode()
    assert "在作品的最弱一环上建立优化动作" in body
    running(cast.owner, AB, template="rework_ending", room="content")
    assert "进行中的到复盘日会自动计算" in web.get(PAGE).content.decode()


def test_what_the_ledgers_job_measured_stands_on_the_page_with_its_interval_and_way_back(shown, web):
    row, _arms = measured(shown, (0.04, 0.03))
    kept = Outcome.objects.get()
    assert kept.verdict == "worked"
    page = web.get(PAGE)
    (kind,) = page.context["kinds"]
    assert (kind["label"], kind["learnt"]) == ("改写结尾的分享理由", "用过 1 次，有效 1 次")
    (line,) = kind["lines"]
    assert line["url"] == reverse("ledger_action", args=["anlan", row.pk])
    assert line["said"]["effect"] in page.content.decode()
    assert "～" in line["said"]["effect"]


def test_what_cannot_be_told_counts_for_neither_and_is_said(shown, web):
    judged(shown, "rework_ending", "cannot_tell")
    page = web.get(PAGE)
    assert page.context["kinds"] == []
    assert "都是数据不足" in page.content.decode()
    judged(shown, "rework_ending", "did_not")
    (kind,) = web.get(PAGE).context["kinds"]
    assert (kind["learnt"], len(kind["lines"]), kind["kind"].cannot_tell) == ("用过 1 次，有效 0 次", 1, 1)


def test_the_newest_outcome_counts_and_one_being_measured_anew_waits(shown):
    row = judged(shown, "rework_ending", "worked")
    row.refresh_from_db()
    again = services.measure_again(actor=shown.owner, action_id=row.pk, seen=None)
    assert learnt.told(learnt.newest(shown.owner)) == []
    found = {"method": "ab", "metric": "piece_share_rate", "verdict": "cannot_tell", "reason": "too_small"}
    services.keep_outcome(action_id=again.pk, version=again.version, found=found)
    assert learnt.told(learnt.newest(shown.owner)) == []


def test_actions_of_other_rooms_teach_nothing_here(shown, web):
    row = running(shown.owner, template="raise_spend", room="channels")
    services.keep_outcome(action_id=row.pk, version=row.version, found={"method": "controls", "verdict": "worked"})
    assert web.get(PAGE).context["kinds"] == []


def test_a_proposal_says_how_often_it_was_used_and_worked(shown, web):
    assert [p["learnt"] for p in page_of_new(shown, web).context["proposals"]] == [""]
    judged(shown, "rework_ending", "worked")
    judged(shown, "rework_ending", "did_not")
    page = page_of_new(shown, web)
    assert page.context["proposals"][0]["learnt"] == "用过 2 次，有效 1 次"
    assert f"{PAGE}#rework_ending" in page.content.decode()


def test_a_proposal_that_did_not_work_twice_says_so(shown, web):
    judged(shown, "rework_ending", "did_not")
    assert page_of_new(shown, web).context["proposals"][0]["learnt"] == "用过 1 次，有效 0 次"
    judged(shown, "rework_ending", "did_not")
    page = page_of_new(shown, web)
    assert page.context["proposals"][0]["learnt_tone"] == "warn"
    assert "试过 2 次没见效" in page.content.decode()


def test_what_worked_for_the_account_comes_first_and_what_never_did_last(shown):
    """The piece is left early, draws no answer and is not passed on: several steps are weak."""
    rows = [works_of(3, n, shares=25 + n) for n in range(1, 25)]
    weak = "没人看完也没人转,2026-03-28 21:26:28,视频,公开,1000,0.05,0.5,0.2,4.5,1,1,0,0,5,0"
    bring(shown.owner, shown.account, *rows, weak, name="三月.csv", month=3)
    facts = queries.Facts(shown.owner, date(2026, 3, 1), date(2026, 3, 31))
    one = next(p for p in facts.shown if p.title == "没人看完也没人转")

    def order():
        return [p["code"] for p in present.proposals(shown.owner, one, facts.funnel(one))]

    before = order()
    assert len(before) >= 3
    judged(shown, before[-1], "worked")
    for _n in range(2):
        judged(shown, before[0], "did_not")
    assert order() == [before[-1], *before[1:-1], before[0]]


def test_another_accounts_lessons_are_not_this_ones(shown, web):
    other = workspace.create_account(actor=shown.owner, platform="xiaohongshu", name="小红书号")
    judged(shown, "rework_ending", "worked", where={"account": str(other.pk)})
    judged(shown, "rework_ending", "worked", where={"platform": "xiaohongshu"})
    assert page_of_new(shown, web).context["proposals"][0]["learnt"] == ""
    judged(shown, "rework_ending", "worked", where={"platform": "douyin"})
    assert page_of_new(shown, web).context["proposals"][0]["learnt"] == "用过 1 次，有效 1 次"


def topic_page(shown, web, **given):
    row = topics.add_topic(actor=shown.editor, **given).topic
    return row, web.get(reverse("content_topic", args=["anlan", row.pk]))


def test_a_topic_of_the_form_that_an_experiment_worked_on_shows_it_beside_its_score(shown, web):
    measured(shown, (0.04, 0.03))
    row, page = topic_page(shown, web, title="油皮夏天怎么选防晒", platforms=["douyin"], form="video")
    (note,) = page.context["proven"]
    assert (note["label"], note["learnt"]) == ("改写结尾的分享理由", "用过 1 次，有效 1 次")
    assert note["cited"][0]["url"] in page.content.decode()
    assert page.context["score"] == row.score  # the parts alone make the score
    for where in ({"platforms": ["weibo"], "form": "video"}, {"platforms": ["douyin"], "form": "article"}, {}):
        _row, other = topic_page(shown, web, title=f"别的题目 {where}", **where)
        assert other.context["proven"] == []


def test_a_topic_of_the_pillar_shows_it_and_one_of_another_does_not(shown, web):
    _row, arms = measured(shown, (0.04, 0.03))
    made, _page = topic_page(shown, web, title="成分科普", pillar="knowledge")
    fields = {"brand": shown.brand, "platform": "douyin", "account": shown.account, "form": "video"}
    Piece.objects.create(title="新结尾", topic=made, content_key=arms["a"][0], **fields)
    _row, same = topic_page(shown, web, title="防晒原理", pillar="knowledge")
    _row, other = topic_page(shown, web, title="新品首发", pillar="product")
    assert (len(same.context["proven"]), other.context["proven"]) == (1, [])


def test_a_topic_shows_no_kind_that_never_worked(shown, web):
    measured(shown, (0.03, 0.04))
    assert Outcome.objects.get().verdict == "did_not"
    _row, page = topic_page(shown, web, title="油皮夏天怎么选防晒", platforms=["douyin"], form="video")
    assert page.context["proven"] == []


def test_strangers_and_those_without_the_ledger_see_none_of_it(shown, web, monkeypatch):
    judged(shown, "rework_ending", "worked")
    assert shown.client(shown.stranger).get(PAGE).status_code == 404
    assert shown.client(shown.viewer).get(PAGE).status_code == 404  # an outside reviewer sees no ledger
    assert shown.client(shown.editor).get(PAGE).status_code == 200
    held = permissions.held_by
    monkeypatch.setattr(permissions, "held_by", lambda m: held(m) - {"ledger.view"})
    assert web.get(PAGE).status_code == 404
    assert PAGE not in web.get("/b/anlan/content/results/").content.decode()
    assert learnt.newest(shown.owner) == []


@pytest.mark.parametrize("template", ["", "by_hand"])
def test_actions_written_by_hand_are_listed_and_teach_no_topic(shown, web, template):
    keys = {"a": ["x"], "b": ["y"]}
    where = {"platform": "douyin", "form": "video"}
    plan = {**AB, "where": where, "arms": keys}
    row = running(shown.owner, plan, template=template, title="换了拍摄场地", room="content")
    services.keep_outcome(action_id=row.pk, version=row.version, found={"method": "ab", "verdict": "worked"})
    assert "换了拍摄场地" in web.get(PAGE).content.decode()
    _row, page = topic_page(shown, web, title="油皮夏天怎么选防晒", platforms=["douyin"], form="video")
    assert page.context["proven"] == []
