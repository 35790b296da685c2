"""What operators paste, kept as it looked, and nothing of it runs."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hongqiao.content import plain
from hongqiao.content.editors import markup, paste, styles

PASTED = Path(__file__).resolve().parents[1] / "pasted"
NAMES = ["word", "feishu", "editor135", "xiumi"]


def read(name: str) -> paste.Pasted:
    return paste.paste((PASTED / f"{name}.html").read_text("utf-8"))


def tags(html: str) -> list[markup.Tag]:
    return [t for t in markup.tokens(html) if not isinstance(t, str)]


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_out_is_what_the_platform_keeps(name):
    html = read(name).html
    for tag in tags(html):
        assert tag.name in markup.rules()["tags"]
        assert not set(tag.attributes) & {"class", "id", "contenteditable", "powered-by", "data-tools"}
        for one in filter(None, tag.attributes.get("style", "").split("; ")):
            assert one.partition(":")[0] in markup.rules()["properties"]
    assert not re.search(r"mso-|[\" ]position\s*:|<o:p|\drem|\dpt\b|<!--|script|StartFragment", html)


@pytest.mark.parametrize("name", NAMES)
def test_pasting_twice_is_pasting_once(name):
    html = read(name).html
    assert paste.clean(html) == html


def test_word_keeps_colour_size_weight_and_tables_and_says_which_pictures_stayed_behind():
    found = read("word")
    assert "color: #C00000" in found.html
    assert "font-size: 16px" in found.html
    assert "background: yellow" in found.html
    assert "<b><span" in found.html
    assert "border: solid windowtext 1.3px" in found.html
    assert found.lost == ("clip_image001.png", "clip_image002.jpg")
    assert "隐藏的批注" not in found.html
    assert plain.of_html(found.html).splitlines()[:2] == ["## 油皮夏天怎么选防晒", "实测八小时"]
    assert max(int(t.attributes.get("width", "0")) for t in tags(found.html)) == 677
    assert "width: 677px" in found.html


def test_feishu_keeps_its_colours_and_its_pictures_are_for_people_to_upload():
    found = read("feishu")
    assert "color: rgb(216, 57, 49)" in found.html
    assert "background-color: rgb(255, 246, 122)" in found.html
    assert "border-left: 2px solid #bbbfc4" in found.html
    assert "<li><div>户外</div></li>" in found.html  # a span that says nothing is none
    assert [p.kind for p in found.pictures] == ["hand"]
    assert "rootId" not in found.html


def test_135_keeps_nested_sections_backgrounds_and_borders():
    found = read("editor135")
    assert found.html.count("<section") == 7
    assert "border-bottom: 2px solid rgb(217, 89, 76)" in found.html
    assert "font-size: 20px" in found.html  # 1.25rem
    assert "linear-gradient(90deg, #fff1f0, #ffffff)" in found.html
    assert "box-shadow: rgba(0, 0, 0, 0.12) 0px 2px 8px" in found.html
    assert [(p.kind, p.src.split("/")[2]) for p in found.pictures] == [
        ("take", "image2.135editor.com"),
        ("platform", "mmbiz.qpic.cn"),
    ]
    assert found.moving == 1
    assert "埋点" not in found.html


def test_xiumi_keeps_its_columns():
    found = read("xiumi")
    assert "display: flex" in found.html
    assert "flex: 100 100 0%" in found.html
    assert "border-radius: 0px 8px 8px 0px" in found.html
    assert "<svg" not in found.html
    assert [p.kind for p in found.pictures] == ["take"]


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src=javascript:alert(1)>",
    "<img src='//evil.example/x.png'>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<p style=\"background:url('data:text/html,x')\">x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='w\\69dth:1px;behavior:url(x.htc)'>x</p>",
    "<p style='position:fixed;top:0;left:0;z-index:9'>x</p>",
    "<p style='color:red;/*;*/-moz-binding:url(x)'>x</p>",
    "<p style='color:red&quot; onmouseover=alert(1) x=&quot;'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=//evil.example><input name=p><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<object data=x></object><embed src=x>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![if x]><script>alert(1)</script><![endif]>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<p id=contents name=cookie class=x>x</p>",
    "<div contenteditable onfocus=alert(1) autofocus tabindex=1>x</div>",
    "<a href='https://ok.example' target=_top onclick=alert(1) ping=//evil.example>x</a>",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
]


@pytest.mark.parametrize("source", XSS)
def test_nothing_pasted_runs_or_reaches_out(source):
    html = paste.clean(source)
    assert paste.clean(html) == html
    for tag in tags(html):
        assert not [a for a in tag.attributes if a.startswith("on") or a in ("id", "class", "target", "ping", "srcdoc")]
        for name in ("href", "src"):
            assert re.match(r"https?://|/[^/]|data:image/(png|jpe?g|gif|webp);base64,|$", tag.attributes.get(name, ""))
        assert not re.search(
            r"javascript|expression|position|behavior|binding|data:text", tag.attributes.get("style", "")
        )
    assert not re.search(r"<(script|svg|iframe|form|meta|base|link|object|embed|style)", html)


PIECES = """<p> </p> <b> </b> <a~href='https://x.example'> </a> <table> <tr> <td> </table> <ul> <li> </ul> </section>
<section~style='color:red;width:900px'> <section~style='font-size:2rem'> <span> <span~style='color:#fff'> </span>
<img~src='https://x.example/a.png'> <img~data-src=/a.png> <pre> </pre> <h2> </h3> <font> <blockquote> <style> </style>
<svg> <math> <select> <!-- --> <br/> <hr > ' " &amp;lt; &lt;b&gt; &nbsp; <p~style='display:none'> <nobr> <code> 文字 😀
<o:p> <![if~x]> \x00"""
MARKUP = st.sampled_from([one.replace("~", " ") for one in PIECES.split()] + ["\n", " ", "\ud800"])


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKUP, max_size=25).map("".join))
@example("<a href='https://x.example'><table><a href='https://x.example'>x</table>")
@example("<pre>\n\nx</pre>")
def test_any_markup_comes_to_rest_and_does_not_grow_without_bound(source):
    html = paste.clean(source)
    assert paste.clean(html) == html
    assert len(html) <= 40 * len(source) + 400


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_style_comes_to_rest(text):
    assert styles.clean(styles.clean(text)) == styles.clean(text)


def test_what_is_nested_without_end_is_kept_as_its_words_and_soon():
    began = time.perf_counter()
    assert paste.clean("<div>" * 200_000 + "<i>正文</i>") == "正文"
    assert time.perf_counter() - began < 2


def test_the_hosts_that_ask_who_you_are_are_left_to_people():
    kinds = {
        "https://mmbiz.qpic.cn/x": "platform",
        "https://img.xiumi.us/x.png": "take",
        "https://internal-api-drive-stream.feishu.cn/x": "hand",
        "http://localhost/x": "hand",
        "http://192.168.1.9/x": "hand",
        "https://[::1": "hand",
        "/b/anlan/content/assets/1": "ours",
        "data:image/png;base64,AAAA": "inline",
    }
    assert {src: paste.kind_of(src) for src in kinds} == kinds
