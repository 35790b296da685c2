"""Search over everything: what is found, for whom, and what hostile words do."""

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.workspace import search, services


def titles(member, text):
    return {found.label: [hit.title for hit in found.hits] for found in search.look(member, text)}


def test_pages_metrics_accounts_and_people_are_found_by_a_part_of_their_name(cast):
    assert "新增关注" in titles(cast.owner, "新增关")["指标"]
    assert titles(cast.owner, "安澜官方")["平台账号"] == ["安澜官方"]
    assert titles(cast.owner, "EDITOR@")["成员"] == ["editor"]
    assert "操作记录" in titles(cast.owner, "操作")["页面"]
    assert titles(cast.owner, "监测词")["页面"] == ["监测词"]
    assert titles(cast.owner, "followers_new")["指标"][0] == "新增关注"
    assert titles(cast.owner, "最佳发布")["页面"] == ["最佳发布时间"]
    assert titles(cast.owner, "排期日历")["页面"] == ["排期日历"]
    (account,) = next(f.hits for f in search.look(cast.owner, "安澜官方") if f.label == "平台账号")
    assert account.about.startswith("抖音 · ")


def test_nothing_is_found_that_the_finder_may_not_see(cast):
    services.create_account(actor=cast.stranger, platform="douyin", name="别家机密")
    assert titles(cast.owner, "别家机密") == {}
    assert "平台账号" not in titles(cast.viewer, "安澜官方")
    assert "指标" not in titles(cast.viewer, "新增关注")
    assert "操作记录" not in titles(cast.editor, "操作").get("页面", [])


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "'; DROP TABLE x; --", "\x00", "\ud800", "😀", "a" * 5000, "[]*?\\"]
)
def test_hostile_and_empty_words_find_nothing_and_break_nothing(cast, text):
    page = cast.client(cast.owner).get(reverse("search", args=["anlan"]), {"q": text.encode("utf-8", "replace")})
    assert page.status_code == 200
    assert "<script" not in page.content.decode().split('id="main"')[1].split("</main>")[0]


def test_what_is_typed_is_shown_as_text(cast):
    page = cast.client(cast.owner).get(reverse("search", args=["anlan"]), {"q": "<b>x</b>"}).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "没有找到" in page


def test_the_dialog_gets_the_bare_list(cast):
    part = cast.client(cast.owner).get(reverse("search", args=["anlan"]), {"q": "完播"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "完播率" in part.content.decode()


def test_a_stranger_and_nobody_search_nothing(cast):
    address = reverse("search", args=["anlan"])
    assert cast.client(cast.stranger).get(address, {"q": "a"}).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_red_button_is_at_the_top_for_those_who_may_and_lights_up(cast):
    pause = reverse("settings_pause", args=["anlan"])
    top = f'href="{pause}"'
    home = reverse("search", args=["anlan"])
    assert top in cast.client(cast.owner).get(home).content.decode()
    assert top not in cast.client(cast.editor).get(home).content.decode()
    services.pause_scope(actor=cast.owner, scope="all", reason="演练")
    assert "暂停中" in cast.client(cast.owner).get(home).content.decode()
