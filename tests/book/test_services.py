"""The brand book's writes: who may, what is refused, two at once, when a claim may be made."""

from datetime import date, timedelta

import pytest

from hongqiao.book import queries, services, shipped
from hongqiao.book.models import Book, Claim, Persona, Product
from hongqiao.book.services import clean
from hongqiao.book.services.book import BadPillar, BadPillars, NoPillars
from hongqiao.book.services.personas import BadAge, BadEvidence, BadPlatform, PersonaTaken
from hongqiao.book.services.products import BadKind, ClaimTaken, NoProof, ProductTaken
from hongqiao.errors import Conflict, HongqiaoError, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


def product(cast, **more):
    return services.add_product(actor=cast.owner, **({"name": "清透防晒乳", "kind": "special_cosmetic"} | more))


def claim(cast, row, text="防晒", **more):
    return services.add_claim(
        actor=more.pop("actor", cast.owner), product_id=row.pk, text=text, **({"proof": "注册批件"} | more)
    )


def in_force(cast, day=TODAY):
    return [c.text for c in queries.claims_in_force(cast.brand, day)]


def test_a_brand_that_wrote_nothing_has_an_empty_book_with_the_shipped_pillars(cast):
    found = queries.book_of(cast.brand)
    assert (found.version, found.positioning) == (0, "")
    assert sum(p["quota"] for p in found.pillars) == pytest.approx(1)
    assert not Book.objects.exists()  # reading writes nothing


def test_the_book_is_written_in_parts_and_each_leaves_its_row(cast):
    services.save_book(actor=cast.editor, seen=0, positioning=" 油皮的日常护肤\x00 ", tone="清爽、上脸，清爽\n不搓泥")
    row = services.save_book(actor=cast.editor, seen=1, avoid="黑科技 → 写出原理\n亲们", lines="不制造焦虑：烂脸、丑")
    assert (row.positioning, row.tone) == ("油皮的日常护肤", ["清爽", "上脸", "不搓泥"])
    assert row.avoid == [{"word": "黑科技", "instead": "写出原理"}, {"word": "亲们", "instead": ""}]
    assert row.lines == [{"text": "不制造焦虑", "why": "", "words": ["烂脸", "丑"]}]
    assert row.version == 2
    assert AuditEntry.objects.filter(code="book.changed").count() == 2


def test_of_two_who_edit_at_once_the_second_is_told(cast):
    services.save_book(actor=cast.editor, seen=0, promise="一")
    with pytest.raises(Conflict):
        services.save_book(actor=cast.owner, seen=0, promise="二")
    assert queries.book_of(cast.brand).promise == "一"
    row = services.add_persona(actor=cast.editor, name="油皮")
    services.change_persona(actor=cast.owner, persona_id=row.pk, seen=1, who="上班族")
    with pytest.raises(Conflict):
        services.change_persona(actor=cast.editor, persona_id=row.pk, seen=1, who="学生")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ([], NoPillars),
        ([{"label": "干货", "quota": 0.5}], BadPillars),
        ([{"label": "干货", "quota": "x"}], BadPillar),
        ([{"label": "干货", "quota": float("nan")}], BadPillar),
        ([{"label": "干货", "quota": 0.5}, {"label": "干货", "quota": 0.5}], BadPillar),
        ([{"label": "干货", "quota": 2}, {"label": "种草", "quota": -1}], BadPillar),
    ],
)
def test_pillars_that_do_not_add_up_are_refused(cast, given, kind):
    with pytest.raises(kind):
        services.save_book(actor=cast.editor, seen=0, pillars=given)


