"""The doors to a brand's own books: services, the page, calls; each asks who may and leaves its trace."""

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.crisis.tending import parts, services
from hongqiao.crisis.tending.errors import NoSuchRow
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import search
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.crisis.tending.kit import at, code_of, own

pytestmark = pytest.mark.django_db


def calls(cast):
    row = {"part": "steps", "key": "base", "code": "grade"}
    return {
        services.save: {"part": "steps", "lists": {"general": [{"code": "contact", "minutes": 100}]}},
        services.keep_row: row | {"values": {"minutes": 21}},
        services.remove_row: row,
        services.move_row: row | {"down": True},
        services.reset_row: row,
        services.reset: {"part": "steps"},
        services.keep_numbers: {"part": "alarms", "values": {"repeat": 20}},
    }


@pytest.mark.parametrize("service", services.WRITES, ids=lambda f: f.__name__)
def test_every_service_leaves_one_audit_row_and_refuses_who_may_not_and_what_is_old(cast, service):
    given = calls(cast)[service]
    before = AuditEntry.objects.count()
    service(actor=cast.owner, seen=cast.brand.version, **given)
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.order_by("-id").first().code == "crisis.tended"
    with pytest.raises(Conflict):
        service(actor=cast.owner, seen=cast.brand.version, **given)
    for nobody in (cast.editor, cast.viewer):
        with pytest.raises(NotAllowed):
            service(actor=nobody, seen=None, **given)


def test_what_is_not_there_is_not_found(cast, tend):
    for wrong in ({"part": "nothing"}, {"key": "nothing"}, {"code": "nothing"}):
        with pytest.raises(NotFound):
            tend(services.remove_row, **({"part": "steps", "key": "base", "code": "grade"} | wrong))
    with pytest.raises(NotFound):  # ordered by its minutes
        tend(services.move_row, part="alarms", key="I", code="first", down=True)
    with pytest.raises(NoSuchRow):
        tend(services.save, part="steps", lists={"general": [{"code": "contact"}, {"code": "contact"}]})
    with pytest.raises(NoSuchRow):
        tend(services.save, part="steps", lists={"nothing": []})


# pages


@pytest.mark.parametrize("part", parts.PARTS)
def test_every_tab_opens_for_who_tends_and_for_nobody_else(cast, boss, part):
    assert boss.get(at(part)).status_code == 200
    assert cast.client(cast.stranger).get(at(part)).status_code == 404
    assert cast.client(cast.editor).get(at(part)).status_code == 403
    assert cast.client(None).get(at(part)).status_code == 302
    assert boss.get(at("nothing")).status_code == 404


def test_a_form_changes_one_row_and_marks_it(cast, boss):
    form = {
        "act": "keep",
        "seen": cast.brand.version,
        "key": "allergy",
        "code": "visit",
        "words": "专人对接就医的当事人",
    }
    form |= {"minutes": "2", "minutes.unit": "h", "role": "amends", "proof": "1", "when.hurt": ["yes", "unknown"]}
    assert boss.post(at("steps", "allergy"), form).status_code == 302
    kept = own(cast.brand)["playbooks"]["rows"]["allergy"]["changed"]["visit"]
    assert kept == {"words": form["words"], "minutes": 120, "when": {"hurt": ["yes", "unknown"]}}
    page = boss.get(at("steps", "allergy")).content.decode()
    assert page.count("已改") >= 2
    assert "有人就医或受伤？是／还不清楚" in page
    assert boss.post(at("steps", "allergy"), form).status_code == 409
    said = boss.get(reverse("settings_audit", args=["anlan"])).content.decode()
    assert "危机预案 · 预案步骤：修改“专人对接就医的当事人”" in said


