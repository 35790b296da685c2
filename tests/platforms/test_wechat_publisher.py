"""Publishing on 公众号 against the test server: pictures, draft, once only, and what became of it."""

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from PIL import Image

from hongqiao.platforms.client import NotSure, Part, Payload, PlatformError, Publisher, UsedUp
from hongqiao.platforms.wechat_oa.api import PublishByHand, WeChatPublisher
from hongqiao.platforms.wechat_oa.api.page import PictureMissing
from hongqiao.platforms.wechat_oa.api.pictures import BadPicture, fit
from hongqiao.platforms.wechat_oa.api.publisher import NoCover, NoText, Unsettled
from tests.oa import article, noise, picture, wechat


@pytest.fixture
def publisher(sandbox):
    return WeChatPublisher(wechat(sandbox))


def prepared(publisher, payload, done=None):
    held = dict(done or {})
    for step, made in publisher.prepare(payload, held):
        held[step] = made
    return held


def live(sandbox, publisher, payload):
    done = prepared(publisher, payload)
    submitted = publisher.submit(payload, done)
    return publisher.poll(submitted.ids)


def test_a_piece_goes_from_pictures_to_a_page_that_says_what_was_sent(sandbox, publisher, tmp_path):
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    assert set(done) == {"picture:one", "picture:two", "cover", "draft"}
    status = publisher.poll(publisher.submit(payload, done).ids)
    assert status.state == "live"
    assert status.ids["article_id"]
    page = httpx.get(status.address, trust_env=False).text
    assert "夏日防晒实测" in page
    assert "三款防晒，油皮实测。" in page
    assert done["picture:one"].replace("&", "&amp;") in page
    assert "/assets/two/file" not in page
    shown = httpx.get(done["picture:one"], trust_env=False).content
    assert shown == payload.parts[0].path.read_bytes()


def test_it_is_a_publisher(publisher):
    held: Publisher = publisher
    assert held


def test_what_was_taken_before_is_not_sent_again(sandbox, publisher, tmp_path):
    payload = article(tmp_path)
    steps = publisher.prepare(payload, {})
    done = dict([next(steps), next(steps)])
    steps.close()
    prepared(publisher, payload, done)
    assert sandbox.world.asked["media/uploadimg"] == 2
    assert sandbox.world.asked["material/add_material"] == 1


def test_a_draft_whose_answer_was_lost_is_found_and_not_made_twice(sandbox, publisher, tmp_path):
    payload, done = article(tmp_path), {}
    sandbox.world.fault("draft/add", "lost")
    with suppress(NotSure):
        for step, made in publisher.prepare(payload, done):
            done[step] = made
    assert "draft" not in done
    assert prepared(publisher, payload, done)["draft"] in sandbox.world.drafts
    assert len(sandbox.world.drafts) == 1


@pytest.mark.parametrize("fault", ["lost", "lost_500"])
def test_a_publication_whose_answer_was_lost_is_found_and_not_asked_for_again(sandbox, publisher, tmp_path, fault):
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    sandbox.world.fault("freepublish/submit", fault)
    with pytest.raises(NotSure):
        publisher.submit(payload, done)
    found = publisher.find(payload, done)
    assert found
    assert publisher.poll(found.ids).state == "live"
    assert len(sandbox.world.publications) == 1


@pytest.mark.parametrize("leaves", ["live", "taken"])
def test_while_it_may_still_be_on_its_way_nothing_is_sent_again(sandbox, publisher, tmp_path, leaves):
    sandbox.world.publish_seconds, sandbox.world.draft_leaves = 60, leaves
    payload = article(tmp_path)
    done = prepared(publisher, payload) | {"asked": datetime.now(UTC).isoformat()}
    sandbox.world.fault("freepublish/submit", "lost")
    with pytest.raises(NotSure):
        publisher.submit(payload, done)
    with pytest.raises(Unsettled) as caught:
        publisher.find(payload, done)
    assert caught.value.again
    sandbox.world.advance(61)
    assert publisher.find(payload, done)
    assert len(sandbox.world.publications) == 1


@pytest.mark.parametrize("fault", ["drop", "500", "busy"])
def test_what_was_never_taken_may_be_asked_for_again_after_a_while(sandbox, publisher, tmp_path, fault):
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    sandbox.world.fault("freepublish/submit", fault)
    with pytest.raises((NotSure, PlatformError)):
        publisher.submit(payload, done)
    old = {"asked": (datetime.now(UTC) - timedelta(minutes=11)).isoformat()}
    assert publisher.find(payload, done | old) is None
    assert publisher.poll(publisher.submit(payload, done).ids).state == "live"


