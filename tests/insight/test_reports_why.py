"""Reports say why: parts that add up, mix and rate, what happened at the same time; traceable, and the same twice."""

from datetime import date, timedelta

import pytest

from hongqiao import warehouse
from hongqiao.insight.models import Annotation
from hongqiao.insight.reports import building
from hongqiao.insight.reports.document import digest_of
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.reports.written import written
from hongqiao.ledger.models import Action

from .test_acts import ago, works
from .test_rules import LAST, Made, ads, mixed_campaigns, social
from .test_rules import made as made

pytestmark = pytest.mark.django_db
START = LAST - timedelta(days=6)


def moved(made: Made, kind: str = "weekly", start: date = START, end: date = LAST) -> list[dict]:
    """The blocks of what moved; each that states a fact has its question, and two builds are the same bytes."""
    handle = warehouse.open(made.brand.pk)
    one, two = (building.document(made.brand, KINDS[kind], handle, start, end).to_json() for _ in range(2))
    assert digest_of(one) == digest_of(two)
    (section,) = [s for s in one["sections"] if s["code"] == "head.moved"]
    assert "needs" not in section
    assert all(b.get("cites") for b in section["blocks"] if b["code"] != "steady")
    said = written(one, frozenset())
    texts = [b["text"] for s in said.sections if s["code"] == "head.moved" for b in s["blocks"]]
    assert not [t for t in texts if "%(" in t], texts
    return section["blocks"]


def codes(blocks: list[dict]) -> list[str]:
    return [b["code"] for b in blocks]


@pytest.fixture
def risen(made):
    """Two accounts of one platform; one gains 7,000 in the week of a piece that has 6,000 of it."""
    social(
        made,
        {
            ("douyin", "a"): {"views": [1000] * 193 + [2000] * 7},
            ("douyin", "b"): {"views": [800] * 200},
            ("xiaohongshu", "c"): {"views": [500] * 200},
        },
    )
    works(made, [*[(ago(3 * k), 300) for k in range(3, 30)], (ago(5), 6000)])
    return made


@pytest.mark.parametrize("kind", ["weekly", "review", "onepage"])
def test_the_largest_change_says_its_parts_and_what_coincided(risen, kind):
    blocks = moved(risen, kind)
    assert codes(blocks)[:2] == ["moved.up", "moved.parts"]
    part = next(b for b in blocks if b["code"] == "part")
    assert part["params"]["change"]["value"] == 7000
    assert part["cites"][0]["where"] == {"account": risen.accounts["douyin", "a"]}
    hit = next(b for b in blocks if b["code"] == "hit")
    assert hit["params"]["share"]["value"] == pytest.approx(6000 / 7000)
    assert hit["cites"][0]["where"] == {"content": "w27"}
    assert "event" in codes(blocks)  # the week of 双11


def test_what_the_ledger_holds_is_left_to_its_own_section(risen):
    kept = {"brand": risen.brand, "owner": risen.member, "author": risen.member, "room": "data"}
    Action.objects.create(title="换封面", started_on=ago(2), state="running", **kept)
    Annotation.objects.create(brand=risen.brand, author=risen.member, day=LAST, text="直播间断网")
    said = codes(moved(risen))
    assert "acted" not in said
    assert "note" in said


def test_a_ratio_is_split_into_mix_and_its_own_change(made):
    ads(made, mixed_campaigns(0.2))
    blocks = moved(made)
    at = codes(blocks).index("moved.ratio")
    assert blocks[at]["params"]["metric"] == {"metric": "ad_cvr"}
    assert codes(blocks)[at + 1 : at + 3] == ["mix", "only_mix"]
    split = blocks[at + 1]["params"]
    whole = blocks[at]["params"]["now"]["value"] - blocks[at]["params"]["was"]["value"]
    assert split["mix"]["value"] + split["rate"]["value"] == pytest.approx(whole, abs=1e-6)


def test_only_platforms_alike_in_both_periods_are_explained(made):
    social(
        made,
        {
            ("douyin", "a"): {"views": [1000] * 193 + [2000] * 7},
            ("xiaohongshu", "b"): {"views": [None] * 195 + [500] * 5},
            ("toutiao", "c"): {"views": [300] * 200},
        },
    )
    works(made, [*[(ago(3 * k), 300) for k in range(3, 30)], (ago(5), 6000)])
    blocks = moved(made)
    assert blocks[0]["code"] == "moved.like"
    assert {"hit"} <= set(codes(blocks))


def test_a_month_is_explained_against_the_month_before_day_for_day_as_it_is(risen):
    blocks = moved(risen, "monthly", date(2026, 10, 1), date(2026, 10, 31))
    assert codes(blocks) == ["steady"]


def test_an_empty_brand_and_a_steady_one_say_so(made):
    assert codes_or_callout(made) == ["callout"]
    social(made, {("douyin", "a"): {"views": [1000] * 200}})
    assert codes(moved(made)) == ["steady"]


def codes_or_callout(made: Made) -> list[str]:
    handle = warehouse.open(made.brand.pk)
    found = building.document(made.brand, KINDS["weekly"], handle, START, LAST).to_json()
    return [b["block"] for s in found["sections"] if s["code"] == "head.moved" for b in s["blocks"]]
