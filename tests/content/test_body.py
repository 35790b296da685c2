"""A revision's body as plain text, as a draft, as a hash."""

from hongqiao.content import body, plain
from hongqiao.content.models import Piece


def test_an_article_reads_a_line_a_paragraph_and_its_headings_are_marked():
    html = (
        "<section><h2>为什么 <b>要</b>补涂</h2><p>成膜后&nbsp;两时</p><style>p{}</style><ul><li>一</li></ul></section>"
    )
    assert plain.of_html(html) == "## 为什么 要补涂\n成膜后 两时\n一"
    assert plain.of_markdown("# 题\n\n**重**点，见[这里](https://a.cn)\n- 一") == "## 题\n重点，见这里\n一"


def test_an_article_is_copied_without_the_marks_of_its_headings():
    assert plain.unmarked("## 你好\n去年冬天。\n## 第一\n一件 ## 事") == "你好\n去年冬天。\n\n第一\n一件 ## 事"


def test_shots_without_times_follow_each_other():
    found = body.shots({"shots": [{"end": 3, "line": "油皮别再乱涂"}, {"end": "8", "line": "两步"}]})
    assert [(s.start, s.end) for s in found] == [(0, 3), (3, 8)]


def test_another_word_is_another_digest_and_another_order_of_keys_is_not():
    assert body.digest({"title": "一", "text": "二"}) == body.digest({"text": "二", "title": "一"})
    assert body.digest({"title": "一"}) != body.digest({"title": "二"})


def test_a_draft_carries_what_the_piece_says_of_itself():
    piece = Piece(platform="xiaohongshu", form="note", commercial="own", buying=True)
    found = body.draft(piece, {"title": "题", "text": "文", "tags": ["防晒"], "labels": {"ad": True, "ai": "assisted"}})
    assert (found.text, found.tags, found.ad_label, found.ai, found.buying) == ("文", ("防晒",), True, "assisted", True)
