"""Posters as pictures: words stay in their boxes or are refused, read on what lies under them, codes decode."""

import io

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hongqiao.content.assets import aigc
from hongqiao.content.making import backing, drawing
from hongqiao.content.making.errors import (
    CodeTooLong,
    FieldMissing,
    LowContrast,
    NoCodeHere,
    PhotoMissing,
    TooLong,
    UnknownTemplate,
)

PHOTO = Image.effect_noise((900, 1200), 90).convert("RGB")
WHITE = Image.new("RGB", (800, 800), "#ffffff")
FIELDS = {
    "headline": "早八不搓泥",
    "subline": "先看成膜",
    "quote": "地铁上补了两次，底妆还是服帖的。",
    "who": "小林 · 上海",
    "scene": "夏天早高峰",
    "points": "先试手背\n薄涂两遍\n等 60 秒",
    "text": "50ml · 169 元",
}
EVERY = [(t, s) for t in drawing.templates() for s in drawing.sizes(t)]
PIECES = st.sampled_from(
    [
        "补涂",
        "防晒，",
        "SPF50+ ",
        "https://example.com/a/very/long/address?x=1",
        "😀",
        "👩‍🔬",
        "W" * 11,
        "gjpqy ",
        "。",
        "①",
        "\n",
    ]
)
WORDS = st.lists(PIECES, min_size=1, max_size=40).map("".join)


def drawn(monkeypatch_context, wanted, scale=0.4):
    """Draw, and return the picture with what lies under the words and the boxes."""
    seen = {}
    real = drawing._set

    def watch(back, boxes, *rest):
        seen.update(back=back.copy(), boxes=boxes)
        return real(back, boxes, *rest)

    with monkeypatch_context() as patch:
        patch.setattr(drawing, "_set", watch)
        data = drawing.draw(wanted, scale)
    return Image.open(io.BytesIO(data)).convert("RGB"), seen["back"], seen["boxes"]


@settings(max_examples=40, deadline=None)
@given(words=WORDS, which=st.sampled_from(EVERY))
def test_no_letter_leaves_its_box_whatever_is_written_or_the_poster_is_refused(words, which):
    template, size = which
    fields = {k: (words if k in ("headline", "quote", "points") else v) for k, v in FIELDS.items()}
    if not words.strip():
        return
    try:
        image, back, boxes = drawn(pytest.MonkeyPatch.context, drawing.Wanted(template, size, fields, WHITE))
    except TooLong:
        return
    changed = np.abs(np.asarray(image).astype(int) - np.asarray(back).astype(int)).max(axis=2) > 24
    for b in boxes:
        changed[max(0, b["y"] - 1) : b["y"] + b["h"] + 1, max(0, b["x"] - 1) : b["x"] + b["w"] + 2] = False
    assert not changed.any(), (template, size, words, np.argwhere(changed)[:3])


@pytest.mark.parametrize(("template", "size"), EVERY)
@pytest.mark.parametrize("photo", [PHOTO, WHITE], ids=["noise", "white"])
def test_every_template_has_its_size_and_every_ink_reads_on_what_lies_under_it(template, size, photo):
    image, back, boxes = drawn(pytest.MonkeyPatch.context, drawing.Wanted(template, size, FIELDS, photo), 1.0)
    shape = drawing.book()["sizes"][size]
    assert image.size == (shape["width"], shape["height"])
    for b in boxes:
        place = (b["x"], b["y"], b["x"] + b["w"], b["y"] + b["h"])
        assert backing.contrast(back, place, b["ink"]) >= 4.5, b["field"]
        edge = round(0.05 * min(image.size)) - 1
        assert b["x"] >= edge
        assert b["y"] >= edge
        assert b["x"] + b["w"] <= image.width - edge
        assert b["y"] + b["h"] <= image.height - edge
        assert any(row != 0 for row in np.ptp(np.asarray(image.crop(place)).reshape(-1, 3), axis=0)), (
            "nothing is written"
        )


@pytest.mark.parametrize(
    ("template", "size"),
    [
        (t, s)
        for t, s in EVERY
        if drawing.book()["sizes"][s]["qr"]
        and "qr" in drawing.templates()[t]["layouts"][drawing.book()["sizes"][s]["layout"]]
    ],
)
def test_a_code_is_at_least_18_percent_of_the_short_side_and_can_be_read(template, size):
    link = "https://example.com/p/2026?utm_source=poster&utm_campaign=" + "a" * 60
    made = drawing.draw(drawing.Wanted(template, size, FIELDS, PHOTO, link=link))
    image = Image.open(io.BytesIO(made)).convert("RGB")
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == link
    wide = code.position.top_right.x - code.position.top_left.x + 1
    assert wide >= 0.18 * min(image.size) - 2


def test_a_field_that_is_too_long_says_by_how_much_and_shortened_by_that_it_fits():
    long = {**FIELDS, "headline": "补" * 90}
    with pytest.raises(TooLong) as refused:
        drawing.draw(drawing.Wanted("seeding", "xiaohongshu_3_4", long, PHOTO))
    fits = {**FIELDS, "headline": "补" * (90 - refused.value.params["count"])}
    assert drawing.draw(drawing.Wanted("seeding", "xiaohongshu_3_4", fits, PHOTO))
    assert refused.value.params["field"] == "主标题"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"size": "nowhere"}, UnknownTemplate),
        ({"template": "nothing"}, UnknownTemplate),
        ({"fields": {**FIELDS, "who": " \n "}}, FieldMissing),
        ({"photo": None}, PhotoMissing),
        ({"accent": "#9a9a9a"}, LowContrast),
        ({"link": "https://example.com"}, NoCodeHere),
        ({"size": "square", "link": "https://example.com/" + "a" * 400}, CodeTooLong),
    ],
)
def test_what_cannot_be_a_good_poster_is_refused(change, error):
    wanted = {"template": "seeding", "size": "xiaohongshu_3_4", "fields": FIELDS, "photo": PHOTO} | change
    with pytest.raises(error):
        drawing.draw(drawing.Wanted(**wanted), 0.4)


def test_what_somebody_types_is_never_read_as_markup():
    hostile = {**FIELDS, "quote": '#image("/etc/passwd") $x$ *b* @x <a> \\'}
    assert drawing.draw(drawing.Wanted("quote", "square", hostile), 0.4)


def test_the_square_of_a_cover_holds_all_its_words():
    image, back, boxes = drawn(pytest.MonkeyPatch.context, drawing.Wanted("cover", "wechat_cover", FIELDS, PHOTO), 1.0)
    left = (image.width - image.height) // 2
    for b in boxes:
        assert left <= b["x"]
        assert b["x"] + b["w"] <= left + image.height


def test_a_mark_stays_when_the_picture_is_marked_again():
    data = drawing.draw(drawing.Wanted("quote", "square", FIELDS), 0.4)
    once = aigc.marked(data, {"Label": "1", "ContentProducer": "模型甲", "ProduceID": "1"})
    again = aigc.marked(once, {"Label": "2"})
    with Image.open(io.BytesIO(again)) as image:
        image.load()
        assert aigc.read(image) == {"Label": "1", "ContentProducer": "模型甲", "ProduceID": "1"}
