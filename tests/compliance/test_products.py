"""A draft's claims held against what each product may claim: by its kind, its approved list, its days."""

from datetime import date

import pytest

from hongqiao.book import services
from hongqiao.compliance import packs, products
from hongqiao.methods.craft import Draft, Shot

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)


@pytest.fixture
def shelf(cast):
    """An ordinary eye cream, a registered sunscreen, a food, a health food; with claims in force and not."""

    def made(name, kind, claims=(), **more):
        row = services.add_product(actor=cast.owner, name=name, kind=kind, **more)
        for text, given in claims:
            services.add_claim(actor=cast.owner, product_id=row.pk, text=text, **({"proof": "检验报告"} | given))
        return row

    return {
        "eye": made(
            "提亮眼霜",
            "cosmetic",
            [("滋润眼周", {}), ("舒缓", {"until": "2026-11-25"})],
            filing="沪G妆网备字2024000106",
        ),
        "sun": made(
            "清透防晒乳",
            "special_cosmetic",
            [
                ("防晒", {}),
                ("SPF50+ PA++++", {}),
                ("防水 80 分钟", {"until": "2026-06-30"}),
                ("敏感肌可用", {"proof": ""}),
            ],
            filing="国妆特字20250001",
        ),
        "tea": made("桂花乌龙", "food", filing="SC10131011500001"),
        "caps": made("益生菌胶囊", "health_food", [("调节肠道菌群", {})], filing="国食健注G20250001"),
    }


def found(cast, text="", **more):
    made, _claims = products.look(cast.brand, Draft("xiaohongshu", "note", **({"text": text} | more)), DAY)
    return [(f.rule, f.level, f.word) for f in made]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("提亮眼霜，美白一整夜", [("products.special", "block", "美白")]),
        ("提亮眼霜也能防晒", [("products.special", "block", "防晒")]),
        ("提亮眼霜 SPF30，通勤够用", [("products.value", "block", "SPF30")]),
        ("提亮眼霜，舒缓一下", [("products.expired", "block", "舒缓")]),
        ("提亮眼霜紧致眼周", [("products.effect", "warn", "紧致")]),
        ("清透防晒乳，防晒还美白", [("products.special", "block", "美白")]),
        ("清透防晒乳 SPF30 够用吗", [("products.value", "block", "SPF30")]),
        ("清透防晒乳，防水80分钟", [("products.expired", "block", "防水80分钟")]),
        ("清透防晒乳敏感肌可用", [("products.pending", "hold", "敏感肌可用")]),
        ("桂花乌龙，喝了改善睡眠", [("products.function", "block", "改善睡眠")]),
        ("益生菌胶囊，增强免疫力", [("products.function", "block", "增强免疫力")]),
    ],
)
def test_what_a_product_may_not_claim_is_found_where_it_stands(cast, shelf, text, told):
    assert found(cast, text) == told


@pytest.mark.parametrize(
    "text",
    [
        "今天聊聊美白这件事",  # names no product of the brand
        "提亮眼霜，滋润眼周",
        "提亮眼霜没有美白功效，这点先说清楚",
        "提亮眼霜之后记得防晒",
        "早上提亮眼霜，出门前涂防晒",
        "清透防晒乳，SPF50+ PA++++，防晒够用",
        "清透防晒乳的防晒值是 spf50+",
        "益生菌胶囊，调节肠道菌群",
        "桂花乌龙，香气清",
        "",
    ],
)
def test_what_is_approved_denied_or_no_claim_passes(cast, shelf, text):
    assert found(cast, text) == []


def test_of_several_products_the_one_named_last_before_is_meant_and_a_block_is_only_to_be_confirmed(cast, shelf):
    text = "先用提亮眼霜，再用清透防晒乳，防晒够用。\n提亮眼霜，美白看得见"
    made, _claims = products.look(cast.brand, Draft("xiaohongshu", "note", text=text), DAY)
    assert [(f.rule, f.level, f.word, f.heuristic) for f in made] == [("products.special", "warn", "美白", True)]
    assert made[0].params["product"] == "提亮眼霜"
    assert text[made[0].start : made[0].end] == "美白"


def test_titles_tags_and_spoken_lines_are_read_too(cast, shelf):
    draft = Draft("douyin", "video", title="提亮眼霜", tags=("美白",), shots=(Shot(0, 3, line="淡斑看得见"),))
    told = {(f.place, f.word) for f in products.look(cast.brand, draft, DAY)[0]}
    assert told == {("tags.0", "美白"), ("shots.0.line", "淡斑")}


def test_a_filing_past_its_day_stops_everything_said_of_the_product(cast, shelf):
    services.change_product(actor=cast.owner, product_id=shelf["sun"].pk, seen=None, filing_until="2026-11-01")
    assert ("products.filing", "block", "清透防晒乳") in found(cast, "清透防晒乳，防晒够用")


def test_a_number_is_needed_for_an_advertisement_of_what_is_registered(cast, shelf):
    services.change_product(actor=cast.owner, product_id=shelf["caps"].pk, seen=None, filing="")
    text = "益生菌胶囊，本品不能代替药物"
    assert found(cast, text) == [("products.filing", "warn", "益生菌胶囊")]
    assert found(cast, text, commercial="own") == [("products.filing", "block", "益生菌胶囊")]


def test_an_advertisement_of_a_health_food_says_that_it_is_no_medicine(cast, shelf):
    assert found(cast, "益生菌胶囊上新", commercial="own") == [("products.not_medicine", "block", "益生菌胶囊")]
    assert found(cast, "益生菌胶囊上新。本品不能代替药物", commercial="own") == []


def test_another_brand_knows_nothing_of_these_products(cast, shelf):
    assert products.look(cast.stranger.brand, Draft("xiaohongshu", "note", text="提亮眼霜美白"), DAY) == (
        [],
        frozenset(),
    )


def test_an_odd_name_or_claim_is_no_pattern(cast):
    row = services.add_product(actor=cast.owner, name="C+(水)*", kind="cosmetic", aliases="[a")
    services.add_claim(actor=cast.owner, product_id=row.pk, text=".*(", proof="检验报告", until="2026-01-01")
    assert found(cast, "C+(水)* 与 [a：.*( 都能写") == [("products.expired", "block", ".*(")]


def test_every_rule_has_its_words_and_a_basis():
    for rule in packs.product_words().values():
        assert rule["label"]
        assert rule["next_step"]
        assert rule["basis"] in packs.bases()
