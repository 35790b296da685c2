"""What is said beside a hand-off: declarations by platform, a draft that lies ready, steps numbered as shown."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.desk import asking, passes, reminders
from hongqiao.content.models import Asset
from hongqiao.delivery.models import Publication
from hongqiao.platforms import capabilities
from tests.content.desk.conftest import approve


@pytest.fixture
def row(cast, piece):
    return asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")


@pytest.mark.parametrize("platform", capabilities.CONTENT)
def test_every_platform_says_where_ai_and_paid_work_are_declared(platform):
    (ai,) = reminders.of(platform, {"labels": {"ai": "generated"}})
    assert "AI" in ai or "人工智能" in ai
    assert ai != reminders.book()["ai"]["words"]["default"]
    (paid,) = reminders.of(platform, {"commercial": "paid"})
    assert paid.startswith("付费合作")
    assert paid != reminders.book()["paid"]["words"]["default"]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"commercial": "own", "buying": True}, ["推广自家产品"]),
        ({"commercial": "own"}, []),
        ({"commercial": "gifted"}, ["收到赠品"]),
        ({"commercial": "affiliate"}, ["带货分佣"]),
        ({"labels": {"ad": True}}, ["推广自家产品"]),
        ({"labels": {"ai": "none"}, "parts": [{"ai": "generated"}]}, ["发布页 → 高级选项", "配图或视频有 AI"]),
        ({"labels": {"ai": "assisted"}, "parts": [{"ai": "none"}, {}]}, ["发布页 → 高级选项"]),
        ({}, []),
    ],
)
def test_what_a_piece_is_decides_what_is_said(payload, said):
    found = reminders.of("xiaohongshu", payload)
    assert [line[: len(start)] for line, start in zip(found, said, strict=True)] == said


def test_a_picture_that_a_model_made_is_told_though_the_text_was_not(cast, piece, house):
    Asset.objects.filter(name="blue.png").update(made={"by": "generated"})
    images = [str(a.pk) for a in Asset.objects.order_by("name")]
    approve(cast, piece, images=images, labels={"ad": True})
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")
    assert [p["ai"] for p in row.payload["parts"]] == ["generated", "none"]
    shown = cast.client(cast.editor).get(reverse("content_publication", args=["anlan", row.pk])).content.decode()
    assert "笔记含 AI 合成内容" in shown
    assert "不要裁掉" in shown


def test_a_draft_that_lies_ready_is_said_with_the_way_to_it_until_it_is_out(cast, row):
    desk, one = reverse("content_desk", args=["anlan"]), reverse("content_publication", args=["anlan", row.pk])
    browser = cast.client(cast.editor)
    assert "草稿已建好" not in browser.get(desk).content.decode()
    Publication.objects.filter(pk=row.pk).update(steps={"draft": "MEDIA_1"})
    assert "草稿已建好" in browser.get(desk).content.decode()
    shown = browser.get(one).content.decode()
    for part in ("草稿已建好", "草稿箱", "发表", 'rel="noopener noreferrer">打开公众平台'):
        assert part in shown
    Publication.objects.filter(pk=row.pk).update(state="reviewing")
    assert "草稿已建好" not in browser.get(one).content.decode()


@pytest.mark.parametrize(("pictures", "steps"), [(True, 4), (False, 3)])
def test_the_phone_numbers_the_steps_that_it_shows(cast, piece, pictures, steps):
    if not pictures:
        approve(cast, piece, images=[])
        cast.brand.settings = {"craft": {"levels": {"craft.images_missing": "info"}}}  # this brand lets it pass
        cast.brand.save()
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")
    token, _until = passes.make(actor=cast.editor, publication_id=row.pk)
    shown = Client().get(reverse("phone_pass", args=[token])).content.decode()
    assert shown.count('class="step"') == steps  # the style sheet numbers those that are there
