"""The sample brand's published pieces are found among the facts of its files, and show their funnel. C3."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content.models import Piece, Stage
from hongqiao.content.results import pairing
from hongqiao.content.sample import book, pictures, pieces, results
from hongqiao.workspace import services as workspace
from tests.cast import cast  # noqa: F401
from tests.content.desk.conftest import shelf  # noqa: F401
from tests.content.results.test_pairing import OUT, bring

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
TITLE = "早八人实测7天,眼霜真实感受"
pytestmark = pytest.mark.django_db


def test_each_piece_told_of_gets_through_its_review_and_is_out_once(cast, house):  # noqa: F811
    workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="安澜护肤")
    for part in (book, pictures, pieces, results, results):
        part.plant(cast.owner, FOLDER)
    told = json.loads((FOLDER / "results.json").read_text("utf-8"))["published"]
    rows = Piece.objects.filter(title__in=[one["title"] for one in told])
    assert {r.title: r.stage for r in rows} == {one["title"]: Stage.PUBLISHED for one in told}
    assert all(r.publish_at and r.account_id for r in rows)


def test_its_facts_that_come_later_are_found_by_its_title(cast, shelf, house):  # noqa: F811
    for part in (book, pictures, pieces, results):
        part.plant(cast.owner, FOLDER)
    bring(cast, shelf, (TITLE, OUT.replace(day=17, hour=21)))
    pairing.pair(cast.brand)
    row = Piece.objects.get(title=TITLE)
    assert row.content_key
    assert row.matching["how"] == "title"
    page = cast.client(cast.owner).get(reverse("content_piece_tab", args=["anlan", row.pk, "results"]))
    assert "看漏斗" in page.content.decode()
