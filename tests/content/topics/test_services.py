"""Topics added, joined, changed, scored by hand, decided, taken back; what is refused; what the screens show."""

from urllib.parse import unquote

import pytest
from django.conf import settings as config
from django.urls import reverse
from django.utils import translation

from hongqiao.book import services as book
from hongqiao.content.models import Topic, TopicWeights
from hongqiao.content.topics import queries, services, settings
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import search
from hongqiao.workspace.models import AuditEntry
from hongqiao.workspace.words import error_words

pytestmark = pytest.mark.django_db


def add(cast, title="油皮夏天怎么选防晒", **given):
    return services.add_topic(actor=cast.editor, title=title, **given).topic


def test_a_topic_is_scored_when_it_comes_and_the_score_is_the_sum_of_its_parts(cast):
    row = add(cast, pillar="knowledge", platforms=["xiaohongshu"], form="note", hours="4")
    assert set(row.parts) == set(settings.presets()["default"]["parts"])
    weights = settings.in_force(cast.brand).parts
    assert float(row.score) == sum(weights[k] * p["level"] / 5 for k, p in row.parts.items())
    assert AuditEntry.objects.filter(code="topic.added", member=cast.editor).count() == 1


def test_the_same_idea_is_not_kept_twice_and_joins_from_another_source(cast):
    row = add(cast, platforms=["xiaohongshu"])
    with pytest.raises(services.TopicTaken):
        add(cast, title="油皮 夏天，怎么选防晒？")
    proof = [{"text": "评论", "url": "https://example.com/1"}]
    again = services.add_topic(
        actor=cast.editor,
        title="油皮夏天怎么选防晒！",
        source="hot",
        origin={"list": "微博热搜"},
        merge=True,
        platforms=["douyin"],
        evidence=proof,
    )
    assert (again.new, again.topic.pk) == (False, row.pk)
    row.refresh_from_db()
    assert row.platforms == ["xiaohongshu", "douyin"]
    assert row.origin["also"] == [{"source": "hot", "list": "微博热搜"}]
    assert row.evidence[0]["url"] == "https://example.com/1"
    before = row.version
    services.add_topic(
        actor=cast.editor, title="油皮夏天怎么选防晒", source="hot", origin={"list": "微博热搜"}, merge=True
    )
    row.refresh_from_db()
    assert row.version == before  # said again it is nothing new
    assert Topic.objects.count() == 1


def test_a_part_set_by_hand_stays_through_scoring_and_can_be_given_back(cast):
    row = add(cast)
    with pytest.raises(services.NoReason):
        services.set_part(actor=cast.editor, topic_id=row.pk, seen=row.version, part="relevance", level="5")
    row = services.set_part(
        actor=cast.editor, topic_id=row.pk, seen=row.version, part="relevance", level="5", reason="门店天天有人问"
    )
    scored = row.score
    services.rescore_all(cast.brand)
    row.refresh_from_db()
    assert (row.score, row.parts["relevance"]["level"], row.parts["relevance"]["rule"]) == (scored, 5, 1)
    row = services.set_part(actor=cast.editor, topic_id=row.pk, seen=row.version, part="relevance", level="")
    assert row.parts["relevance"]["level"] == 1
    assert "by" not in row.parts["relevance"]


@pytest.mark.parametrize("level", ["0", "6", "²", "x", "4.5"])
def test_a_level_that_is_none_is_refused(cast, level):
    row = add(cast)
    with pytest.raises(services.BadTopic):
        services.set_part(actor=cast.editor, topic_id=row.pk, seen=row.version, part="fit", level=level, reason="因为")


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"title": "长" * 121},
        {"platforms": ["nowhere"]},
        {"form": "song"},
        {"hours": "abc"},
        {"hours": "-1"},
        {"hours": "9" * 30},
        {"hot_until": "昨天"},
        {"persona_id": "01890000-0000-7000-8000-000000000000"},
        {"persona_id": "x"},
        {"evidence": [{"text": "a", "url": "javascript:alert(1)"}]},
        {"score": 100},
    ],
)
def test_what_makes_no_sense_is_refused(cast, given):
    with pytest.raises(services.BadTopic):
        services.add_topic(actor=cast.editor, **{"title": "可以的题目", **given})
    assert not Topic.objects.exists()


