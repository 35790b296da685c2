"""The sample brand has its book, and is given it once."""

from datetime import date
from pathlib import Path

import pytest

from hongqiao.book import queries, shipped
from hongqiao.book.models import Claim, Persona, Product
from hongqiao.content.sample import book as sample
from tests.cast import cast  # noqa: F401

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "content"
pytestmark = pytest.mark.django_db


def test_the_sample_brand_gets_its_book_once(cast):  # noqa: F811
    for _ in range(2):
        sample.plant(cast.owner, FOLDER)
    assert queries.book_of(cast.brand).promise
    assert [p.name for p in queries.personas(cast.brand)] == ["油皮通勤女性", "敏感肌成分党", "熟龄保湿"]
    assert (Persona.objects.count(), Product.objects.count()) == (3, 9)
    said = {c.text for c in queries.claims_in_force(cast.brand, date(2026, 11, 24))}
    assert "SPF50+ PA++++" in said
    assert not {"防水 80 分钟", "敏感肌可用"} & said  # expired; waiting for a reviewer
    assert all(shipped.looks_right(p.kind, p.filing) for p in queries.products(cast.brand))
    assert all("示例" in c.proof for c in Claim.objects.exclude(proof=""))
