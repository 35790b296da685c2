"""Own pieces held against the same account's earlier ones, on the screens and in the file. C3."""

from datetime import date
from urllib.parse import quote, unquote

import pytest
from django.urls import reverse

from hongqiao.content.models import Piece
from hongqiao.content.results import queries
from hongqiao.errors import NotFound
from hongqiao.ledger.models import Action
from hongqiao.ledger.services import create_action

from .conftest import NEW

SPAN = "start=2026-04-01&end=2026-04-28"
HOME = "/b/anlan/content/results/"


def facts(cast):
    return queries.Facts(cast.owner, date(2026, 4, 1), date(2026, 4, 28))


def newest(cast):
    return next(p for p in facts(cast).shown if p.title == NEW)


def test_the_weak_link_of_a_piece_that_many_saw_and_few_shared_is_sharing(shown):
    told = facts(shown).funnel(newest(shown))
    assert told.weak == "share"
    share = next(s for s in told.steps if s.code == "share")
    assert (share.value, share.n, share.band) == (0.002, 19, 0)
    assert share.median == pytest.approx(0.035)


def test_the_first_pieces_have_too_few_before_them_to_be_judged(shown):
    first = next(p for p in facts(shown).shown if p.day == date(2026, 4, 5))
    found = facts(shown).funnel(first)
    assert (found.known, found.weak) == (False, "")


def test_competitors_pieces_are_neither_shown_nor_peers(shown):
    assert "别家的" not in [p.title for p in facts(shown).pieces]


def test_the_list_names_the_weak_link_and_narrows_to_it(shown, web):
    page = web.get(f"{HOME}?{SPAN}")
    body = page.content.decode()
    assert "控油防晒到底怎么选 &lt;b&gt;夏天&lt;/b&gt;" in body
    assert [(s["code"], s["count"]) for s in page.context["spread"]] == [("share", 1)]
    assert [r["title"] for r in web.get(f"{HOME}?{SPAN}&weak=share").context["rows"]] == [NEW]
    assert web.get(f"{HOME}?{SPAN}&q=实测").context["count"] == 23
    assert web.get(f"{HOME}?{SPAN}&platform=bilibili").context["count"] == 0


def test_one_piece_shows_its_steps_and_leads_to_an_action_filled_in(shown, web):
    page = web.get(f"{HOME}piece/?piece={quote(newest(shown).key)}")
    assert page.status_code == 200
    (answer,) = page.context["proposals"]
    assert answer["label"] == "改写结尾的分享理由"
    assert any("不得以奖励" in w for w in answer["words"])
    form = web.get(answer["url"])
    values = form.context["values"]
    assert (values["template"], values["metric"], values["method"]) == ("rework_ending", "piece_share_rate", "ab")
    assert values["account"] == str(shown.account.pk)


def test_the_action_made_there_is_found_again_at_its_piece(shown, web):
    key = newest(shown).key
    url = web.get(f"{HOME}piece/?piece={quote(key)}").context["proposals"][0]["url"]
    values = web.get(url).context["values"]
    web.post(reverse("ledger_action_new", args=["anlan"]), {k: v or "" for k, v in values.items()})
    action = Action.objects.get()
    action.measure = {**action.measure, "arms": {"a": [], "b": [key]}}
    action.save(update_fields=["measure"])
    assert "改写结尾的分享理由" in web.get(f"{HOME}piece/?piece={quote(key)}").content.decode().split("做过什么")[1]