def test_a_pillar_keeps_its_code_when_its_name_changes_and_a_new_one_gets_its_own(cast):
    first = shipped.pillars()
    first[0] |= {"label": "成分课堂", "quota": 0.3}
    row = services.save_book(actor=cast.editor, seen=0, pillars=[*first, {"label": "公益", "quota": 0.05}])
    assert [p["code"] for p in row.pillars] == ["knowledge", "product", "story", "value", "hot", "own_1"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"name": " "}, HongqiaoError),
        ({"name": "a", "age_from": "35", "age_to": "25"}, BadAge),
        ({"name": "a", "age_from": "²"}, BadAge),
        ({"name": "a", "age_from": "9" * 400}, BadAge),
        ({"name": "a", "platforms": ["nowhere"]}, BadPlatform),
        ({"name": "a", "gender": "x"}, HongqiaoError),
        ({"name": "a", "who": "长" * 501}, clean.TooLong),
        ({"name": "a", "needs": [f"{n}" for n in range(201)]}, clean.TooMany),
    ],
)
def test_a_persona_that_makes_no_sense_is_refused(cast, fields, kind):
    with pytest.raises(kind):
        services.add_persona(actor=cast.editor, **fields)
    assert not Persona.objects.exists()


def test_a_persona_is_once_a_brand_and_can_be_put_out_of_use_and_back(cast):
    row = services.add_persona(actor=cast.editor, name="油皮", age_from=25, age_to=35, words="油皮、早八")
    with pytest.raises(PersonaTaken):
        services.add_persona(actor=cast.editor, name="油皮")
    services.use_persona(actor=cast.editor, persona_id=row.pk, seen=1, active=False)
    assert queries.personas(cast.brand) == []
    services.use_persona(actor=cast.editor, persona_id=row.pk, seen=2, active=True)
    assert [p.name for p in queries.personas(cast.brand)] == ["油皮"]


def test_evidence_is_named_or_cited_and_can_be_taken_away(cast):
    row = services.add_persona(actor=cast.editor, name="油皮")
    for bad in (
        {"text": "有"},
        {"text": "互动率 3%", "kind": "figure"},
        {"text": "问卷 400 人", "cite": {"metrics": []}, "kind": "x"},
    ):
        with pytest.raises(BadEvidence):
            services.add_evidence(actor=cast.editor, persona_id=row.pk, seen=None, **bad)
    with pytest.raises(clean.BadAddress):
        services.add_evidence(actor=cast.editor, persona_id=row.pk, seen=None, text="问卷 400 人", url="javascript:1")
    row = services.add_evidence(actor=cast.editor, persona_id=row.pk, seen=1, text="2026-03 问卷 412 人")
    with pytest.raises(HongqiaoError):
        services.remove_evidence(actor=cast.editor, persona_id=row.pk, seen=2, index=5)
    assert services.remove_evidence(actor=cast.editor, persona_id=row.pk, seen=2, index=0).evidence == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"name": ""}, HongqiaoError),
        ({"kind": "perfume"}, BadKind),
        ({"filing_until": "2026-13-45"}, clean.BadDay),
        ({"filing_until": "明年"}, clean.BadDay),
        ({"url": "ftp://x"}, clean.BadAddress),
        ({"url": "http://[half"}, clean.BadAddress),
    ],
)
def test_a_product_that_makes_no_sense_is_refused(cast, fields, kind):
    with pytest.raises(kind):
        product(cast, **fields)
    assert not Product.objects.exists()


def test_days_are_read_as_people_write_them():
    assert {clean.day(t) for t in ("2027-3-1", "2027/03/01", "2027年3月1日", "2027.3.1")} == {date(2027, 3, 1)}


def test_a_claim_holds_from_approval_to_its_day_and_only_while_the_filing_does(cast):
    row = product(cast, filing="国妆特字20250001", filing_until="2026-12-31")
    claim(cast, row, "SPF50+", until="2026-11-30")
    claim(cast, row, "防水")
    waiting = claim(cast, row, "清爽", actor=cast.editor)
    assert in_force(cast) == ["SPF50+", "防水"]
    services.approve_claim(actor=cast.owner, claim_id=waiting.pk, seen=1)
    assert in_force(cast) == ["SPF50+", "防水", "清爽"]
    assert in_force(cast, TODAY + timedelta(days=5)) == ["防水", "清爽"]
    assert in_force(cast, date(2027, 1, 1)) == []
    services.use_product(actor=cast.owner, product_id=row.pk, seen=1, active=False)
    assert in_force(cast) == []


