"""Benefits are changed, added and stopped by the brand; stock and who may claim hold. U1."""

import pytest

from hongqiao.audience.growth import benefits, ledger, settings
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry, Brand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/b/anlan/users/growth/benefits/"
FORM = {"label": "旅行装", "level": "new", "period": "month", "cost": "0", "stock": "2"}


def fresh(cast):
    cast.owner.brand = Brand.objects.get(pk=cast.brand.pk)
    return cast.owner.brand


def one(brand, label):
    return next(b for b in settings.benefits(brand) if b["label"] == label)


def give(cast, key, label="旅行装"):
    brand = fresh(cast)
    return ledger.claim(actor=cast.owner, key=key, benefit=one(brand, label)["code"])


def post(cast, member=None, **said):
    return cast.client(member or cast.owner).post(PAGE, {"seen": fresh(cast).version, **said})


def test_an_own_benefit_is_added_claimed_until_its_stock_is_out_and_stopped(cast):
    assert post(cast, act="add", **FORM).status_code == 302
    for key in ("a", "b"):
        give(cast, key)
    with pytest.raises(ledger.ClaimedAlready):
        give(cast, "a")
    with pytest.raises(ledger.SoldOut):
        give(cast, "c")
    page = cast.client(cast.owner).get(PAGE).content.decode()
    assert "旅行装" in page
    assert "0 / 2" in page
    code = one(fresh(cast), "旅行装")["code"]
    assert post(cast, act="change", code=code, **{**FORM, "stock": "3"}).status_code == 302
    give(cast, "c")
    assert post(cast, act="stop", code=code).status_code == 302
    with pytest.raises(NotFound):
        give(cast, "d")
    assert post(cast, act="start", code=code).status_code == 302
    assert [b["code"] for b in settings.book(fresh(cast))["benefits"]].count(code) == 1
    found = list(AuditEntry.objects.filter(code__startswith="benefit.").order_by("id").values_list("code", flat=True))
    assert [c for c in found if c != "benefit.claimed"] == [
        "benefit.added", "benefit.changed", "benefit.stopped", "benefit.started",
    ]  # fmt: skip


def test_one_that_ships_is_kept_as_a_difference_and_goes_back(cast):
    assert (
        post(cast, act="change", code="welcome", label="新人小样", level="new", period="once", cost="50").status_code
        == 302
    )
    assert fresh(cast).settings["audience"]["growth"]["benefits"] == {"welcome": {"cost": 50}}
    with pytest.raises(ledger.TooFew):
        give(cast, "a", "新人小样")
    assert "已改" in cast.client(cast.owner).get(PAGE).content.decode()
    assert post(cast, act="reset", code="welcome").status_code == 302
    assert "audience" not in fresh(cast).settings or "growth" not in fresh(cast).settings["audience"]
    give(cast, "a", "新人小样")


def test_a_benefit_of_one_tier_is_for_those_who_stand_there(cast, monkeypatch):
    assert post(cast, act="add", **FORM, tiers=["loyal"]).status_code == 302
    with pytest.raises(ledger.NotForThem):
        give(cast, "a")
    from hongqiao.audience.tiers.standing import Place

    stands = Place(tier="loyal", stage="", was=None, why="", channel=None, orders=1, spent=None, since=None)
    monkeypatch.setattr(ledger.places, "of", lambda brand, keys: dict.fromkeys(keys, stands))
    give(cast, "a")
    assert "忠诚用户" in cast.client(cast.owner).get(PAGE).content.decode()


def test_what_is_typed_wrong_is_said_and_what_was_typed_stays(cast):
    for wrong in ({"label": " "}, {"level": "x"}, {"period": "x"}, {"cost": "-1"}, {"stock": "x"}, {"tiers": ["x"]}):
        said = post(cast, act="add", **{**FORM, **wrong})
        assert said.status_code == 422, wrong
    said = post(cast, act="add", **{**FORM, "cost": "x"})
    assert 'value="旅行装"' in said.content.decode()
    assert [b["code"] for b in settings.benefits(fresh(cast)) if b["own"]] == []


def test_who_may_not_and_who_is_elsewhere(cast):
    given = benefits.taken(fresh(cast), FORM, [])
    assert cast.client(cast.stranger).get(PAGE).status_code == 404
    assert cast.client(cast.stranger).post(PAGE, {"act": "add", **FORM}).status_code == 404
    assert cast.client(None).get(PAGE).status_code == 302
    with pytest.raises(NotAllowed):
        benefits.add(actor=cast.viewer, seen=None, given=given)
    with pytest.raises(Conflict):
        benefits.add(actor=cast.owner, seen=99, given=given)
    for act in (
        benefits.reset,
        lambda **k: benefits.turn(**k, on=False),
        lambda **k: benefits.change(**k, given=given),
    ):
        with pytest.raises(NotFound):
            act(actor=cast.owner, seen=None, code="yacht")
