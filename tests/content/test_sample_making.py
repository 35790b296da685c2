"""The sample brand shows a live room's run sheet and a video's pack, and is given them once."""

import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content.models import Asset, Piece, Task
from hongqiao.content.production import prelive, queries
from hongqiao.content.sample import book, making, pictures, pieces
from tests.cast import cast  # noqa: F401

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
pytestmark = pytest.mark.django_db


def test_the_sample_has_a_run_sheet_with_checks_and_a_video_whose_pack_has_its_cover_once(cast, house):  # noqa: F811
    for part in (book, pictures, pieces):
        part.plant(cast.owner, FOLDER)
    before = Asset.objects.count()
    for _again in range(2):
        making.plant(cast.owner, FOLDER)
    room = Piece.objects.get(form="live")
    client = cast.client(cast.owner)
    shown = client.get(reverse("content_live", args=["anlan", room.pk])).content.decode()
    assert "积雪草面膜" in shown
    assert "陈果" in shown  # who ticked
    assert 0 < len(prelive.open_checks(room)) < Task.objects.filter(piece=room, kind="other").count()
    packed = next(
        p for p in Piece.objects.filter(form="video") if queries.newest(p) and queries.newest(p).body.get("cover")
    )
    page = reverse("content_pack", args=["anlan", packed.pk])
    assert client.get(page).status_code == 200
    answer = client.post(page)
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert {"01-分镜表.xlsx", "02-字幕.srt"} <= set(names)
    assert any(n.startswith("素材/01-") for n in names)
    assert Asset.objects.count() == before + 3
