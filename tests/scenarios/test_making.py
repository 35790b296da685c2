"""C2c through the screen: a 小红书 poster from a template in the seeding manner, at the right size, with its labels."""

import io
from pathlib import Path

import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from hongqiao.content.assets import services as assets
from hongqiao.content.assets import storage
from hongqiao.content.making import asked as asking
from hongqiao.content.models import Asset, Piece
from hongqiao.content.production import queries
from hongqiao.content.production import services as production
from hongqiao.content.sample import making as sample
from tests.cast import cast  # noqa: F401
from tests.content.assets.files import picture

pytestmark = pytest.mark.django_db
SAID = {
    "template": "seeding",
    "size": "xiaohongshu_3_4",
    "headline": "早八出门不搓泥",
    "quote": "地铁上补了两次，底妆还是服帖的，领口也没蹭白。",
    "who": "小林 · 油皮 · 上海",
    "scene": "夏天早高峰，2 号线换乘",
    "ai": "generated",
    "act": "keep",
}


@pytest.fixture
def desk(cast, house):  # noqa: F811
    licence = {"kind": "own", "holder": "安澜"}
    cast.photo = assets.keep(
        actor=cast.editor, file=picture(size=(900, 1200)), name="地铁.png", alt="地铁里补涂", licence=licence
    )
    cast.piece = production.create_piece(
        actor=cast.editor, title="早八出门", platform="xiaohongshu", form="poster", commercial="own", buying=True
    )
    cast.page = f"{reverse('content_posters', args=['anlan'])}?piece={cast.piece.pk}"
    return cast


def send(desk, **more):
    browser = desk.client(desk.editor)
    sent = SAID | {"image": str(desk.photo.pk), "piece": str(desk.piece.pk)} | more
    return browser.post(desk.page, sent, follow=True).content.decode()


def test_c2c_a_seeding_poster_has_a_real_scene_a_users_own_words_its_size_and_its_labels(desk):
    shown = desk.client(desk.editor).get(desk.page).content.decode()
    assert "种草：真实场景＋用户原话" in shown
    assert "小红书图文 3:4 · 1242×1660" in shown
    assert "要先取得本人同意" in send(desk)
    assert Asset.objects.count() == 1  # held: nothing was made
    assert "设为这条内容的封面" in send(desk, consent="授权书 2026-031")
    made = Asset.objects.exclude(pk=desk.photo.pk).get()
    assert (made.width, made.height, made.mime) == (1242, 1660, "image/png")
    assert made.licence == {"kind": "user", "id": "授权书 2026-031", "holder": "小林 · 油皮 · 上海"}
    assert made.made["by"] == "generated"
    assert made.made["mark"]["Label"] == "1"
    body = queries.newest(Piece.objects.get(pk=desk.piece.pk)).body
    assert body["cover"] == str(made.pk)
    assert body["image"] == str(desk.photo.pk)
    assert body["fields"]["quote"] == SAID["quote"]
    assert body["labels"] == {
        "ai": "generated",
        "ai_shown": True,
        "ad": True,
    }  # a piece that sells says so, ticked or not
    with Image.open(storage.path_of(made)) as image:
        assert dark_rows(image) >= 0.05 * 1242


def dark_rows(image):
    """How tall the labels' letters stand: rows with pure white letters on the labels' dark ground, at the top left."""
    left, top = round(0.05 * image.width), round(0.0375 * image.height)
    spot = image.convert("L").crop((left, top, left + 330, top + 120))
    lit = [y for y in range(spot.height) if spot.crop((0, y, spot.width, y + 1)).getextrema()[1] > 240]
    runs, run = [], 0
    for y in range(spot.height):
        run = run + 1 if y in lit else 0
        runs.append(run)
    return max(runs)


def test_words_that_law_forbids_do_not_become_a_poster(desk):
    assert "不能上海报" in send(desk, consent="授权书 2026-031", headline="全网第一的防晒")
    assert Asset.objects.count() == 1


def test_a_look_says_what_is_too_long_and_by_how_much(desk):
    browser = desk.client(desk.editor)
    sent = SAID | {"image": str(desk.photo.pk)}
    look = reverse("content_posters_look", args=["anlan"])
    assert b"data:image/png;base64," in browser.post(look, sent).content
    refused = browser.post(look, sent | {"quote": "补" * 400}).content.decode()
    assert "「用户原话」放不下，多了约" in refused


def test_all_sizes_come_as_a_zip_each_in_its_own_size_and_the_code_can_be_read(desk):
    import zipfile

    sent = SAID | {"template": "product", "points": "防晒\n先试手背", "text": "50ml", "link": "https://example.com/s/1"}
    answer = desk.client(desk.editor).post(
        reverse("content_posters_zip", args=["anlan"]), sent | {"image": str(desk.photo.pk)}
    )
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as kept:
        names = kept.namelist()
        assert "xiaohongshu_3_4-1242x1660.png" in names
        for name in names:
            with Image.open(io.BytesIO(kept.read(name))) as image:
                assert name.endswith(f"{image.width}x{image.height}.png")
                codes = [c.text for c in zxingcpp.read_barcodes(image.convert("RGB"))]
            assert codes == ([] if name.startswith("xiaohongshu") else ["https://example.com/s/1"]), name


def test_who_may_only_look_keeps_nothing_and_a_stranger_sees_nothing(desk):
    sent = SAID | {"image": str(desk.photo.pk), "consent": "x"}
    viewer, stranger = desk.client(desk.viewer), desk.client(desk.stranger)
    assert viewer.post(desk.page, sent).status_code in (403, 404)
    assert stranger.get(desk.page).status_code == 404
    assert Asset.objects.count() == 1


def test_a_phones_photo_stands_upright_and_one_whose_file_is_lost_is_said(desk):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    lying = assets.keep(actor=desk.editor, file=picture("JPEG", size=(1200, 900), exif=exif), name="手机.jpg")
    sent = SAID | {"image": str(lying.pk)}
    asked = asking.read(desk.editor, None, sent)
    assert asking.wanted(asked).photo.size == (900, 1200)
    storage.path_of(lying).unlink()
    look = reverse("content_posters_look", args=["anlan"])
    assert "这个模板要一张照片" in desk.client(desk.editor).post(look, sent).content.decode()


def test_a_look_at_a_large_photo_is_small(desk):
    large = assets.keep(actor=desk.editor, file=picture("JPEG", size=(4000, 3000)), name="大图.jpg")
    browser, look = desk.client(desk.editor), reverse("content_posters_look", args=["anlan"])
    shown = browser.post(look, SAID | {"image": str(large.pk), "scene": "早高峰"}).content
    assert b"data:image/png" in shown
    assert len(shown) < 1_500_000


def test_the_sample_brand_has_posters_once(desk):
    Asset.objects.all().delete()
    folder = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
    for _again in range(2):
        sample.plant(desk.owner, folder)
    assert sorted((a.width, a.height) for a in Asset.objects.all()) == [(1080, 1080), (1242, 1660)]
