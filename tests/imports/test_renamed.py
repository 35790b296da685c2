"""A platform renames a column overnight: refused by name, taught on screen, read; what came before stays readable."""

import pytest
from django.test import Client

from hongqiao.errors import HongqiaoError, NotAllowed, NotFound
from hongqiao.imports import services
from hongqiao.imports.models import ColumnAlias, ImportFile

from .conftest import CAPTURED, current, daily, member, sums, work, works

HOME = "/b/anlan/imports/"
NEW = "播放次数总计"


@pytest.fixture
def browser(client: Client, owner) -> Client:
    client.force_login(owner.user)
    return client


def after(*rows: str) -> bytes:
    """A 作品列表 as the platform writes it since last night."""
    return works(*rows).replace("播放量".encode(), NEW.encode())


def text(client: Client, path: str = "") -> str:
    return client.get(HOME + path).content.decode()


def teach(client: Client, file: ImportFile, target: str = "播放量"):
    url = f"{HOME}{file.id}/tables/{file.tables.get().id}/rename/"
    return client.post(url, {"header": NEW, "target": target})


def test_a_renamed_column_is_refused_by_name_taught_and_imported(browser, brand, owner, douyin, give):
    file, other = give(after(work(1), work(2)), "今天.csv"), give(after(work(3)), "也是今天.csv")
    table = file.tables.get()
    assert (table.missing, table.unknown, table.ready) == (["播放量"], [NEW], False)
    with pytest.raises(HongqiaoError, match="nothing_to_take"):
        services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)
    page = text(browser)
    assert "缺少必需的列：播放量" in page
    assert "播放量（缺少）" in page
    assert teach(browser, file).status_code == 302
    assert "已重新识别 2 个待处理的文件" in text(browser)
    for one in (file, other):
        table = one.tables.get()
        assert (table.missing, table.unknown, table.ready) == ([], [], True)
    file.refresh_from_db()
    services.confirm(
        actor=owner, file_id=file.id, seen=file.version, account_id=douyin.id, captured_at=CAPTURED, queue=False
    )
    done = services.run(file.id)
    assert (done.state, sums(done)) == ("done", (2, 0, 0))
    assert [r["views"] for r in current(brand, "content_snapshots")] == [1000, 1000]
    assert "播放次数总计" in text(browser, "mappings/")


def test_old_files_and_other_layouts_are_still_recognised(browser, brand, owner, douyin, give, take):
    teach(browser, give(after(work(1))))
    assert sums(take(works(work(4)), "旧的.csv")) == (1, 0, 0)
    old = take(daily(("2026-04-01", 5)), "播放量.xlsx")
    assert old.tables.get().layout == "douyin.daily"


def test_another_brand_is_not_taught(browser, stranger, give):
    teach(browser, give(after(work(1))))
    theirs = give(after(work(1)), actor=stranger)
    assert theirs.tables.get().missing == ["播放量"]


def test_taking_it_back_leaves_what_is_in_and_refuses_again(browser, brand, owner, douyin, give, take):
    waiting = give(after(work(1)), "等着.csv")
    teach(browser, waiting)
    take(after(work(2)), "进了.csv")
    alias = ColumnAlias.objects.get()
    browser.post(f"{HOME}aliases/{alias.id}/delete/", {"seen": alias.version})
    assert not ColumnAlias.objects.exists()
    assert waiting.tables.get().missing == ["播放量"]
    assert len(current(brand, "content_snapshots")) == 1


def test_what_came_in_before_is_named_and_not_called_counted(browser, owner, douyin, take, give):
    both = works(work(1)).replace("点赞量".encode(), "获赞总数".encode())
    before = take(both, "上周.csv")
    assert before.tables.get().unknown == ["获赞总数"]
    file = give(works(work(2)).replace("点赞量".encode(), "获赞总数".encode()), "今天.csv")
    url = f"{HOME}{file.id}/tables/{file.tables.get().id}/rename/"
    browser.post(url, {"header": "获赞总数", "target": "点赞量"})
    page = text(browser)
    assert "有 1 个已导入的文件也带着这一列" in page
    assert "请撤销后重新上传：上周.csv" in page
    services.undo(actor=owner, file_id=before.id, seen=None)
    again = take(both, "上周.csv")
    assert sums(again) == (1, 0, 0)
    assert current(again.brand, "content_snapshots")[0]["likes"] == 10


def test_only_who_may_teach_teaches_and_only_what_makes_sense(
    browser, brand, owner, specialist, stranger, give, douyin
):
    file = give(after(work(1)))
    with pytest.raises(NotAllowed):
        services.teach_alias(actor=specialist, layout="douyin.works", header=NEW, target="播放量")
    services.teach_alias(actor=member(brand, "lead"), layout="douyin.works", header=NEW, target="播放量")
    with pytest.raises(HongqiaoError, match="conflict"):
        services.teach_alias(actor=owner, layout="douyin.works", header=NEW, target="点赞量")
    for layout, header, target in (
        ("nothing.here", "新", "播放量"),
        ("douyin.works", "新", "没有这列"),
        ("douyin.works", "点赞量", "播放量"),
        ("douyin.works", "  ", "播放量"),
    ):
        with pytest.raises(HongqiaoError, match="bad_alias"):
            services.teach_alias(actor=owner, layout=layout, header=header, target=target)
    with pytest.raises(NotFound):
        services.forget_alias(actor=stranger, alias_id=ColumnAlias.objects.get().id, seen=None)
    browser.force_login(specialist.user)
    assert teach(browser, file).status_code == 403
