"""Own pieces that took off, taken up again: proposed with how they did, and not blamed for being like themselves."""

from datetime import date

import pytest
from django.urls import reverse

from hongqiao.book import services as book
from hongqiao.content.models import Topic
from hongqiao.content.topics import history, proposing, services
from hongqiao.content.topics.evidence import Around
from hongqiao.workspace import figures

pytestmark = pytest.mark.django_db
TITLE = "油皮早八防晒怎么涂不搓泥"


def past(title, share, *, key="", own=True, day="2026-11-01", platform="xiaohongshu", peers=40):
    return history.Past(
        key or title, title, platform, "a", "image_text", "https://example.com/p", date.fromisoformat(day), 5000, share,
        peers, own,
    )  # fmt: skip


@pytest.fixture
def published(cast, monkeypatch):
    """Let the warehouse have these pieces, the day be 2026-11-24."""

    def made(*rows):
        monkeypatch.setattr(history, "pieces", lambda brand: rows)

    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    with figures.on_day(date(2026, 11, 24)):
        yield made


def asked(cast, **more):
    return proposing.propose(Around(cast.brand), proposing.Asked("xiaohongshu", node=proposing.RENEW, **more))


def test_a_hit_of_late_is_gone_on_with_and_an_older_one_made_anew(cast, published):
    persona = book.add_persona(actor=cast.owner, name="油皮", words=["油皮", "防晒"], platforms=["xiaohongshu"])
    published(
        past(TITLE, 0.95),
        past("敏感肌换季怎么修护", 0.93, day="2026-07-01"),
        past("普通的一篇", 0.5),
        past("只有几篇可比", 0.99, peers=9),
        past("别的平台的", 0.97, platform="douyin"),
        past("竞品的", 0.99, own=False),
    )
    made = {p.topic.title: p for p in asked(cast)}
    assert set(made) == {f"系列续集：{TITLE}", "老题新做：敏感肌换季怎么修护"}
    topic = made[f"系列续集：{TITLE}"].topic
    assert (topic.source, topic.form, topic.persona, topic.platforms) == ("history", "note", persona, ["xiaohongshu"])
    assert "P95 (n=40)" in topic.evidence[0]["text"]
    assert asked(cast, persona=persona.pk)[0].topic.title == topic.title
    assert len(asked(cast, persona=persona.pk)) == 1


def test_it_is_not_blamed_for_being_like_what_it_renews_and_says_so(cast, published):
    published(past(TITLE, 0.95), past(TITLE, 0.4, key="elsewhere", platform="douyin"))
    (made,) = asked(cast)
    part = made.score.parts["difference"]
    assert (part.level, part.why, part.params["renews"]) == (5, "difference.renews", TITLE)
    by_hand = services.add_topic(actor=cast.editor, title=f"系列续集：{TITLE}").topic
    assert by_hand.parts["difference"]["level"] == 2  # one that names no piece is like two
    assert by_hand.parts["difference"]["params"]["count"] == 2


def test_what_else_is_like_it_still_counts(cast, published):
    published(past(TITLE, 0.95), past(f"{TITLE}！实测", 0.4, own=False))
    (made,) = asked(cast)
    part = made.score.parts["difference"]
    assert (part.why, part.params["count"], part.level) == ("difference.renews_alike", 1, 3)


def test_a_rivals_piece_that_is_answered_is_no_renewal(cast, published):
    published(past(TITLE, 0.95, own=False))
    row = services.add_topic(
        actor=cast.editor, title=TITLE, source="competitor", origin={"content": TITLE}, platforms=["xiaohongshu"]
    ).topic
    assert row.parts["difference"]["why"] == "difference.alike"


def test_the_page_shows_how_the_piece_did_and_takes_it(cast, published):
    published(past(TITLE, 0.95))
    writer, address = cast.client(cast.editor), reverse("content_propose", args=["anlan"])
    answer = writer.get(address, {"platform": "xiaohongshu", "node": "renew"})
    page = answer.content.decode()
    for words in (
        f"“{TITLE}”2026-11-01 发布",
        "超过同账号同形式 40 篇里的 95%",
        "和它像是应当的",
        "依据",
        "https://example.com/p",
    ):
        assert words in page, words
    key = answer.context["rows"][0]["key"]
    writer.post(f"{address}?platform=xiaohongshu&node=renew", {"act": "take", "take": key})
    row = Topic.objects.get()
    assert row.origin["content"] == TITLE
    services.rescore_all(cast.brand)
    row.refresh_from_db()
    assert row.parts["difference"]["why"] == "difference.renews"  # kept, it stays so
    assert "和它像是应当的" in writer.get(reverse("content_topic", args=["anlan", row.pk])).content.decode()
