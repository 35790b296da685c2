"""Markdown in themes, links as numbered notes, and back to Markdown."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hongqiao.content import plain
from hongqiao.content.editors import layout, look, markup, paste, plainer
from hongqiao.content.making import backing

PASTED = Path(__file__).resolve().parents[1] / "pasted"
TEXT = """# 油皮夏天怎么选防晒

实测 **八小时**，见[检测报告](https://example.com/report)和[往期](https://mp.weixin.qq.com/s/abc)。

## 怎么测的

- 早上涂一次
- 中午补一次

> 涂完不闷

![第八小时的额头](/b/anlan/content/assets/1/file)

| 时段 | 评分 |
| --- | --- |
| 早 | 9 |

```
SPF = 50
```

再看一次[报告](https://example.com/report)，<script>alert(1)</script>。
"""


def tags(html: str) -> list[markup.Tag]:
    return [t for t in markup.tokens(html) if isinstance(t, markup.Tag)]


@pytest.mark.parametrize("theme", [code for code, _label in look.themes()])
def test_a_theme_writes_its_styles_into_every_element_and_leaves_no_class(theme):
    html = layout.markdown(TEXT, theme, "#10707e")
    assert "#10707e" in html
    assert "class" not in html
    assert "brand" not in html
    for tag in tags(html):
        if not tag.closes and tag.name in ("h1", "h2", "p", "blockquote", "li", "img", "td", "pre", "section"):
            assert tag.attributes.get("style"), f"{tag.name} has no style in {theme}"
    assert paste.clean(html) == html
    assert "第八小时的额头</span>" in html
    assert "&lt;script&gt;" in html


def test_there_are_themes_to_choose_from_and_an_unknown_one_is_the_usual_one():
    assert len(look.themes()) >= 3
    assert len({layout.markdown(TEXT, code) for code, _label in look.themes()}) == len(look.themes())
    assert layout.markdown(TEXT, "../../etc/passwd", "red;}") == layout.markdown(TEXT)


def test_links_become_numbered_notes_except_to_the_platforms_own_articles():
    laid = layout.wechat(layout.markdown(TEXT))
    assert laid.notes == ("https://example.com/report",)
    assert re.findall(r"\[\d\]", laid.html) == ["[1]", "[1]", "[1]"]  # twice in the text, once at the end
    assert [t.attributes["href"] for t in tags(laid.html) if t.name == "a" and not t.closes] == [
        "https://mp.weixin.qq.com/s/abc"
    ]
    assert layout.wechat(laid.html).html == laid.html


def test_notes_of_a_text_laid_out_before_are_counted_on():
    laid = layout.wechat(
        layout.wechat('<a href="https://a.example">甲</a>').html + '<a href="https://b.example">乙</a>'
    )
    assert "[2] https://b.example" in laid.html


def test_pictures_are_put_where_they_were_uploaded_to():
    laid = layout.wechat(layout.markdown(TEXT), {"/b/anlan/content/assets/1/file": "https://mmbiz.qpic.cn/x"})
    assert [(p.src, p.kind) for p in laid.pictures] == [("https://mmbiz.qpic.cn/x", "platform")]


@pytest.mark.parametrize("name", ["word", "feishu", "editor135", "xiumi"])
def test_what_was_pasted_is_laid_out_without_links_and_twice_is_once(name):
    pasted = paste.paste((PASTED / f"{name}.html").read_text("utf-8")).html
    laid = layout.wechat(pasted)
    assert "<a " not in laid.html
    assert "<div" not in laid.html
    assert layout.wechat(laid.html).html == laid.html
    assert plain.of_html(pasted).splitlines()[0] in plain.of_html(laid.html)


LINKS = ["<a href='https://x.example/1'>", "</a>", "<p>", "</p>", "<a href='https://mp.weixin.qq.com/s/a'>", "甲"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*LINKS, "<sup>[3]</sup>", "<b>", "</b>"]), max_size=14).map("".join))
def test_laying_out_twice_is_laying_out_once(source):
    once = layout.wechat(source).html
    assert layout.wechat(once).html == once


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_markdown_is_laid_out_clean(text):
    html = layout.markdown(text)
    assert paste.clean(html) == html


def test_rich_text_becomes_markdown_that_says_the_same():
    back = plainer.markdown(layout.markdown(TEXT.replace("<script>alert(1)</script>", "")))
    assert "## 怎么测的" in back
    assert "- 早上涂一次\n- 中午补一次" in back
    assert "> 涂完不闷" in back
    assert "**八小时**" in back
    assert "[检测报告](https://example.com/report)" in back
    assert "![第八小时的额头](/b/anlan/content/assets/1/file)\n" in back  # what is said below it is not said twice


def test_what_looks_like_markdown_in_rich_text_stays_text():
    assert "2*3" in plain.of_html(layout.markdown(plainer.markdown("<p>2*3*4 _x_</p>")))
    assert plainer.markdown("<ol><li>一</li><li>二</li></ol>") == "1. 一\n2. 二"
    assert plainer.markdown("<p>一行<br>两行</p>") == "一行\n两行"


WHITE = Image.new("RGB", (1, 1), "#ffffff")


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_is_darkened_until_it_reads_on_white_and_not_where_it_reads(colour):
    chosen = "#{:02x}{:02x}{:02x}".format(*colour)
    said = look.readable(chosen)
    assert backing.contrast(WHITE, (0, 0, 1, 1), said) >= look.READS
    if backing.contrast(WHITE, (0, 0, 1, 1), chosen) >= look.READS:
        assert said == chosen


def test_a_piece_has_its_own_theme_and_colour_before_the_brands():
    brand = look.Look("letter", "#0b5cad")
    body = {"markdown": "## 一\n\n**二**"}
    assert "#0b5cad" in layout.laid(body, brand).html
    assert layout.laid(body, brand).html == layout.laid(body | {"theme": "letter", "colour": "#0b5cad"}).html
    assert "#7a1f5c" in layout.laid(body | {"colour": "#7a1f5c"}, brand).html
    assert look.readable("#ffe08a") in layout.laid(body | {"colour": "#ffe08a"}, brand).html
    assert "#ffe08a" not in layout.laid(body | {"colour": "#ffe08a"}, brand).html


def test_rich_text_is_as_it_was_pasted_until_a_theme_is_chosen_and_keeps_its_own_styles_then():
    body = {"html": '<p style="margin: 3px">甲</p><h2>乙</h2>'}
    assert layout.laid(body, look.Look("letter", "#0b5cad")).html == layout.wechat(body["html"]).html
    dressed = layout.laid(body | {"theme": "block"}, look.Look("letter", "#0b5cad")).html
    assert "background-color: #0b5cad" in dressed
    assert "margin: 3px" in dressed
    assert "margin: 0 0 16px" not in dressed
    assert layout.wechat(dressed).html == dressed


def test_markdown_turned_to_rich_text_still_takes_every_theme():
    rich = layout.bare(TEXT)
    themed = {layout.laid({"html": rich, "theme": code}).html for code, _label in look.themes()}
    assert len(themed) == len(look.themes())
    assert "text-align: center" in rich  # what is said below a picture stays below it


def test_what_leaves_is_clean_even_where_what_was_kept_is_not():
    wrong = '<p onclick="x()">甲</p><script>alert(1)</script><img src="javascript:x">'
    for body in ({"html": wrong}, {"html": wrong, "theme": "block"}):
        said = layout.laid(body).html
        assert paste.clean(said) == said
        assert not {"onclick", "script", "javascript"} & set(re.findall(r"[a-z]+", said))
