"""A brand's logo on posters: in its corner, away from every word and code, seen on whatever lies under it."""

import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from hongqiao.content.assets import services as assets
from hongqiao.content.editors import look as looks
from hongqiao.content.making import asked as asking
from hongqiao.content.making import backing, drawing
from hongqiao.content.making.errors import LogoEnded
from hongqiao.content.models import Asset
from hongqiao.errors import NotAllowed, NotFound
from tests.cast import cast  # noqa: F401
from tests.content.making.test_drawing import EVERY, FIELDS, PHOTO


def ring(colour):
    """A logo whose ground is clear, with a clear border that is no part of it."""
    made = Image.new("RGBA", (400, 240), (0, 0, 0, 0))
    ImageDraw.Draw(made).ellipse((60, 40, 220, 200), outline=colour, width=40)
    return made


def drawn(template, size, photo, logo):
    wanted = {"template": template, "size": size, "fields": FIELDS, "photo": photo, "labels": ("广告", "AI 生成")}
    with_, without = drawing.Wanted(**wanted, logo=logo), drawing.Wanted(**wanted)
    return [np.asarray(Image.open(io.BytesIO(drawing.draw(w))).convert("RGB")).astype(int) for w in (with_, without)]


@pytest.mark.parametrize(("template", "size"), EVERY)
def test_a_logo_stays_in_its_place_which_no_word_label_code_or_edge_touches(template, size):
    shape = drawing.book()["sizes"][size]
    layout = drawing.templates()[template]["layouts"][shape["layout"]]
    whole = (shape["width"], shape["height"])
    left, top, right, bottom = backing.logo_place(layout, whole, drawing.book())
    edge = round(0.05 * min(whole)) - 1
    assert edge <= left < right <= whole[0] - edge
    assert round(0.0375 * min(whole)) <= top < bottom <= whole[1] - edge
    for one in layout["boxes"]:
        box = backing.pixels(one["box"], whole)
        assert right <= box[0] or box[2] <= left or bottom <= box[1] or box[3] <= top, one["field"]
    if "qr" in layout and shape["qr"]:
        assert bottom <= layout["qr"][1] * whole[1] or right <= layout["qr"][0] * whole[0]
    now, before = drawn(template, size, PHOTO, ring("#1f5f4a"))
    changed = np.argwhere(np.abs(now - before).max(axis=2) > 0)
    assert len(changed)
    assert changed[:, 0].min() >= top
    assert changed[:, 0].max() < bottom
    assert changed[:, 1].min() >= left
    assert changed[:, 1].max() < right


@pytest.mark.parametrize("ink", ["#ffffff", "#15181c", "#808080"])
@pytest.mark.parametrize("ground", ["#ffffff", "#15181c", "#808080", "noise"])
def test_a_logo_can_be_seen_on_whatever_lies_under_it(ink, ground):
    back = PHOTO.copy() if ground == "noise" else Image.new("RGB", (900, 1200), ground)
    backing.logo(back, (500, 60, 800, 160), ring(ink), drawing.book()["logo"], right=True)
    hole, rim = back.getpixel((750, 110)), back.getpixel((750, 74))  # of the ring, a square of 76 at its right end
    assert max(abs(a - b) for a, b in zip(rim, backing.rgb(ink), strict=True)) < 12
    assert backing.contrast(Image.new("RGB", (4, 4), hole), (0, 0, 4, 4), ink) >= 3


def test_a_logo_that_reads_gets_no_plate_and_one_with_a_ground_of_its_own_neither():
    for mark, ground in ((ring("#15181c"), "#ffffff"), (Image.new("RGB", (200, 100), "#fefefe"), "#ffffff")):
        back = Image.new("RGB", (900, 1200), ground)
        backing.logo(back, (500, 60, 800, 160), mark, drawing.book()["logo"], right=True)
        corner = np.asarray(back)[62, 798]
        assert tuple(corner) == backing.rgb(ground)


def test_a_logo_with_nothing_in_it_is_nothing():
    back = Image.new("RGB", (900, 1200), "#808080")
    backing.logo(back, (500, 60, 800, 160), Image.new("RGBA", (9, 9), (0, 0, 0, 0)), drawing.book()["logo"], right=True)
    assert len(np.unique(np.asarray(back))) == 1


@pytest.fixture
def logo(cast):  # noqa: F811
    out = io.BytesIO()
    ring("#1f5f4a").save(out, "PNG")
    return assets.keep(actor=cast.editor, file=out.getvalue(), name="标志.png", licence={"kind": "own"})


SAID = {"template": "quote", "size": "square", "quote": "成分讲清楚", "who": "安澜"}


@pytest.mark.django_db
def test_the_brands_logo_is_on_its_posters_unless_somebody_says_no(cast, house, logo):  # noqa: F811
    page = reverse("content_posters", args=["anlan"])
    assert asking.read(cast.owner, None, SAID).logo is None
    assert cast.client(cast.owner).post(page, {"act": "logo", "logo": str(logo.pk)}).status_code == 302
    cast.owner.brand.refresh_from_db()
    asked = asking.read(cast.owner, None, SAID)
    assert asking.wanted(asked).logo.mode == "RGBA"
    assert asking.read(cast.owner, None, SAID | {"bare": "1"}).logo is None
    shown = cast.client(cast.owner).get(page).content.decode()
    assert "不放品牌标志" in shown
    assert cast.client(cast.owner).post(page, {"act": "no_logo"}).status_code == 302
    assert looks.of(type(cast.brand).objects.get(pk=cast.brand.pk)).logo == ""


@pytest.mark.django_db
def test_a_logo_that_is_gone_is_not_drawn_and_one_whose_licence_ended_is_refused(cast, house, logo):  # noqa: F811
    looks.keep(actor=cast.owner, logo=str(logo.pk))
    cast.owner.brand.refresh_from_db()
    assets.change(actor=cast.owner, asset_id=logo.pk, seen=None, licence={"kind": "bought", "until": "2020-01-01"})
    with pytest.raises(LogoEnded):
        asking.read(cast.owner, None, SAID)
    assets.remove(actor=cast.owner, asset_id=logo.pk, seen=None)
    assert asking.read(cast.owner, None, SAID).logo is None


@pytest.mark.django_db
def test_who_may_not_change_the_brand_sets_no_logo_and_a_key_that_is_none_is_not_found(cast, house, logo):  # noqa: F811
    with pytest.raises(NotAllowed):
        looks.keep(actor=cast.editor, logo=str(logo.pk))
    for key in ("x", str(cast.brand.pk)):
        with pytest.raises(NotFound):
            looks.keep(actor=cast.owner, logo=key)
    page = reverse("content_posters", args=["anlan"])
    assert cast.client(cast.stranger).post(page, {"act": "logo", "logo": str(logo.pk)}).status_code == 404
    assert "设为品牌标志" not in cast.client(cast.editor).get(page).content.decode()
    assert Asset.objects.count() == 1
