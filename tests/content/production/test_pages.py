"""The pages of production: what they show, what they do, what they refuse, what a stranger sees."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hongqiao.content.models import Asset, HalfWritten, Piece, Remark, ReviewLink, Revision, Task
from hongqiao.content.production import diffing, present, queries, services
from tests.cast import join
from tests.content.production.house import TEXT, account, at, fresh, piece, soon, written

TABS = ("text", "check", "versions", "remarks", "review", "tasks", "publish", "log")
FORMS = ("article", "note", "video", "long_video", "live", "poster")


def address(row, tab=""):
    if tab:
        return reverse("content_piece_tab", args=[row.brand.slug, row.pk, tab])
    return reverse("content_piece", args=[row.brand.slug, row.pk])


@pytest.fixture
def browser(cast):
    return cast.client(cast.owner)


@pytest.mark.parametrize("form", FORMS)
def test_every_tab_of_every_form_opens_empty_and_written(cast, browser, form):
    row = piece(cast.editor, form=form, platform="douyin")
    texts = {"title": "题", "text": "文"} if form in ("note", "video", "long_video") else {"title": "题"}
    for _round in range(2):
        for tab in TABS:
            answer = browser.get(address(row, tab))
            assert answer.status_code == 200, tab
        services.add_revision(actor=cast.editor, piece_id=row.pk, seen=0, body=texts)
    assert browser.get(address(row, "nothing")).status_code == 404


def test_the_room_opens_on_its_board_with_a_column_a_stage(cast, browser):
    row = at(cast.editor, written(cast.editor), "review")
    assert browser.get(reverse("content_home", args=["anlan"]))["Location"] == reverse("content_board", args=["anlan"])
    page = browser.get(reverse("content_board", args=["anlan"]))
    columns = {c["stage"]: [x["row"].pk for x in c["cards"]] for c in page.context["columns"]}
    assert columns["review"] == [row.pk]
    assert "内容审核 · " in page.content.decode()


def test_a_board_of_many_asks_as_often_as_one_of_few(cast, browser, django_assert_max_num_queries):
    for _n in range(12):
        at(cast.editor, written(cast.editor), "review")
    browser.get(reverse("content_board", args=["anlan"]))
    with django_assert_max_num_queries(50):
        browser.get(reverse("content_board", args=["anlan"]))


def test_a_card_is_moved_by_htmx_and_the_board_comes_back(cast, browser):
    row = written(cast.editor)
    form = {"act": "move", "id": row.pk, "seen": row.version, "stage": "making"}
    answer = browser.post(reverse("content_board", args=["anlan"]), form, headers={"HX-Request": "true"})
    assert 'id="board"' in answer.content.decode()
    assert fresh(row).stage == "making"
    stale = browser.post(reverse("content_board", args=["anlan"]), form, headers={"HX-Request": "true"})
    assert stale.status_code == 409


def test_what_is_held_back_stays_where_it_is_and_says_why(cast, browser):
    row = written(cast.editor, text=TEXT | {"text": "这是全网最好的防晒。"})
    form = {"act": "move", "id": row.pk, "seen": row.version, "stage": "review"}
    answer = browser.post(reverse("content_board", args=["anlan"]), form)
    assert answer.status_code == 409
    assert "检查出 1 处必须处理的问题" in answer.content.decode()
    shown = browser.get(address(row, "check")).content.decode()
    assert "广告法" in shown
    assert "最好" in shown
    assert fresh(row).stage == "copy"


def test_who_saves_second_sees_both_texts_and_loses_neither(cast, browser):
    row = written(cast.editor)
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "她先保存的一句。"})
    form = {"act": "save", "seen": "1", "title": TEXT["title"], "text": "我后保存的一句。"}
    page = browser.post(address(row), form)
    shown = page.content.decode()
    assert "editor 在你写的时候保存了第 2 版" in shown
    assert "她先保存的一句。" in shown
    assert "我后保存的一句。" in shown
    assert HalfWritten.objects.get().body["text"] == "我后保存的一句。"
    again = browser.post(address(row), form | {"seen": page.context["seen_number"]})
    assert again.status_code == 302
    assert queries.newest(fresh(row)).body["text"] == "我后保存的一句。"


def test_half_written_text_is_kept_as_typed_and_offered_again(cast, browser):
    row = written(cast.editor)
    half = reverse("content_piece_half", args=["anlan", row.pk])
    assert browser.post(half, {"seen": "1", "title": TEXT["title"], "text": "写到一半"}).json() == {"kept": True}
    assert "写到一半、没有保存的内容" in browser.get(address(row)).content.decode()
    assert "写到一半</textarea>" in browser.get(address(row) + "?half=1").content.decode()
    browser.post(address(row), {"act": "drop"})
    assert not HalfWritten.objects.exists()


def test_an_editor_that_shows_less_deletes_nothing(cast, browser):
    asset = "01890000-0000-7000-8000-000000000000"
    row = written(cast.editor, text=TEXT | {"cover": asset, "images": [asset]})
    browser.post(address(row), {"act": "save", "seen": "1", "title": "新题", "text": "新的一段"})
    body = queries.newest(fresh(row)).body
    assert (body["title"], body["cover"], body["images"]) == ("新题", asset, [asset])


def test_a_shot_table_is_typed_row_by_row(cast, browser):
    row = piece(cast.editor, form="video", platform="douyin")
    form = {"act": "save", "seen": "0", "title": "题", "shots.rows": "3", "shots.0.start": "0", "shots.0.end": "3"}
    form |= {"shots.0.line": "先别下单", "shots.2.line": "第二句"}
    browser.post(address(row), form)
    assert queries.newest(fresh(row)).body["shots"] == [{"start": 0, "end": 3, "line": "先别下单"}, {"line": "第二句"}]
    wrong = browser.post(address(row), form | {"seen": "1", "shots.0.end": "三"})
    assert wrong.status_code == 422


def test_a_reviewer_passes_and_sends_back_from_the_page(cast):
    lead = join(cast.brand, "lead", "lead")
    row = at(cast.editor, written(cast.editor), "review")
    browser = cast.client(lead)
    form = {"act": "decide", "seen": row.version, "number": 1}
    assert browser.post(address(row, "review"), form | {"decision": "no"}).status_code == 422
    browser.post(address(row, "review"), form | {"decision": "no", "note": "开头再快一点"})
    assert fresh(row).stage == "copy"
    row = at(cast.editor, fresh(row), "review")
    browser.post(address(row, "review"), form | {"decision": "yes", "seen": row.version})
    assert fresh(row).stage == "approved"


def test_remarks_are_written_on_a_quote_answered_and_settled(cast, browser):
    row = written(cast.editor)
    form = {"act": "remark", "text": "拍出来", "field": "text", "quote": "两指的量", "start": "0"}
    browser.post(address(row, "remarks"), form)
    one = Remark.objects.get()
    page = browser.get(address(row, "remarks")).content.decode()
    assert f'id="on-{one.pk}"' in page
    browser.post(address(row, "remarks"), {"act": "remark", "text": "好", "answers": one.pk})
    browser.post(address(row, "remarks"), {"act": "settle", "id": one.pk, "seen": one.version})
    assert fresh(one).settled_at is not None
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "改没了"})
    assert "已改动" in browser.get(address(row, "remarks")).content.decode()


def test_a_version_for_another_platform_is_cut_to_its_title_and_told_when_its_source_changes(cast, browser):
    long = {"title": "换季敏感期先停掉这三样东西再说别的一点也不迟", "markdown": "## 一\n\n先停功效品。"}
    row = written(cast.editor, piece(cast.editor, form="article", platform="wechat_oa"), long)
    answer = browser.post(address(row), {"act": "adapt", "platform": "xiaohongshu", "form": "note"})
    made = Piece.objects.get(source=row)
    assert answer["Location"] == address(made)
    first = Revision.objects.get(piece=made)
    assert (len(first.body["title"]), first.body["text"], first.origin) == (20, "一\n先停功效品。", "adapted")
    assert "原题：换季敏感期先停掉这三样东西再说别的一点也不迟" in first.note
    assert "源内容改过了" not in browser.get(address(made)).content.decode()
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=long | {"markdown": "先停一样。"})
    assert "源内容改过了：这一版由第 1 版改编，现在是第 2 版" in browser.get(address(made)).content.decode()
    browser.post(address(made), {"act": "catch_up", "seen": fresh(made).version})
    assert "源内容改过了" not in browser.get(address(made)).content.decode()


def test_several_pieces_change_hands_at_once_and_those_that_cannot_are_counted(cast, browser):
    rows = [piece(cast.editor), piece(cast.editor)]
    gone = services.archive(actor=cast.editor, piece_id=piece(cast.editor).pk, seen=None)
    keys = [r.pk for r in (*rows, gone)]
    answer = browser.post(
        reverse("content_pieces", args=["anlan"]),
        {"act": "owner", "piece": keys, "owner_id": cast.editor.pk},
        follow=True,
    )
    assert "已修改 2 条；另外 1 条没有改" in answer.content.decode()
    assert {fresh(r).owner for r in rows} == {cast.editor}


def test_the_list_is_searched_filtered_sorted_and_saved_as_a_workbook(cast, browser):
    piece(cast.editor, title="=1+1 油皮防晒")
    piece(cast.editor, title="别的", platform="douyin", form="video")
    list_ = reverse("content_pieces", args=["anlan"])
    shown = browser.get(list_, {"q": "油皮", "platform": "xiaohongshu", "sort": "slot"})
    assert [c["name"] for c in shown.context["cards"]] == ["=1+1 油皮防晒"]
    book = load_workbook(io.BytesIO(browser.get(list_, {"file": "xlsx", "q": "油皮"}).content))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1 油皮防晒", "s")


def test_a_new_piece_is_made_for_the_platform_of_its_account(cast, browser):
    form = {"act": "create", "title": "题", "platform": "weibo", "form": "video", "account_id": cast.account.pk}
    answer = browser.post(reverse("content_piece_new", args=["anlan"]), form)
    made = Piece.objects.get()
    assert (made.platform, made.account) == ("douyin", cast.account)
    assert answer["Location"] == address(made)
    assert Task.objects.filter(piece=made).count() == 4
    bad = browser.post(reverse("content_piece_new", args=["anlan"]), form | {"title": " "})
    assert bad.status_code == 422


def test_a_new_piece_goes_to_a_platform_of_content_and_its_account_is_told_by_its_platform(cast, browser):
    account(cast.brand, "doudian"), account(cast.brand)
    page = browser.get(reverse("content_piece_new", args=["anlan"])).content.decode()
    assert "小红书 · 安澜</option>" in page
    assert 'value="doudian"' not in page
    assert "抖店 ·" not in page


def test_tasks_are_said_to_have_days_only_where_the_piece_has_one(cast, browser):
    form = {"act": "create", "title": "题", "platform": "weibo", "form": "video"}
    where = reverse("content_piece_new", args=["anlan"])
    assert "任务会倒排出日期" in browser.post(where, form, follow=True).content.decode()
    assert "任务按发布时间倒排好了" in browser.post(where, form | {"publish_at": soon()}, follow=True).content.decode()


def test_a_reviewer_sees_the_pictures_of_what_they_judge(cast, browser):
    picture = Asset.objects.create(
        brand=cast.brand, name="地铁口.png", kind="image", mime="image/png", digest="a" * 64, bytes=9
    )
    row = at(cast.editor, written(cast.editor, text=TEXT | {"images": [str(picture.pk)]}), "review")
    page = cast.client(join(cast.brand, "lead", "lead")).get(address(row, "review")).content.decode()
    assert reverse("content_asset_file", args=["anlan", picture.pk]) in page


def test_who_only_looks_sees_no_forms_and_changes_nothing(cast):
    row = written(cast.editor)
    browser = cast.client(cast.viewer)
    assert 'value="save"' not in browser.get(address(row)).content.decode()
    assert browser.post(address(row), {"act": "save", "seen": "1", "text": "x"}).status_code == 403
    assert browser.post(reverse("content_piece_half", args=["anlan", row.pk]), {"seen": "1"}).status_code == 403
    assert browser.post(address(row, "remarks"), {"act": "remark", "text": "我看过了"}).status_code == 302


def test_a_marked_text_keeps_its_letters_whatever_stands_on_it():
    text = "## 一\n甲乙丙\n## 二\n丁"
    assert "".join(x["mark"] + x["text"] for x in present.headed(text)) == text
    assert [p["text"] for p in present.marked("甲乙丙丁", [(1, 3, {"remark": 1}), (2, 4, {"remark": 2})])] == [
        "甲",
        "乙丙",
        "丁",
    ]


def test_the_card_on_today_names_what_waits_for_me_and_what_holds_me(cast):
    row = at(cast.editor, written(cast.editor), "review")
    page = cast.client(cast.owner).get(reverse("today", args=["anlan"])).content.decode()
    assert "待审 1" in page
    assert address(row, "review") in page
    held = piece(cast.editor, owner_id=cast.editor.pk)
    written(cast.editor, held, TEXT | {"text": "这是全网最好的防晒。"})
    mine = cast.client(cast.editor).get(reverse("today", args=["anlan"])).content.decode()
    assert address(held, "check") in mine
    assert address(row, "review") not in mine


def test_nobody_says_by_hand_that_a_piece_is_published(cast, browser):
    told = {"publish_at": soon(), "account_id": account(cast.brand).pk}
    row = at(cast.editor, written(cast.editor, piece(cast.editor, **told)), "review")
    row = at(cast.owner, row, "approved", "scheduled")
    form = {"act": "move", "id": row.pk, "seen": row.version, "stage": "published"}
    assert browser.post(reverse("content_board", args=["anlan"]), form).status_code == 409
    assert fresh(row).stage == "scheduled"


def test_a_diff_shows_chinese_word_by_word():
    assert diffing.words("先涂防晒", "先薄涂防晒") == [("same", "先"), ("new", "薄"), ("same", "涂防晒")]
    assert diffing.lines("一\n二", "一\n三") == [[("same", "一")], [("gone", "二"), ("new", "三")]]
    assert diffing.counts(diffing.lines("", "新的")) == (0, 2)


@pytest.fixture
def link(cast):
    row = at(cast.editor, written(cast.editor, text=TEXT | {"text": "<script>alert(1)</script> 正文"}), "review")
    made, token = services.make_link(actor=cast.owner, piece_id=row.pk, name="王律师", may_decide=True)
    cache.clear()
    return row, made, f"/r/{token}/"


def test_an_outside_reviewer_needs_no_account_sees_one_piece_and_nothing_runs(link):
    _row, _made, at_ = link
    answer = Client().get(at_)
    shown = answer.content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex, nofollow", "no-store")
    assert "/b/anlan/" not in shown


def test_an_outside_reviewer_says_who_they_are_once_remarks_and_decides(link):
    row, made, at_ = link
    browser = Client()
    assert browser.post(at_, {"act": "remark", "text": "x"}).status_code == 422
    assert browser.post(at_, {"act": "name", "name": "王<b>"}).status_code == 302
    browser.post(at_, {"act": "remark", "text": "第二句没有依据", "field": "text", "quote": "正文"})
    assert "第二句没有依据" in browser.get(at_).content.decode()
    assert Remark.objects.get().link == made
    browser.post(at_, {"act": "decide", "decision": "yes", "number": 1})
    assert fresh(row).stage == "approved"


def test_a_dead_link_says_so_and_tries_are_counted(link, one_window):
    _row, made, at_ = link
    ReviewLink.objects.filter(pk=made.pk).update(until=timezone.now() - timedelta(seconds=1))
    browser = Client()
    assert browser.get(at_).status_code == 410
    assert browser.post(at_, {"act": "name", "name": "x"}).status_code == 410
    assert browser.get("/r/nonsense/").status_code == 410
    statuses = {browser.get("/r/guess/").status_code for _n in range(70)}
    assert 429 in statuses
    cache.clear()


def test_a_link_that_only_looks_shows_no_decision(cast, link):
    row, _made, _at = link
    _other, token = services.make_link(actor=cast.owner, piece_id=row.pk, name="客户")
    services.name_link(token=token, name="客户")
    assert 'value="decide"' not in Client().get(f"/r/{token}/").content.decode()
    assert Client().post(f"/r/{token}/", {"act": "decide", "decision": "yes", "number": 1}).status_code == 403


def test_the_working_title_stands_in_an_empty_draft_and_what_was_written_stays(cast):
    row, browser = piece(cast.editor, title="工作标题"), cast.client(cast.editor)
    assert 'name="title" maxlength="120" value="工作标题"' in browser.get(address(row)).content.decode()
    written(cast.editor, row, TEXT | {"title": ""})
    assert "工作标题" not in browser.get(address(row)).content.decode().split('name="title"')[1][:60]


def test_a_button_that_leads_to_the_page_one_is_on_is_not_there(cast):
    row, browser = at(cast.editor, written(cast.editor), "review"), cast.client(cast.owner)
    assert browser.get(address(row)).context["following"]["url"] == address(row, "review")
    assert browser.get(address(row, "review")).context["following"] is None