def test_no_claim_is_approved_without_proof_or_by_who_may_not(cast):
    row = product(cast)
    bare = claim(cast, row, "舒缓", proof="")
    assert bare.approved_by is None
    with pytest.raises(NoProof):
        services.approve_claim(actor=cast.owner, claim_id=bare.pk, seen=1)
    with pytest.raises(NotFound):
        services.approve_claim(actor=cast.editor, claim_id=bare.pk, seen=1)
    with pytest.raises(ClaimTaken):
        claim(cast, row, "舒缓")
    with pytest.raises(ProductTaken):
        product(cast)


def test_what_a_writer_changes_waits_for_a_reviewer_again(cast):
    row = product(cast, filing="国妆特字20250001")
    one, _two = claim(cast, row, "防晒"), claim(cast, row, "防水")
    services.change_claim(actor=cast.editor, claim_id=one.pk, seen=1, text="高倍防晒")
    assert in_force(cast) == ["防水"]
    services.change_product(actor=cast.editor, product_id=row.pk, seen=1, facts="50ml")
    assert in_force(cast) == ["防水"]
    services.change_product(actor=cast.editor, product_id=row.pk, seen=2, filing_until="2039-01-01")
    assert in_force(cast) == []


def test_a_stranger_and_who_may_only_look_change_nothing(cast):
    row, person = product(cast), services.add_persona(actor=cast.owner, name="油皮")
    said = claim(cast, row)
    for other, raised in ((cast.stranger, NotFound), (cast.viewer, NotFound)):
        for call in (
            lambda a: services.change_product(actor=a, product_id=row.pk, seen=1, name="x"),
            lambda a: services.add_claim(actor=a, product_id=row.pk, text="x"),
            lambda a: services.remove_claim(actor=a, claim_id=said.pk, seen=1),
            lambda a: services.change_persona(actor=a, persona_id=person.pk, seen=1, name="x"),
        ):
            with pytest.raises(raised):
                call(other)
    with pytest.raises(NotAllowed):
        services.save_book(actor=cast.viewer, seen=0, promise="x")
    assert list(queries.product_rows(cast.stranger)) == []
    assert Claim.objects.count() == 1


def test_every_write_leaves_an_audit_row(cast):
    row = product(cast)
    said = claim(cast, row, actor=cast.editor)
    person = services.add_persona(actor=cast.owner, name="油皮")
    calls = {
        services.save_book: {"seen": 0, "promise": "简单"},
        services.add_persona: {"name": "干皮"},
        services.change_persona: {"persona_id": person.pk, "seen": None, "who": "上班族"},
        services.use_persona: {"persona_id": person.pk, "seen": None, "active": True},
        services.add_evidence: {"persona_id": person.pk, "seen": None, "text": "问卷 412 人"},
        services.remove_evidence: {"persona_id": person.pk, "seen": None, "index": 0},
        services.add_product: {"name": "精华"},
        services.change_product: {"product_id": row.pk, "seen": None, "facts": "50ml"},
        services.use_product: {"product_id": row.pk, "seen": None, "active": True},
        services.add_claim: {"product_id": row.pk, "text": "清爽"},
        services.approve_claim: {"claim_id": said.pk, "seen": None},
        services.change_claim: {"claim_id": said.pk, "seen": None, "text": "防晒乳"},
        services.remove_claim: {"claim_id": said.pk, "seen": None},
    }
    assert set(calls) == set(services.WRITES) - {services.import_products}  # of many rows: tests/book/test_tables.py
    for service, given in calls.items():
        before = AuditEntry.objects.count()
        service(actor=cast.owner, **given)
        assert AuditEntry.objects.count() == before + 1, service.__name__


@pytest.mark.parametrize(
    ("kind", "filing", "right"),
    [
        ("cosmetic", "沪G妆网备字2024000101", True),
        ("cosmetic", "国妆特字20250001", False),
        ("special_cosmetic", "国妆特字20250001（示例）", True),
        ("food", "SC10131011500001", True),
        ("drug", "国药准字H20250001", True),
        ("drug", "", True),
        ("other", "随便", True),
    ],
)
def test_a_number_that_its_register_would_not_print_is_noticed(kind, filing, right):
    assert shipped.looks_right(kind, filing) is right
