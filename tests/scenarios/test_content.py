"""C2: what is written is held against craft and law before it goes out."""

import pytest
from django.urls import reverse

from hongqiao.compliance import draft as drafts
from hongqiao.compliance.models import Check
from hongqiao.methods.craft import Draft, shots
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db


def test_c2b_a_superlative_is_stopped_with_the_article_of_law_and_passes_with_the_replacement(cast):  # noqa: F811
    writer, address = cast.client(cast.editor), reverse("content_check", args=["anlan"])
    draft = "油皮的夏天，这是最佳选择！质地清爽，成膜快，补涂方便。"
    page = writer.post(
        address, {"act": "check", "text": draft, "platform": "xiaohongshu"}, follow=True
    ).content.decode()
    assert "有 1 处须改，改好前不能发布" in page
    assert "广告法第九条第（三）项" in page
    assert 'value="优选"' in page
    held = Check.objects.get()
    chosen = {"act": "replace", "swap": ["0"], "instead.0": "优选"}
    page = writer.post(reverse("content_checked", args=["anlan", held.pk]), chosen, follow=True).content.decode()
    assert "这是优选选择" in page
    assert "没有发现问题" in page


JUMPS = (
    "## 换季脸干从哪来\n"
    "入秋以后，后台问得最多的就是脸干。上周我们翻了二百一十四条留言，一百三十七条写着“洗完脸发紧”。\n"
    "所以，睡眠才是护肤的根本。\n"
    "今晚先把洗面奶换成清洁力弱的那支，留言告诉我们第二天早上的感觉。"
)
MENDED = JUMPS.replace("所以，睡眠才是护肤的根本。", "所以先看洗面奶：洗完就发紧，多半是洗过头了。")
NO_HOOK = (
    "0-4 大家好，欢迎来到安澜的频道 | 主播挥手\n4-12 今天聊聊防晒怎么补涂 | 防晒霜\n12-20 先收藏，中午照着补 | 手指收藏"
)
HOOK = NO_HOOK.replace("0-4 大家好，欢迎来到安澜的频道", "0-3 防晒补了三次，为什么还是黑？")


def test_c2a_an_article_that_jumps_and_a_video_without_a_hook_are_held_with_the_reason_and_pass_once_mended(cast):  # noqa: F811
    writer, address = cast.client(cast.editor), reverse("content_check", args=["anlan"])
    article = {"act": "check", "form": "article", "platform": "wechat_oa", "title": "换季脸干，先看洗面奶"}
    page = writer.post(address, {**article, "text": JUMPS}, follow=True).content.decode()
    assert "有 1 处须改，改好前不能发布" in page
    assert "论证跳跃" in page
    assert "所以，睡眠才是护肤的根本" in page
    assert "中间可能缺一步" in page
    page = writer.post(address, {**article, "text": MENDED}, follow=True).content.decode()
    assert "改好前不能发布" not in page
    video = {"act": "check", "form": "video", "platform": "douyin", "title": "补涂"}
    page = writer.post(address, {**video, "shots": NO_HOOK}, follow=True).content.decode()
    assert "开头 3 秒没有钩子" in page
    assert "开头是问候，没有给人留下来的理由" in page
    assert "有 1 处须改，改好前不能发布" in page
    page = writer.post(address, {**video, "shots": HOOK}, follow=True).content.decode()
    assert "改好前不能发布" not in page


def test_c2a_the_same_draft_is_held_wherever_a_piece_is_checked(cast):  # noqa: F811
    text = Draft("wechat_oa", "article", "换季脸干", text=JUMPS)
    (held,) = [f for f in drafts.check(cast.brand, text) if f.level in drafts.HOLDING]
    assert (held.rule, held.level, held.place) == ("craft.jump", "hold", "text")
    assert JUMPS[held.start : held.end] == "所以，睡眠才是护肤的根本。"
    assert not drafts.holds(drafts.check(cast.brand, Draft("wechat_oa", "article", "换季脸干", text=MENDED)))
    said = {name: Draft("douyin", "video", "补涂", shots=shots(s, 4.5)) for name, s in (("no", NO_HOOK), ("yes", HOOK))}
    assert [f.rule for f in drafts.check(cast.brand, said["no"]) if f.level in drafts.HOLDING] == ["craft.hook"]
    assert not drafts.holds(drafts.check(cast.brand, said["yes"]))
