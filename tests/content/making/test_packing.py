"""A video's pack: its table, subtitles, texts, files by number, whose they are; names that Windows takes."""

import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from hongqiao.content.assets import services as assets
from hongqiao.content.making import packing
from hongqiao.content.models import Piece
from hongqiao.content.production import services
from tests.cast import cast  # noqa: F401
from tests.content.assets.files import film, picture, sound

SHOTS = [
    {"start": 0, "end": 3, "picture": "手背并排", "line": "补了三次，为什么还是黑？"},
    {"start": 3, "end": 9, "picture": "近景", "line": "先看涂了几指。"},
]


@pytest.fixture
def desk(cast, house):  # noqa: F811
    own = {"kind": "own", "holder": "安澜"}
    cast.cover = assets.keep(actor=cast.editor, file=picture(), name="封面?.png", licence=own, made={"by": "generated"})
    cast.film = assets.keep(actor=cast.editor, file=film(), name="b:roll.mp4", licence=own | {"until": "2030-01-01"})
    cast.sound = assets.keep(actor=cast.editor, file=sound(), name="con.wav")
    cast.piece = services.create_piece(actor=cast.editor, title="补涂/三次？", platform="douyin", form="video")
    body = {"title": "补涂三次", "text": "照着补", "tags": ["防晒"], "shots": SHOTS, "cover": str(cast.cover.pk)}
    services.add_revision(actor=cast.editor, piece_id=cast.piece.pk, seen=0, body=body)
    cast.page = reverse("content_pack", args=["anlan", cast.piece.pk])
    return cast


def test_a_pack_holds_the_table_the_subtitles_the_words_and_every_file_by_number(desk):
    browser = desk.client(desk.editor)
    assert "2 个镜头" in browser.get(desk.page).content.decode()
    answer = browser.post(desk.page, {"videos": str(desk.film.pk), "sounds": [str(desk.sound.pk), str(desk.film.pk)]})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        assert box.testzip() is None
        files = [n for n in box.namelist() if n.startswith("素材/")]
        assert files == ["素材/01-封面_.png", "素材/02-roll.mp4", "素材/03-_con.wav"]
        assert "00:00:00,000 --> " in box.read("02-字幕.srt").decode("utf-8-sig")
        assert "#防晒" in box.read("03-文案.txt").decode("utf-8-sig")
        table = openpyxl.load_workbook(io.BytesIO(box.read("01-分镜表.xlsx"))).active
        assert table["F2"].value == "补了三次，为什么还是黑？"
        rights = openpyxl.load_workbook(io.BytesIO(box.read("04-素材授权.xlsx"))).active
        lines = [[c.value for c in row] for row in rights.iter_rows(min_row=2)]
        assert [line[0] for line in lines] == ["01-封面_.png", "02-roll.mp4", "03-_con.wav"]
        assert lines[1][4] == "2030-01-01"
        assert lines[2][6] == "缺授权信息"
        assert b"AIGC" in box.read(files[0])  # what a model made keeps its mark on the way


def test_a_file_whose_licence_has_ended_is_not_handed_over(desk):
    assets.change(
        actor=desk.editor, asset_id=desk.film.pk, seen=None, licence={"kind": "bought", "until": "2020-01-01"}
    )
    answer = desk.client(desk.editor).post(desk.page, {"videos": str(desk.film.pk)})
    assert answer.status_code == 422 or answer.status_code == 400
    assert "的授权已到期" in answer.content.decode()


def test_only_a_video_that_says_something_has_a_pack_and_a_stranger_has_none(desk):
    note = services.create_piece(actor=desk.editor, title="笔记", platform="xiaohongshu", form="note")
    empty = services.create_piece(actor=desk.editor, title="空", platform="douyin", form="video")
    for row in (note, empty):
        assert desk.client(desk.editor).get(reverse("content_pack", args=["anlan", row.pk])).status_code == 404
    assert desk.client(desk.stranger).post(desk.page).status_code == 404
    assert Piece.objects.count() == 3


@pytest.mark.parametrize("key", ["not-a-key", "01890000-0000-7000-8000-000000000000", ""])
def test_a_key_that_is_no_asset_of_the_brand_is_left_out(desk, key):
    answer = desk.client(desk.editor).post(desk.page, {"images": key})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        assert [n for n in box.namelist() if n.startswith("素材/")] == ["素材/01-封面_.png"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ('a<b>:"c"|?*.png', "a_b_c_.png"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        ("  名字. . ", "名字"),
        ("..\\..\\x.png", "_.._x.png"),
        ("长" * 200 + ".jpeg", "长" * 55 + ".jpeg"),
        ("", "file"),
        ("???", "_"),
    ],
)
def test_names_are_those_that_windows_takes(name, kept):
    assert packing.safe(name) == kept


def test_the_picture_that_a_shot_refers_to_goes_along_and_the_table_says_under_which_name(desk):
    body = {"title": "补涂", "shots": [SHOTS[0], SHOTS[1] | {"image": str(desk.cover.pk)}]}
    services.add_revision(actor=desk.editor, piece_id=desk.piece.pk, seen=1, body=body)
    answer = desk.client(desk.editor).post(desk.page)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        table = openpyxl.load_workbook(io.BytesIO(box.read("01-分镜表.xlsx"))).active
        assert (table["J2"].value, table["J3"].value) == (None, "01-封面_.png")
        assert "素材/01-封面_.png" in box.namelist()
