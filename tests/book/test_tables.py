"""Products from a table and back: pasted, csv, xlsx; wrong rows are refused by themselves; nothing is run."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from hongqiao.book import services, tables
from hongqiao.book.models import Claim, Product
from hongqiao.errors import NotAllowed
from hongqiao.platforms.model import Unreadable

pytestmark = pytest.mark.django_db
HEAD = "产品名\t类别\t备案编号\t编号有效期\t别名\t事实\t宣称\t依据\t有效期"
GOOD = (
    "清透防晒乳\t特殊化妆品\t国妆特字20250001\t2030年3月31日\t安澜防晒\t50ml；169 元\t防晒\t注册批件\t\n"
    "清透防晒乳\t\t\t\t\t\tSPF50+\t检验报告\t2027/6/30\n"
    "舒缓精华\tcosmetic\t沪G妆网备字2024000101\t\t\t\t\t\t"
)
BAD = "\n\t普通化妆品\t\t\t\t\t\t\t\n眼霜\t香水\t\t\t\t\t\t\t\n面膜\t\t\t\t\t\t补水\t报告一份\t明年"


def take(cast, text, **more):
    return services.import_products(actor=more.pop("actor", cast.owner), text=text, **more)


def upload(name, data):
    return SimpleUploadedFile(name, data)


def test_a_pasted_table_makes_products_with_their_claims_and_again_changes_nothing(cast):
    made = take(cast, f"{HEAD}\n{GOOD}")
    assert (made.added, made.claims, made.waiting, made.problems) == (2, 2, 0, [])
    row = Product.objects.get(name="清透防晒乳")
    assert (row.kind, row.facts, row.aliases) == ("special_cosmetic", ["50ml", "169 元"], ["安澜防晒"])
    assert str(row.filing_until) == "2030-03-31"
    again = take(cast, f"{HEAD}\n{GOOD}")
    assert (again.added, again.changed, again.claims, again.unchanged) == (0, 0, 0, 3)
    row.refresh_from_db()
    assert row.version == 1


def test_an_empty_cell_keeps_what_is_there_and_a_full_one_changes_it(cast):
    take(cast, f"{HEAD}\n{GOOD}")
    made = take(cast, "名称,编号,产品事实\n清透防晒乳,国妆特字20259999,")
    assert (made.changed, made.problems) == (1, [])
    row = Product.objects.get(name="清透防晒乳")
    assert (row.filing, row.facts) == ("国妆特字20259999", ["50ml", "169 元"])


def test_wrong_rows_are_told_with_their_number_and_the_others_are_taken(cast):
    made = take(cast, f"{HEAD}\n{GOOD}{BAD}")
    assert [p["row"] for p in made.problems] == [5, 6, 7]
    assert "没有产品名" in made.problems[0]["message"]
    assert "香水" in made.problems[1]["message"]
    assert "明年" in made.problems[2]["message"]
    assert set(Product.objects.values_list("name", flat=True)) == {"清透防晒乳", "舒缓精华"}  # all or nothing of a row


def test_looking_first_keeps_nothing(cast):
    assert take(cast, f"{HEAD}\n{GOOD}", dry=True).added == 2
    assert not Product.objects.exists()


def test_who_may_not_approve_brings_claims_that_wait(cast):
    made = take(cast, f"{HEAD}\n{GOOD}", actor=cast.editor)
    assert (made.claims, made.waiting) == (2, 2)
    with pytest.raises(NotAllowed):
        take(cast, f"{HEAD}\n{GOOD}", actor=cast.viewer)


@pytest.mark.parametrize("text", ["", "  ", "随便一句话", "a\tb\n1\t2", HEAD, "\x00", '产品名\n"没有关'])
def test_what_is_no_table_is_said(cast, text):
    if text.endswith("没有关"):
        assert take(cast, text).added == 1  # a quotation that never ends is read to the end
        return
    with pytest.raises(tables.NoTable):
        take(cast, text)


def test_too_many_rows_are_refused(cast):
    with pytest.raises(tables.TooManyRows):
        tables.rows("产品名\n" + "\n".join(f"a{n}" for n in range(2001)))


def test_files_are_read_as_they_would_be_pasted(cast):
    book = Workbook()
    book.active.append(["安澜产品表"])
    for line in f"{HEAD}\n{GOOD}".split("\n"):
        book.active.append(line.split("\t"))
    out = io.BytesIO()
    book.save(out)
    csv_text = f"{HEAD}\n{GOOD}".replace("\t", ",")
    for name, data in (
        ("a.xlsx", out.getvalue()),
        ("a.csv", csv_text.encode("gb18030")),
        ("b.csv", b"\xef\xbb\xbf" + csv_text.encode()),
    ):
        assert take(cast, tables.text_of(upload(name, data)), dry=True).added == 2, name


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
def test_a_file_that_is_no_table_is_said(data):
    with pytest.raises((Unreadable, tables.NoTable)):
        tables.rows(tables.text_of(upload("x.xlsx", data)))
    with pytest.raises(tables.FileTooLarge):
        tables.text_of(upload("x.csv", b"0" * (5242880 + 1)))


def test_what_is_taken_away_comes_back_the_same_and_no_cell_is_a_formula(cast):
    take(cast, f"{HEAD}\n{GOOD}")
    services.add_product(actor=cast.owner, name="=1+1", facts="@x")
    data = cast.client(cast.viewer).get(reverse("book_products_export", args=["anlan"])).content
    sheet = load_workbook(io.BytesIO(data)).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert "=1+1" in [line[0].value for line in sheet.iter_rows()]
    again = take(cast, tables.text_of(upload("x.xlsx", data)))
    assert (again.added, again.changed, again.claims, again.problems) == (0, 0, 0, [])


def test_the_page_shows_what_would_come_then_takes_it(cast):
    browser, address = cast.client(cast.editor), reverse("book_products_import", args=["anlan"])
    page = browser.post(address, {"act": "look", "text": f"{HEAD}\n{GOOD}{BAD}"}).content.decode()
    assert "还没有导入" in page
    assert "第 6 行" in page
    assert "舒缓精华" in page  # the table is still there
    assert not Product.objects.exists()
    page = browser.post(address, {"act": "take", "text": f"{HEAD}\n{GOOD}"}).content.decode()
    assert "已导入" in page
    assert Claim.objects.count() == 2
    page = browser.post(address, {"act": "file", "file": upload("a.csv", f"{HEAD}\n{GOOD}".encode())}).content.decode()
    assert "没有变化 3" in page
    answer = browser.post(address, {"act": "look", "text": "不是表"})
    assert answer.status_code == 422
    assert "不是表" in answer.content.decode()
    assert cast.client(cast.viewer).get(address).status_code == 403
    assert cast.client(cast.stranger).get(reverse("book_products_export", args=["anlan"])).status_code == 404
