"""The import page in a real browser: drop, choose, confirm, watch, undo; wide and on a phone; by keyboard."""

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from hongqiao.imports import services
from hongqiao.imports.models import ImportFile, WatchedFile
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member, User

from .conftest import CAPTURED, current, daily, work, works, zip_of
from .test_pages import MAPPING, ORDERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def actor(house: Path, transactional_db: None) -> Member:
    user = User.objects.create_superuser("owner@example.com", name="沈总")
    brand = workspace.create_brand(user=user, name="安澜护肤", slug="anlan")
    member = Member.objects.get(brand=brand)
    workspace.create_account(actor=member, platform="douyin", name="安澜官方")
    return member


@pytest.fixture
def go(live_server, actor):
    """Sign a page in and open an address of the brand."""

    def go(page, path: str = "imports/") -> None:
        page.goto(live_server.url + workspace_link(actor))
        button = page.get_by_role("button", name="登录")
        if button.count():
            button.first.click()
        page.wait_for_load_state()
        page.goto(f"{live_server.url}/b/anlan/{path}")

    return go


def workspace_link(actor: Member) -> str:
    return f"/in/{workspace.make_sign_in_link(user=actor.user)}"


def work_off() -> None:
    """The worker, in a thread of its own."""

    def run() -> None:
        jobs.work_off()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def files(tmp_path: Path) -> list[str]:
    named = {
        "作品列表.csv": works(*[work(n) for n in range(1, 12)], work(12).replace("2026-04-13 21:26:12", "某天")),
        "播放量.xlsx": daily(*[(f"2026-04-{n:02d}", n * 100) for n in range(1, 14)]),
        "门店订单.csv": ORDERS,
        "截图.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(80),
    }
    for name, data in named.items():
        (tmp_path / name).write_bytes(data)
    return [str(tmp_path / name) for name in named]


def test_files_are_dropped_confirmed_watched_and_undone(page, go, tmp_path, shot, actor):
    go(page)
    shot(page, "imports-empty-1440")
    page.set_input_files('input[type="file"]', files(tmp_path))
    shot(page, "imports-picked-1440")
    page.get_by_role("button", name="上传 4 个文件").click()
    page.get_by_role("heading", name="4 个文件待处理").wait_for()
    shot(page, "imports-waiting-1440")
    card = page.locator("article", has_text="作品列表.csv")
    card.get_by_label("下载时间").fill("2026-04-15T09:30")
    card.get_by_label("下载时间").dispatch_event("change")
    card.get_by_text("由你填写").wait_for()
    page.get_by_role("button", name="全部确认（2 个）").click()
    page.get_by_text("正在导入，还有 2 个").wait_for()
    shot(page, "imports-running-1440")
    work_off()
    page.get_by_role("heading", name="最近的结果").wait_for()
    shot(page, "imports-results-1440")
    page.get_by_role("link", name="作品列表.csv").click()
    page.get_by_text("「发布时间」不是日期或时间").wait_for()
    shot(page, "imports-file-1440")
    page.get_by_role("button", name="撤销导入").click()
    page.locator("#confirm [data-ok]").click()
    page.get_by_text("这次导入已撤销", exact=False).first.wait_for()
    assert ImportFile.objects.get(name="作品列表.csv").state == "undone"


def test_a_single_card_is_confirmed_without_leaving_the_page(page, go, actor, shot):
    for n in range(2):
        services.receive(actor=actor, name=f"{n}.csv", stream=io.BytesIO(works(work(n))))
    go(page)
    page.locator("article", has_text="0.csv").get_by_role("button", name="确认导入").click()
    page.get_by_role("heading", name="1 个文件待处理").wait_for()
    page.get_by_text("正在导入，还有 1 个").wait_for()
    work_off()
    page.get_by_role("heading", name="最近的结果").wait_for()
    page.locator("article", has_text="1.csv").get_by_role("button", name="丢弃").click()
    page.locator("#confirm [data-ok]").click()
    page.get_by_text("文件已丢弃").first.wait_for()
    assert ImportFile.objects.count() == 1


def test_an_account_made_in_one_card_is_chosen_in_the_others(page, go, actor):
    services.keep_mapping(actor=actor, mapping=MAPPING)
    for n in range(2):
        services.receive(actor=actor, name=f"{n}.csv", stream=io.BytesIO(ORDERS.replace(b"A1", b"N%d" % n)))
    go(page)
    card = page.locator("article", has_text="0.csv")
    card.get_by_text("＋ 新建账号").click()
    card.get_by_label("新账号名称").fill("门店")
    card.get_by_role("button", name="新建并选择").click()
    page.get_by_role("button", name="全部确认（2 个）").wait_for()
    other = page.locator("article", has_text="1.csv").locator("select[name=account] option:checked")
    assert other.inner_text() == "门店"
    assert {f.account.platform for f in ImportFile.objects.select_related("account")} == {"own"}


