"""动作模板: what a brand changes of the playbook is used, shown beside what ships, and taken back. D2."""

import json

import pytest
from django.urls import reverse

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.ledger import playbook, services
from hongqiao.ledger.measuring.plans import BadPlan
from hongqiao.ledger.models import Finding
from hongqiao.ledger.rules import BadSetting
from hongqiao.ledger.services.book import BadTemplate
from hongqiao.ledger.words import expected_reason
from hongqiao.site.cli import main
from hongqiao.workspace.models import AuditEntry, Brand
from tests.ledger.house import CODE as FELL
from tests.ledger.house import DAY, found, raised
from tests.ledger.test_api import Program

pytestmark = pytest.mark.django_db
CODE = "cut_lead_in"


def change(member, code=CODE, seen=None, **values):
    member.brand = services.change_template(actor=member, code=code, seen=seen, values=values)
    return playbook.of(member.brand)[code]


def test_a_changed_template_is_what_the_next_action_is_made_with(cast):
    change(cast.owner, due_days="3", words="先剪一版\n\n再剪一版", measure={"metric": "piece_views", "days": 21})
    row = services.create_action(actor=cast.owner, template=CODE, owner_id=cast.owner.pk)
    assert row.measure["metric"] == "piece_views"
    assert row.measure["days"] == 21
    assert playbook.of(cast.owner.brand)[CODE]["words"] == ["先剪一版", "再剪一版"]
    assert AuditEntry.objects.filter(code="template.changed", params__template=CODE).count() == 1


def test_only_differences_are_kept_and_a_reset_keeps_none(cast):
    shipped = playbook.of(None)[CODE]
    kept = change(cast.owner, due_days=shipped["due_days"], words=shipped["words"], measure=shipped["measure"])
    assert kept == shipped
    assert "playbook" not in cast.owner.brand.settings or not cast.owner.brand.settings["playbook"]
    change(cast.owner, due_days=1)
    cast.owner.brand = services.change_template(actor=cast.owner, code=CODE, seen=None, values=None)
    assert playbook.of(cast.owner.brand)[CODE] == shipped


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"due_days": "-1"}, BadTemplate),
        ({"due_days": "4000"}, BadTemplate),
        ({"due_days": "３"}, BadTemplate),
        ({"words": "\n".join("步" for _ in range(11))}, BadTemplate),
        ({"words": ["字" * 121]}, BadTemplate),
        ({"words": [7]}, BadTemplate),
        ({"room": "crisis"}, BadTemplate),
        ({"measure": "ab"}, BadTemplate),
        ({"measure": {"method": "guess"}}, BadPlan),
        ({"measure": {"metric": "no_metric"}}, BadPlan),
        ({"measure": {"days": "0"}}, BadPlan),
    ],
)
def test_what_makes_no_template_is_refused_and_nothing_is_kept(cast, values, error):
    with pytest.raises(error):
        change(cast.owner, **values)
    cast.brand.refresh_from_db()
    assert not cast.brand.settings.get("playbook")


def test_two_people_do_not_overwrite_each_other_and_only_who_judges_changes(cast):
    seen = cast.owner.brand.version
    change(cast.owner, due_days=1, seen=seen)
    with pytest.raises(Conflict):
        change(cast.owner, due_days=2, seen=seen)
    with pytest.raises(NotAllowed):
        change(cast.editor, due_days=2)
    with pytest.raises(NotFound):
        change(cast.owner, code="no_such", due_days=2)


def test_the_page_changes_resets_and_keeps_what_was_typed_wrong(cast):
    browser, address = cast.client(cast.owner), reverse("ledger_book", args=["anlan"])
    fields = {"act": "change", "template": CODE, "seen": cast.brand.version, "due_days": "2", "words": "只有一步"}
    fields |= {"method": "ab", "metric": "piece_completion_rate", "days": "28"}
    page = browser.post(address, fields, follow=True).content.decode()
    assert "只有一步" in page
    assert "已改过" in page
    cast.brand.refresh_from_db()
    wrong = browser.post(address, {**fields, "seen": cast.brand.version, "days": "9999"})
    assert wrong.status_code == 422
    assert 'value="9999"' in wrong.content.decode()
    browser.post(address, {"act": "reset", "template": CODE, "seen": cast.brand.version})
    assert "已改过" not in browser.get(address).content.decode()
    assert cast.client(cast.stranger).get(address).status_code == 404
    assert 'name="due_days"' not in cast.client(cast.editor).get(address).content.decode()


