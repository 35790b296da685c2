"""What people really drop: renamed types, halves, bombs. A clear message each; nothing half-written or lost."""

import errno
import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from hongqiao.imports import services, storage
from hongqiao.imports.errors import DiskFull, EmptyFile, TooLarge
from hongqiao.imports.models import ImportFile
from hongqiao.warehouse.models import Part, Source
from hongqiao.workspace.words import stored_words

from .conftest import CAPTURED, current, daily, sums, work, works, xlsx, zip_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(40)


def words(file: ImportFile) -> str:
    said = stored_words(file.error)
    return f"{said['message']}；{said['next_step']}"


def nothing_written() -> bool:
    return not Source.objects.exists() and not Part.objects.exists()


def test_an_xlsx_named_xls_is_read_for_what_it_is(take, brand):
    file = take(daily(("2026-04-01", 12)), "账号总览.xls")
    assert sums(file) == (1, 0, 0)
    assert current(brand, "account_daily")[0]["views"] == 12


def test_an_html_table_named_csv_is_read_for_what_it_is(give):
    html = (
        "<html><head><meta charset='utf-8'></head><body><table><tr><td>时间</td>"
        "<td>新关注人数</td><td>取消关注人数</td>"
        "<td>净增关注人数</td><td>累积关注人数</td></tr>"
        "<tr><td>2026-04-01</td><td>9</td><td>2</td><td>7</td><td>1007</td></tr></table></body></html>"
    )
    file = give(html.encode(), "user_analysis.csv")
    assert [t.platform for t in file.tables.all()] == ["wechat_oa"]


def test_a_picture_named_xlsx_is_refused_with_what_to_do(give):
    file = give(PNG, "账号总览.xlsx")
    assert file.state == "refused"
    assert "图片" in words(file) or "类型" in words(file) or "读不了" in words(file), words(file)
    assert stored_words(file.error)["next_step"]
    assert nothing_written()


