"""The pages of the brand book: read, written, refused with what was typed, two at once."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from hongqiao.book import queries, services
from hongqiao.book.models import Book, Claim, Persona, Product
from tests.warehouse.conftest import take

pytestmark = pytest.mark.django_db
PAGES = ("book", "book_personas", "book_products", "book_lines", "book_pillars")


def at(name, **more):
    return reverse(name, kwargs={"brand": "anlan", **more})


def text(answer):
    return answer.content.decode()


@pytest.fixture
def sun(cast):
    row = services.add_product(actor=cast.owner, name="清透防晒乳", kind="special_cosmetic", filing="国妆特字20250001")
    services.add_claim(actor=cast.owner, product_id=row.pk, text="防晒", proof="注册批件")
    return row


def test_an_empty_book_says_what_to_do_first_on_every_page(cast):
    browser = cast.client(cast.editor)
    told = ("先写一句定位", "先写一个：谁", "还没有产品", "先写三条", "知识干货")
    for name, words in zip(PAGES, told, strict=True):
        page = browser.get(at(name))
        assert page.status_code == 200
        assert words in text(page)
        assert 'aria-current="page"' in text(page)
    assert not Book.objects.exists()


def test_who_may_only_look_sees_no_form_and_cannot_post(cast, sun):
    services.add_persona(actor=cast.owner, name="油皮")
    browser = cast.client(cast.viewer)
    for address in [*map(at, PAGES), at("book_product", product_id=sun.pk)]:
        page = text(browser.get(address))
        assert 'name="act"' not in page, address
    assert browser.post(at("book"), {"act": "position", "seen": "0", "promise": "x"}).status_code == 403
    assert cast.client(cast.stranger).get(at("book_product", product_id=sun.pk)).status_code == 404


def test_positioning_and_voice_are_written_and_shown(cast):
    browser = cast.client(cast.editor)
    form = {"act": "position", "seen": "0", "positioning": "油皮的日常", "promise": "简单", "first_person": "安澜"}
    assert "已保存" in text(browser.post(at("book"), form, follow=True))
    browser.post(at("book"), {"act": "voice", "seen": "1", "tone": "清爽", "avoid": "黑科技 → 写出原理"})
    rows = {"good": ["薄涂两遍", ""], "bad": ["闭眼入", "x"], "note": ["写动作", ""]}
    browser.post(at("book"), {"act": "examples", "seen": "2", **rows})
    page = text(browser.get(at("book")))
    for words in ("油皮的日常", "自称“安澜”", "写出原理", "闭眼入", "黑科技 → 写出原理"):
        assert words in page
    assert len(queries.book_of(cast.brand).examples) == 1


def test_the_second_of_two_editors_is_told_and_finds_the_words_still_there(cast):
    services.save_book(actor=cast.owner, seen=0, promise="一")
    form = {"act": "position", "seen": "0", "positioning": "我写了很久", "promise": "二", "first_person": ""}
    answer = cast.client(cast.editor).post(at("book"), form)
    assert answer.status_code == 409
    assert "我写了很久" in text(answer)
    assert queries.book_of(cast.brand).promise == "一"


def test_pillars_that_do_not_add_up_come_back_as_typed(cast):
    form = {"act": "pillars", "seen": "0", "code": ["", ""], "label": ["干货", "种草"], "about": ["", ""]}
    browser = cast.client(cast.editor)
    answer = browser.post(at("book_pillars"), form | {"percent": ["60", "30"], "selling": ["1"]})
    assert answer.status_code == 422
    assert "90%" in text(answer)
    assert 'value="60"' in text(answer)
    browser.post(at("book_pillars"), form | {"percent": ["60%", "40"], "selling": ["1"]})
    made = queries.pillars(cast.brand)
    assert [(p["label"], p["quota"], p["selling"]) for p in made] == [("干货", 0.6, False), ("种草", 0.4, True)]
    assert "推销类超过三成" in text(browser.get(at("book_pillars")))
    browser.post(at("book_pillars"), {"act": "restore", "seen": "1"})
    assert len(queries.pillars(cast.brand)) == 5


def test_red_lines_are_rows_and_an_emptied_one_goes(cast):
    browser = cast.client(cast.editor)
    form = {"text": ["不制造焦虑", ""], "words": ["烂脸、垮脸", "x"], "why": ["态度", ""]}
    browser.post(at("book_lines"), {"act": "lines", "seen": "0", **form})
    assert queries.book_of(cast.brand).lines == [{"text": "不制造焦虑", "why": "态度", "words": ["烂脸", "垮脸"]}]
    browser.post(at("book_lines"), {"act": "lines", "seen": "1", "text": [""], "words": [""], "why": [""]})
    assert queries.book_of(cast.brand).lines == []


def test_a_persona_is_added_changed_given_evidence_and_put_out_of_use(cast):
    browser, address = cast.client(cast.editor), at("book_personas")
    form = {
        "name": "油皮通勤",
        "age_from": "25",
        "age_to": "35",
        "gender": "女",
        "platforms": ["xiaohongshu", "douyin"],
    }
    page = text(browser.post(address, {"act": "add", **form, "words": "油皮、早八"}, follow=True))
    assert "25–35 岁" in page
    assert "数据不足" in page
    row = Persona.objects.get()
    assert row.platforms == ["xiaohongshu", "douyin"]
    key = {"id": str(row.pk), "seen": "1"}
    page = text(browser.post(address, {"act": "survey", **key, "text": "2026-03 问卷 412 人"}, follow=True))
    assert "2026-03 问卷 412 人" in page
    browser.post(address, {"act": "unsay", "id": str(row.pk), "seen": "2", "index": "0"})
    browser.post(address, {"act": "end", "id": str(row.pk), "seen": "3"})
    row.refresh_from_db()
    assert (row.evidence, row.active) == ([], False)


def test_a_persona_that_is_refused_keeps_what_was_typed(cast):
    answer = cast.client(cast.editor).post(
        at("book_personas"), {"act": "add", "name": "油皮", "age_from": "40", "age_to": "20", "who": "上班族很多字"}
    )
    assert answer.status_code == 422
    assert "上班族很多字" in text(answer)


def test_a_figure_that_is_not_there_is_said_to_be_too_little(cast, house):
    row = services.add_persona(actor=cast.owner, name="油皮")
    form = {
        "act": "figure",
        "id": str(row.pk),
        "seen": "1",
        "metric": "content.reads",
        "start": "2026-01-01",
        "end": "2026-01-31",
    }
    from hongqiao.metrics import METRICS

    answer = cast.client(cast.editor).post(at("book_personas"), form | {"metric": next(iter(METRICS))})
    assert answer.status_code == 422
    assert "数据不足" in text(answer)
    for wrong in ({"metric": "nothing"}, {"start": "2026-02-01"}, {"end": "x"}, {"platform": "nowhere"}):
        assert cast.client(cast.editor).post(at("book_personas"), form | wrong).status_code == 422
    row.refresh_from_db()
    assert row.evidence == []


def test_products_are_found_by_name_number_and_claim_and_by_kind(cast, sun):
    services.add_product(actor=cast.owner, name="舒缓精华", kind="cosmetic", filing="沪G妆网备字2024000101")
    browser = cast.client(cast.viewer)
    for asked in ("防晒乳", "国妆特字", "防晒"):
        page = text(browser.get(at("book_products"), {"q": asked}))
        assert "清透防晒乳" in page
        assert "舒缓精华" not in page
    assert "舒缓精华" in text(browser.get(at("book_products"), {"kind": "cosmetic"}))
    assert "没有符合的产品" in text(browser.get(at("book_products"), {"q": "没有"}))


def test_a_product_is_added_and_its_claims_go_from_waiting_to_approved_to_gone(cast):
    writer, lead = cast.client(cast.editor), cast.client(cast.owner)
    form = {"act": "add", "name": "提亮眼霜", "kind": "cosmetic", "filing": "不像编号", "facts": "15g\n329 元"}
    page = text(writer.post(at("book_products"), form, follow=True))
    assert "编号写法不像" in page
    row = Product.objects.get()
    address = at("book_product", product_id=row.pk)
    said = {"act": "claim", "text": "滋润眼周", "proof": "使用测试 60 人"}
    page = text(writer.post(address, said, follow=True))
    assert "待批准" in page
    assert "等审核人批准" in page
    assert 'value="approve"' not in page
    claim = Claim.objects.get()
    key = {"id": str(claim.pk), "seen": "1"}
    assert writer.post(address, {"act": "approve", **key}).status_code == 404
    assert "owner 批准" in text(lead.post(address, {"act": "approve", **key}, follow=True))
    page = writer.post(
        address, {"act": "reclaim", "id": str(claim.pk), "seen": "1", "text": "滋润", "proof": "换过的说明"}
    )
    assert page.status_code == 409
    assert "换过的说明" in text(page)
    lead.post(address, {"act": "unclaim", "id": str(claim.pk), "seen": "2"})
    assert not Claim.objects.exists()


def test_a_day_that_is_none_is_refused_on_the_page(cast, sun):
    address = at("book_product", product_id=sun.pk)
    answer = cast.client(cast.editor).post(
        address, {"act": "claim", "text": "清爽", "proof": "测试 60 人", "until": "2026-13-45"}
    )
    assert answer.status_code == 422
    assert 'value="清爽"' in text(answer)


def test_what_is_typed_is_never_run(cast, sun):
    evil = "<script>alert(1)</script>"
    services.save_book(actor=cast.owner, seen=0, positioning=evil, tone=[evil], lines=[{"text": evil}])
    services.add_claim(actor=cast.owner, product_id=sun.pk, text=evil, proof=evil)
    services.add_persona(actor=cast.owner, name=evil, who=evil)
    for address in [*map(at, PAGES), at("book_product", product_id=sun.pk)]:
        assert evil not in text(cast.client(cast.owner).get(address))


def test_a_figure_of_the_warehouse_is_cited_with_a_way_to_the_rows_behind_it(cast, house):
    rows = [{"day": date(2026, 4, n), "channel": "", "followers_new": 100 + n} for n in range(1, 11)]
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "douyin"}
    take("account_daily", rows, captured_at=datetime(2026, 4, 20, 4), layout="douyin.daily", **about)
    row = services.add_persona(actor=cast.owner, name="油皮")
    form = {"act": "figure", "id": str(row.pk), "seen": "1", "metric": "followers_new", "platform": "douyin"}
    days = {"start": "2026-04-01", "end": "2026-04-10", "note": "新粉在涨"}
    page = text(cast.client(cast.editor).post(at("book_personas"), form | days, follow=True))
    assert "抖音 新增关注 1,055（2026-04-01 至 2026-04-10）：新粉在涨" in page  # 100 + 1 … 100 + 10
    assert "data/explore/?m=followers_new" in page
    row.refresh_from_db()
    cite = row.evidence[0]["cite"]
    assert (cite["metrics"], cite["where"], cite["end"]) == (["followers_new"], {"platform": "douyin"}, "2026-04-10")
    assert "data/explore" not in text(cast.client(cast.viewer).get(at("book_personas")))  # who may not see figures
