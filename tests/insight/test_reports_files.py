"""Reports as files: the same bytes twice, hostile texts stay texts, no boxes instead of Chinese, rows in the sheet."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from hongqiao.errors import NotAllowed
from hongqiao.insight.goals import services as goals
from hongqiao.insight.reports import formats, queries, services
from hongqiao.insight.reports.formats import drawing, fixed, paging, pdf
from hongqiao.insight.reports.formats.card import card
from hongqiao.ui import fonts
from hongqiao.workspace import jobs
from hongqiao.workspace.models import AuditEntry
from tests.imports.conftest import member

from .conftest import signed_in, text
from .test_reports import DAY, HOSTILE, START, fill_ledger

MAGIC = {"html": b"<!doctype html>", "pdf": b"%PDF-", "png": b"\x89PNG", "pptx": b"PK", "xlsx": b"PK"}


@pytest.fixture
def typeface():
    """Skip where this machine has no Chinese typeface: that is refused by itself, and tested below."""
    try:
        fonts.found()
    except fonts.NoTypeface:
        pytest.skip("no CJK typeface here")


@pytest.fixture
def row(owner):
    """A report of every part, with hostile words of people in it."""
    fill_ledger(owner)
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY, note=HOSTILE.replace("\x07", "")))
    type(owner.brand).objects.filter(pk=owner.brand_id).update(name=HOSTILE[:60])
    owner.refresh_from_db()
    return services.build(actor=owner, kind="review", day=DAY, start=START)


def inner(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


@pytest.mark.parametrize("shape", list(formats.SHAPES))
def test_every_format_is_the_same_bytes_twice_and_what_it_says_it_is(typeface, owner, row, shape):
    first, second = (queries.file_of(owner, row, shape) for _ in range(2))
    assert first == second
    assert first.startswith(MAGIC[shape])


def test_files_of_another_process_on_another_day_are_the_same(typeface, owner, row, settings):
    """No clock and no order of sets in any: a second process with other hashes writes the same."""
    script = (
        "import hashlib, json, os, sys, django; django.setup()\n"
        "from hongqiao.insight.reports.written import written\n"
        "from hongqiao.insight.reports.formats import Rows, write\n"
        "said = written(json.load(sys.stdin), {'ledger.view'})\n"
        "print(*(hashlib.sha256(write(said, s, lambda n: Rows('1', 1))).hexdigest() for s in "
        "('html', 'pdf', 'png', 'pptx', 'xlsx')))"
    )
    found = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings"}
        env |= {"HONGQIAO_DATA": str(settings.DATA), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", script], input=json.dumps(row.document), capture_output=True, text=True, env=env
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def test_a_page_file_runs_nothing_and_asks_nobody(owner, row):
    page = queries.file_of(owner, row, "html").decode()
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "src=" not in page
    assert 'href="#n1"' in page
    assert 'id="n1"' in page


def test_hostile_words_are_values_to_typst_and_never_code(typeface, owner, row, tmp_path):
    said = queries.in_words(owner, row)
    body = pdf._body(said, "a4", "x", tmp_path)
    assert HOSTILE.split()[0] in json.dumps(body, ensure_ascii=False)
    assert HOSTILE.split()[0] not in Path(pdf.__file__).with_name("report.typ").read_text("utf-8")
    whole = queries.file_of(owner, row, "pdf")
    assert whole.count(b"/MediaBox[0 0 1") == 0, "the page was made 1 pt wide by a person's words"


def test_the_one_page_is_one_page_and_its_notes_the_next(typeface, owner, row, monkeypatch):
    page = services.build(actor=owner, kind="onepage", day=DAY, start=START)
    asked = []
    import typst

    real = typst.Compiler

    class Seen:
        def __init__(self, *args, **kwargs):
            self.real = real(*args, **kwargs)

        def query(self, *args, **kwargs):
            asked.append(int(self.real.query(*args, **kwargs)))
            return str(asked[-1])

        def compile(self, **kwargs):
            return self.real.compile(**kwargs)

    monkeypatch.setattr(typst, "Compiler", Seen)
    assert queries.file_of(owner, page, "pdf").startswith(b"%PDF")
    assert asked[-1] == 1


def test_the_long_picture_is_as_wide_as_wechat_shows_it(typeface, owner, row):
    data = queries.file_of(owner, row, "png")
    assert int.from_bytes(data[16:20], "big") == 1080
    assert int.from_bytes(data[20:24], "big") > 1080


def test_without_a_chinese_typeface_pdf_and_picture_are_refused_with_what_to_install(owner, row, monkeypatch, web):
    fonts.found.cache_clear()
    monkeypatch.setattr(fonts, "typefaces", lambda: {"families": ["No Such Face"], "slides": "x"})
    try:
        for shape in ("pdf", "png"):
            with pytest.raises(fonts.NoTypeface) as refused:
                queries.file_of(owner, row, shape)
            assert "fonts-noto-cjk" in refused.value.next_step
        answer = web.get(f"/b/anlan/data/reports/{row.pk}/file.pdf")
        assert answer.status_code == 503
        assert "fonts-noto-cjk" in text(answer)
        assert queries.file_of(owner, row, "pptx")
    finally:
        fonts.found.cache_clear()


def test_slides_hold_native_tables_and_charts_and_name_a_chinese_face(owner, row):
    data = queries.file_of(owner, row, "pptx")
    deck = Presentation(io.BytesIO(data))
    shapes = [s for slide in deck.slides for s in slide.shapes]
    assert any(s.has_chart for s in shapes)
    assert any(s.has_table for s in shapes)
    words = " ".join(s.text_frame.text for s in shapes if s.has_text_frame)
    assert "数字出处" in words
    cells = [c.text for s in shapes if s.has_table for r in s.table.rows for c in r.cells]
    assert any("<script>" in c for c in cells)
    assert not any("\x07" in c for c in cells)
    assert 'typeface="Microsoft YaHei"' in inner(data, "ppt/slides/slide2.xml")
    assert "<a:ea " in inner(data, "ppt/slides/slide2.xml")
    assert "2026-04-09T00:00:00Z" in inner(data, "docProps/core.xml")


def test_no_slide_holds_more_than_fits(owner, row):
    deck = Presentation(io.BytesIO(queries.file_of(owner, row, "pptx")))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= deck.slide_height, shape.name
            assert shape.left + shape.width <= deck.slide_width, shape.name


def said(text, **more):
    return {"block": "sentence", "text": text, "notes": [], **more}


def section(title, *blocks):
    return {"title": title, "blocks": list(blocks)}


def test_a_statement_and_what_explains_it_stand_on_one_slide():
    blocks = [b for n in range(9) for b in (said(f"第 {n} 条"), said("其中", sub=True), said("同时", sub=True))]
    made = list(paging.pages(blocks))
    lines = [s for page in made for b in page for s in b["sentences"]]
    assert lines == blocks
    assert len(made) == 2
    assert not any(page[0]["sentences"][0].get("sub") for page in made)
    assert all(sum(map(paging.height, page)) <= paging.ROOM for page in made)


@pytest.mark.parametrize(("rows", "parts"), [(0, [0]), (12, [12]), (14, [7, 7]), (40, [10, 10, 10, 10])])
def test_a_table_is_parted_evenly_and_each_part_fits(rows, parts):
    cell = {"text": "抖音", "notes": [], "tone": "", "right": False}
    table = {"block": "table", "heads": [{"label": "平台", "right": False}], "rows": [[cell]] * rows}
    made = list(paging.pages([table]))
    assert [len(page[0]["rows"]) for page in made] == parts
    assert all(sum(map(paging.height, page)) <= paging.ROOM for page in made)


def test_no_slide_is_left_for_one_line_between_long_sections():
    long = [said(f"第 {n} 条") for n in range(6)]
    sections = [
        section("一句话", said("今天")), section("变了什么", *long), section("目标", said("还没有定目标")),
        section("要点", *long), section("做了什么，做得怎么样，带来了什么结果", said("没有")),
        section("下一步要做什么，谁来做，什么时候", said("没有")),
    ]  # fmt: skip
    made = list(paging.gathered(sections))
    assert [title for title, _blocks in made[:3]] == ["一句话", "变了什么", "要点"]
    (last, blocks) = made[3]
    assert last == "目标、做了什么，做得怎么样，带来了什么结果等", "a head of one line"
    assert [b["text"] for b in blocks if b.get("head")] == [s["title"] for s in (sections[2], *sections[4:])]
    assert len(made) == 4


def test_the_appendix_has_each_note_with_its_question_version_and_rows(owner, row):
    book = openpyxl.load_workbook(io.BytesIO(queries.file_of(owner, row, "xlsx")))
    assert book.sheetnames == ["报告", "数字出处", "原始行"]
    said = queries.in_words(owner, row)
    questions = list(book["数字出处"].iter_rows(min_row=2, values_only=True))
    assert [q[0] for q in questions] == [n.number for n in said.notes]
    (views,) = [q for q in questions if q[2] == "views" and q[3] is None and q[4] == str(START)]
    assert views[6] == row.manifest
    assert (views[7], views[8]) == ("430", 4)
    rows = [r for r in book["原始行"].iter_rows(values_only=True) if r[0] == views[0]]
    assert len(rows) == 1 + 4
    assert any("播放量.xlsx" in str(v) for v in rows[1])


def test_nothing_in_the_appendix_is_a_formula(owner, row):
    book = openpyxl.load_workbook(io.BytesIO(queries.file_of(owner, row, "xlsx")))
    cells = [c for page in book for line in page.iter_rows() for c in line if c.value is not None]
    assert not [c.value for c in cells if c.data_type == "f"]
    assert any(str(c.value).startswith("=") for c in cells), "a person's title begins with =, and is shown"


def test_whoever_may_not_export_gets_no_file(filled, owner, row):
    writer = member(filled, "copywriter")
    with pytest.raises(NotAllowed):
        queries.file_of(writer, row, "pdf")
    browser = signed_in(writer)
    assert browser.get(f"/b/anlan/data/reports/{row.pk}/").status_code == 200
    assert browser.get(f"/b/anlan/data/reports/{row.pk}/file.html").status_code == 403
    assert "file.pdf" not in text(browser.get(f"/b/anlan/data/reports/{row.pk}/"))


def test_a_download_is_named_and_leaves_an_audit_row(web, row):
    web.get(f"/b/anlan/data/reports/{row.pk}/file.xlsx")
    jobs.work_off()
    answer = web.get(f"/b/anlan/data/reports/{row.pk}/file.xlsx")
    assert answer.headers["Content-Disposition"].endswith("anlan-review-2026-04-06-2026-04-09.xlsx")
    (entry,) = AuditEntry.objects.filter(code="report.taken")
    assert entry.params["shape"] == "xlsx"
    assert web.get(f"/b/anlan/data/reports/{row.pk}/file.exe").status_code == 404


def test_a_card_has_title_lines_link_and_is_plain(owner, row):
    morning = services.build(actor=owner, kind="morning", day=DAY)
    for one in (row, morning):
        made = card(queries.in_words(owner, one), "https://hongqiao.example.com/x")
        assert json.loads(json.dumps(made)) == made
        assert made["url"].startswith("https://")
        assert made["lines"]
    assert made["lines"][0].startswith("【")


def test_moments_in_packages_are_the_reports_own(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("docProps/core.xml", '<dcterms:created xsi:type="x">2030-01-01T10:00:00Z</dcterms:created>')
    settled = fixed.settled(out.getvalue(), date(2026, 4, 9))
    assert "2026-04-09T00:00:00Z" in inner(settled, "docProps/core.xml")
    assert zipfile.ZipFile(io.BytesIO(settled)).infolist()[0].date_time == (2026, 4, 9, 0, 0, 0)


@pytest.mark.parametrize(
    ("values", "strokes"), [([1, 2, 3], 1), ([1, None, 3, 4], 1), ([None, None], 0), ([1, 2, None, 3, 4], 2), ([5], 0)]
)
def test_a_gap_in_a_chart_is_never_drawn_over(values, strokes):
    series = [{"name": "<b>", "values": values, "room": "data"}]
    chart = {"type": "line", "x": ["2026-04-01"] * len(values), "unit": "count", "series": series}
    drawn = drawing.svg(chart)
    assert drawn.count('fill="none"') == strokes
    assert "<b>" not in drawn


@pytest.mark.parametrize(("top", "nice"), [(0, 1.0), (7, 10), (12, 20), (23, 25), (240000, 250000), (0.034, 0.05)])
def test_an_axis_ends_at_a_round_number_at_or_above(top, nice):
    assert drawing._nice(top) == pytest.approx(nice)


def test_notes_in_a_row_are_told_as_a_span():
    assert [m["text"] for m in pdf.marks([3, 1, 4, 5, 9])] == ["1", "3–5", "9"]
    assert paging.marked({"notes": [2, 3]}) == " [2–3]"
    assert paging.clean("a\x00b\ud800c") == "abc"


def test_nothing_heavy_is_loaded_at_start():
    script = (
        "import sys, django; django.setup(); import hongqiao.site.urls, hongqiao.site.insight_commands\n"
        "print([m for m in ('typst', 'pptx', 'scipy') if m in sys.modules])"
    )
    env = {"PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env)  # noqa: S603
    assert done.stdout.strip() == "[]", done.stderr
