"""The sample brand's drafts are checked once: one article jumps, one video has no hook, the mended ones pass."""

from pathlib import Path

import pytest

from hongqiao.compliance import queries
from hongqiao.compliance.craft import parts
from hongqiao.compliance.models import Check
from hongqiao.content.sample import book, craft
from tests.cast import cast  # noqa: F401

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
pytestmark = pytest.mark.django_db


def test_the_drafts_of_the_sample_are_checked_once_and_held_for_what_is_wrong_with_them(cast):  # noqa: F811
    book.plant(cast.owner, FOLDER)
    for _ in range(2):
        craft.plant(cast.owner, FOLDER)
    rows = list(Check.objects.order_by("id"))
    beside, words = parts.standing(rows), queries.lines_of(rows)
    held = [{f.rule for f in beside[r.pk] if f.level in ("block", "hold")} for r in rows]
    assert held == [{"craft.jump"}, {"craft.hook"}, set(), set()]
    assert not any(x.holds for r in rows for x in words[r.pk])


def test_what_the_book_has_approved_for_a_named_product_is_not_asked_about_again(cast):  # noqa: F811
    book.plant(cast.owner, FOLDER)
    craft.plant(cast.owner, FOLDER)
    mended, article = Check.objects.order_by("id")[2], Check.objects.order_by("id")[0]
    assert "清透防晒乳" in mended.text
    assert "防晒" not in {x.hit["word"] for x in queries.lines(mended)}
    assert article.draft["form"] == "article"
