"""The sample brand's briefs are drafted once."""

from pathlib import Path

import pytest

from hongqiao.content.models import Proposal
from hongqiao.content.sample import PARTS, book, drafting, pieces
from tests.cast import cast  # noqa: F401

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
pytestmark = pytest.mark.django_db


def test_what_is_still_a_brief_is_drafted_once_with_its_gaps(cast):  # noqa: F811
    for part in (book, pieces, drafting, drafting):
        part.plant(cast.owner, FOLDER)
    rows = Proposal.objects.all()
    assert len({r.piece_id for r in rows}) == drafting.MOST
    assert all("〔待补" in str(r.body) for r in rows)
    assert PARTS.index("pieces") < PARTS.index("drafting")