def test_an_unknown_table_is_taught_in_the_browser(page, go, actor, shot):
    workspace.create_account(actor=actor, platform="own", name="门店")
    services.receive(actor=actor, name="门店订单.csv", stream=io.BytesIO(ORDERS))
    go(page)
    page.get_by_role("link", name="告诉系统每列是什么").click()
    page.get_by_label("这张表是").select_option(label="订单")
    page.get_by_label("单号 对应到").wait_for()
    for header, target in (("单号", "order_key"), ("下单", "ts"), ("实收", "paid")):
        with page.expect_response(lambda r: "preview" in r.url):
            page.get_by_label(f"{header} 对应到").select_option(value=target)
    page.get_by_label("给它起个名字").fill("门店订单")
    page.get_by_role("heading", name="前几行会变成").wait_for()
    shot(page, "imports-mapping-1440")
    page.get_by_role("button", name="保存字段对应").click()
    page.get_by_text("按你的字段对应").wait_for()
    page.get_by_role("link", name="字段对应").click()
    page.get_by_role("heading", name="门店订单").wait_for()
    shot(page, "imports-mappings-1440")


def test_the_pages_fit_a_phone(phone, go, actor, tmp_path, shot):
    for path in files(tmp_path):
        with Path(path).open("rb") as stream:
            services.receive(actor=actor, name=Path(path).name, stream=stream)
    done = services.receive(
        actor=actor,
        name="一个名字很长很长很长很长很长很长很长很长的作品列表文件.csv",
        stream=io.BytesIO(works(work(1), work(2).replace("2026-04-03 21:26:02", "某天"))),
    )
    services.confirm(actor=actor, file_id=done.id, seen=None, captured_at=CAPTURED, queue=False)
    services.run(done.id)
    unknown = ImportFile.objects.get(name="门店订单.csv")
    pages = {
        "home": "imports/",
        "history": "imports/history/",
        "file": f"imports/{done.id}/",
        "mapping": f"imports/{unknown.id}/map/{unknown.tables.get().id}/",
    }
    for name, path in pages.items():
        go(phone, path)
        wide = phone.evaluate("document.documentElement.scrollWidth")
        shot(phone, f"imports-{name}-390")
        assert wide <= 390, f"{name} is {wide} wide"


def test_the_history_wide(page, go, actor, shot):
    for n in range(5):
        file = services.receive(actor=actor, name=f"作品-{n}.csv", stream=io.BytesIO(works(work(n))))
        services.confirm(actor=actor, file_id=file.id, seen=None, captured_at=CAPTURED, queue=False)
        services.run(file.id)
    go(page, "imports/history/")
    shot(page, "imports-history-1440")
    page.get_by_label("文件名").fill("作品-3")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="作品-3.csv").wait_for()
    assert page.locator("tbody tr").count() == 1


def test_everything_on_a_card_is_reached_and_done_by_keyboard(page, go, actor):
    services.receive(actor=actor, name="a.csv", stream=io.BytesIO(works(work(1))))
    go(page)
    page.locator("select[name=account]").focus()
    names = []
    for _ in range(14):
        names.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
        if "确认导入" in names[-1]:
            break
        page.keyboard.press("Tab")
    assert "确认导入" in names[-1], names
    page.keyboard.press("Enter")
    page.get_by_text("正在导入，还有 1 个").wait_for()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_files_in_one_drop_are_all_in_and_add_up(page, go, actor, tmp_path, shot):
    named = []
    for n in range(200):
        path = tmp_path / f"导出{n:03d}.csv"
        path.write_bytes(works(work(n, 100 + n)))
        named.append(str(path))
    go(page)
    page.set_input_files('input[type="file"]', named)
    page.get_by_role("button", name="上传 200 个文件").click()
    page.get_by_role("heading", name="200 个文件待处理").wait_for(timeout=300_000)
    shot(page, "imports-200-1440")
    page.get_by_text("逐个看").click()
    page.locator(".group article").nth(29).wait_for()
    page.get_by_role("button", name="还有 170 个，继续看").click()
    page.locator(".group article").nth(59).wait_for()
    page.locator(".group article").first.get_by_role("button", name="确认导入").click()
    page.get_by_role("button", name="确认这 199 个").wait_for()
    page.get_by_role("button", name="全部确认（199 个）").click()
    page.get_by_text("正在导入，还有 200 个").wait_for(timeout=60_000)
    work_off()
    assert set(ImportFile.objects.values_list("state", flat=True)) == {"done"}
    assert sum(r["views"] for r in current(actor.brand, "content_snapshots")) == sum(100 + n for n in range(200))


