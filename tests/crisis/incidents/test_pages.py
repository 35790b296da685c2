"""The pages of the room: every tab, who may see what, live parts, what is typed at a conflict."""

import pytest
from django.urls import reverse

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import facts, people, present, steps, terms, vault
from hongqiao.crisis.models import Fact, Incident
from tests.crisis.room import incident_of, mention_of, picture

TABS = list(present.TABS)


def at(incident, tab="timeline", brand="anlan"):
    return addresses.incident(incident, tab).replace("/b/anlan/", f"/b/{brand}/")


def text(answer):
    return answer.content.decode()


@pytest.fixture
def full(cast, incident):
    """The incident with something in every part."""
    of = {"actor": cast.owner, "incident_id": incident.pk}
    mention_of(incident)
    vault.keep(**of, text="原帖", url="https://example.com/p/1", picture=picture())
    facts.add_fact(**of, text="批号 A12 有三人反映", state="verified", basis="客服记录")
    steps.start(**of, seen=None, playbook="allergy", answers={"hurt": "yes"})
    terms.begin(**of, code="reaction_general")
    people.add_person(**of, name="王女士", contact="13800001111", harm="面部红疹")
    return Incident.objects.get(pk=incident.pk)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_and_its_live_part_answers_304_until_something_changes(cast, full, tab):
    boss = cast.client(cast.owner)
    page = boss.get(at(full, tab))
    assert page.status_code == 200
    assert 'hx-get="' in text(page)
    first = boss.get(at(full, tab), {"part": "body"})
    same = boss.get(at(full, tab), {"part": "body"}, headers={"If-None-Match": first["ETag"]})
    assert same.status_code in (200, 304)  # the clocks move each minute
    if same.status_code == 304:
        facts.add_fact(actor=cast.owner, incident_id=full.pk, text="又一条")
        after = boss.get(at(full, tab), {"part": "body"}, headers={"If-None-Match": first["ETag"]})
        assert after.status_code == 200


@pytest.mark.parametrize("tab", TABS)
def test_a_stranger_finds_no_tab_and_nobody_signed_in_is_sent_to_sign_in(cast, full, tab):
    assert cast.client(cast.stranger).get(at(full, tab)).status_code == 404
    assert cast.client(cast.stranger).get(at(full, tab, "other")).status_code == 404
    assert cast.client(None).get(at(full, tab)).status_code == 302
    assert cast.client(cast.viewer).get(at(full, tab)).status_code == 403


@pytest.mark.parametrize("name", ["crisis_incident_brief", "crisis_incident_vault", "crisis_incident_people"])
def test_a_stranger_finds_none_of_the_other_pages(cast, full, name):
    stranger = cast.client(cast.stranger)
    for brand in ("anlan", "other"):
        url = reverse(name, args=[brand, full.pk])
        assert stranger.get(url).status_code in (404, 405)
        assert stranger.post(url).status_code in (404, 405)


def test_a_tab_that_is_none_is_not_found(cast, full):
    assert (
        cast.client(cast.owner).get(reverse("crisis_incident_tab", args=["anlan", full.pk, "money"])).status_code == 404
    )


def test_names_and_contacts_are_shown_to_who_handles_only(cast, full, product):
    shown = text(cast.client(cast.editor).get(at(full, "people")))
    assert "王女士" in shown
    assert "13800001111" in shown
    assert cast.client(product).get(at(full, "people")).status_code == 404
    for tab in TABS:
        if tab != "people":
            page = text(cast.client(product).get(at(full, tab)))
            assert "王女士" not in page
            assert "13800001111" not in page
    brief = text(cast.client(product).get(reverse("crisis_incident_brief", args=["anlan", full.pk])))
    assert "王女士" not in brief
    assert "受影响用户 1 位" in brief


def test_who_only_sees_is_offered_no_form_and_may_do_nothing(cast, full, product):
    viewer = cast.client(product)
    page = text(viewer.get(at(full)))
    assert 'name="act"' not in page.partition("<main")[2]
    assert viewer.post(at(full), {"act": "note", "text": "我来"}).status_code == 403


def test_a_conflict_says_so_and_keeps_what_was_typed(cast, full):
    fact = Fact.objects.get(incident=full)
    form = {"act": "change_fact", "id": fact.pk, "seen": fact.version, "state": "checking", "basis": ""}
    assert cast.client(cast.owner).post(at(full, "facts"), {**form, "text": "甲改的说法"}).status_code == 302
    late = cast.client(cast.editor).post(at(full, "facts"), {**form, "text": "乙改的另一种说法"})
    assert late.status_code == 409
    assert "刚刚被别人改过" in text(late)
    assert "乙改的另一种说法" in text(late)
    assert Fact.objects.get(pk=fact.pk).text == "甲改的说法"


def test_closing_what_is_not_done_asks_for_the_reason(cast, full):
    boss = cast.client(cast.owner)
    form = {"act": "close", "seen": full.version}
    asked = boss.post(at(full), form)
    assert asked.status_code == 409
    assert 'name="reason"' in text(asked)
    assert boss.post(at(full), {**form, "reason": "当事人已谅解，余下转日常"}).status_code == 302
    assert Incident.objects.get(pk=full.pk).state == "closed"


def test_a_screenshot_is_shown_only_in_its_own_room(cast, full):
    shot = full.evidence.get().shot
    other = incident_of(cast.brand, title="另一件")
    boss = cast.client(cast.owner)
    assert boss.get(reverse("crisis_incident_shot", args=["anlan", full.pk, shot])).status_code == 200
    assert boss.get(reverse("crisis_incident_shot", args=["anlan", other.pk, shot])).status_code == 404
    assert (
        cast.client(cast.stranger).get(reverse("crisis_incident_shot", args=["anlan", full.pk, shot])).status_code
        == 404
    )


def test_the_file_of_people_is_in_the_clear_and_the_vault_is_a_zip(cast, full):
    boss = cast.client(cast.owner)
    csv = b"".join(boss.post(reverse("crisis_incident_people", args=["anlan", full.pk])).streaming_content).decode()
    assert "王女士" in csv
    answer = boss.post(reverse("crisis_incident_vault", args=["anlan", full.pk]))
    assert answer["Content-Type"] == "application/zip"


def test_a_drill_says_so_on_every_page(cast, house):
    drill = incident_of(cast.brand, drill=True)
    boss = cast.client(cast.owner)
    assert ">演练<" in text(boss.get(at(drill)))
    assert "【演练】" in text(boss.get(reverse("crisis_incident_brief", args=["anlan", drill.pk])))


def test_an_address_that_runs_in_the_browser_is_no_link(cast, full):
    mention_of(full, 9, url="javascript:alert(1)", text="恶意链接")
    vault.secure(actor=cast.owner, incident_id=full.pk)
    for tab in ("mentions", "evidence"):
        assert "javascript:" not in text(cast.client(cast.owner).get(at(full, tab)))


def test_words_of_a_person_are_never_html(cast, full):
    boss = cast.client(cast.owner)
    assert boss.post(at(full), {"act": "note", "text": "<script>alert(1)</script>"}).status_code == 302
    assert "<script>alert(1)" not in text(boss.get(at(full)))


def test_no_clock_runs_in_a_room_that_has_ended(cast, incident):
    boss = cast.client(cast.owner)
    assert "首次回应还剩" in text(boss.get(at(incident)))
    boss.post(at(incident), {"act": "close", "seen": incident.version, "reason": "误报，不是我们的产品"})
    page = text(boss.get(at(incident)))
    assert "首次回应还剩" not in page
    assert "结束时没有登记回应" in page