def test_a_refused_form_opens_again_with_what_was_typed_and_the_fault_at_its_field(cast, boss):
    form = {"act": "keep", "seen": cast.brand.version, "key": "allergy", "code": "contact", "words": "先打电话再说"}
    form |= {"minutes": "-3", "minutes.unit": "h", "role": "service"}
    answer = boss.post(at("steps", "allergy"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="row-allergy-contact" class="broad" aria-labelledby="t-allergy-contact" open' in page
    assert 'value="先打电话再说"' in page
    assert 'id="allergy-contact-minutes-bad"' in page
    answer = boss.post(at("gathering"), {"act": "numbers", "seen": cast.brand.version, "hours": "很久", "back": "12"})
    assert answer.status_code == 422
    assert 'value="很久"' in answer.content.decode()


def test_the_forms_of_adding_moving_resetting_figures_and_numbers_work(cast, boss):
    def post(part, key="", **form):
        cast.brand.refresh_from_db()
        answer = boss.post(at(part), {"seen": cast.brand.version, "key": key, **form})
        assert answer.status_code == 302, answer.content.decode()

    post("steps", "base", act="keep", code="", words="通知门店", minutes="50", role="inside")
    mine = code_of(cast.brand, "playbooks", "base")
    post("steps", "base", act="up", code=mine)
    post("steps", "base", act="down", code="take")
    post("steps", "base", act="remove", code="trust")
    assert "已移除的默认项" in boss.get(at()).content.decode()
    post("steps", "base", act="reset", code="trust")
    post("steps", act="reset_all")
    assert own(cast.brand) == {}
    post("repair", act="numbers", **{"coverage_floor": "50", "rule.hold": "5"})
    assert own(cast.brand) == {"repair": {"coverage_floor": 0.5, "rule": {"hold": 5}}}
    post("repair", act="numbers", **{"coverage_floor": "", "rule.hold": ""})
    assert own(cast.brand) == {}
    number = {"act": "phone", "seen": 0, "code": "legal", "phone": "13800001111"}
    refused = boss.post(at("seats"), number | {"deputy_phone": "王经理"})
    assert refused.status_code == 422
    assert 'value="王经理"' in refused.content.decode()
    assert 'id="q-legal-bad"' in refused.content.decode()
    assert boss.post(at("seats"), number).status_code == 302
    assert "13800001111" in boss.get(at("seats")).content.decode()


def test_search_finds_rounds_drills_and_the_page_of_plans(cast):
    found = {
        hit.url
        for word in ("巡检", "演练", "危机预案", "法定时限")
        for f in search.look(cast.owner, word)
        for hit in f.hits
    }
    names = ("crisis_rounds", "crisis_drills", "settings_crisis")
    assert {reverse(n, args=["anlan"]) for n in names} | {at("duties")} <= found
    assert not [f for f in search.look(cast.editor, "危机预案") if f.label in ("页面", "危机预案")]


# over HTTP


def call(member, method, part, body=None, scopes=("settings.brand",)):
    _row, token = workspace.create_token(actor=member, name="t", scopes=list(scopes))
    headers = {"Authorization": f"Bearer {token}"}
    more = {"data": body, "content_type": "application/json"} if body is not None else {}
    return getattr(Client(), method)(f"/api/incidents/settings/{part}", headers=headers, **more)


@pytest.mark.parametrize("part", parts.PARTS)
def test_what_is_read_over_http_can_be_kept_again_and_differs_in_nothing(cast, part):
    held = call(cast.owner, "get", part).json()
    assert held["part"] == part
    answer = call(cast.owner, "put", part, {k: held[k] for k in ("version", "lists", "numbers")})
    assert answer.status_code == 200, answer.content
    assert own(cast.brand) == {}
    assert call(cast.owner, "put", part, {"version": held["version"]}).status_code == 409
    assert call(cast.owner, "get", part, scopes=("crisis.view",)).status_code == 403


def test_a_list_is_kept_over_http_and_what_is_wrong_is_said(cast):
    row = {"words": "通知门店", "minutes": 50, "role": "inside"}
    answer = call(cast.owner, "put", "steps", {"lists": {"general": [{"code": "contact"}, row]}})
    assert [r["changed"] for r in answer.json()["lists"]["general"]] == [False, True]
    assert len(call(cast.stranger, "get", "steps").json()["lists"]["general"]) == 1
    wrong = call(cast.owner, "put", "steps", {"lists": {"general": [row | {"role": "nobody"}]}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_plan_row")
    assert call(cast.owner, "put", "steps", {"lists": {"general": [{"code": "made-up"}]}}).status_code == 422
    assert call(cast.owner, "get", "nothing").status_code == 404