def test_a_zip_is_opened_before_the_readers_eyes(page, go, actor, tmp_path, shot):
    data = {"四月/作品.csv": works(work(1)), "四月/播放量.xlsx": daily(("2026-04-01", 5)), "四月/截图.png": b"x"}
    (tmp_path / "四月.zip").write_bytes(zip_of(data))
    go(page)
    page.set_input_files('input[type="file"]', str(tmp_path / "四月.zip"))
    page.get_by_role("button", name="上传 1 个文件").click()
    page.get_by_text("逐个识别压缩包里的文件").wait_for()
    shot(page, "imports-zip-opening-1440")
    work_off()
    page.get_by_role("heading", name="2 个文件待处理").wait_for()
    page.get_by_text("没有收的 1 个").click()
    page.get_by_text("不是表格文件").wait_for()
    shot(page, "imports-zip-1440")
    page.get_by_role("button", name="知道了").click()
    page.get_by_text("已收起").first.wait_for()


def test_a_renamed_column_is_taught_on_screen(page, go, actor, tmp_path, shot):
    renamed = works(work(1)).replace("播放量".encode(), "播放次数总计".encode())
    services.receive(actor=actor, name="作品.csv", stream=io.BytesIO(renamed))
    go(page)
    shot(page, "imports-renamed-1440")
    page.get_by_label("就是").select_option("播放量")
    page.locator(".renames").get_by_role("button", name="保存").click()
    page.locator("#confirm [data-ok]").click()
    page.get_by_text("已重新识别 1 个待处理的文件").first.wait_for()
    page.get_by_role("button", name="全部确认（1 个）").wait_for()
    page.goto(page.url.split("/imports/")[0] + "/imports/mappings/")
    shot(page, "imports-aliases-1440")
    page.get_by_role("button", name="取消对应").click()
    page.locator("#confirm [data-ok]").click()
    page.get_by_text("已取消").first.wait_for()


def test_the_account_of_an_import_is_changed_on_its_page(page, go, actor, shot):
    second = workspace.create_account(actor=actor, platform="douyin", name="安澜二号")
    first = Account.objects.get(name="安澜官方")
    file = services.receive(actor=actor, name="播放量.xlsx", stream=io.BytesIO(daily(("2026-04-01", 5))))
    services.confirm(actor=actor, file_id=file.id, seen=None, account_id=first.id, captured_at=CAPTURED, queue=False)
    services.run(file.id)
    go(page, f"imports/{file.id}/")
    page.get_by_role("button", name="改账号").click()
    page.locator("#move-account").wait_for()
    shot(page, "imports-move-1440")
    page.get_by_label("移到").select_option("安澜二号")
    page.locator("#move-account").get_by_role("button", name="改账号").click()
    page.get_by_text("已改到账号 安澜二号").first.wait_for()
    assert ImportFile.objects.get().account == second


def test_today_shows_how_far_the_imports_are(page, go, actor, shot):
    account = Account.objects.get(name="安澜官方")
    for n in range(3):
        file = services.receive(actor=actor, name=f"{n}.csv", stream=io.BytesIO(works(work(n))))
        services.confirm(actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED)
    go(page, "")
    page.get_by_text("正在导入 3 个文件").wait_for()
    shot(page, "today-importing-1440")
    work_off()
    page.get_by_text("正在导入 3 个文件").wait_for(state="hidden")


def test_the_new_parts_fit_a_phone(phone, go, actor, tmp_path, settings, shot):
    settings.WATCH = str(tmp_path)
    folder = tmp_path / "anlan"
    folder.mkdir()
    (folder / "安澜官方.csv").write_bytes(b"")
    for seconds in (60, 0):
        services.watch(actor.brand)
        WatchedFile.objects.update(seen_at=timezone.now() - timedelta(seconds=seconds))
    actor.brand.settings = {"imports": {"cards_at_once": 1}}
    actor.brand.save()
    renamed = works(work(1)).replace("播放量".encode(), "播放次数总计".encode())
    services.receive(actor=actor, name="作品.csv", stream=io.BytesIO(renamed))
    services.receive(actor=actor, name="播放量.xlsx", stream=io.BytesIO(daily(("2026-04-01", 5))))
    data = {"a.png": b"x", **{f"四月/{n}.csv": works(work(n)) for n in range(2)}}
    services.hand_over(actor=actor, name="四月.zip", stream=io.BytesIO(zip_of(data)))
    for path in ("imports/", "imports/watched/", "imports/mappings/"):
        go(phone, path)
        shot(phone, f"imports-{path.split('/')[1] or 'many'}-390")
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, (path, width)
    go(phone)
    phone.get_by_text("逐个看").first.click()
    phone.locator(".group article").first.wait_for()
    shot(phone, "imports-group-390")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
