"""What comes in: share texts, what people say and search, tables; gaps, own hits and rivals' pieces; the sample."""

from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hongqiao.book import services as book
from hongqiao.content.models import Signal, Topic
from hongqiao.content.sample import book as sample_book
from hongqiao.content.sample import topics as sample
from hongqiao.content.topics import borrowing, history, services, tables
from hongqiao.content.topics.evidence import Around
from hongqiao.errors import Invalid, NotAllowed
from hongqiao.workspace import figures

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "content"
TEXT = """【拆解一副降噪耳机：里面到底有什么-哔哩哔哩】 https://b23.tv/AbC12d

油皮防晒红黑榜｜五支对比 http://xhslink.com/o/abc 复制后打开【小红书】查看笔记！"""


def page(cast, name):
    return reverse(name, args=["anlan"])


def test_pasted_share_texts_become_topics_with_title_and_link(cast):
    writer = cast.client(cast.editor)
    shown = writer.post(page(cast, "content_sources"), {"act": "shares", "text": TEXT}, follow=True).content.decode()
    assert "新增 2 条" in shown
    row = Topic.objects.get(title="油皮防晒红黑榜｜五支对比")
    assert (row.source, row.platforms, row.form) == ("competitor", ["xiaohongshu"], "note")
    assert row.evidence[0]["url"] == "http://xhslink.com/o/abc"
    again = services.add_shares(actor=cast.editor, text=TEXT)
    assert (again.new, again.joined) == (0, 2)
    with pytest.raises(services.NothingFound):
        services.add_shares(actor=cast.editor, text="没有链接")
    with pytest.raises(NotAllowed):
        services.add_shares(actor=cast.viewer, text=TEXT)


def test_what_people_say_raises_the_relevance_of_what_it_speaks_of(cast):
    persona = book.add_persona(actor=cast.owner, name="油皮", words=["油皮", "搓泥", "防晒"], platforms=["xiaohongshu"])
    row = services.add_topic(
        actor=cast.editor, title="油皮防晒会搓泥吗", persona_id=persona.pk, platforms=["xiaohongshu"]
    ).topic
    assert row.parts["relevance"]["level"] == 3  # three of the persona's words, no mention
    lines = "1. 油皮防晒搓泥 12\n2、油皮夏天怎么防晒\n防晒真的会搓泥！\n干皮面霜 3000"
    shown = cast.client(cast.editor).post(
        page(cast, "content_sources"), {"act": "said", "text": lines, "kind": "search"}, follow=True
    )
    assert "新增 4 条" in shown.content.decode()
    assert Signal.objects.get(text="油皮防晒搓泥").count == 12
    row.refresh_from_db()
    relevance = row.parts["relevance"]
    assert (relevance["level"], relevance["params"]["mentions"], relevance["params"]["place"]) == (5, 14, 2)
    came = services.add_signals(actor=cast.editor, kind="search", lines=services.counted_lines(lines))
    assert (came.new, came.joined) == (0, 4)
    row.refresh_from_db()
    assert row.parts["relevance"]["params"]["mentions"] == 14  # read twice, counted once


@pytest.mark.parametrize(
    "line",
    [
        {"text": "好"},
        {"text": "可以的", "count": "abc"},
        {"text": "可以的", "day": "3026-01-01"},
        {"text": "可以的", "count": "-3"},
    ],
)
def test_a_line_that_makes_no_sense_is_left_out_and_named(cast, line):
    came = services.add_signals(actor=cast.editor, kind="comment", lines=[line, {"text": "油皮防晒", "count": "1.2万"}])
    assert (came.new, [n for n, _e in came.left]) == (1, [1])
    assert Signal.objects.get().count == 12000


def workbook(tmp_path, rows):
    book_ = openpyxl.Workbook()
    for row in rows:
        book_.active.append(row)
    path = tmp_path / "选题池.xlsx"
    book_.save(path)
    return path.read_bytes()