def test_an_action_that_is_linked_to_the_piece_stands_under_what_was_done(shown, web):
    key = newest(shown).key
    url = f"{HOME}piece/?piece={quote(key)}"
    made = {"actor": shown.owner, "template": "by_hand", "room": "content"}
    create_action(**made, title="置顶一条补充说明", links=[{"kind": "piece", "code": key}])
    create_action(**made, title="别的作品的", links=[{"kind": "piece", "code": "other"}])
    create_action(**made, title="是一个事件", links=[{"kind": "incident", "code": key}])
    done = web.get(url).content.decode().split("做过什么")[1]
    assert "置顶一条补充说明" in done
    assert "别的作品的" not in done
    assert "是一个事件" not in done
    piece = Piece.objects.create(brand=shown.brand, title=NEW, platform="douyin", form="video", content_key=key)
    create_action(**made, title="按本处编号关联的", links=[{"kind": "piece", "code": str(piece.pk)}])
    assert "按本处编号关联的" in web.get(url).content.decode().split("做过什么")[1]


def test_the_funnels_axis_ends_at_all(shown, web):
    chart = web.get(f"{HOME}piece/?piece={quote(newest(shown).key)}").context["chart"]
    assert chart["top"] == 1
    assert (chart["type"], chart["least"]) == ("hbar", True)  # each step is named, and the lowest has a bar


@pytest.mark.parametrize("key", ["", "nobody", "\x00", "∅", "'; DROP TABLE contents; --", "x" * 5000])
def test_a_piece_that_is_none_is_not_found(shown, web, key):
    assert web.get(f"{HOME}piece/", {"piece": key}).status_code == 404


def test_a_competitors_piece_has_no_page(shown, web):
    with pytest.raises(NotFound):
        queries.one(shown.owner, "not there")
    other = shown.client(shown.stranger)
    assert other.get(f"{HOME}piece/", {"piece": newest(shown).key}).status_code == 404
    assert other.get(HOME).status_code == 404


@pytest.mark.parametrize("asked", ["start=x", "start=2026-05-01&end=2026-04-01", "start=0001-01-01&end=9999-12-31"])
def test_dates_that_make_no_sense_are_said(shown, web, asked):
    page = web.get(f"{HOME}?{asked}")
    assert page.status_code == 422
    assert page.context["problem"]["next_step"]


@pytest.mark.parametrize("page", ["0", "-3", "99999999999999999999", "²", "x"])
def test_a_page_that_is_none_is_the_nearest(shown, web, page):
    assert web.get(f"{HOME}?{SPAN}&page={page}").status_code == 200


def test_the_file_has_every_step_with_median_and_percentile(shown, web):
    answer = web.get(f"{HOME}list.csv?{SPAN}")
    assert "''作品效果-20" in unquote(answer["Content-Disposition"])
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 25
    head, mine = lines[0].split(","), next(x for x in lines if NEW in x).split(",")
    row = dict(zip(head, mine, strict=False))
    assert (row["标题"], row["最弱一环"], row["分享"]) == (NEW, "分享", "0.002")
    assert row["分享·百分位"] == "0.0"
    assert shown.client(shown.viewer).get(f"{HOME}list.csv?{SPAN}").status_code in (403, 404)


def test_without_facts_the_page_says_what_to_do_next(cast, web):
    assert "还没有作品数据" in web.get(HOME).content.decode()


def test_peers_are_the_earlier_pieces_of_a_year_and_none_of_its_own_day(shown):
    found = facts(shown)
    one = newest(shown)
    days = [p.day for p in found.peers(one)]
    assert days == sorted(days)
    assert (days[0], days[-1], len(days)) == (date(2026, 4, 1), date(2026, 4, 19), 19)
    assert found.peers(next(p for p in found.shown if p.day == date(2026, 4, 1))) == []


def test_a_piece_just_out_has_no_weak_link_and_no_proposals_anywhere(shown, web, monkeypatch):
    one = newest(shown)
    monkeypatch.setattr(queries.figures, "today_of", lambda brand: one.day)
    page = web.get(f"{HOME}piece/?piece={quote(one.key)}")
    assert (page.context["row"]["weak"], page.context["proposals"]) == ("", [])
    assert not any(s["weak"] for s in page.context["steps"])
    assert "先不下判断" in page.content.decode()