def test_a_twin_with_the_same_title_is_not_taken_for_it(sandbox, publisher, tmp_path):
    live(sandbox, publisher, article(tmp_path))
    payload = article(tmp_path, mark="mark-2")
    assert publisher.find(payload, prepared(publisher, payload)) is None


def test_it_is_found_behind_many_newer_ones_and_the_search_ends_where_older_ones_begin(sandbox, publisher, tmp_path):
    sandbox.world.day_limits["freepublish/submit"] = 1000

    def publish(count):
        for _ in range(count):
            payload = article(tmp_path, "别的文章")
            publisher.wechat.publish(prepared(publisher, payload)["draft"])

    sandbox.world.offset = -7200
    publish(21)
    sandbox.world.offset = 0
    payload = article(tmp_path)
    done = prepared(publisher, payload) | {"asked": datetime.now(UTC).isoformat()}
    sandbox.world.fault("freepublish/submit", "lost")
    with pytest.raises(NotSure):
        publisher.submit(payload, done)
    publish(25)
    before = sandbox.world.asked["freepublish/batchget"]
    assert publisher.find(payload, done)
    assert sandbox.world.asked["freepublish/batchget"] == before + 2
    other = article(tmp_path, "没有发过")
    untaken = prepared(publisher, other) | {"asked": (datetime.now(UTC) - timedelta(minutes=11)).isoformat()}
    assert publisher.find(other, untaken) is None
    assert sandbox.world.asked["freepublish/batchget"] == before + 4


@pytest.mark.parametrize(("verdict", "words"), [(2, "原创"), (3, "常规失败"), (4, "审核"), (5, "删除"), (6, "封禁")])
def test_a_refusal_is_told_in_the_platforms_words(sandbox, publisher, tmp_path, verdict, words):
    sandbox.world.verdicts.append(verdict)
    status = live(sandbox, publisher, article(tmp_path))
    assert (status.state, status.code) == ("failed", str(verdict))
    assert words in status.words
    assert status.address == ""


def test_taken_is_not_live(sandbox, publisher, tmp_path):
    sandbox.world.publish_seconds = 60
    assert live(sandbox, publisher, article(tmp_path)).state == "reviewing"


def test_an_account_without_the_right_keeps_its_draft_and_says_what_to_do(sandbox, publisher, tmp_path):
    sandbox.world.kind = "subscription"
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    for send in ({}, {"send": "mass"}):
        with pytest.raises(PublishByHand) as caught:
            publisher.submit(article(tmp_path, **send), done)
        assert "mp.weixin.qq.com" in caught.value.next_step
        assert caught.value.again is False
        assert caught.value.answer == "48001"
    assert done["draft"] in sandbox.world.drafts


def test_sending_to_all_happens_once_for_one_mark(sandbox, publisher, tmp_path):
    payload = article(tmp_path, send="mass")
    done = prepared(publisher, payload)
    sandbox.world.fault("mass/sendall", "lost")
    with pytest.raises(NotSure):
        publisher.submit(payload, done)
    assert publisher.find(payload, done) is None
    again = publisher.submit(payload, done)
    assert publisher.poll(again.ids).state == "live"
    assert len(sandbox.world.publications) == 1


def test_the_quota_of_sending_to_all_is_the_platforms(sandbox, publisher, tmp_path):
    for number in range(4):
        payload = article(tmp_path, f"第{number}篇", f"mark-{number}", send="mass")
        publisher.submit(payload, prepared(publisher, payload))
    payload = article(tmp_path, "第五篇", "mark-5", send="mass")
    with pytest.raises(PlatformError) as caught:
        publisher.submit(payload, prepared(publisher, payload))
    assert (caught.value.answer, caught.value.kind) == ("45028", "operator")
    sandbox.world.kind = "subscription_verified"
    sandbox.world.advance(86400)
    assert publisher.submit(payload, prepared(publisher, payload)).ids["msg_id"]


