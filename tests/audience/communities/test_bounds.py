"""Bounds of groups and activities are a brand's own where it says so, and go back. U2."""

import pytest

from hongqiao.audience.communities import bounds, kit
from hongqiao.errors import Conflict, NotAllowed
from hongqiao.knowledge import read
from hongqiao.workspace.models import AuditEntry, Brand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/b/anlan/users/communities/bounds/"


def fresh(cast):
    return Brand.objects.get(pk=cast.brand.pk)


def post(cast, **said):
    return cast.client(cast.owner).post(PAGE, {"seen": fresh(cast).version, **said})


def test_only_what_differs_is_kept_and_the_rest_is_as_it_ships(cast):
    said = post(cast, act="save", **{"health.retention": "55", "health.messages": "50", "routine.morning": "08:30"})
    assert said.status_code == 302
    own = fresh(cast).settings["audience"]["communities"]
    assert own["health"] == {"retention": 0.55}
    assert own["routine"][0]["at"] == "08:30"
    book = kit.book(fresh(cast))
    assert book["health"] == {"retention": 0.55, "messages": 50, "reports": 3, "members": 500}
    assert [s["at"] for s in book["routine"]][:2] == ["08:30", "12:00"]
    page = cast.client(cast.owner).get(PAGE).content.decode()
    assert 'value="55"' in page
    assert "默认 40" in page
    assert "2026-11-27" in page
    assert AuditEntry.objects.filter(code="communities.bounds_changed").count() == 1


def test_a_click_goes_back_to_what_ships(cast):
    post(cast, act="save", **{"takers.least": "60", "scale.least_pairs": "20"})
    assert kit.book(fresh(cast))["takers"]["least"] == 60
    assert kit.book(fresh(cast))["takers"]["before"] == 90
    assert post(cast, act="reset").status_code == 302
    assert kit.book(fresh(cast)) == read("audience/communities")
    assert fresh(cast).settings.get("audience", {}) == {}


def test_what_makes_no_sense_is_said_and_what_was_typed_stays(cast):
    for name, wrong in (
        ("health.retention", "120"),
        ("health.messages", "x"),
        ("health.members", "2.5"),
        ("takers.least", "nan"),
        ("routine.morning", "25:00"),
        ("routine.morning", "23:00"),
    ):
        said = post(cast, act="save", **{name: wrong, "takers.after": "45"})
        assert said.status_code == 422, name
        assert 'value="45"' in said.content.decode()
    assert kit.own_of(fresh(cast)) == {}


def test_who_may_not_and_who_is_elsewhere(cast):
    assert cast.client(cast.stranger).get(PAGE).status_code == 404
    assert cast.client(cast.stranger).post(PAGE, {"act": "reset"}).status_code == 404
    assert cast.client(None).get(PAGE).status_code == 302
    with pytest.raises(NotAllowed):
        bounds.save(actor=cast.viewer, seen=None, wanted={})
    with pytest.raises(Conflict):
        bounds.save(actor=cast.owner, seen=99, wanted={})
