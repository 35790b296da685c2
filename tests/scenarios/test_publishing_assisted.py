"""Publish truth by hand: a 小红书 piece is due, handed off by phone, its link pasted, proved or said not to be."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.models import Piece, Stage
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import rules
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Job
from tests.cast import cast  # noqa: F401
from tests.content.desk.conftest import TEXT, piece, shelf  # noqa: F401
from tests.delivery.conftest import pages  # noqa: F401


@pytest.fixture
def readable(monkeypatch, pages):  # noqa: F811
    """小红书 without an interface; its public pages are on this machine."""
    from hongqiao.delivery.publishing import connectors

    monkeypatch.setattr(connectors, "_BY_PLATFORM", dict(connectors._BY_PLATFORM))
    connectors.register("xiaohongshu", lambda account: None, hosts=[pages.host])
    return pages


def handed(cast, piece):  # noqa: F811
    """Schedule the piece on the desk, make the phone's code, open it without a sign-in; return browser and address."""
    desk, browser = reverse("content_desk", args=["anlan"]), cast.client(cast.owner)
    at = timezone.localtime(timezone.now() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"act": "schedule", "id": str(piece.pk), "seen": str(piece.version), "at": at}
    assert browser.post(desk, form).status_code == 302
    row = Publication.objects.get()
    code = browser.post(reverse("content_publication", args=["anlan", row.pk]), {"act": "pass"}).content.decode()
    path = re.search(r"http://[^<\s]*(/p/[^<\s]+/)", code)[1]
    phone = Client()
    assert TEXT in phone.get(path).content.decode()
    return phone, path


def declare(phone, path, pasted):
    row = Publication.objects.get()
    assert phone.post(path, {"act": "declare", "seen": row.version, "pasted": pasted}).status_code == 302
    return Publication.objects.get()


def test_a_note_handed_off_by_phone_is_declared_and_then_verified_where_its_page_shows_the_text(
    cast,  # noqa: F811
    piece,  # noqa: F811
    readable,
):
    phone, path = handed(cast, piece)
    link = f"http://{readable.host}/explore/1"
    row = declare(phone, path, f"安澜发布了一篇笔记 😆 {link} 复制本条信息，打开App查看")
    assert (row.state, row.address, row.proof["kind"]) == ("declared", link, "link")
    assert Piece.objects.get().stage == Stage.PUBLISHED
    shown = phone.get(path).content.decode()
    assert "已发布·待核实" in shown
    assert "已发布·已核实" not in shown
    readable.pages["/explore/1"] = (200, f"<h1>{piece.title}</h1><div id='detail-desc'>{TEXT}</div>")
    work.work_off()
    row = Publication.objects.get()
    assert (row.state, row.proof["share"], row.proof["by"]) == ("verified", 1.0, "owner")
    page = cast.client(cast.owner).get(reverse("content_publication", args=["anlan", row.pk])).content.decode()
    assert "已发布·已核实" in page
    assert "100%" in page


def test_a_page_that_says_something_else_stays_unproved_and_the_page_says_so(cast, piece, readable):  # noqa: F811
    phone, path = handed(cast, piece)
    readable.pages["/explore/2"] = (200, "<p>另一篇笔记：周末去公园野餐，带了三明治和气泡水，风很大。</p>")
    declare(phone, path, f"http://{readable.host}/explore/2")
    work.work_off()
    row = Publication.objects.get()
    assert row.state == "declared"
    page = cast.client(cast.owner).get(reverse("content_publication", args=["anlan", row.pk])).content.decode()
    assert "不算核实" in page
    assert "已发布·已核实" not in page


def test_real_xiaohongshu_pages_are_never_read_and_that_is_said(cast, piece):  # noqa: F811
    phone, path = handed(cast, piece)
    declare(phone, path, "http://xhslink.com/a/Xyz1")
    work.work_off()
    row = Publication.objects.get()
    assert (row.state, row.checks[-1]["readable"]) == ("declared", False)
    assert not Job.objects.filter(kind="delivery.look", state="queued").exists()
    page = cast.client(cast.owner).get(reverse("content_publication", args=["anlan", row.pk])).content.decode()
    assert "不能自动核实" in page


def test_what_a_phone_may_not(cast, piece, monkeypatch):  # noqa: F811
    phone, path = handed(cast, piece)
    row = Publication.objects.get()
    for pasted in ("javascript:alert(1)", "https://www.douyin.com/video/1", "", "x" * 100_000):
        assert phone.post(path, {"act": "declare", "seen": row.version, "pasted": pasted}).status_code == 422
    assert phone.post(path, {"act": "declare", "pasted": "x" * 11_000_000}).status_code in (400, 413)
    workspace.pause_scope(actor=cast.owner, scope="publishing", reason="品牌事件")
    assert "已一键暂停" in phone.get(path).content.decode()
    monkeypatch.setitem(rules.rules(), "phone_minutes", -1)
    assert phone.get(path).status_code == 410
    assert Publication.objects.get().state == "waiting"
