"""Bounds of draws: the law's are shown with their article and can only be made tighter, for draws not open yet. U2."""

import pytest

from hongqiao.audience.communities.draws import bounds, forms, opening
from hongqiao.errors import Conflict, NotAllowed
from hongqiao.knowledge import read
from hongqiao.methods import draw_rules
from hongqiao.workspace.models import AuditEntry, Brand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/b/anlan/users/communities/draws/bounds/"
PRIZE = {"level": "一等奖", "name": "礼盒", "sort": "实物", "price": "8000", "quantity": "1"}


def fresh(cast):
    return Brand.objects.get(pk=cast.brand.pk)


def post(cast, **said):
    return cast.client(cast.owner).post(PAGE, {"seen": fresh(cast).version, **said})


def test_the_page_shows_the_law_with_its_articles_and_what_a_platform_bars(cast):
    page = cast.client(cast.owner).get(PAGE).content.decode()
    law = read("audience/draws")
    for said in (
        "第 17 条",
        "第 13 条",
        "第 19 条",
        "条文待核对",
        law["tax"]["label"],
        "主办方及其联系方式",
        "本项目自拟",
    ):
        assert said in page
    assert law["barred"]["xiaohongshu"]["words"] in page
    assert 'value="50000"' in page


def test_a_brand_sets_the_laws_numbers_tighter_and_goes_back(cast):
    typed = {"cap.yuan": "5000", "on_site.over_yuan": "200", "records.kept_years": "5", "tickets.most": "20"}
    assert post(cast, act="save", **typed).status_code == 302
    own = fresh(cast).settings["audience"]["draws"]
    assert own == {"cap": {"yuan": "5000"}, "on_site": {"over_yuan": "200"}, "records": {"kept_years": 5}}
    book = forms.rules(fresh(cast))
    assert book["cap"]["article"] == "17"
    found = {p.code: p.params for p in draw_rules.check({"prizes": [PRIZE], "on_site": True}, book)}
    assert found["over_cap"] == {"price": "8000", "cap": "5000"}
    assert found["not_on_site"] == {"over": "200"}
    assert AuditEntry.objects.filter(code="draws.bounds_changed").count() == 1
    assert post(cast, act="reset").status_code == 302
    assert forms.rules(fresh(cast)) == read("audience/draws")
    assert fresh(cast).settings.get("audience", {}) == {}


@pytest.mark.parametrize(
    ("name", "looser"),
    [("cap.yuan", "50001"), ("on_site.over_yuan", "501"), ("records.kept_years", "1"), ("tickets.most", "0"),
     ("cap.yuan", "x"), ("cap.yuan", "nan"), ("records.kept_years", "2.5")],
)  # fmt: skip
def test_looser_than_the_law_or_no_number_is_refused_and_what_was_typed_stays(cast, name, looser):
    said = post(cast, act="save", **{"tickets.most": "7", name: looser})
    assert said.status_code == 422
    assert f'value="{looser}"' in said.content.decode()
    assert bounds.own_of(fresh(cast)) == {}


def test_what_was_put_looser_behind_the_page_is_held_to_the_law(cast):
    brand = fresh(cast)
    brand.settings = {"audience": {"draws": {"cap": {"yuan": "90000"}, "records": {"kept_years": 1}}}}
    book = forms.rules(brand)
    assert (book["cap"]["yuan"], book["records"]["kept_years"]) == ("50000", 2)


def test_an_open_draw_is_held_to_the_law_and_not_to_what_a_brand_set_since(cast):
    post(cast, act="save", **{"cap.yuan": "100"})
    assert forms.rules(fresh(cast))["cap"]["yuan"] == "100"
    assert forms.law()["cap"]["yuan"] == "50000"
    draft = opening.create_draw(actor=cast.owner, title="一次抽奖", mode="own")
    draft.form = {**draft.form, "prizes": [{**PRIZE, "code": "p1"}]}
    draft.brand = fresh(cast)
    assert "over_cap" in {p.code for p in forms.problems(draft)}


def test_who_may_not_and_who_is_elsewhere(cast):
    assert cast.client(cast.stranger).get(PAGE).status_code == 404
    assert cast.client(cast.stranger).post(PAGE, {"act": "reset"}).status_code == 404
    assert cast.client(None).get(PAGE).status_code == 302
    with pytest.raises(NotAllowed):
        bounds.save(actor=cast.viewer, seen=None, wanted={})
    with pytest.raises(Conflict):
        bounds.save(actor=cast.owner, seen=99, wanted={})
