"""Files that the library keeps: without the place, in parts, found, and gone for good long after. C2."""

import io
import os
import threading
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from hongqiao.content.assets import finders, services, settings, storage
from hongqiao.content.assets import jobs as house
from hongqiao.content.models import Asset
from hongqiao.workspace.jobs import handlers
from hongqiao.workspace.models import AuditEntry, Job
from tests.content.assets import files
from tests.content.assets.files import keep
from tests.content.production.house import TEXT, piece, written


def located(**more):
    """A phone's photo, lying on its side, that says where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 3.5), 3: "E", 4: (121.0, 20.0, 1.0)})
    return files.picture("JPEG", exif=exif, **more)


def test_a_photo_is_kept_without_the_place_it_was_taken_at_and_stands_as_it_stood(cast):
    data = located() + b"\x00\x00film behind the picture"
    row = keep(cast, data, "a.jpg")
    kept = storage.path_of(row).read_bytes()
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(kept)) as after:
        assert before.getexif().get_ifd(0x8825)[2] == (31.0, 12.0, 3.5)
        assert 0x8825 not in after.getexif()
        assert (after.getexif()[0x0112], after.getexif()[0x010F]) == (6, "Phone")
        assert before.tobytes() == after.tobytes()
    assert b"film behind" not in kept
    assert (row.width, row.height, row.bytes) == (480, 640, len(kept))
    assert keep(cast, data, "b.jpg").pk == row.pk


def test_the_place_in_a_packet_of_xmp_goes_too_and_a_photo_without_any_is_left_alone(cast):
    said = b"http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude='31,12N'/>"
    plain = files.picture("JPEG")
    data = plain[:2] + b"\xff\xe1" + (len(said) + 2).to_bytes(2, "big") + said + plain[2:]
    kept = storage.path_of(keep(cast, data, "a.jpg")).read_bytes()
    assert kept == plain  # to the byte: three letters may come by chance in what a picture is made of
    with Image.open(io.BytesIO(kept)) as after, Image.open(io.BytesIO(plain)) as before:
        assert after.tobytes() == before.tobytes()
    other = files.picture("JPEG", size=(320, 240))
    assert storage.path_of(keep(cast, other, "c.jpg")).read_bytes() == other


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=10-999999999", 206, 10, None),
        ("bytes=999999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=9-3", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("lines=0-1", 200, 0, None),
        ("", 200, 0, None),
    ],
)
def test_a_phone_begins_in_the_middle_of_a_film(cast, asked, status, first, last):
    data = files.film()
    row = keep(cast, data, "成片.mp4")
    url = reverse("content_asset_file", args=["anlan", row.pk])
    answer = cast.client(cast.viewer).get(url, headers={"range": asked} if asked else {})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == status
    assert answer["Accept-Ranges"] == "bytes"
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(data)}"
        return
    wanted = data[first : None if last is None else last + 1]
    assert body == wanted
    assert int(answer["Content-Length"]) == len(wanted)
    begins = first % len(data)
    assert answer.get("Content-Range", "") == (
        f"bytes {begins}-{begins + len(wanted) - 1}/{len(data)}" if status == 206 else ""
    )


def test_a_part_of_another_version_is_answered_with_the_whole(cast):
    row = keep(cast, files.film(), "成片.mp4")
    url = reverse("content_asset_file", args=["anlan", row.pk])
    browser = cast.client(cast.viewer)
    assert browser.get(url, headers={"range": "bytes=0-1", "if-range": '"old"'}).status_code == 200
    assert browser.get(url, headers={"range": "bytes=0-1", "if-range": f'"{row.digest}"'}).status_code == 206


def test_ctrl_k_finds_an_asset_by_name_and_tag_and_says_what_its_licence_wants(cast):
    row = keep(cast, name="夏日防晒主图.png", tags=["通勤"])
    for words in ("防晒主图", "通勤"):
        (hit,) = finders.assets(cast.viewer, words, 5)
        assert (hit.title, hit.url) == (row.name, reverse("content_asset", args=["anlan", row.pk]))
        assert "缺授权信息" in hit.about
    assert finders.assets(cast.stranger, "防晒", 5) == []


def test_what_was_deleted_long_ago_goes_for_good_unless_a_piece_shows_it(cast):
    rows = [keep(cast, files.picture(size=(64 + n, 64)), f"{n}.png") for n in range(4)]
    old, new, shown, stays = rows
    written(cast.editor, piece(cast.editor), TEXT | {"images": [str(shown.pk)]})
    for row in (old, new, shown):
        services.remove(actor=cast.editor, asset_id=row.pk, seen=row.version)
    days = settings.of(cast.brand)["gone_days"]
    long_ago = timezone.now() - timedelta(days=days, hours=1)
    Asset.objects.filter(pk__in=[old.pk, shown.pk]).update(gone_at=long_ago)
    Asset.objects.filter(pk=new.pk).update(gone_at=long_ago + timedelta(hours=2))
    stray = storage.folder(cast.brand.pk) / "tmpx.part"
    stray.write_bytes(b"half")
    for path in (*map(storage.path_of, rows), *map(storage.thumb_of, rows), stray):
        os.utime(path, (0, 0))
    young = storage.folder(cast.brand.pk) / "young.part"
    young.write_bytes(b"on its way")
    assert sweep() == {"assets": 1, "files": 3}
    assert set(Asset.objects.values_list("pk", flat=True)) == {new.pk, shown.pk, stays.pk}
    assert [storage.path_of(r).exists() and storage.thumb_of(r).exists() for r in rows] == [False, True, True, True]
    assert (stray.exists(), young.exists()) == (False, True)
    assert AuditEntry.objects.filter(code="asset.swept", object_id=str(old.pk)).count() == 1
    assert sweep() == {"assets": 0, "files": 0}


def sweep():
    return house.sweep(handlers.Context(Job(kind="assets.sweep"), threading.Event()))
