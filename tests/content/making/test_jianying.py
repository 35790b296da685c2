"""A shot table as a draft of 剪映: where the package is not installed the page says how; where it is, a draft opens."""

import io
import json
import struct
import tomllib
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content.assets import services as assets
from hongqiao.content.making import jianying
from hongqiao.content.production import services
from tests.cast import cast  # noqa: F401
from tests.content.assets.files import film, picture, sound

SHOTS = [
    {"start": 0, "end": 3, "size": "特写", "picture": "手背并排", "line": "补了三次，为什么还是黑？", "sound": "叮"},
    {"start": 3, "end": 9, "picture": "近景", "line": "先看涂了几指。"},
    {"picture": "产品", "line": "两指才够。"},
]
OWN = {"kind": "own", "holder": "安澜"}
here = pytest.mark.skipif(not jianying.installed(), reason="the optional extra `jianying` is not installed")


@pytest.fixture
def desk(cast, house):  # noqa: F811
    cast.cover = assets.keep(actor=cast.editor, file=picture(), name="封面.png", licence=OWN)
    cast.shown = assets.keep(actor=cast.editor, file=picture("JPEG"), name="手背.jpg", licence=OWN)
    cast.sound = assets.keep(actor=cast.editor, file=sound(4), name="配音.wav", licence=OWN)
    cast.piece = services.create_piece(actor=cast.editor, title="补涂/三次？", platform="douyin", form="video")
    cast.page = reverse("content_pack", args=["anlan", cast.piece.pk])
    write(cast, shots=SHOTS, cover=str(cast.cover.pk))
    return cast


def write(desk, **body):
    piece = services.kit.Piece.objects.get(pk=desk.piece.pk)
    services.add_revision(actor=desk.editor, piece_id=piece.pk, seen=None, body={"title": "补涂/三次？", **body})


def draft(desk, **post):
    answer = desk.client(desk.editor).post(desk.page, {"as": "jianying", **post})
    assert answer.status_code == 200
    box = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert box.testzip() is None
    return box, json.loads(box.read("补涂_三次？/draft_content.json"))


def laid(content, name):
    """Each segment of a track as (begins, ends), in seconds, and what it shows."""
    known = {m["id"]: m for kind in ("videos", "audios", "texts") for m in content["materials"].get(kind, [])}
    track = next(t for t in content["tracks"] if t["name"] == name)
    spans = [(s["target_timerange"]["start"], s["target_timerange"]["duration"]) for s in track["segments"]]
    times = [(a / 1e6, (a + long) / 1e6) for a, long in spans]
    return times, [known[s["material_id"]] for s in track["segments"]]


def said(material):
    return json.loads(material["content"])["text"]


def moving(seconds):
    """A film that a player can open: Motion JPEG in AVI, ten pictures a second."""
    frame = picture("JPEG", (90, 160))
    frame += b"\x00" * (len(frame) % 2)
    count = seconds * 10

    def chunk(name, body):
        return name + struct.pack("<I", len(body)) + body

    main = struct.pack("<10I", 100_000, 0, 0, 0x10, count, 0, 1, len(frame), 90, 160) + b"\x00" * 16
    stream = b"vidsMJPG" + struct.pack("<IHHIIIIIIIIHHHH", 0, 0, 0, 0, 1, 10, 0, count, len(frame), 0, 0, 0, 0, 90, 160)
    shape = struct.pack("<IiiHH4sIiiII", 40, 90, 160, 1, 24, b"MJPG", 90 * 160 * 3, 0, 0, 0, 0)
    head = b"hdrl" + chunk(b"avih", main) + chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", shape))
    frames = b"movi" + chunk(b"00dc", frame) * count
    return chunk(b"RIFF", b"AVI " + chunk(b"LIST", head) + chunk(b"LIST", frames))


def test_where_the_package_is_not_installed_the_page_says_how_and_nothing_is_written(desk, monkeypatch):
    monkeypatch.setattr(jianying, "installed", lambda: False)
    browser = desk.client(desk.editor)
    page = browser.get(desk.page).content.decode()
    assert "pip install &quot;pyJianYingDraft==0.3.1&quot;" in page
    assert 'value="jianying"' not in page
    answer = browser.post(desk.page, {"as": "jianying"})
    assert answer.status_code == 409
    assert "还没有装 pyJianYingDraft" in answer.content.decode()
    assert desk.client(desk.stranger).post(desk.page, {"as": "jianying"}).status_code == 404


