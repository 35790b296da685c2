"""Bad input: each a clear refusal, nothing half-read."""

import io
import struct
import zipfile

import openpyxl
import pytest

from hongqiao.platforms import Unreadable, recognise
from hongqiao.platforms.kit.settings import limits
from tests.platforms.conftest import csv, xls, xlsx

DAILY = [["日期", "播放量"], ["2026-03-14", 5]]


def refused(path) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        recognise(path)
    assert error.value.message
    assert error.value.next_step
    return error.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "wrong_type"),
        (b"%PDF-1.7\n%\xe2\xe3", "wrong_type"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "wrong_type"),
        (b"\x01\x02\x00\x03" * 200, "wrong_type"),
        (bytes(range(128, 256)) * 20, "wrong_type"),
        (b"", "empty_file"),
        (b" \r\n \n", "empty_file"),
    ],
)
def test_what_is_no_table_is_refused_whatever_its_name(tmp_path, content, code):
    path = tmp_path / "作品列表.xlsx"
    path.write_bytes(content)
    assert refused(path).code == code


@pytest.mark.parametrize("inner", ["word/document.xml", "ppt/presentation.xml", "a.csv"])
def test_other_zips_are_told_apart(tmp_path, inner):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(inner, "<x/>")
    assert refused(path).code == "wrong_type"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_half_a_workbook_is_incomplete(tmp_path, share):
    whole = xlsx(tmp_path / "a.xlsx", {"S": [["日期", "播放量"], *(["2026-03-14", i] for i in range(500))]})
    old = xls(tmp_path / "a.xls", {"S": [["日期", "播放量"], *(["2026-03-14", i] for i in range(500))]})
    for path in (whole, old):
        half = tmp_path / f"half{path.suffix}"
        half.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        assert refused(half).code == "incomplete"


def test_half_an_html_table_is_incomplete(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>时间</td><td>新关注人数</td></tr><tr><td>2026-", "utf-8")
    assert refused(path).code == "incomplete"


def test_a_corrupted_entry_is_noticed_before_anything_is_read(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", {"S": DAILY})
    with zipfile.ZipFile(path) as z:
        entry = z.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    data[entry.header_offset + 60] ^= 0xFF
    path.write_bytes(data)
    assert refused(path).code == "incomplete"


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path, monkeypatch):
    monkeypatch.setitem(limits(), "zip_ratio_from_bytes", 1 << 20)
    path = bomb(tmp_path / "a.xlsx", 4 << 20)
    assert refused(path).code == "zip_bomb"


def bomb(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return path


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(tmp_path):
    path = bomb(tmp_path / "a.xlsx", 8 << 20)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)  # uncompressed size in the central directory
    path.write_bytes(data)
    assert refused(path).code == "zip_bomb"


def test_too_large_a_file_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setitem(limits(), "max_workbook_bytes", 100)
    error = refused(xlsx(tmp_path / "a.xlsx", {"S": DAILY}))
    assert error.code == "too_large"


def test_external_entities_are_refused_and_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET", "utf-8")
    good, path = xlsx(tmp_path / "good.xlsx", {"S": DAILY}), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>' + text.replace("<v>5</v>", "<v>&e;</v>")
            target.writestr(name, text)
    assert refused(path).code == "unsafe_xml"


def test_a_workbook_under_a_wrong_name_is_read_all_the_same(tmp_path, take):
    for name, make in (("a.csv", xlsx), ("b.xlsx", xls), ("c.png", xlsx)):
        (taken,) = take(make(tmp_path / name, {"S": DAILY}))
        assert taken["account_daily"][0]["views"] == 5
    for name in ("d.xlsx", "e.xls"):
        (taken,) = take(csv(tmp_path / name, ["日期,播放量", "2026-03-14,5"]))
        assert taken["account_daily"][0]["views"] == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom"])
def test_text_is_read_in_the_encodings_of_back_ends(tmp_path, take, encoding):
    path = tmp_path / "a.csv"
    text = "事件,时间,渠道\n访问,2026-04-20 10:00:00,抖音𠮷\n"
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding))
    (taken,) = take(path)
    assert taken["events"][0]["channel"] == "抖音𠮷"


def test_a_bad_byte_costs_its_character_and_not_the_file(tmp_path, take):
    path = tmp_path / "a.csv"
    lines = [f"访问,2026-04-20 10:00:00,渠道{i}" for i in range(200)]
    path.write_bytes("\n".join(["事件,时间,渠道", *lines, ""]).encode() + b"visit,2026-04-20,\xff\xfex\n")
    (taken,) = take(path)
    assert len(taken["events"]) == 201
    assert taken["events"][-1]["channel"] == "��x"
    assert "bad_character" in taken.found.notes


def test_a_formula_gives_its_cached_value_and_text_that_looks_like_one_stays_text(tmp_path, take):
    book = openpyxl.Workbook()
    book.active.append(["事件", "时间", "渠道", "内容"])
    book.active.append(["visit", "2026-04-20", "x", "=1+1"])
    book.active["C2"].value, book.active["C2"].data_type = "=cmd|'/c calc'!A1", "s"
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    (taken,) = take(path)
    assert taken["events"][0]["channel"] == "=cmd|'/c calc'!A1"
    assert taken["events"][0]["content"] is None  # a formula that no program has ever computed has no value
