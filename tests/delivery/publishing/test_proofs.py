"""A published text is proved by its page, a link or a screenshot, or said to be unproved."""

import io

import pytest
from PIL import Image

from hongqiao.delivery.publishing import addresses, services
from hongqiao.delivery.publishing.errors import NotNow
from hongqiao.errors import Invalid
from hongqiao.platforms.client.publisher import Status
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Notice
from tests.delivery.publishing.asking import TEXT, State, again, ask, fresh


def test_a_text_is_published_once_and_verified_when_its_page_shows_it(cast, shelf, platform, pages):
    pages.pages["/p/1"] = (200, f"<html><title>油皮防晒怎么补涂</title><p>{TEXT}</p><footer>推荐阅读</footer></html>")
    platform.said = Status("live", address=f"http://{pages.host}/p/1")
    row = ask(cast, shelf)
    assert (row.way, row.state) == ("api", State.WAITING)
    work.work_off()
    row = fresh(row)
    assert platform.published == [str(row.pk)]
    assert row.steps == {"picture": f"picture-{row.pk}", "draft": f"draft-{row.pk}"}
    assert (row.state, row.proof["kind"], row.proof["share"]) == (State.VERIFIED, "fetched", 1.0)
    assert row.proof["address"] == row.address == f"http://{pages.host}/p/1"


def test_a_page_that_shows_something_else_stays_unproved_and_says_how_much_matched(cast, shelf, platform, pages):
    pages.pages["/p/1"] = (200, "<p>这里是别的内容，和那篇文章没有关系，只是碰巧也说到防晒。</p>" * 5)
    platform.said = Status("live", address=f"http://{pages.host}/p/1")
    row = ask(cast, shelf)
    work.work_off()
    row = fresh(row)
    assert (row.state, row.proof["kind"]) == (State.DECLARED, "platform")
    assert row.checks[-1]["matched"] is False
    assert row.checks[-1]["share"] < 0.2


def test_a_pasted_share_text_is_declared_not_verified_and_the_same_again_changes_nothing(cast, platform):
    row = ask(cast, cast.account)
    pasted = "3.56 复制打开抖音，看看【安澜官方的作品】油皮防晒 https://v.douyin.com/iRNBho6u/ 11/12 WzT:/"
    kept = services.declare(actor=cast.editor, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert (kept.state, kept.address) == (State.DECLARED, "https://v.douyin.com/iRNBho6u/")
    assert (kept.proof["kind"], kept.proof["by"]) == ("link", "editor")
    twice = services.declare(actor=cast.editor, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert twice.version == kept.version
    assert AuditEntry.objects.filter(code="publication.declared").count() == 1
    work.work_off()
    row = fresh(row)
    assert (row.state, row.checks[-1]["readable"]) == (State.DECLARED, False)  # 抖音's pages are not read


def test_a_declared_link_becomes_verified_once_its_page_shows_the_text(cast, shelf, platform, pages):
    row = ask(cast, shelf, way="assisted")
    link = f"http://{pages.host}/n/1"
    services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, pasted=link)
    work.work_off()
    assert fresh(row).state == State.DECLARED
    pages.pages["/n/1"] = (200, f"<script>window.note={{'desc':'{TEXT}'}}</script><h1>油皮防晒怎么补涂</h1>")
    again("delivery.look")
    row = fresh(row)
    assert (row.state, row.proof["kind"], row.proof["before"]) == (State.VERIFIED, "fetched", "link")


def test_a_piece_that_is_deleted_later_is_said_to_be_gone_once(cast, shelf, platform, pages):
    pages.pages["/n/1"] = (200, f"<h1>油皮防晒怎么补涂</h1>{TEXT}")
    row = ask(cast, shelf, way="assisted")
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted=f"http://{pages.host}/n/1")
    work.work_off()
    assert fresh(row).state == State.VERIFIED
    del pages.pages["/n/1"]
    again("delivery.look")
    row = fresh(row)
    assert (row.state, bool(row.gone_at)) == (State.VERIFIED, True)
    assert Notice.objects.filter(code="publication.gone", member=cast.owner).count() == 1


@pytest.mark.parametrize(
    "pasted",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://evil.example/xiaohongshu.com",
        "https://xiaohongshu.com.evil.example/1",
        "https://xiaohongshu.com@evil.example/1",
        "https://www.douyin.com/video/1",
        "http://127.0.0.1/1",
        "https://[::1",
        "",
        "没有链接的一段话",
        "x" * 10_000_000,
    ],
)
def test_what_is_no_link_of_this_platform_is_refused(cast, shelf, pasted):
    row = ask(cast, shelf)
    with pytest.raises(Invalid) as refused:
        services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, pasted=pasted)
    assert refused.value.code in ("no_link", "other_platform", "too_long", "no_proof")
    assert fresh(row).state == State.WAITING


def test_a_link_inside_a_share_text_is_taken_out_of_it():
    pasted = "27 安澜发布了一篇小红书笔记，快来看吧！ 😆 abc 😆 http://xhslink.com/a/Xyz1，复制本条信息，打开【小红书】App查看！"
    assert addresses.of_paste(pasted, "xiaohongshu") == "http://xhslink.com/a/Xyz1"


def test_a_screenshot_is_proof_of_a_person_and_a_script_is_no_screenshot(cast, shelf, house):
    row = ask(cast, shelf)
    for bad in (b"<svg onload=alert(1)>", b"\x89PNG but not", b"GIF89a"):
        with pytest.raises(Invalid, match="not_a_picture"):
            services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, picture=bad)
    held = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(held, "PNG")
    kept = services.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, picture=held.getvalue())
    assert (kept.state, kept.proof["kind"], kept.address) == (State.DECLARED, "screenshot", "")
    assert (house / "proofs" / str(cast.brand.pk) / kept.proof["shot"]).read_bytes() == held.getvalue()


def test_a_redirect_to_another_site_proves_nothing(cast, shelf, platform, pages):
    pages.pages["/n/1"] = (302, "http://169.254.169.254/latest/")
    row = ask(cast, shelf, way="assisted")
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted=f"http://{pages.host}/n/1")
    work.work_off()
    row = fresh(row)
    assert (row.state, row.checks[-1]["why"]["code"]) == (State.DECLARED, "page_not_fetched")


def test_an_article_published_without_telling_followers_is_marked_when_it_was_sent(cast, platform):
    account = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    row = ask(cast, account, way="assisted")
    with pytest.raises(NotNow):
        services.told(actor=cast.owner, publication_id=row.pk, seen=None)
    services.declare(actor=cast.owner, publication_id=row.pk, seen=None, pasted="https://mp.weixin.qq.com/s/abc")
    kept = services.told(actor=cast.owner, publication_id=row.pk, seen=None)
    assert kept.told_followers
    assert services.told(actor=cast.owner, publication_id=row.pk, seen=None).version == kept.version
