"""C2 through the screens: a piece from brief to scheduled, held where craft or law holds it, passed once mended."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.models import Approval, Piece
from hongqiao.content.production import queries
from hongqiao.delivery.models import Publication
from hongqiao.workspace.models import Account
from tests.cast import cast, join  # noqa: F401

pytestmark = pytest.mark.django_db
JUMPS = (
    "## 换季脸干从哪来\n\n"
    "入秋以后，后台问得最多的就是脸干。上周我们翻了二百一十四条留言，一百三十七条写着“洗完脸发紧”。\n\n"
    "所以，睡眠才是护肤的根本。\n\n"
    "今晚先把洗面奶换成清洁力弱的那支，留言告诉我们第二天早上的感觉。"
)
GREETING = {"line": "大家好，欢迎来到安澜的频道", "picture": "主播挥手"}
HOOK = {"line": "补了三次，为什么还是黑？", "picture": "手背并排对比"}


@pytest.fixture
def team(cast):  # noqa: F811
    cast.lead, cast.second = join(cast.brand, "lead", "lead"), join(cast.brand, "second", "lead")
    return cast


def make(browser, **fields):
    form = {"act": "create", "title": "题", "commercial": "none", "publish_at": "2026-12-18T20:00"} | fields
    browser.post(reverse("content_piece_new", args=["anlan"]), form)
    return Piece.objects.order_by("-id").first()


def page_of(row, tab=""):
    return reverse(f"content_piece{'_tab' if tab else ''}", args=["anlan", row.pk, *([tab] if tab else [])])


def act(browser, row, name, tab="", **fields):
    """Press a button of a piece's page, and return what the page then says."""
    now = Piece.objects.get(pk=row.pk)
    seen = now.revision if name == "save" else now.version
    return browser.post(page_of(row, tab), {"act": name, "seen": seen} | fields, follow=True).content.decode()


def test_c2a_an_article_that_jumps_is_held_with_the_reason_and_passes_once_mended(team):
    writer = team.client(team.editor)
    row = make(writer, platform="wechat_oa", form="article")
    act(writer, row, "save", title="换季脸干，先看洗面奶", markdown=JUMPS)
    assert "检查出 1 处必须处理的问题" in act(writer, row, "move", stage="review")
    shown = writer.get(page_of(row, "check")).content.decode()
    assert "论证跳跃" in shown
    assert "所以，睡眠才是护肤的根本" in shown
    assert "中间可能缺一步" in shown
    mended = JUMPS.replace("所以，睡眠才是护肤的根本。", "所以先看洗面奶：洗完就发紧，多半是洗过头了。")
    act(writer, row, "save", title="换季脸干，先看洗面奶", markdown=mended)
    act(writer, row, "move", stage="review")
    assert Piece.objects.get(pk=row.pk).stage == "review"


def test_c2a_a_video_without_a_hook_is_held_with_the_reason_and_passes_once_mended(team):
    writer = team.client(team.editor)
    row = make(writer, platform="douyin", form="video")

    def shots(first):
        rows = [
            {"start": "0", "end": "3"} | first,
            {"start": "3", "end": "12", "line": "先看涂了几指", "picture": "手"},
        ]
        rows.append({"start": "12", "end": "20", "line": "先收藏，中午照着补", "picture": "手机"})
        return {"shots.rows": "3"} | {f"shots.{n}.{k}": v for n, one in enumerate(rows) for k, v in one.items()}

    act(writer, row, "save", title="补涂", text="补涂照着做", **shots(GREETING))
    assert "检查出 1 处必须处理的问题" in act(writer, row, "move", stage="review")
    shown = writer.get(page_of(row, "check")).content.decode()
    assert "第 1 镜" in shown
    assert "钩子" in shown
    act(writer, row, "save", title="补涂", text="补涂照着做", **shots(HOOK))
    act(writer, row, "move", stage="review")
    assert Piece.objects.get(pk=row.pk).stage == "review"


def test_c2b_a_superlative_is_stopped_with_the_article_of_law_and_the_mended_piece_goes_to_the_calendar(team):
    writer, lead, second = (team.client(m) for m in (team.editor, team.lead, team.second))
    account = Account.objects.create(brand=team.brand, platform="wechat_oa", name="安澜护肤")
    slot = f"{timezone.localdate() + timedelta(days=20)}T20:00"
    row = make(writer, platform="wechat_oa", form="article", account_id=account.pk, publish_at=slot)
    text = "## 夏天怎么选\n\n质地清爽，成膜快，补涂方便。\n\n油皮的夏天，这是最佳选择！\n\n收藏这一篇，明早照着涂。"
    act(writer, row, "save", title="油皮的夏天怎么选", markdown=text)
    assert "检查出 1 处必须处理的问题" in act(writer, row, "move", stage="review")
    shown = writer.get(page_of(row, "check")).content.decode()
    assert "广告法第九条第（三）项" in shown
    assert "可以改成 <b>优选</b>" in shown
    assert "放行这一处" not in shown  # not by who wrote it
    act(writer, row, "save", title="油皮的夏天怎么选", markdown=text.replace("最佳选择", "优选"))
    act(writer, row, "move", stage="review")
    assert act(writer, row, "decide", "review", decision="yes", number=2) is not None
    assert not Approval.objects.exists()  # a writer reviews nothing
    act(lead, row, "decide", "review", decision="no", number=2, note="第二段补一句为什么")
    told = text.replace("最佳选择", "优选").replace("补涂方便。", "补涂方便，因为它一分钟就干。")
    act(writer, row, "save", title="油皮的夏天怎么选", markdown=told)
    act(writer, row, "move", stage="review")
    act(lead, row, "decide", "review", decision="yes", number=3)
    assert Piece.objects.get(pk=row.pk).stage == "review"  # 内容 passed, 品牌 is another person's
    act(second, row, "decide", "review", decision="yes", number=3)
    act(lead, row, "move", stage="scheduled")
    done = Piece.objects.get(pk=row.pk)
    assert done.stage == "scheduled"
    assert done.approved == queries.newest(done).digest
    waiting = Publication.objects.get(subject_id=row.pk)
    assert (waiting.state, waiting.digest, waiting.due_at) == ("waiting", done.approved, done.publish_at)
    act(writer, row, "save", title="油皮的夏天怎么选", markdown=told + "\n\n又改了一句。")
    assert Piece.objects.get(pk=row.pk).stage == "copy"  # an edit takes the approval away
