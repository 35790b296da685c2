"""The pages as people reach them: who sees what, what stays, what a click gives."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from hongqiao.imports import services
from hongqiao.imports.models import ImportFile, Mapping
from hongqiao.workspace import services as workspace

from .conftest import CAPTURED, current, daily, member, work, works

HOME = "/b/anlan/imports/"


@pytest.fixture
def browser(client: Client, owner) -> Client:
    client.force_login(owner.user)
    return client


def text(response) -> str:
    return response.content.decode()


def upload(client: Client, data: bytes, name: str = "作品.csv"):
    return client.post(
        f"{HOME}upload/", {"files": SimpleUploadedFile(name, data)}, headers={"accept": "application/json"}
    )


def test_an_empty_room_says_where_the_files_come_from(browser):
    page = text(browser.get(HOME))
    assert "还没有导入过文件" in page
    for words in ("creator.douyin.com", "mp.weixin.qq.com", "creator.xiaohongshu.com", "订单管理", "POST /api/events"):
        assert words in page


def test_a_dropped_file_appears_with_what_it_is_and_what_is_proposed(browser, douyin):
    answer = upload(browser, works(work(1), work(2)))
    assert answer.json() == {"next": HOME, "message": "作品列表"}
    page = text(browser.get(HOME))
    for words in (
        "抖音 · 作品列表",
        "约 2 行",
        "安澜官方",
        "文件里没有写，暂用上传时间",
        "看前几行",
        "防晒测评 1",
        "全部确认（1 个）",
    ):
        assert words in page, words


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(browser):
    answer = upload(browser, b"\x89PNG\r\n\x1a\n" + bytes(60), "a.xlsx")
    assert answer.status_code == 200
    page = text(browser.get(HOME))
    assert "未导入" in page
    assert "重新识别" in page


def test_an_upload_that_is_refused_at_the_door_is_a_problem_with_a_way_on(browser):
    answer = upload(browser, b"", "空.csv")
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert "空文件" in answer.json()["title"]
    assert not ImportFile.objects.exists()


def test_two_hundred_files_go_one_after_the_other(browser, douyin):
    for n in range(20):
        assert upload(browser, daily((f"2026-03-{n + 1:02d}", n)), f"{n}.xlsx").status_code == 200
    assert "20 个文件待处理" in text(browser.get(HOME))


def test_a_choice_is_kept_as_soon_as_it_is_made(browser, owner, douyin, give):
    other = workspace.create_account(actor=owner, platform="douyin", name="种草号")
    file = give(works(work(1)))
    answer = browser.post(
        f"{HOME}{file.id}/choose/",
        {"account": other.id, "captured_at": "2026-04-15T09:30", "seen": file.version},
        headers={"hx-request": "true"},
    )
    assert f'id="f-{file.id}"' in text(answer)
    file.refresh_from_db()
    assert (file.account, file.captured_at) == (other, CAPTURED)
    assert "2026-04-15T09:30" in text(browser.get(HOME))


def test_confirming_one_file_takes_its_card_off_and_shows_it_running(browser, douyin, give):
    file = give(works(work(1)))
    form = {"account": douyin.id, "captured_at": "2026-04-15T09:30", "seen": file.version}
    page = text(browser.post(f"{HOME}{file.id}/confirm/", form, headers={"hx-request": "true"}))
    assert f'id="f-{file.id}"' not in page
    assert 'hx-trigger="every 2s"' in page
    assert "排队中" in page


def test_progress_answers_304_until_something_changes_and_stops_asking_when_done(browser, take, give, douyin, owner):
    file = give(works(work(1)))
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED, queue=False)
    first = browser.get(f"{HOME}progress/")
    assert "every 2s" in text(first)
    mark = first["ETag"]
    assert browser.get(f"{HOME}progress/", headers={"if-none-match": mark}).status_code == 304
    services.run(file.id)
    later = browser.get(f"{HOME}progress/", headers={"if-none-match": mark})
    assert later.status_code == 200
    assert "every 2s" not in text(later)
    assert "新增" in text(later)


def test_one_files_bar_asks_for_the_whole_page_when_it_is_done(browser, take, give, douyin, owner):
    file = give(works(work(1)))
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED, queue=False)
    first = browser.get(f"{HOME}{file.id}/progress/")
    assert browser.get(f"{HOME}{file.id}/progress/", headers={"if-none-match": first["ETag"]}).status_code == 304
    services.run(file.id)
    assert browser.get(f"{HOME}{file.id}/progress/")["HX-Refresh"] == "true"


def test_a_new_account_is_made_beside_the_file_and_chosen(browser, give):
    file = give(works(work(1)))
    answer = browser.post(
        f"{HOME}{file.id}/account/", {"platform": "douyin", "name": "新号"}, headers={"hx-request": "true"}
    )
    assert "新号" in text(answer)
    file.refresh_from_db()
    assert file.account.name == "新号"


def test_an_account_made_beside_one_file_is_chosen_for_all_that_wait_for_it(browser, give, owner):
    first, second, shop = give(works(work(1))), give(works(work(2))), give(ORDERS, "门店.csv")
    answer = browser.post(
        f"{HOME}{first.id}/account/", {"platform": "douyin", "name": "新号"}, headers={"hx-request": "true"}
    )
    assert answer["HX-Refresh"] == "true"
    for file in (first, second, shop):
        file.refresh_from_db()
    assert first.account == second.account
    assert second.account.name == "新号"
    assert shop.account is None
    assert services.confirm_all(actor=owner) == {"confirmed": 2, "left": 1}


def test_an_account_made_after_the_upload_is_proposed_when_the_page_is_opened(browser, give, owner):
    give(works(work(1)))
    assert "其中 1 个要你看一下" in text(browser.get(HOME))
    workspace.create_account(actor=owner, platform="douyin", name="后建的号")
    assert "全部确认（1 个）" in text(browser.get(HOME))
    assert services.confirm_all(actor=owner) == {"confirmed": 1, "left": 0}


def test_a_mapped_table_is_not_guessed_onto_another_platforms_account(browser, give, take, owner, douyin):
    services.keep_mapping(actor=owner, mapping=MAPPING)
    file = give(ORDERS, "门店.csv")
    assert file.account is None
    page = text(browser.get(HOME))
    assert "其中 1 个要你看一下" in page
    assert page.index('<option value="own">') < page.index('<option value="douyin">')
    take(ORDERS.replace(b"A1", b"B1"), "上一周.csv", account=douyin)
    assert give(ORDERS.replace(b"A1", b"C1"), "下一周.csv").account == douyin


def test_the_question_before_undoing_names_the_file(browser, take):
    file = take(works(work(1)), "四月作品.csv")
    page = text(browser.get(f"{HOME}{file.id}/"))
    assert 'data-confirm-title="撤销这次导入？ 四月作品.csv"' in page


def test_the_detail_page_tells_what_was_taken_refused_and_by_whom(browser, take):
    file = take(works(work(1), work(2).replace("2026-04-03 21:26:02", "某天")))
    page = text(browser.get(f"{HOME}{file.id}/"))
    for words in (
        "抖音 · 作品列表",
        "第 3 行",
        "「发布时间」不是日期或时间",
        "某天",
        "整行拒收",
        "下载拒收明细",
        "撤销导入",
        "沈总",
        "2026-04-02",
        file.sha256,
    ):
        assert words in page, words


def test_undo_from_the_page_and_then_the_page_says_so(browser, take, brand):
    file = take(works(work(1)))
    page = text(browser.post(f"{HOME}{file.id}/undo/", {"seen": file.version}, follow=True))
    assert "这次导入已撤销" in page
    assert current(brand, "contents") == []
    again = browser.post(f"{HOME}{file.id}/undo/", {"seen": file.version})
    assert again.status_code == 409


def test_the_refused_rows_come_as_a_csv_that_excel_reads(browser, take):
    file = take(works(work(1).replace("2026-04-02 21:26:01", "@SUM(A1)")))
    answer = browser.get(f"{HOME}{file.id}/refused.csv")
    told = answer.getvalue().decode()  # a stream is read once
    assert told.startswith("\ufeff")
    assert "'@SUM(A1)" in told
    assert "attachment" in answer["Content-Disposition"]


def test_history_is_narrowed_sorted_and_paged_without_losing_a_file(browser, take, owner):
    owner.brand.settings = {"imports": {"page_size": 2}}
    owner.brand.save()
    names = [f"{n}.csv" for n in "cabed"]
    for n, name in enumerate(names):
        take(works(work(n)), name)
    seen, after = [], ""
    for _ in range(3):
        page = browser.get(f"{HOME}history/", {"sort": "name", "after": after})
        seen += [c.file.name for c in page.context["cards"]]
        after = page.context["next"] or ""
    assert seen == sorted(names)
    assert after == ""
    found = browser.get(f"{HOME}history/", {"q": "b.cs", "state": "done", "platform": "douyin"})
    assert [c.file.name for c in found.context["cards"]] == ["b.csv"]
    assert "没有符合条件的导入" in text(browser.get(f"{HOME}history/", {"q": "nothing"}))


@pytest.mark.parametrize("sort", ["-at", "at", "name", "-name", "size", "-size", "captured_at", "-captured_at"])
def test_every_order_of_the_history_shows_every_file_once(browser, take, give, owner, sort):
    owner.brand.settings = {"imports": {"page_size": 2}}
    owner.brand.save()
    for n in range(3):
        take(works(work(n)), "同名.csv")
    for _ in range(2):
        give(b"\x89PNG\r\n\x1a\n" + bytes(60))  # refused: no moment of capture
    seen, after = [], ""
    for _ in range(5):
        page = browser.get(f"{HOME}history/", {"sort": sort, "after": after})
        seen += [c.file.id for c in page.context["cards"]]
        after = page.context["next"] or ""
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5


def test_the_history_leaves_as_csv(browser, take):
    take(works(work(1)), "=1+1.csv")
    lines = browser.get(f"{HOME}history/export/").getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("文件,状态,识别为,账号")
    assert lines[1].startswith("'=1+1.csv,已导入,抖音 · 作品列表,安澜官方,2026-04-15 09:30:00,1,0,0")


def test_from_a_source_to_its_file(browser, take, stranger, client):
    file = take(works(work(1)))
    source = file.tables.get().source_id
    answer = browser.get(f"/b/anlan/imports/source/{source}/")
    assert answer["Location"] == f"/b/anlan/imports/{file.id}/"
    browser.force_login(stranger.user)
    assert browser.get(f"/b/other/imports/source/{source}/").status_code == 404


def addresses() -> list[str]:
    """Every address of the room, by name."""
    names = [n for n in get_resolver().reverse_dict if isinstance(n, str) and n.startswith("import")]
    assert len(names) >= 20
    return sorted(names)


def ask(client: Client, url: str):
    """Ask for an address in the one way that it takes."""
    answer = client.get(url)
    return client.post(url) if answer.status_code == 405 else answer


def test_strangers_get_404_and_colleagues_without_the_right_403_on_every_address(
    client, take, give, stranger, brand, owner
):
    from django.urls import reverse

    file = give("店,员,数\nA,B,1\n".encode())
    table = file.tables.get()
    kept = services.keep_mapping(actor=owner, mapping=MAPPING)
    values = {"file_id": file.id, "table_id": table.id, "mapping_id": kept.id, "source_id": file.id}
    values |= {"key": "douyin.-"}
    nobody = member(brand, "designer")
    for name in addresses():
        possible = get_resolver().reverse_dict.getlist(name)[0][0]
        wanted = {k: values.get(k, file.id) for k in possible[0][1] if k != "brand"}
        url = reverse(name, kwargs={"brand": "anlan", **wanted})
        client.logout()
        assert ask(client, url).status_code == 302, name
        client.force_login(stranger.user)
        assert ask(client, url).status_code == 404, name
        client.force_login(nobody.user)
        assert ask(client, url).status_code == 403, name


MAPPING = {
    "table": "orders",
    "label": "门店订单",
    "columns": {
        "单号": {"column": "order_key", "kind": "id"},
        "下单": {"column": "ts", "kind": "datetime"},
        "实收": {"column": "paid", "kind": "money"},
    },
    "headers": ["单号", "下单", "实收", "柜台"],
    "options": {"currency": "CNY"},
}
ORDERS = "单号,下单,实收,柜台\nA1,2026-04-01 10:00,12.5,一楼\nA2,2026-04-02 11:00,30,二楼\n".encode()


def test_an_unknown_table_is_taught_once_and_known_from_then_on(browser, give, take, owner, brand):
    shop = workspace.create_account(actor=owner, platform="own", name="门店")
    file = give(ORDERS, "门店.csv")
    waiting, other = give(ORDERS.replace(b"A1", b"C1"), "另一周.csv"), give(b"a,b\n1,2\n", "别的.csv")
    table = file.tables.get()
    assert not table.layout
    page = text(browser.get(f"{HOME}{file.id}/map/{table.id}/"))
    assert "柜台" in page
    form = {
        "table": "orders",
        "label": "门店订单",
        "c0": "order_key",
        "c1": "ts",
        "currency": "CNY",
        "earliest": "1990-01-01",
    }
    short = browser.post(
        f"{HOME}{file.id}/map/{table.id}/preview/", {"table": "orders", "label": "x", "c0": "order_key"}
    )
    assert "还缺" in text(short)
    tried = text(browser.post(f"{HOME}{file.id}/map/{table.id}/preview/", {**form, "c2": "paid"}))
    assert "<td>30</td>" in tried.replace(' class="num"', "")
    assert "30.0000" not in tried
    assert "2026-04-02 11:00:00" in tried
    refused = browser.post(f"{HOME}{file.id}/map/{table.id}/", {"table": "orders", "label": "x", "c0": "order_key"})
    assert refused.status_code == 422
    assert not Mapping.objects.exists()
    browser.post(f"{HOME}{file.id}/map/{table.id}/", {**form, "c2": "paid"})
    kept = Mapping.objects.get()
    assert kept.label == "门店订单"
    table = ImportFile.objects.get(id=file.id).tables.get()
    assert (table.layout, table.mapped, table.unknown) == (kept.code, True, ["柜台"])
    assert ImportFile.objects.get(id=waiting.id).tables.get().layout == kept.code
    assert not ImportFile.objects.get(id=other.id).tables.get().layout
    done = take(ORDERS.replace(b"A1", b"B1"), "下一周.csv", account=shop)
    assert done.state == "done"
    assert {(r["order_key"], str(r["paid"])) for r in current(brand, "orders")} == {
        ("B1", "12.5000"),
        ("A2", "30.0000"),
    }


def test_choosing_what_a_table_is_proposes_its_columns_and_leaves_later_choices_alone(browser, give):
    file = give("订单编号,实付金额,柜台\nA1,12.5,一楼\n".encode(), "门店.csv")
    address = f"{HOME}{file.id}/map/{file.tables.get().id}/preview/"
    fresh = text(browser.post(address, {"table": "orders", "drawn": ""}))
    assert '<option value="order_key" selected>' in fresh
    assert '<option value="paid" selected>' in fresh
    assert "还缺 下单时间" in fresh
    cleared = text(browser.post(address, {"table": "orders", "drawn": "orders", "c1": "paid"}))
    assert '<option value="paid" selected>' in cleared
    assert '<option value="order_key" selected>' not in cleared


def test_a_kept_mapping_is_changed_and_forgotten(browser, owner):
    kept = services.keep_mapping(actor=owner, mapping=MAPPING)
    page = text(browser.get(f"{HOME}mappings/"))
    assert "门店订单" in page
    assert "实收" in page
    form = {"table": "orders", "label": "专柜订单", "c0": "order_key", "c1": "ts", "c2": "gross", "currency": "CNY"}
    browser.post(f"{HOME}mappings/{kept.id}/", form)
    kept.refresh_from_db()
    assert (kept.label, kept.mapping["columns"]["实收"]["column"], kept.version) == ("专柜订单", "gross", 2)
    assert browser.post(f"{HOME}mappings/{kept.id}/delete/", {"seen": 1}).status_code == 409
    browser.post(f"{HOME}mappings/{kept.id}/delete/", {"seen": 2})
    assert not Mapping.objects.exists()


def test_a_browser_without_scripts_can_do_it_too(browser, douyin):
    browser.post(f"{HOME}upload/", {"files": SimpleUploadedFile("a.csv", works(work(1)))})
    file = ImportFile.objects.get()
    form = {"account": douyin.id, "captured_at": "2026-04-15T09:30", "seen": file.version}
    answer = browser.post(f"{HOME}{file.id}/confirm/", form)
    assert answer["Location"] == HOME
    file.refresh_from_db()
    assert file.state == "queued"