def test_who_may_not_decide_cannot_pass_and_a_gate_holds_everybody(cast):
    row = add(cast, title="90% 的油皮都选错了防晒")
    assert row.gates[0]["code"] == "figure"
    with pytest.raises(NotAllowed):
        services.move(actor=cast.editor, topic_id=row.pk, seen=row.version, state="passed")
    with pytest.raises(services.Gated):
        services.move(actor=cast.owner, topic_id=row.pk, seen=row.version, state="passed")
    row = services.change_topic(
        actor=cast.editor, topic_id=row.pk, seen=row.version, evidence=[{"text": "问卷", "cite": "2026-03 会员问卷"}]
    )
    assert row.gates == []
    assert services.move(actor=cast.owner, topic_id=row.pk, seen=row.version, state="passed").state == "passed"


def test_parking_needs_a_reason_and_moves_are_only_those_that_make_sense(cast):
    row = add(cast)
    with pytest.raises(services.NoReason):
        services.move(actor=cast.editor, topic_id=row.pk, seen=row.version, state="parked")
    with pytest.raises(services.WrongMove):
        services.move(actor=cast.editor, topic_id=row.pk, seen=row.version, state="reviewed")
    row = services.move(actor=cast.editor, topic_id=row.pk, seen=row.version, state="parked", reason="先做双十一")
    with pytest.raises(Conflict):
        services.move(actor=cast.editor, topic_id=row.pk, seen=row.version - 1, state="waiting")
    for strange in (cast.stranger, cast.viewer):
        with pytest.raises((NotFound, NotAllowed)):
            services.move(actor=strange, topic_id=row.pk, seen=None, state="waiting")


def test_many_are_decided_at_once_and_taken_back_but_not_what_somebody_went_on_with(cast):
    rows = [add(cast, title=f"第 {n} 个油皮选题") for n in range(3)]
    gated = add(cast, title="90% 的人都错了")
    boss, address = cast.client(cast.owner), reverse("content_topics", args=["anlan"])
    picked = [str(r.pk) for r in [*rows, gated]]
    page = boss.post(address, {"act": "move", "state": "passed", "pick": picked}, follow=True).content.decode()
    assert "3 个选题改为通过" in page
    assert "1 个不能改" in page
    assert Topic.objects.filter(state="passed").count() == 3
    services.move(actor=cast.owner, topic_id=rows[0].pk, seen=None, state="planned")
    page = boss.post(address, {"act": "undo"}, follow=True).content.decode()
    assert "已撤销 2 个" in page
    assert sorted(Topic.objects.values_list("state", flat=True)) == ["idea", "idea", "idea", "planned"]
    answer = boss.post(address, {"act": "move", "state": "parked", "pick": picked})
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()


def test_weights_are_put_in_force_by_who_may_decide_and_every_version_stays(cast):
    row = add(cast, pillar="knowledge")
    before = row.score
    with pytest.raises(NotAllowed):
        services.set_weights(actor=cast.editor, preset="heat", reason="试一试")
    services.set_weights(actor=cast.owner, preset="heat", reason="追热点的季度")
    row.refresh_from_db()
    assert row.score != before
    services.set_weights(actor=cast.owner, parts={"relevance": "60", "cost": "40"}, reason="人手不够")
    assert TopicWeights.objects.count() == 2
    assert settings.in_force(cast.brand).parts == {"relevance": 60.0, "cost": 40.0}
    for bad in ({"relevance": "-1"}, {"relevance": "101"}, {"beauty": "10"}, {"relevance": "0"}, {}):
        with pytest.raises(services.BadTopic):
            services.set_weights(actor=cast.owner, parts=bad, reason="不行")