def test_half_a_workbook_is_refused_and_nothing_is_written(give):
    whole = xlsx([["日期", "播放量"], *[[f"2026-04-{n:02d}", n] for n in range(1, 29)]])
    file = give(whole[: len(whole) // 2], "播放量.xlsx")
    assert file.state == "refused"
    assert "完整" in words(file) or "损坏" in words(file) or "不全" in words(file), words(file)
    assert nothing_written()


def test_half_a_csv_loses_its_last_row_by_name_and_keeps_the_others(take, brand):
    whole = works(work(1), work(2), work(3))
    file = take(whole[:-40])
    taken, unchanged, refused = sums(file)
    assert (taken, unchanged, refused) == (2, 0, 1), file.tables.get().problems
    assert file.tables.get().problems[0]["row"] == 4


def test_a_header_without_rows_is_recognised_and_takes_nothing(take):
    file = take(works())
    assert file.tables.get().notes == ["header_only"]
    assert (file.state, sums(file)) == ("done", (0, 0, 0))


def test_a_totals_row_is_not_taken_for_a_day(take, brand):
    file = take(daily(("2026-04-01", 10), ("2026-04-02", 20), ("合计", 30)), "播放量.xlsx")
    assert sums(file)[0] == 2
    assert sum(r["views"] for r in current(brand, "account_daily")) == 30


def test_a_column_that_occurs_twice_does_not_count_twice(take, brand):
    head, row = works(work(1)).decode().strip().split("\n")
    file = take(f"{head},播放量\n{row},999999\n".encode())
    assert file.state == "done"
    assert [r["views"] for r in current(brand, "content_snapshots")] == [1000]


def test_a_zip_bomb_is_refused_without_being_unpacked(give, monkeypatch):
    sheet = b"<row><c><v>0</v></c></row>" * 1000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
        with z.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(12000):
                part.write(sheet)  # 312 MB in about 1 MB
    began = time.monotonic()
    file = give(out.getvalue(), "bomb.xlsx")
    assert file.state == "refused"
    assert "解开后异常庞大" in words(file)
    assert time.monotonic() - began < 5
    assert nothing_written()


def test_a_zip_that_is_no_workbook_is_refused(give):
    file = give(zip_of({"笔记.txt": b"hello"}), "a.xlsx")
    assert file.state == "refused"
    assert stored_words(file.error)["next_step"]


def test_formula_cells_are_text_and_leave_harmless(take, client, owner):
    client.force_login(owner.user)
    rows = works(work(1).replace("防晒测评 1", "=HYPERLINK(0)"), work(2).replace("2026-04-03 21:26:02", "=1+1"))
    file = take(rows)
    assert sums(file) == (1, 0, 1)
    answer = client.get(f"/b/anlan/imports/{file.id}/refused.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_the_year_1900_is_refused_by_row(take):
    file = take(daily(("1900-01-01", 10), ("2026-04-02", 20)), "播放量.xlsx")
    assert sums(file) == (1, 0, 1)
    assert [(p["row"], p["code"]) for p in file.tables.get().problems] == [(2, "date_out_of_range")]


def test_an_empty_file_is_refused_at_the_door(give):
    with pytest.raises(EmptyFile):
        give(b"", "空.csv")
    assert not ImportFile.objects.exists()


def test_a_file_of_spaces_is_refused_or_empty_and_never_taken(give):
    file = give(b" \n \n", "空.csv")
    assert file.state == "refused" or not any(t.ready for t in file.tables.all())


def test_a_file_over_the_limit_is_refused_and_leaves_nothing_on_the_disk(owner, house):
    owner.brand.settings = {"imports": {"max_file_mb": 1}}
    owner.brand.save()
    with pytest.raises(TooLarge) as said:
        services.receive(actor=owner, name="大.csv", stream=io.BytesIO(b"a,b\n" * 400_000))
    assert said.value.params == {"limit": 1}
    assert [p for p in (house / "uploads").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\作品.xlsx", "作品.xlsx"),
        ("C:\\fakepath\\作品.xlsx", "作品.xlsx"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        ("🎉上新🎉.csv", "🎉上新🎉.csv"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("\u202egpj.csv", "gpj.csv"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_a_file_name_is_only_a_name(given, kept):
    assert storage.clean_name(given, 255) == kept


def test_a_very_long_name_keeps_its_ending(give):
    file = give(works(work(1)), "长" * 400 + ".csv")
    assert len(file.name) == 255
    assert file.name.endswith("长.csv")


def test_a_name_with_html_is_shown_and_not_run(give, client, owner, douyin):
    client.force_login(owner.user)
    give(works(work(1)), "<script>alert(1)</script>.csv")
    page = client.get("/b/anlan/imports/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "script&gt;.csv" in page


def test_a_full_disk_while_uploading_keeps_nothing_and_says_so(owner, house, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(DiskFull):
        services.receive(actor=owner, name="a.csv", stream=io.BytesIO(works(work(1))))
    assert [p for p in (house / "uploads").rglob("*") if p.is_file()] == []
    assert not ImportFile.objects.exists()


def test_a_full_disk_while_importing_refuses_the_file_and_trying_again_takes_it(
    give, owner, douyin, brand, monkeypatch
):
    from hongqiao.warehouse import store

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = give(works(work(1), work(2)))
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED, queue=False)
    with monkeypatch.context() as patch:
        patch.setattr(store, "sync", full)
        file = services.run(file.id)
    assert (file.state, file.error["code"]) == ("refused", "disk_full")
    assert "磁盘" in words(file)
    assert file.path.exists()
    assert nothing_written()
    services.look_again(actor=owner, file_id=file.id, seen=None)
    services.confirm(actor=owner, file_id=file.id, seen=None, queue=False)
    assert sums(services.run(file.id)) == (2, 0, 0)


def test_a_web_server_killed_while_a_file_comes_in_leaves_no_import_and_its_half_is_swept(owner, house):
    class Killed(BaseException):
        """As the process would end: nothing of ours runs after it."""

    folder = house / "uploads" / str(owner.brand_id)
    folder.mkdir(parents=True)
    half = folder / "0190-half.part"
    half.write_bytes(works(work(1))[:80])

    def broken():
        yield works(work(1))[:80]
        raise Killed

    with pytest.raises(Killed):
        services.receive(actor=owner, name="a.csv", stream=broken())
    assert not ImportFile.objects.exists()
    assert services.sweep()["leftovers"] == 0, "a file that is still coming in is left alone"
    os.utime(half, (0, 0))
    assert services.sweep()["leftovers"] == 1
    assert list(folder.iterdir()) == []


def test_bytes_that_nobody_confirms_are_deleted_after_some_days(give, owner):
    from datetime import timedelta

    from django.utils import timezone

    file = give(works(work(1)))
    path: Path = file.path
    assert services.sweep()["stale"] == 0
    ImportFile.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert services.sweep()["stale"] == 1
    file.refresh_from_db()
    assert (file.state, file.error["code"], file.kept) == ("refused", "stale", False)
    assert "重新上传" in words(file)
    assert not path.exists() or services.sweep() is not None
