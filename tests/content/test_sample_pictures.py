"""The sample brand's pictures: small, with their licence, in its notes and shots, its logo on its posters."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content.assets import queries as assets
from hongqiao.content.desk import payload
from hongqiao.content.editors import look
from hongqiao.content.making import asked as asking
from hongqiao.content.models import Asset, Piece, Stage
from hongqiao.content.production import queries
from hongqiao.content.sample import book, pictures, pieces
from tests.cast import cast  # noqa: F401

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
pytestmark = pytest.mark.django_db


def test_the_pictures_are_small_licensed_and_brought_in_once(cast):  # noqa: F811
    for _again in range(2):
        pictures.plant(cast.owner, FOLDER)
    rows = list(Asset.objects.all())
    told = json.loads((FOLDER / "pictures.json").read_text("utf-8"))["pictures"]
    assert [r.name for r in sorted(rows, key=lambda r: r.pk)] == [one["name"] for one in told]
    assert sum(r.bytes for r in rows) < 300_000
    assert all(r.licence["kind"] == "own" and r.licence["scope"] and r.alt and r.made["by"] == "none" for r in rows)
    assert {(r.width, r.height) for r in rows if "标志" not in r.name} == {(1080, 1440), (1440, 1080), (1080, 1080)}
    assert look.of(cast.owner.brand).logo == pictures.keys(cast.owner, FOLDER)["logo"]
    assert asking.read(cast.owner, None, {"template": "quote"}).logo.name == "安澜标志.png"  # on the sample's posters


def test_notes_show_them_cover_first_on_the_desk_too_and_a_shot_refers_to_one(cast, house):  # noqa: F811
    for part in (book, pictures, pieces):
        part.plant(cast.owner, FOLDER)
    known = pictures.keys(cast.owner, FOLDER)
    out = Piece.objects.get(title="只带五样出差，酒店浴室里的晚安流程")
    assert out.stage == Stage.APPROVED  # what was approved is the text with its picture
    assert [p["asset"] for p in payload.of(out, queries.newest(out))["parts"]] == [known["five"]]
    note = Piece.objects.get(title="妆前搓泥的第 9 天，我换了顺序")
    body = queries.newest(note).body
    assert (body["cover"], body["images"]) == (known["basin"], [known[c] for c in ("basin", "order", "table")])
    shown = cast.client(cast.owner).get(reverse("content_piece", args=["anlan", note.pk])).content.decode()
    assert "早上的洗手台.png" in shown
    film = Piece.objects.get(title="拆开三支防晒看质地：油皮怎么选")
    assert queries.newest(film).body["shots"][0]["image"] == known["plates"]
    assert film in assets.used_in(Asset.objects.get(pk=known["plates"]))


def test_without_the_pictures_the_pieces_stand_all_the_same(cast, house):  # noqa: F811
    for part in (book, pieces, pictures):
        part.plant(cast.owner, FOLDER)
    assert not Asset.objects.exists()  # a brand that works already is given none
    note = Piece.objects.get(title="妆前搓泥的第 9 天，我换了顺序")
    assert "images" not in queries.newest(note).body


def test_a_picture_whose_file_is_not_there_is_none(cast, tmp_path):  # noqa: F811
    pictures.plant(cast.owner, tmp_path)
    assert (pictures.names(tmp_path), pictures.keys(cast.owner, tmp_path)) == ([], {})
