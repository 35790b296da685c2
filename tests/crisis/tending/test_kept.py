"""A brand's own playbooks, seats, legal terms, alarms, gathering and repair: kept by row, heard by the room."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis import settings
from hongqiao.crisis.incidents import book, kit, present, seating, steps, terms, words
from hongqiao.crisis.models import Alarm, Entry, SeatContact
from hongqiao.crisis.repair import services as repair
from hongqiao.crisis.tending import contacts, services
from hongqiao.crisis.tending.errors import BadRow, NoSuchRow, RowNeeded, SeatNeeded
from hongqiao.crisis.watching import alarms, tables
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import keys
from hongqiao.workspace.models import AuditEntry, Notice
from tests.cast import join
from tests.crisis.tending.kit import STEP, code_of, own

pytestmark = pytest.mark.django_db


def test_a_changed_step_is_kept_alone_and_goes_back(cast, tend):
    tend(services.keep_row, part="steps", key="base", code="grade", values={"minutes": 25})
    assert own(cast.brand) == {"playbooks": {"rows": {"base": {"changed": {"grade": {"minutes": 25}}}}}}
    assert next(s for s in book.steps(cast.brand, "general", {}) if s["code"] == "grade")["minutes"] == 25
    tend(services.reset_row, part="steps", key="base", code="grade")
    assert own(cast.brand) == {}


def test_rows_are_added_moved_taken_out_and_brought_back(cast, tend):
    tend(services.keep_row, part="steps", key="quality", code="", values=STEP)
    mine = code_of(cast.brand, "playbooks", "quality")
    tend(services.move_row, part="steps", key="quality", code=mine, down=False)
    assert own(cast.brand)["playbooks"]["rows"]["quality"]["order"][-2:] == [mine, "test"]
    tend(services.remove_row, part="steps", key="quality", code="test")
    kept = own(cast.brand)["playbooks"]["rows"]["quality"]
    assert kept == {"removed": ["test"], "added": [{"code": mine, **STEP, "when": {}}]}
    tend(services.reset_row, part="steps", key="quality", code="test")
    assert "test" in {s["code"] for s in settings.of(cast.brand, "playbooks")["playbooks"][1]["steps"]}
    tend(services.reset, part="steps", key="quality")
    assert own(cast.brand) == {}


def test_a_running_incident_keeps_the_steps_it_was_given(cast, tend, incident):
    tend(services.keep_row, part="steps", key="base", code="", values=STEP)
    mine = code_of(cast.brand, "playbooks", "base")
    steps.start(actor=cast.owner, incident_id=incident.pk, seen=None, playbook="general", answers={})
    tend(
        services.keep_row, part="steps", key="base", code=mine, values={"words": "别的", "minutes": 99, "proof": False}
    )
    tend(services.keep_row, part="steps", key="base", code="secure", values={"words": "证据改名", "proof": False})
    row = incident.steps.get(code=mine)
    shown = {s["row"].code: s for s in present.steps(incident)}
    assert (shown[mine]["label"], shown[mine]["must"]) == (STEP["words"], True)
    assert shown["secure"]["label"] == "证据固定：截图、链接、哈希与时间"
    assert row.due_at == incident.heard_at + timedelta(minutes=40)
    with pytest.raises(kit.NeedsProof):
        steps.done(actor=cast.owner, step_id=row.pk, seen=None)
    tend(services.remove_row, part="steps", key="base", code=mine)
    steps.done(actor=cast.owner, step_id=row.pk, seen=None, text="群已建")
    assert STEP["words"] in words.say(Entry.objects.filter(incident=incident).order_by("-id").first())


def test_the_first_answer_is_due_before_its_clock(cast, tend):
    tend(services.keep_row, part="steps", key="base", code="publish", values={"minutes": 90})
    with pytest.raises(BadRow) as late:
        tend(services.keep_row, part="steps", key="allergy", code="contact", values={"minutes": 90})
    assert "过敏与身体不适" in late.value.fields["minutes"]
    assert "60" in late.value.fields["minutes"]
    with pytest.raises(BadRow):  # the statement at T+90 would be the first answer
        tend(services.remove_row, part="steps", key="allergy", code="contact")
    tend(services.keep_row, part="steps", key="allergy", code="contact", values={"minutes": 30})
    tend(services.keep_row, part="steps", key="allergy", code="contact", values={"minutes": 60})
    with pytest.raises(RowNeeded):
        tend(services.save, part="steps", lists={"base": [{"code": "grade"}], "general": [{"code": "", **STEP}]})


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", -1), ("minutes", "x"), ("minutes", 10**9), ("minutes", True), ("role", "nobody"), ("role", ["legal"])]
    + [("words", ""), ("words", "长" * 121), ("proof", "yes"), ("when", {"hurt": ["maybe"]}), ("when", [1])],
)
def test_a_field_that_is_wrong_is_named(cast, tend, field, value):
    with pytest.raises(BadRow) as wrong:
        tend(services.keep_row, part="steps", key="allergy", code="visit", values={field: value})
    assert set(wrong.value.fields) == {field}
    assert own(cast.brand) == {}


def test_a_seat_stays_while_a_step_or_an_incident_needs_it(cast, tend, incident):
    with pytest.raises(SeatNeeded):
        tend(services.remove_row, part="seats", key="roles", code="scribe")
    with pytest.raises(RowNeeded):
        tend(services.remove_row, part="seats", key="roles", code="commander")
    tend(services.keep_row, part="seats", key="roles", code="", values={"label": "门店联络", "words": "通知门店"})
    mine = code_of(cast.brand, "roles", "roles")
    tend(services.keep_row, part="steps", key="quality", code="exchange", values={"role": mine})
    seating.seat(actor=cast.owner, incident_id=incident.pk, role=mine, member=cast.editor.pk)
    assert words.say(Entry.objects.order_by("-id").first()).startswith("门店联络：editor")
    tend(services.reset, part="steps")
    with pytest.raises(SeatNeeded):
        tend(services.remove_row, part="seats", key="roles", code=mine)
    incident.state = "closed"
    incident.save()
    tend(services.remove_row, part="seats", key="roles", code=mine)
    assert own(cast.brand) == {}


def test_empty_seats_are_filled_by_the_proposed_roles_and_nobody_is_put_out(cast, tend, incident):
    counsel, lead = join(cast.brand, "counsel", "legal"), join(cast.brand, "lead", "lead")
    head = join(cast.brand, "head", "director")
    seating.seat(actor=cast.owner, incident_id=incident.pk, role="scribe", member=cast.owner.pk)
    tend(services.keep_row, part="seats", key="roles", code="legal", values={"deputy": "director"})
    seating.seat_defaults(actor=cast.owner, incident_id=incident.pk)
    held = {s.role: (s.member, s.deputy) for s in incident.seats.all()}
    assert held["legal"] == (counsel, head)  # the lead may not sign
    assert held["scribe"] == (cast.owner, None)
    assert held["watch"] == (cast.editor, lead)
    assert "commander" not in held
    assert Notice.objects.filter(member=counsel, code="incident.seated").count() == 1
    with pytest.raises(seating.NobodyProposed):
        seating.seat_defaults(actor=cast.owner, incident_id=incident.pk)


def test_a_legal_term_is_shortened_only_and_an_own_one_says_its_basis(cast, tend, incident):
    with pytest.raises(BadRow):
        tend(services.keep_row, part="duties", key="duties", code="reaction_general", values={"days": 31})
    with pytest.raises(RowNeeded):
        tend(services.remove_row, part="duties", key="duties", code="reaction_general")
    shorter = {"days": 20, "basis": "别的", "checked": "x"}  # the law's basis is not a brand's to change
    tend(services.keep_row, part="duties", key="duties", code="reaction_general", values=shorter)
    assert own(cast.brand)["duties"]["rows"]["duties"]["changed"] == {"reaction_general": {"days": 20}}
    mine = {"label": "地方备案", "days": 7, "words": "报市局"}
    with pytest.raises(BadRow) as wrong:
        tend(services.keep_row, part="duties", key="duties", code="", values=mine | {"checked": "昨天"})
    assert set(wrong.value.fields) == {"basis", "checked"}
    tend(services.keep_row, part="duties", key="duties", code="", values=mine | {"basis": "市局通知〔2026〕3 号"})
    code = code_of(cast.brand, "duties", "duties")
    assert code in [c for c, _label, _days in present.law(incident)["begin"]]
    row = terms.begin(actor=cast.owner, incident_id=incident.pk, code=code)[0]
    tend(services.remove_row, part="duties", key="duties", code=code)
    shown = present.duty(incident, row)
    assert (shown["label"], shown["days"], shown["basis"]) == ("地方备案", 7, "市局通知〔2026〕3 号")


def test_alarms_are_told_by_the_brands_own_ladder(cast, tend, incident):
    counsel = join(cast.brand, "counsel", "legal")
    tell = {"part": "alarms", "key": "III"}
    tend(services.keep_row, **tell, code="first", values={"to": ["role:legal"], "groups": False})
    tend(services.keep_row, **tell, code="", values={"after": 5, "to": ["role:specialist"]})
    assert [r["after"] for r in tables.telling(cast.brand)["levels"]["III"]] == [0, 5, 15, 30]
    alarm = Alarm.objects.create(brand=cast.brand, why="grave", key="k", incident=incident, at=timezone.now())
    assert alarms.tell(alarm) == [counsel]
    assert alarm.next_at == alarm.at + timedelta(minutes=5)
    assert alarms.tell(alarm) == [cast.editor]
    for values in ({"after": 3}, {"to": []}, {"to": ["role:nobody"]}, {"to": "role:legal"}):
        with pytest.raises(BadRow):
            tend(services.keep_row, **tell, code="first", values=values)
    with pytest.raises(BadRow):  # two at one moment
        tend(services.keep_row, **tell, code="second", values={"after": 5})


def test_figures_are_kept_by_path_and_an_empty_one_is_the_shipped(cast, tend):
    tend(services.keep_numbers, part="gathering", values={"wave.least": 30, "learn.share": 0.5, "hours": "72"})
    assert own(cast.brand)["gathering"] == {"wave": {"least": 30}, "learn": {"share": 0.5}}
    known = tables.gathering(cast.brand)
    assert (known["wave"]["least"], known["wave"]["hours"], known["learn"]["share"]) == (30, 6, 0.5)
    tend(services.keep_numbers, part="gathering", values={"wave.least": "", "learn.share": ""})
    assert own(cast.brand) == {}
    tend(services.keep_numbers, part="alarms", values={"most": 0})
    assert tables.telling(cast.brand)["most"] == 0
    for wrong in ({"hours": 0}, {"hours": 1.5}, {"hours": "nan"}, {"hours": "x"}, {"hours": True}, {"wave.least": 1e9}):
        with pytest.raises(BadRow):
            tend(services.keep_numbers, part="gathering", values=wrong)
    with pytest.raises(NoSuchRow):
        tend(services.keep_numbers, part="gathering", values={"batches": 1})


def test_the_plan_of_a_repair_is_the_brands_own(cast, tend, incident):
    with pytest.raises(BadRow):
        tend(services.keep_row, part="repair", key="plan", code="report", values={"days": 31})
    tend(services.remove_row, part="repair", key="plan", code="good")
    tend(services.keep_row, part="repair", key="plan", code="",
        values={"label": "向当事人回访", "kind": "other", "phase": "30", "days": 7},
    )  # fmt: skip
    with pytest.raises(BadRow):
        tend(services.keep_numbers, part="repair", values={"rule.least_days": 40})
    incident.state = "handling"
    incident.save()
    cast.owner.refresh_from_db()
    repair.begin(actor=cast.owner, incident_id=incident.pk, seen=None)
    plan = list(incident.goodwill.order_by("order").values_list("title", "phase"))
    assert plan[0] == ("向当事人回访", 30)
    assert len(plan) == 5


# numbers to call


def test_a_seats_number_is_encrypted_and_shown_to_who_handles(cast, incident, boss):
    contacts.keep(actor=cast.owner, seen=0, role="legal", phone="+86 138-0000-1111", deputy="021 5555,12")
    row = SeatContact.objects.get()
    assert "138" not in row.phone + row.deputy_phone
    page = boss.get(reverse("crisis_incident_tab", args=["anlan", incident.pk, "seats"])).content.decode()
    assert 'href="tel:+8613800001111"' in page
    assert 'href="tel:0215555,12"' in page
    looks = cast.client(join(cast.brand, "product", "product"))
    seen = looks.get(reverse("crisis_incident_tab", args=["anlan", incident.pk, "seats"]))
    assert seen.status_code == 200
    assert "0000-1111" not in seen.content.decode()
    assert "1111" not in str(AuditEntry.objects.get(code="crisis.seat_phone").params)
    keys.rotate(brand=cast.brand)
    contacts.keep(actor=cast.owner, seen=2, role="legal", phone="", deputy="")
    row.refresh_from_db()
    assert (row.phone, row.deputy_phone) == ("", "")


def test_a_number_that_is_none_a_late_form_and_who_may_not_are_refused(cast):
    given = {"seen": 0, "role": "legal", "phone": "13800001111", "deputy": ""}
    for wrong in ("王经理", "12", "1" * 21, "javascript:1", "+"):
        with pytest.raises(BadRow):
            contacts.keep(actor=cast.owner, **(given | {"phone": wrong}))
    with pytest.raises(NotFound):
        contacts.keep(actor=cast.owner, **(given | {"role": "nobody"}))
    with pytest.raises(NotAllowed):
        contacts.keep(actor=cast.editor, **given)
    contacts.keep(actor=cast.owner, **given)
    with pytest.raises(Conflict):
        contacts.keep(actor=cast.owner, **given)
