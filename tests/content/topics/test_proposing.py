"""Topics proposed for a moment: for whom, on which platform, about what."""

from datetime import date

import pytest

from hongqiao.book import services as book
from hongqiao.content.topics import proposing
from hongqiao.content.topics.evidence import Around
from hongqiao.workspace import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    """Two personas on different platforms and a product that answers one; the day is 2026-11-23."""
    oily = book.add_persona(
        actor=cast.owner, name="油皮通勤", words=["油皮", "妆前"], needs=["妆前服帖"], platforms=["xiaohongshu"]
    )
    dry = book.add_persona(
        actor=cast.owner, name="熟龄", words=["干皮", "保湿"], needs=["滋润"], platforms=["wechat_oa"]
    )
    goods = [book.add_product(actor=cast.owner, name=name) for name in ("早八妆前乳", "海藻保湿霜")]
    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    with figures.on_day(date(2026, 11, 23)):
        yield oily, dry, goods


def asked(cast, platform, **more):
    return proposing.propose(Around(cast.brand), proposing.Asked(platform, **more))


def test_nobody_is_proposed_to_on_a_platform_where_they_are_not_unless_asked_for(cast, people):
    oily, dry, _goods = people
    assert {p.topic.persona for p in asked(cast, "xiaohongshu")} == {oily}
    assert not any(p.gates for p in asked(cast, "xiaohongshu"))
    by_name = asked(cast, "xiaohongshu", persona=dry.pk)
    assert by_name
    assert all(p.gates for p in by_name)


def test_where_nobody_is_on_the_platform_each_proposal_says_so(cast, people):
    made = asked(cast, "zhihu")
    assert made
    assert {g.code for p in made for g in p.gates} == {"whom"}


def test_a_sale_that_nobody_speaks_of_is_about_the_products_that_answer_the_persona(cast, people):
    oily, dry, (primer, cream) = people
    near = asked(cast, "xiaohongshu", node="s12:2026")
    assert {(p.topic.persona, p.topic.product) for p in near} == {(oily, primer)}
    assert {(p.topic.persona, p.topic.product) for p in asked(cast, "wechat_oa", node="s12:2026")} == {(dry, cream)}


def test_a_season_stays_with_those_who_speak_of_it(cast, people):
    assert asked(cast, "xiaohongshu", node="dry:2026") == []
    assert {p.topic.product.name for p in asked(cast, "wechat_oa", node="dry:2026") if p.topic.product} == {
        "海藻保湿霜"
    }