def test_a_teams_table_is_read_its_columns_guessed_and_unknown_ones_kept(cast, tmp_path):
    persona = book.add_persona(actor=cast.owner, name="油皮通勤女性", words=["油皮"], platforms=["xiaohongshu"])
    raw = workbook(
        tmp_path,
        [
            ["选题", "发布平台", "形式", "栏目", "目标人群", "预计工时", "参考链接", "老板批注"],
            [
                "油皮冬天怎么洗脸",
                "小红书、公众号",
                "图文",
                "知识干货",
                "油皮通勤女性",
                4,
                "https://example.com/a",
                "先做这个",
            ],
            ["", "小红书", "", "", "", "", "", ""],
            ["早八油皮三件套", "火星台", "舞蹈", "没有这个栏目", "没有这个人", "x", "", ""],
        ],
    )
    writer = cast.client(cast.editor)
    answer = writer.post(
        page(cast, "content_topic_table"),
        {"act": "read", "kind": "topics", "file": SimpleUploadedFile("选题池.xlsx", raw)},
    )
    columns = answer.context["columns"]
    assert [c["chosen"] for c in columns] == ["title", "platforms", "form", "pillar", "persona", "hours", "url", ""]
    given = {"act": "take", "kind": "topics", "name": "选题池.xlsx", "text": answer.context["text"]}
    given |= {f"column.{c['n']}": c["chosen"] for c in columns}
    shown = writer.post(page(cast, "content_topic_table"), given, follow=True).content.decode()
    assert "新增 1 条" in shown
    assert "2 条没有收进" in shown
    row = Topic.objects.get()
    assert (row.platforms, row.form, row.pillar, row.persona) == (
        ["xiaohongshu", "wechat_oa"],
        "note",
        "knowledge",
        persona,
    )
    assert row.origin["extra"] == {"老板批注": "先做这个"}
    assert float(row.hours) == 4


@pytest.mark.parametrize("raw", [b"", b"only a head", b"PK\x03\x04broken", b"\xff\xfe\x00\x01", b"a,b\n"])
def test_what_is_no_table_is_refused_with_the_next_step(cast, raw):
    with pytest.raises(Invalid):
        tables.read_file("x.csv", raw)
    given = {"act": "read", "kind": "topics", "file": SimpleUploadedFile("x.csv", raw)}
    assert cast.client(cast.editor).post(page(cast, "content_topic_table"), given).status_code in (409, 422)


def past(title, share, *, own=True, day="2026-11-01"):
    from datetime import date

    return history.Past(
        title,
        title,
        "xiaohongshu",
        "a",
        "image_text",
        "https://example.com/p",
        date.fromisoformat(day),
        5000,
        share,
        40,
        own,
    )


def test_own_hits_become_series_and_rivals_pieces_that_we_have_are_left_out(cast, monkeypatch):
    rows = (
        past("油皮防晒实测", 0.95),
        past("普通的一篇", 0.5),
        past("油皮防晒实测！", 0.9, own=False),
        past("成分表怎么看", 0.8, own=False),
        past("去年的事", 0.99, own=False, day="2026-01-02"),
    )
    monkeypatch.setattr(history, "pieces", lambda brand: rows)
    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    with figures.on_day(past("x", 0).day.replace(day=24)):
        found = borrowing.ideas(Around(cast.brand))
        assert [(b.title, b.past.own) for b in found] == [("系列续集：油皮防晒实测", True), ("成分表怎么看", False)]
        writer, address = cast.client(cast.editor), page(cast, "content_gaps")
        shown = writer.get(address).content.decode()
        assert "成分表怎么看" in shown
        assert "普通的一篇" not in shown
        writer.post(address, {"act": "borrow", "take": [b.key for b in found]})
        assert set(Topic.objects.values_list("source", flat=True)) == {"history", "competitor"}
        row = Topic.objects.get(source="history")
        assert "P95 (n=40)" in row.evidence[0]["text"]
        assert all(b.known for b in borrowing.ideas(Around(cast.brand)))
        told = writer.get(reverse("content_topic", args=["anlan", row.pk])).content.decode()
        assert "95" in told  # how the piece that is like it did


def test_an_empty_cell_of_the_matrix_leads_to_proposals(cast):
    sample_book.plant(cast.owner, FOLDER)
    writer = cast.client(cast.editor)
    answer = writer.get(page(cast, "content_gaps"))
    assert answer.context["empty_cells"] == 3 * 5 * 4
    persona = answer.context["matrix"][0]["persona"]
    asked = {"persona": persona.pk, "pillar": "story", "mark": "loyal", "platform": "xiaohongshu"}
    rows = writer.get(page(cast, "content_propose"), asked).context["rows"]
    assert rows
    assert all(r["pillar"] == "用户故事" and r["mark"] == "忠诚" for r in rows)


def test_the_sample_brand_has_a_library_of_every_source_and_state_and_is_given_it_once(cast):
    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    sample_book.plant(cast.owner, FOLDER)
    for _ in range(2):
        sample.plant(cast.owner, FOLDER)
    rows = list(Topic.objects.all())
    assert len(rows) >= 22
    assert {t.source for t in rows} >= {"node", "comment", "ticket", "search", "hot", "competitor", "table", "hand"}
    assert {t.state for t in rows} >= {"idea", "waiting", "passed", "parked", "rejected"}
    assert all(t.score is not None for t in rows)
    assert {g["code"] for t in rows for g in t.gates} >= {"line", "solemn", "figure"}
    assert max(t.score for t in rows) >= 85
    for name in ("content_topics", "content_gaps", "content_sources", "content_propose"):
        assert cast.client(cast.viewer).get(page(cast, name)).status_code == 200
