"""The library: what is taken and what is refused, licences on both sides of their day, marks of AI, use, undo. C2."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hongqiao.content.assets import aigc, errors, queries, services, settings, storage
from hongqiao.content.models import Asset, Piece
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import AuditEntry
from tests.content.assets import files
from tests.content.assets.files import keep
from tests.content.production.house import TEXT, fresh, piece, written

MARK = {"Label": "1", "ContentProducer": "001191610133596325171T12566", "ProduceID": "x1"}


def test_a_picture_a_film_a_sound_and_a_paper_are_known_by_what_they_are(cast):
    made = [
        keep(cast, files.picture("JPEG"), "图.jpeg"),
        keep(cast, files.picture("WEBP"), "w.webp"),
        keep(cast, files.film(), "成片.mp4"),
        keep(cast, files.film(0, 0, 3, b"M4A "), "口播.m4a"),
        keep(cast, files.sound(), "bgm.wav"),
        keep(cast, b"%PDF-1.7\n1 0 obj\n%%EOF\n", "合同.pdf"),
    ]
    assert [(r.kind, r.mime, r.width, r.height, r.seconds) for r in made] == [
        ("image", "image/jpeg", 640, 480, None),
        ("image", "image/webp", 640, 480, None),
        ("video", "video/mp4", 1080, 1920, 15.0),
        ("audio", "audio/mp4", None, None, 3.0),
        ("audio", "audio/wav", None, None, 2.0),
        ("other", "application/pdf", None, None, None),
    ]
    assert all(storage.path_of(r).exists() for r in made)
    assert [storage.thumb_of(r).exists() for r in made] == [True, True, False, False, False, False]


def test_a_name_neither_fools_nor_leads_out_of_the_folder(cast):
    row = keep(cast, files.picture("JPEG"), r"..\..\etc\主图.png")
    assert (row.name, row.mime) == ("主图.jpg", "image/jpeg")
    assert storage.path_of(row).parent == storage.folder(cast.brand.pk)


def test_a_photo_taken_upright_has_the_size_that_people_see(cast):
    exif = Image.Exif()
    exif[0x0112] = 6
    row = keep(cast, files.picture("JPEG", exif=exif))
    assert (row.width, row.height) == (480, 640)
    with Image.open(storage.thumb_of(row)) as small:
        assert small.height > small.width


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", errors.EmptyAsset),
        (b"MZ\x90\x00 a program", errors.WrongType),
        (b"<html><script>alert(1)</script>", errors.WrongType),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', errors.NoVectors),
        (files.picture()[:-30000], errors.HalfFile),
        (files.picture("JPEG")[:-9000], errors.HalfFile),
        (b"\x89PNG\r\n\x1a\n", errors.HalfFile),
        (files.film()[:-40], errors.HalfFile),
        (files.film()[:3000], errors.HalfFile),
        (files.sound()[:-4000], errors.HalfFile),
        (b"%PDF-1.7\n1 0 obj", errors.HalfFile),
        (files.bomb(), errors.TooManyPixels),
        (files.bomb(9000, 9000), errors.TooManyPixels),
    ],
)
def test_what_is_no_whole_file_of_a_known_kind_is_refused_and_leaves_nothing(cast, data, error):
    with pytest.raises(error):
        services.keep(actor=cast.editor, file=data, name="a.png")
    assert not Asset.objects.exists()
    assert not [p for p in storage.folder(cast.brand.pk).rglob("*") if p.is_file()]


def test_a_file_at_the_limit_is_taken_and_a_byte_more_is_not(cast):
    cast.brand.settings = {"content": {"assets": {"most_mb": 1}}}
    cast.brand.save()
    data = b"ID3" + b"\x00" * ((1 << 20) - 3)
    actor = type(cast.editor).objects.get(pk=cast.editor.pk)
    assert services.keep(actor=actor, file=data, name="a.mp3").bytes == 1 << 20
    with pytest.raises(errors.AssetTooLarge):
        services.keep(actor=actor, file=data + b"\x00", name="b.mp3")


def test_the_same_file_again_is_the_same_asset_and_comes_back_if_it_was_deleted(cast):
    data = files.picture()
    row = keep(cast, data)
    assert keep(cast, data, "b.png").pk == row.pk
    services.remove(actor=cast.editor, asset_id=row.pk, seen=row.version)
    assert list(queries.of(cast.editor)) == []
    assert keep(cast, data).gone_at is None
    codes = list(AuditEntry.objects.filter(object_id=str(row.pk)).order_by("id").values_list("code", flat=True))
    assert codes == ["asset.kept", "asset.removed", "asset.restored"]


def test_a_licence_holds_until_the_end_of_its_last_day_and_warns_before(cast):
    today, soon = calendar_day(cast.brand), settings.of(cast.brand)["soon_days"]
    row = keep(cast)
    assert queries.right(row, today, soon) == "missing"
    days = {-1: "ended", 0: "soon", soon: "soon", soon + 1: ""}
    for shift, said in days.items():
        until = (today + timedelta(days=shift)).isoformat()
        licence = {"kind": "bought", "until": until, "holder": "图库"}
        row = services.change(actor=cast.editor, asset_id=row.pk, seen=row.version, licence=licence)
        assert queries.right(row, today, soon) == said
        for rights in queries.RIGHTS:
            listed = [r.pk for r in queries.filtered(cast.editor, rights=rights)]
            assert listed == ([row.pk] if rights == said else []), (shift, rights)


@pytest.mark.parametrize("licence", [{"kind": "stolen"}, {"holder": "x"}, {"kind": "own", "until": "2026-02-30"}])
def test_a_licence_of_no_kind_or_no_day_is_refused(cast, licence):
    with pytest.raises(errors.BadLicence):
        keep(cast, licence=licence)


def test_a_mark_in_the_file_is_read_and_cannot_be_denied(cast):
    row = keep(cast, files.marked_png(json.dumps(MARK)))
    assert (row.made["by"], row.made["mark"]) == ("generated", MARK)
    with pytest.raises(errors.LabelStays):
        services.change(actor=cast.editor, asset_id=row.pk, seen=row.version, made={"by": "none"})
    other = keep(cast, files.marked_png("not json"))
    assert other.made["by"] == "none"


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_that_a_model_made_leaves_with_its_mark_and_with_the_same_pixels(cast, form):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    data = files.picture(form, exif=exif)
    row = keep(cast, data, made={"by": "generated", "model": "某模型"})
    got = cast.client(cast.viewer).get(reverse("content_asset_file", args=["anlan", row.pk]), {"save": "1"}).content
    with Image.open(io.BytesIO(got)) as new, Image.open(io.BytesIO(data)) as old:
        assert new.tobytes() == old.tobytes()
        assert aigc.read(new)["Label"] == "1"
        assert new.getexif()[0x010F] == "Camera"
    assert aigc.marked(got, {"Label": "2"}) == got  # one mark is never written over


def test_a_scheduled_piece_keeps_its_picture_and_any_other_lets_it_go(cast):
    row = keep(cast)
    one = written(cast.editor, piece(cast.editor), TEXT | {"images": [str(row.pk)]})
    assert queries.used_in(row) == [one]
    Piece.objects.filter(pk=one.pk).update(stage="scheduled")
    with pytest.raises(errors.InUse):
        services.remove(actor=cast.editor, asset_id=row.pk, seen=row.version)
    Piece.objects.filter(pk=one.pk).update(stage="approved")
    gone = services.remove(actor=cast.editor, asset_id=row.pk, seen=row.version)
    assert gone.gone_at is not None
    assert services.restore(actor=cast.editor, asset_id=row.pk, seen=gone.version).gone_at is None


def test_an_older_text_of_a_piece_does_not_count_as_use(cast):
    row = keep(cast)
    one = written(cast.editor, piece(cast.editor), TEXT | {"images": [str(row.pk)]})
    written(cast.editor, fresh(one), TEXT)
    assert queries.used_in(row) == []


def test_search_finds_names_and_chinese_tags_and_filters_hold(cast):
    one = keep(cast, name="通勤.png", tags=["防晒", "#夏天", "防晒"])
    two = keep(cast, files.film(), "b.mp4", made={"by": "assisted"})
    assert one.tags == ["防晒", "夏天"]
    asked = {("q", "防晒"): [one], ("q", "通勤"): [one], ("q", "100%"): [], ("kind", "video"): [two]}
    for (name, value), found in (asked | {("made", "assisted"): [two]}).items():
        assert list(queries.filtered(cast.viewer, **{name: value})) == found, value
    assert queries.tags(cast.viewer) == ["夏天", "防晒"]
    with pytest.raises(errors.BadTags):
        keep(cast, files.sound(), tags=[str(i) for i in range(13)])


def test_facts_of_pictures_come_in_the_order_of_the_text_and_strangers_are_unknown(cast):
    one, two = keep(cast), keep(cast, files.picture("JPEG", (900, 1200)), alt="海边")
    foreign = services.keep(actor=cast.stranger, file=files.picture("WEBP"), name="x.webp")
    found = queries.facts(cast.editor, [two.pk, "nonsense", foreign.pk, one.pk])
    assert [f.get("width") for f in found] == [900, None, None, 640]
    assert found[0]["alt"] == "海边"


def test_who_may_only_look_writes_nothing_and_a_stranger_finds_nothing(cast):
    row = keep(cast)
    with pytest.raises(NotAllowed):
        services.keep(actor=cast.viewer, file=files.picture(), name="a.png")
    with pytest.raises(NotAllowed):
        services.remove(actor=cast.viewer, asset_id=row.pk, seen=None)
    with pytest.raises(NotFound):
        services.change(actor=cast.stranger, asset_id=row.pk, seen=None, name="mine")
    with pytest.raises(Conflict):
        services.change(actor=cast.editor, asset_id=row.pk, seen=99, name="late")
    for name in ("content_asset", "content_asset_file", "content_asset_thumb"):
        assert cast.client(cast.stranger).get(reverse(name, args=["anlan", row.pk])).status_code == 404
        assert cast.client(cast.stranger).get(reverse(name, args=["other", row.pk])).status_code == 404
        assert cast.client(cast.viewer).get(reverse(name, args=["anlan", row.pk])).status_code == 200


def test_files_are_dropped_on_the_page_and_each_is_told_what_became_of_it(cast):
    browser, address = cast.client(cast.editor), reverse("content_assets_upload", args=["anlan"])
    good = browser.post(
        address, {"files": SimpleUploadedFile("主图.png", files.picture())}, headers={"Accept": "application/json"}
    )
    assert good.json()["message"] == "已放进素材库：主图.png"
    bad = browser.post(
        address, {"files": SimpleUploadedFile("x.svg", b"<svg/>")}, headers={"Accept": "application/json"}
    )
    assert (bad.status_code, bad.json()["code"]) == (422, "asset_svg")
    both = {"files": [SimpleUploadedFile("b.wav", files.sound()), SimpleUploadedFile("c.png", b"no")]}
    page = browser.post(address, both, follow=True).content.decode()
    assert "b.wav" in page
    assert "c.png：素材库不收这种文件" in page
    assert browser.post(address).status_code == 422
    assert cast.client(cast.viewer).post(address, both).status_code == 403


def test_a_file_that_people_brought_can_run_nothing_here(cast):
    row = keep(cast, b"%PDF-1.7\n%%EOF\n", "a.pdf")
    answer = cast.client(cast.viewer).get(reverse("content_asset_file", args=["anlan", row.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    picture = keep(cast)
    address = reverse("content_asset_file", args=["anlan", picture.pk])
    first = cast.client(cast.viewer).get(address)
    assert cast.client(cast.viewer).get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_page_of_an_asset_saves_deletes_brings_back_and_keeps_what_was_typed(cast):
    row = keep(cast)
    browser, address = cast.client(cast.editor), reverse("content_asset", args=["anlan", row.pk])
    form = {
        "act": "save",
        "seen": 1,
        "name": "新名.png",
        "alt": "海边",
        "tags": "防晒，通勤 夏天",
        "licence_kind": "own",
        "made": "none",
    }
    assert browser.post(address, form).status_code == 302
    row = fresh(row)
    assert (row.name, row.tags, row.licence) == ("新名.png", ["防晒", "通勤", "夏天"], {"kind": "own"})
    late = browser.post(address, form | {"name": "晚了.png"})
    assert late.status_code == 409
    assert "晚了.png" in late.content.decode()
    browser.post(address, {"act": "remove", "seen": row.version})
    listed = browser.get(reverse("content_assets", args=["anlan"])).content.decode()
    assert "新名.png" not in listed
    assert "新名.png" in browser.get(reverse("content_assets", args=["anlan"]), {"gone": "1"}).content.decode()
    browser.post(address, {"act": "restore", "seen": row.version + 1})
    assert fresh(row).gone_at is None


def test_the_picker_offers_what_is_there_under_the_name_of_the_form(cast):
    row = keep(cast)
    page = (
        cast.client(cast.editor)
        .get(reverse("content_assets_pick", args=["anlan"]), {"name": "cover", "chosen": str(row.pk)})
        .content.decode()
    )
    assert re.search(f'type="radio" name="cover" value="{row.pk}"[^>]* checked', page)
    forged = cast.client(cast.editor).get(reverse("content_assets_pick", args=["anlan"]), {"name": '"><script>'})
    assert "<script>" not in forged.content.decode()


def test_a_library_of_many_pages_by_cursor(cast):
    rows = [
        Asset(brand=cast.brand, kind="image", name=f"{i}.png", digest=str(i), bytes=1, mime="image/png")
        for i in range(100)
    ]
    Asset.objects.bulk_create(rows)
    browser, seen, after = cast.client(cast.viewer), 0, ""
    for _page in range(3):
        answer = browser.get(reverse("content_assets", args=["anlan"]), {"after": after} if after else {})
        seen += len(answer.context["cards"])
        after = answer.context["next"]
    assert (seen, after) == (100, "")
