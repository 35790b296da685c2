"""Reviews: steps by lane and risk, nobody's own text, what holds a piece back, remarks, links to people outside. C2."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from hongqiao.content.assets import services as assets
from hongqiao.content.models import Approval, Piece, ReviewLink
from hongqiao.content.production import anchors, checking, queries, reviews, risk, services
from hongqiao.content.production.services import kit, links, remarks, reviewing, telling
from hongqiao.delivery.models import Message
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Notice
from tests.cast import join
from tests.content.assets.files import picture
from tests.content.production.house import TEXT, at, fresh, piece, written

BANNED = TEXT | {"text": "这是全网最好的防晒。"}


@pytest.fixture
def team(cast):
    """A lead, a second lead and a lawyer beside the fixed cast."""
    cast.lead, cast.second = join(cast.brand, "lead", "lead"), join(cast.brand, "second", "lead")
    cast.legal = join(cast.brand, "legal", "legal")
    return cast


def decide(actor, row, decision="yes", **more):
    row = fresh(row)
    return services.decide(actor=actor, piece_id=row.pk, seen=None, decision=decision, number=row.revision, **more)


def waiting(actor, form="note", text=None, platform="xiaohongshu"):
    return at(actor, written(actor, piece(actor, form=form, platform=platform), text), "review")


def test_a_quick_note_takes_one_reviewer_and_an_article_two(team):
    note = decide(team.lead, waiting(team.editor))
    assert note.stage == "approved"
    text = {"title": "换季敏感期，先停掉三样东西", "markdown": "先停功效品。"}
    article = decide(team.lead, waiting(team.editor, "article", text, "wechat_oa"))
    assert (article.stage, reviews.codes(article)) == ("review", ["content", "brand"])
    with pytest.raises(reviewing.NotYourStep):
        decide(team.lead, article)
    assert decide(team.second, article).stage == "approved"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("第二件 5 折", "price"),
        ("评论区抽 3 位送正装", "lottery"),
        ("比其他防晒更清爽", "compare"),
        ("给宝宝也能涂", "minor"),
        ("皮肤科医生说过", "medical"),
    ],
)
def test_a_text_that_asks_for_it_is_seen_by_the_law(team, said, code):
    row = written(team.editor, text=TEXT | {"text": said})
    assert [s.code for s in risk.signs(team.brand, said)] == [code]
    assert reviews.codes(row) == ["content", "legal"]


def test_legal_is_taken_by_who_may_and_not_by_a_lead(team):
    row = decide(team.lead, waiting(team.editor, text=TEXT | {"text": "到手价 99 元"}))
    with pytest.raises(reviewing.NotYourStep):
        decide(team.second, row)
    assert decide(team.legal, row).stage == "approved"


def test_any_editor_raises_the_risk_and_only_a_reviewer_with_a_reason_lowers_it(team):
    row = written(team.editor, text=TEXT | {"text": "到手价 99 元"})
    assert row.risk == "middle"
    on = {"piece_id": row.pk, "seen": None}
    assert services.set_risk(actor=team.editor, **on, level="high").risk == "high"
    with pytest.raises(NotAllowed):
        services.set_risk(actor=team.editor, **on, level="low", reason="只是日常价")
    with pytest.raises(reviewing.NoReason):
        services.set_risk(actor=team.lead, **on, level="low")
    assert services.set_risk(actor=team.lead, **on, level="low", reason="日常标价，无促销").risk == "low"
    services.add_revision(actor=team.editor, piece_id=row.pk, seen=None, body=TEXT | {"text": "到手价 99 元，真的"})
    assert fresh(row).risk == "low"  # the same kind of sign was judged
    services.add_revision(actor=team.editor, piece_id=row.pk, seen=None, body=TEXT | {"text": "到手价 99 元，抽奖"})
    assert fresh(row).risk == "middle"  # another was not


def test_a_banned_word_stops_the_way_until_mended_or_let_stand(team):
    row = written(team.editor, text=BANNED)
    with pytest.raises(services.HeldBack) as told:
        at(team.editor, row, "review")
    assert told.value.params["count"] == 1
    key = checking.holding(checking.check(row, BANNED))[0].key
    on = {"piece_id": row.pk, "seen": None, "key": key}
    for who, why, error in (
        (team.editor, "有检测报告", NotAllowed),
        (team.lead, "行", reviewing.NoReason),
        (team.lead, "有检测报告", None),
    ):
        if error:
            with pytest.raises(error):
                services.let_stand(actor=who, **on, reason=why)
        else:
            services.let_stand(actor=who, **on, reason=why)
    assert at(team.editor, row, "review").stage == "review"
    services.withdraw_stay(actor=team.lead, **on)
    with pytest.raises(services.HeldBack):
        decide(team.lead, row)
    mended = written(team.editor, text=TEXT)
    assert at(team.editor, mended, "review").stage == "review"


def test_what_may_stand_stands_in_its_sentence_only(team):
    row = written(team.editor, text=BANNED)
    key = checking.holding(checking.check(row, BANNED))[0].key
    services.let_stand(actor=team.lead, piece_id=row.pk, seen=None, key=key, reason="有检测报告")
    other = BANNED | {"text": "前面加一句。这是全网最好的防晒。"}
    assert not checking.holding(checking.check(fresh(row), other))
    assert checking.holding(checking.check(fresh(row), BANNED | {"text": "我说它是全网最好的面霜。"}))


def test_sent_back_with_a_reason_the_same_text_starts_anew(team):
    row = waiting(team.editor, "article", {"title": "题目", "markdown": "正文一段。"}, "wechat_oa")
    row = decide(team.lead, row)
    with pytest.raises(reviewing.NoReason):
        decide(team.second, row, "no")
    row = decide(team.second, row, "no", note="第二段没有依据")
    assert row.stage == "copy"
    assert Notice.objects.filter(member=team.editor, code="review.sent_back").count() == 1
    row = at(team.editor, row, "review")
    assert reviews.turn(reviews.steps(row, queries.newest(row).digest)).code == "content"


def test_a_decision_is_on_the_text_that_was_seen(team):
    row = waiting(team.editor)
    services.add_revision(actor=team.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "改了"})
    with pytest.raises(Conflict):
        services.decide(actor=team.lead, piece_id=row.pk, seen=None, decision="yes", number=1)
    assert decide(team.lead, row).approved == queries.newest(fresh(row)).digest


def test_who_edited_a_text_cannot_review_it_either(team):
    row = waiting(team.editor)
    services.add_revision(actor=team.lead, piece_id=row.pk, seen=1, body=TEXT | {"text": "主管改了一句"})
    with pytest.raises(reviewing.OwnText):
        decide(team.lead, row)
    assert decide(team.second, row).stage == "approved"


def test_the_clock_runs_in_working_hours_and_lateness_is_seen(team):
    row = waiting(team.editor)
    Piece.objects.filter(pk=row.pk).update(stage_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC))  # Friday 17:30
    row = fresh(row)
    step = reviews.turn(reviews.steps(row, queries.newest(row).digest))
    assert step.until == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # Monday 12:30: one hour on Friday, three then
    assert [(p.pk, s.code) for p, s in reviews.overdue_reviews(team.brand)] == [(row.pk, "content")]
    assert [p.pk for p, _s in reviews.waiting_for(team.lead)] == [row.pk]
    assert not reviews.waiting_for(team.editor)


def test_reviewers_are_told_once_and_by_a_card_that_knows_when_it_is_over(team):
    row = waiting(team.editor)
    asked = Message.objects.filter(kind=telling.KIND, way="in_app")
    assert {m.member_id for m in asked} == {team.owner.pk, team.lead.pk, team.second.pk, team.legal.pk}
    card = telling.card(team.brand, asked[0].payload)
    assert card.title == f"待审：{row.title}"
    decide(team.lead, row)
    assert telling.card(team.brand, asked[0].payload) is None


def test_in_a_team_of_one_nobody_may_review_and_a_link_may(cast):
    row = waiting(cast.owner)
    assert not reviews.may_take(row, "content")
    link, token = services.make_link(actor=cast.owner, piece_id=row.pk, name="合伙人", may_decide=True)
    assert link.token != token
    with pytest.raises(links.NoName):
        services.decide_by_link(token=token, decision="yes", number=1)
    services.name_link(token=token, name="老陈")
    with pytest.raises(Conflict):
        services.name_link(token=token, name="别人")
    assert services.decide_by_link(token=token, decision="yes", number=1).stage == "approved"
    assert Approval.objects.get().link == link


def test_who_wrote_it_gives_no_deciding_link_where_others_may_review(team):
    row = waiting(team.lead)
    with pytest.raises(NotAllowed):
        services.make_link(actor=team.lead, piece_id=row.pk, name="朋友", may_decide=True)
    services.make_link(actor=team.lead, piece_id=row.pk, name="朋友")


def test_a_link_ends_by_hand_by_time_and_with_its_piece(team):
    row = waiting(team.editor)

    def made(**more):
        return services.make_link(actor=team.editor, piece_id=row.pk, name="客户", **more)

    (first, one), (_second, two), (third, three) = made(), made(), made(days=30)
    services.end_link(actor=team.editor, link_id=first.pk, seen=None)
    ReviewLink.objects.filter(pk=third.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert links.opened(two).piece_id == row.pk
    for dead in (one, three, "nonsense", ""):
        with pytest.raises(links.LinkDead):
            links.opened(dead)
    services.archive(actor=team.editor, piece_id=row.pk, seen=None)
    with pytest.raises(links.LinkDead):
        links.opened(two)
    for days in (0, 31, -1):
        with pytest.raises(Invalid):
            services.make_link(actor=team.editor, piece_id=waiting(team.editor).pk, name="客户", days=days)


def test_a_link_that_may_only_look_does_not_decide(team):
    row = waiting(team.editor)
    _link, token = services.make_link(actor=team.editor, piece_id=row.pk, name="客户")
    services.name_link(token=token, name="客户")
    with pytest.raises(NotAllowed):
        services.decide_by_link(token=token, decision="yes", number=1)
    assert services.remark_by_link(token=token, text="挺好").by is None


def test_a_remark_stands_on_its_quote_and_is_found_again_or_said_to_be_changed(team):
    row = written(team.editor)
    anchor = {"field": "text", "quote": "两指的量", "start": 99}
    made = services.add_remark(actor=team.lead, piece_id=row.pk, text="拍出来", anchor=anchor)
    start = TEXT["text"].index("两指的量")
    assert made.anchor == {"field": "text", "start": start, "end": start + 4, "quote": "两指的量"}
    later = anchors.fields("note", TEXT | {"text": "先说结论。" + TEXT["text"]})
    assert anchors.placed(made.anchor, later, set())["start"] == start + 5
    assert anchors.placed(made.anchor, anchors.fields("note", TEXT | {"text": "全改了"}), set()) is None


@pytest.mark.parametrize(
    "bad",
    [
        {"field": "text", "quote": "没有这句"},
        {"field": "nowhere", "quote": "两指的量"},
        {"field": "text", "quote": " "},
        {"asset": "x"},
        {"asset": "01890000-0000-7000-8000-000000000000", "x": 0, "y": 0, "w": 1, "h": 1},
        "text",
        [1],
    ],
)
def test_a_remark_on_nothing_is_refused(team, bad):
    row = written(team.editor)
    with pytest.raises(Invalid):
        services.add_remark(actor=team.lead, piece_id=row.pk, text="x", anchor=bad)


def test_a_region_of_a_picture_of_the_piece_can_be_remarked_upon(team):
    asset = "01890000-0000-7000-8000-000000000000"
    row = written(team.editor, text=TEXT | {"images": [asset]})
    box = {"asset": asset, "x": 0.1, "y": "0.2", "w": 0.3, "h": 0.4}
    made = services.add_remark(actor=team.lead, piece_id=row.pk, text="瓶身反光", anchor=box)
    assert made.anchor == {"asset": asset, "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
    with pytest.raises(anchors.BadAnchor):
        services.add_remark(actor=team.lead, piece_id=row.pk, text="x", anchor=box | {"w": 1})


def test_answers_stand_under_their_question_and_a_strangers_remark_is_not_found(team):
    row = written(team.editor)
    asked = services.add_remark(actor=team.lead, piece_id=row.pk, text="为什么两指？")
    answer = services.add_remark(actor=team.editor, piece_id=row.pk, text="按说明", answers_id=asked.pk)
    deeper = services.add_remark(actor=team.lead, piece_id=row.pk, text="好", answers_id=answer.pk)
    assert deeper.answers == asked
    for call in (services.settle_remark, services.remove_remark):
        with pytest.raises(NotFound):
            call(actor=team.stranger, remark_id=asked.pk, seen=None)
    with pytest.raises(NotAllowed):
        services.remove_remark(actor=team.editor, remark_id=asked.pk, seen=None)
    with pytest.raises(NotAllowed):
        services.settle_remark(actor=team.viewer, remark_id=asked.pk, seen=None)
    assert services.settle_remark(actor=team.editor, remark_id=asked.pk, seen=None).settled_by == team.editor
    with pytest.raises(kit.BadText):
        services.add_remark(actor=team.lead, piece_id=row.pk, text=" ")
    assert remarks.MOST >= 100


def test_a_picture_that_is_not_known_keeps_its_number_and_so_do_those_after_it(team, house):
    known = assets.keep(actor=team.editor, file=picture("PNG"))
    body = TEXT | {"images": [str(uuid4()), str(known.pk)]}
    row = written(team.editor, text=body)
    places = {x.found.place for x in checking.check(row, body) if x.found.rule == "craft.image_licence"}
    assert places == {"images.1"}


def test_the_day_a_piece_goes_out_is_its_accounts_not_the_brands(team):
    far = workspace.create_account(actor=team.owner, platform="douyin", name="LA", zone="America/Los_Angeles")
    row = piece(team.editor, platform="douyin", form="video", account_id=far.pk, publish_at="2026-12-12 20:00")
    assert queries.local(row).isoformat() == "2026-12-12T20:00:00-08:00"  # the 13th in Shanghai
    assert checking.day_of(row) == date(2026, 12, 12)