def test_a_note_goes_as_pictures_with_plain_text(sandbox, publisher, tmp_path):
    parts = tuple(picture(tmp_path, name) for name in ("a", "b"))
    body = {"title": "三步防晒", "text": "早八也来得及", "tags": ["防晒"], "images": ["b", "a"]}
    payload = Payload("note-1", "note", body, parts)
    done = prepared(publisher, payload)
    (held,) = sandbox.world.drafts[done["draft"]]["articles"]
    assert held["article_type"] == "newspic"
    assert held["content"] == "早八也来得及\n#防晒"
    assert [i["image_media_id"] for i in held["image_info"]["image_list"]] == [done["material:b"], done["material:a"]]
    assert publisher.poll(publisher.submit(payload, done).ids).state == "live"


def test_a_picture_from_elsewhere_is_named_before_the_platform_filters_it(sandbox, publisher, tmp_path):
    payload = article(
        tmp_path, html='<p>x</p><img src="https://example.com/a.png"><img src="https://mmbiz.qpic.cn/b/0">'
    )
    with pytest.raises(PictureMissing) as caught:
        prepared(publisher, payload)
    assert caught.value.params["names"] == "https://example.com/a.png"
    assert sandbox.world.asked["media/uploadimg"] == 0


def test_an_article_without_any_picture_has_no_cover(publisher, tmp_path):
    with pytest.raises(NoCover):
        prepared(publisher, Payload("m", "article", {"title": "无图", "html": "<p>字</p>"}, ()))
    with pytest.raises(NoCover):
        prepared(publisher, Payload("m", "note", {"title": "无图", "text": "字"}, ()))


@pytest.mark.parametrize("html", ["", "  ", None])
def test_an_article_without_text_is_not_sent(sandbox, publisher, tmp_path, html):
    with pytest.raises(NoText):
        prepared(publisher, article(tmp_path, html=html, markdown="# 没有排版"))
    assert sandbox.world.asked["material/add_material"] == 0


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"title": "长" * 65}, "45003"),
        ({"title": ""}, "45003"),
        ({"digest": "长" * 121}, "45004"),
        ({"author": "长" * 17}, "45110"),
        ({"html": "<p>" + "长" * 20_000 + "</p>"}, "45002"),
    ],
)
def test_a_text_beyond_a_limit_is_refused_as_content(publisher, tmp_path, change, answer):
    with pytest.raises(PlatformError) as caught:
        prepared(publisher, article(tmp_path, **change))
    assert (caught.value.answer, caught.value.kind, caught.value.again) == (answer, "content", False)


def test_a_draft_that_somebody_deleted_is_refused_as_content(sandbox, publisher, tmp_path):
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    publisher.wechat.draft_delete(done["draft"])
    with pytest.raises(PlatformError) as caught:
        publisher.submit(payload, done)
    assert caught.value.answer == "40007"


def test_the_hundredth_and_first_publication_of_a_day_waits_for_tomorrow(sandbox, publisher, tmp_path):
    payload = article(tmp_path)
    done = prepared(publisher, payload)
    for _ in range(100):
        with suppress(PlatformError):
            publisher.wechat.publish("no such draft")
    with pytest.raises(UsedUp):
        publisher.submit(payload, done)


def test_a_large_picture_is_made_smaller_and_a_small_one_goes_as_it_is(tmp_path):
    large = noise(tmp_path, "large", 1200)
    assert large.path.stat().st_size > 4_000_000
    data, _, mime = fit(large, "body")
    assert len(data) <= 1 << 20
    assert mime == "image/jpeg"
    with Image.open(io.BytesIO(data)) as seen:
        assert seen.width == seen.height
    small = picture(tmp_path, "small")
    assert fit(small, "body")[0] == small.path.read_bytes()
    webp = picture(tmp_path, "phone", kind="WEBP")
    assert fit(webp, "body")[2] == "image/jpeg"


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\nhalf"])
def test_what_is_no_picture_is_named(tmp_path, data):
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(BadPicture) as caught:
        fit(Part("坏图", path, "image/png"), "body")
    assert caught.value.params["name"] == "坏图"


def test_chinese_is_not_shown_as_escapes(sandbox, publisher, tmp_path):
    prepared(publisher, article(tmp_path))
    (draft,) = sandbox.world.drafts.values()
    assert draft["articles"][0]["title"] == "夏日防晒实测"
    token = publisher.wechat.caller.token().value
    raw = (
        b'{"articles":[{"title":"\\u9632\\u6652","thumb_media_id":"%s"}]}'
        % next(iter(sandbox.world.materials)).encode()
    )
    httpx.post(f"{sandbox.url}/cgi-bin/draft/add?access_token={token}", content=raw, trust_env=False)
    assert "\\u9632\\u6652" in [d["articles"][0]["title"] for d in sandbox.world.drafts.values()]