def test_the_library_is_searched_filtered_and_ordered(cast):
    persona = book.add_persona(actor=cast.owner, name="油皮通勤女性", words=["油皮", "防晒"], platforms=["xiaohongshu"])
    good = add(cast, title="油皮防晒实测清单", platforms=["xiaohongshu"], persona_id=persona.pk, pillar="product")
    flat = add(cast, title="品牌介绍", platforms=["wechat_oa"], pillar="value")

    def found(**asked):
        return [t.title for t in queries.ordered(queries.found(cast.viewer, asked), asked.get("sort", ""))]

    assert found() == [good.title, flat.title]
    assert found(sort="score") == [flat.title, good.title]
    assert found(platform="xiaohongshu") == found(persona="油皮通勤女性") == found(q="防晒") == [good.title]
    assert found(pillar="value") == [flat.title]
    assert found(platform='x"') == found(state="parked") == found(node="sun:2026") == []
    page = cast.client(cast.viewer).get(reverse("content_topics", args=["anlan"]), {"platform": "xiaohongshu"})
    assert good.title in page.content.decode()
    assert flat.title not in page.content.decode()
    assert not list(queries.found(cast.stranger, {}))
    assert search.look(cast.viewer, "防晒实测")[0].hits[0].title == good.title


def test_a_topic_becomes_a_piece(cast):
    row = add(cast, platforms=["douyin"], form="video")
    services.move(actor=cast.owner, topic_id=row.pk, seen=row.version, state="passed")
    writer, address = cast.client(cast.editor), reverse("content_topic", args=["anlan", row.pk])
    page = writer.post(address, {"act": "make", "account": str(cast.account.pk), "form": "video"}, follow=True)
    assert page.status_code == 200
    piece = row.pieces.get()
    assert (piece.title, piece.platform, piece.account) == (row.title, "douyin", cast.account)
    row.refresh_from_db()
    assert row.state == "making"
    answer = cast.client(cast.stranger).get(address)
    assert answer.status_code == 404


def test_a_topic_is_written_by_hand_and_changed_on_its_page(cast):
    writer = cast.client(cast.editor)
    given = {"act": "add", "title": "早八油皮三步", "platforms_sent": "1", "platforms": ["douyin"], "form": "video"}
    answer = writer.post(reverse("content_topic_new", args=["anlan"]), given | {"proof": "https://example.com/x"})
    row = Topic.objects.get()
    address = reverse("content_topic", args=["anlan", row.pk])
    assert answer["Location"] == address
    page = writer.get(address).content.decode()
    for said in ("用户相关", "制作可行", "适合谁", "是否重复", "https://example.com/x"):
        assert said in page
    save = {"act": "save", "seen": row.version, "title": "早八油皮四步", "hours": "40", "hot_until": ""}
    assert writer.post(address, save).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.parts["cost"]["level"], row.platforms) == ("早八油皮四步", 2, ["douyin"])
    assert writer.post(address, save).status_code == 409  # somebody changed it since
    assert writer.post(reverse("content_topic_new", args=["anlan"]), {**given, "title": ""}).status_code == 422
    assert cast.client(cast.viewer).get(reverse("content_topic_new", args=["anlan"])).status_code == 403


def test_a_text_that_is_too_long_is_told_how_long_it_may_be(cast):
    with pytest.raises(services.kit.TooLong) as error:
        services.add_topic(actor=cast.editor, title="长" * 10010)
    assert error_words(error.value)["message"] == "“选题”最多 120 字，现在 10010 字"


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "选题库"), ("en", "Topics")])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_of_the_library_is_called_as_its_page(cast, language, name, kind):
    browser = cast.client(cast.owner)
    browser.cookies[config.LANGUAGE_COOKIE_NAME] = language
    with translation.override("zh-hans"):  # what was spoken before is spoken again
        answer = browser.get(reverse("content_topics_export", args=["anlan"]), {"format": kind})
    assert unquote(answer["Content-Disposition"]) == f"attachment; filename*=UTF-8''{name}.{kind}"