def test_the_interface_and_the_command_do_the_same(cast, house, capsys):
    mine = Program(cast.owner)
    first = mine.get("/templates", limit=2).json()
    assert [t["code"] for t in mine.get("/templates", after=first["next"], limit=1).json()["items"]]
    version = mine.get(f"/templates/{CODE}").json()["version"]
    changed = mine.send(f"/templates/{CODE}", {"version": version, "due_days": 2}, method="put").json()
    assert (changed["due_days"], changed["shipped"]["due_days"]) == (2, 7)
    assert mine.send(f"/templates/{CODE}", {"version": version, "due_days": 3}, method="put").status_code == 409
    assert mine.send(f"/templates/{CODE}", method="delete").json()["due_days"] == 7
    assert Program(cast.stranger).get(f"/templates/{CODE}").json()["due_days"] == 7  # its own brand's
    assert main(["template", "--brand", "anlan", CODE, "--due-days", "5", "--step", "先试", "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["due_days"], said["words"]) == (5, ["先试"])
    assert main(["template", "--brand", "anlan", CODE, "--reset", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["due_days"] == 7


# What the brand expects, and how serious a rule is taken


def test_what_the_brand_expects_comes_before_the_rules_guess_until_it_is_reset(cast, fell):
    row = found(cast.brand)
    change(cast.owner, "raise_spend", expected={"low": "0.1", "high": 0.3})
    mine = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    assert (mine.expected["low"], mine.expected["mid"], mine.expected["high"]) == (0.1, 0.2, 0.3)
    assert expected_reason(mine.expected) == "团队在动作模板里写的预期，不是算出来的"
    by_hand = services.create_action(actor=cast.owner, template="raise_spend", expected={"low": 5, "unit": "count"})
    assert by_hand.expected["low"] == 5  # what is said at the action itself counts
    other = {"metric": "views"}
    assert services.create_action(actor=cast.owner, template="raise_spend", measure=other).expected is None
    change(cast.owner, "raise_spend", expected={})
    rules_own = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    assert rules_own.expected["mid"] == 25
    assert not cast.owner.brand.settings["playbook"]


@pytest.mark.parametrize(
    "expected",
    [{"low": 0.1}, {"low": 0.3, "high": 0.1}, {"low": "nan", "high": "nan"}, {"low": 0, "high": 1e9}, {"x": 1}],
)
def test_an_expected_effect_that_is_none_is_refused(cast, expected):
    with pytest.raises(BadTemplate):
        change(cast.owner, expected=expected)


def test_a_rule_is_as_serious_as_the_brand_takes_it_until_it_is_reset(cast, fell):
    assert found(cast.brand, severity=3).severity == 3
    cast.owner.brand = services.change_rule(actor=cast.owner, code=FELL, seen=None, severity="1", values={"drop": 0.5})
    services.raise_all(cast.brand, fell, [raised(severity=3), raised("k2", severity=2)], DAY, 2)
    Brand.objects.get(pk=cast.brand.pk)
    assert set(Finding.objects.values_list("severity", flat=True)) == {3, 2}  # the brand handed in is of before
    brand = Brand.objects.get(pk=cast.brand.pk)
    services.raise_all(brand, fell, [raised(severity=3), raised("k2", severity=2)], DAY, 3)
    assert set(Finding.objects.values_list("severity", flat=True)) == {1}
    for wrong in ("4", "-1", "x", "1.5"):
        with pytest.raises(BadSetting):
            services.change_rule(actor=cast.owner, code=FELL, seen=None, severity=wrong)
    with pytest.raises(NotAllowed):
        services.change_rule(actor=cast.editor, code=FELL, seen=None, reset=True)
    assert services.change_rule(actor=cast.owner, code=FELL, seen=None, reset=True).settings["rules"] == {}


def test_the_rules_page_says_what_was_changed_with_what_ships_its_source_and_date(cast, fell):
    browser, address = cast.client(cast.owner), reverse("ledger_rules", args=["anlan"])
    change(cast.owner, "raise_spend", due_days=1)
    version = cast.owner.brand.version
    browser.post(address, {"act": "change", "rule": FELL, "seen": version, "severity": "3"})
    page = browser.get(address).content.decode()
    card = page[page.index(f'id="{FELL}"') :]
    card = card[: card.index("</section>")]
    for words in ("加大投放</a>（已改过）", "原值 20.0%", "test 2026-11-25", 'value="3" selected', "恢复原来的规则"):
        assert words in card, words
    stale = browser.post(address, {"act": "restore", "rule": FELL, "seen": version})
    assert stale.status_code == 409
    browser.post(address, {"act": "restore", "rule": FELL, "seen": version + 1})
    cast.brand.refresh_from_db()
    assert cast.brand.settings["rules"] == {}


def test_rules_are_changed_over_the_interface_and_on_the_command_line(cast, house, fell, capsys):
    mine = Program(cast.owner)
    put = mine.send(f"/rules/{FELL}", {"severity": 3, "settings": {"drop": 0.4}}, method="put").json()
    assert (put["severity"], put["settings"]["drop"]["value"], put["settings"]["drop"]["source"]) == (3, 0.4, "test")
    reset = mine.send(f"/rules/{FELL}", method="delete").json()
    assert (reset["severity"], reset["settings"]["drop"]["value"]) == (None, 0.2)
    assert (
        main(["rule", "--brand", "anlan", FELL, "--set", "drop=0.3", "--severity", "2", "--turn", "off", "--json"]) == 0
    )
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["on"], said["severity"], said["settings"]["drop"]["value"]) == (False, 2, 0.3)
    assert main(["rule", "--brand", "anlan", FELL, "--set", "drop=9"]) != 0
    assert main(["rule", "--brand", "anlan", FELL, "--reset", "--json"]) == 0