@here
def test_a_draft_holds_every_shot_its_subtitles_and_hints_at_its_time(desk):
    assert 'value="jianying"' in desk.client(desk.editor).get(desk.page).content.decode()
    box, content = draft(desk, images=str(desk.shown.pk), sounds=str(desk.sound.pk))
    assert (content["canvas_config"]["width"], content["canvas_config"]["height"]) == (1080, 1920)
    times, shown = laid(content, "画面")
    assert [round(t, 3) for pair in times[:2] for t in pair] == [0, 3, 3, 9]
    assert [m["material_name"] for m in shown] == ["02-手背.jpg", jianying.BLANK, jianying.BLANK]
    times, hints = laid(content, "提示")
    assert len(hints) == 3
    assert said(hints[0]) == "镜头 1 特写\n手背并排\n配音：补了三次，为什么还是黑？\n音效：叮"
    times, lines = laid(content, "字幕")
    assert "".join(said(one) for one in lines) == "补了三次，为什么还是黑？先看涂了几指。两指才够。"
    assert all(a < b for a, b in times)
    assert all(b <= c for (_a, b), (c, _d) in zip(times, times[1:], strict=False))
    assert [m["name"] for m in laid(content, "声音")[1]] == ["03-配音.wav"]
    assert {"补涂_三次？/draft_meta_info.json", "请先读.txt"} <= set(box.namelist())


@here
def test_each_path_of_a_draft_is_below_its_own_folder_and_its_file_is_there(desk):
    box, content = draft(desk, images=str(desk.shown.pk), sounds=str(desk.sound.pk))
    paths = [m["path"] for kind in ("videos", "audios") for m in content["materials"][kind]]
    own = jianying.book()["own_folder"] + "/"
    assert paths
    for path in paths:
        assert path.startswith(own)
        assert f"补涂_三次？/{path.removeprefix(own)}" in box.namelist()
    told = box.read("请先读.txt").decode("utf-8-sig")
    assert "5.9 到 10.8" in told
    assert str(desk.cover.digest) not in box.read("补涂_三次？/draft_content.json").decode()


@here
def test_a_file_that_cannot_be_read_is_in_the_folder_and_named_but_on_no_track(desk):
    from hongqiao.content.assets import storage

    storage.path_of(desk.shown).write_bytes(b"not a picture at all")
    box, content = draft(desk, images=str(desk.shown.pk))
    assert [m["material_name"] for m in laid(content, "画面")[1]] == [jianying.BLANK] * 3
    assert "02-手背.jpg" in box.read("请先读.txt").decode("utf-8-sig")
    assert "补涂_三次？/materials/02-手背.jpg" in box.namelist()


@here
def test_a_film_shorter_than_its_shot_ends_early_and_the_pieces_own_film_lies_whole_under_all(desk):
    from hongqiao.content.assets import storage

    clip = assets.keep(actor=desk.editor, file=film(), name="b-roll.mp4", licence=OWN)
    storage.path_of(clip).write_bytes(moving(2))
    _box, content = draft(desk, videos=str(clip.pk))
    times, shown = laid(content, "画面")
    assert [m["material_name"] for m in shown] == ["02-b-roll.mp4", jianying.BLANK, jianying.BLANK]
    assert times[:2] == [(0, 2), (3, 9)]  # two seconds are all there is
    write(desk, shots=SHOTS, video=str(clip.pk))
    _box, content = draft(desk)
    assert [t["name"] for t in content["tracks"]] == ["成片", "字幕", "提示"]
    assert laid(content, "成片")[0] == [(0, 2)]


@here
def test_a_table_without_a_shot_makes_no_draft(desk):
    write(desk, shots=[], text="只有正文")
    answer = desk.client(desk.editor).post(desk.page, {"as": "jianying"})
    assert answer.status_code == 422 or answer.status_code == 400
    assert "分镜表还是空的" in answer.content.decode()


def test_the_version_that_is_installed_is_the_one_the_book_is_about():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]
    book = jianying.book()
    assert project["optional-dependencies"]["jianying"] == [f"{book['package']}=={book['version']}"]
