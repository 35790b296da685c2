"""What is downloaded equals what is seen, and runs nothing when it is opened."""

import io

import openpyxl
import pytest

from hongqiao.workspace import spreadsheets
from tests.imports.conftest import member

from .conftest import PRODUCTS, SPAN, signed_in, table, text

URL = "/b/anlan/data/metric/line_gmv"


def sheet(answer) -> list[tuple]:
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_a_cut_is_exported_as_it_is_shown(filled, web):
    shown = [(r["name"], r["value"]) for r in web.get(f"{URL}/?{SPAN}&by=product").context["cut"]["rows"]]
    head, *rows = sheet(web.get(f"{URL}/product.xlsx?{SPAN}"))
    assert head == ("商品", "商品下单金额")
    assert [(n, round(v, 2)) for n, v in rows] == [(n, float(v)) for n, v in shown]
    again = table(web.get(f"{URL}/product.csv?{SPAN}"))
    assert [r["商品"].removeprefix("'") for r in again] == [n.removeprefix("'") for n, _v in shown]
    assert [r["商品下单金额"] for r in again] == [f"{v:.2f}" for _n, v in shown]


def test_nothing_in_a_csv_begins_like_a_formula(filled, web):
    answer = web.get(f"{URL}/product.csv?{SPAN}")
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    names = [line.split(",")[0].strip('"') for line in body.decode("utf-8-sig").splitlines()[1:]]
    assert {"'=1+1", "'@cmd", "'+86", "'-5"} <= set(names)
    assert not any(n[:1] in "=+-@\t\r" for n in names)


def test_texts_in_a_sheet_are_texts(filled, web):
    book = openpyxl.load_workbook(io.BytesIO(web.get(f"{URL}/product.xlsx?{SPAN}").content))
    cells = {c.value: c for (c, _v) in book.active.iter_rows(min_row=2)}
    assert set(PRODUCTS) == set(cells)
    assert cells["=1+1"].data_type == "s"


@pytest.mark.parametrize("kind", spreadsheets.KINDS)
def test_every_row_behind_is_in_the_file_with_its_source(filled, web, kind):
    answer = web.get(f"/b/anlan/data/metric/gmv/rows.{kind}?{SPAN}")
    name = f"gmv-rows-2026-04-01-2026-04-10.{kind}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    head, *rows = sheet(answer) if kind == "xlsx" else [tuple(r) for r in _cells(answer)]
    assert len(set(head)) == len(head)
    assert list(head[:3]) == ["日期", "平台", "账号"]
    page = web.get(f"/b/anlan/data/metric/gmv/?{SPAN}").context["behind"]
    assert len(rows) == page["count"] == len(PRODUCTS)
    at = {h: n for n, h in enumerate(head)}
    assert {r[at["文件"]] for r in rows} == {"订单.csv"}
    assert sorted(int(r[at["行"]]) for r in rows) == list(range(2, 2 + len(PRODUCTS)))
    assert all(str(r[at["下载时间"]]).startswith("2026-04-10 09:30") for r in rows)  # the brand's own time


def _cells(answer):
    rows = table(answer)
    return [list(rows[0]), *[list(r.values()) for r in rows]]


def test_missing_days_are_empty_cells(filled, web):
    said = {r["日期"]: r["阅读/播放次数"] for r in table(web.get(f"/b/anlan/data/metric/views/day.csv?{SPAN}"))}
    assert said["2026-04-05"] == ""
    assert said["2026-04-04"] == "104"


def test_filters_of_the_page_hold_in_the_file(filled, web):
    rows = table(web.get(f"{URL}/rows.csv?{SPAN}", {"start": "2026-04-01", "end": "2026-04-10", "product": "∅∅"}))
    assert len(rows) == 1


def test_without_the_permission_nothing_is_exported(filled):
    copywriter = signed_in(member(filled, "copywriter"))
    assert copywriter.get(f"{URL}/?{SPAN}").status_code == 200
    refused = copywriter.get(f"{URL}/rows.csv?{SPAN}")
    assert refused.status_code == 403
    assert "请管理员调整角色" in text(refused)
