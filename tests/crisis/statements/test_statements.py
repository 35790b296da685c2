"""Statements: drafted from verified facts, checked, signed by another, voided by an edit, out past a pause, proved."""

from inspect import signature

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.incidents import facts
from hongqiao.crisis.models import Entry, Incident, Statement
from hongqiao.crisis.statements import checking, publishing, services
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing, states
from hongqiao.delivery.publishing import services as delivery
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.cast import join
from tests.crisis.room import incident_of, picture

LINK = "https://weibo.com/1234567890/AbCdEfGhI"
WRITES = [*services.WRITES, *publishing.WRITES]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def publish(cast, row, *accounts, **more):
    keys = [str(a.pk) for a in accounts]
    given = {"actor": cast.owner, "statement_id": row.pk, "seen": fresh(row).version, "accounts": keys}
    return publishing.publish(**(given | more))


@pytest.mark.parametrize("kind", Statement.Kind.values)
def test_a_draft_holds_the_verified_facts_and_its_holes_are_found(cast, incident, fact, kind):
    row = services.draft(actor=cast.owner, incident_id=incident.pk, kind=kind, facts=[str(fact.pk)])
    assert fact.text in row.text
    assert any(f["rule"] == "hole" for f in row.found)
    with pytest.raises(services.Flawed):
        services.submit(actor=cast.owner, statement_id=row.pk, seen=1)


def test_a_draft_that_is_filled_in_whole_can_be_submitted(cast, incident, fact):
    row = services.draft(
        actor=cast.owner, incident_id=incident.pk, kind="apology", facts=[str(fact.pk)], people="各位用户",
        blame="质检记录没有及时复核。", measures="即日起停售该批次，品控部负责\n3 日内办理退款，客服部负责",
        next="11月30日 18:00", contact="400-820-1234",
    )  # fmt: skip
    assert checking.holding(row.found) == []
    assert services.submit(actor=cast.owner, statement_id=row.pk, seen=1).state == "review"


def test_only_verified_facts_go_into_a_draft(cast, incident):
    loose = facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="听说工厂停产")
    for keys in ([str(loose.pk)], ["no key"]):
        with pytest.raises(Invalid):
            services.draft(actor=cast.owner, incident_id=incident.pk, kind="concern", facts=keys)
    with pytest.raises(Invalid):
        services.draft(actor=cast.owner, incident_id=incident.pk, kind="poem")


def test_words_of_advertising_law_hold_a_statement_too(cast, statement):
    text = statement.text + "\n我们仍是国家级品牌，效果最佳。"
    row = services.edit(actor=cast.owner, statement_id=statement.pk, seen=statement.version, title="x", text=text)
    assert any(f["source"] == "law" for f in checking.holding(row.found))


def test_a_fact_that_falls_after_submission_cannot_be_signed(cast, statement, fact, manager):
    services.submit(actor=cast.owner, statement_id=statement.pk, seen=statement.version)
    facts.change_fact(
        actor=cast.owner, fact_id=fact.pk, seen=None, text=fact.text, state="wrong", basis="检测为不同批次"
    )
    with pytest.raises(services.Flawed):
        services.sign(actor=manager, statement_id=statement.pk, seen=fresh(statement).version)


def test_who_wrote_at_it_does_not_sign_it_and_who_may_not_sign_does_not(cast, statement, manager):
    services.submit(actor=cast.owner, statement_id=statement.pk, seen=statement.version)
    version = fresh(statement).version
    with pytest.raises(services.OwnStatement):
        services.sign(actor=cast.owner, statement_id=statement.pk, seen=version)
    with pytest.raises(NotAllowed):
        services.sign(actor=cast.editor, statement_id=statement.pk, seen=version)
    legal = join(cast.brand, "legal", "legal")
    assert services.sign(actor=legal, statement_id=statement.pk, seen=version).state == "signed"


def test_an_edit_voids_the_signature_and_the_same_words_again_do_not_bring_it_back_unread(cast, signed, manager):
    assert services.signed(signed)
    row = services.edit(
        actor=cast.editor, statement_id=signed.pk, seen=signed.version, title=signed.title, text=signed.text + "。"
    )
    assert (row.state, services.signed(row)) == ("draft", False)
    with pytest.raises(services.NotNow):
        services.sign(actor=manager, statement_id=signed.pk, seen=row.version)
    with pytest.raises(publishing.NotSigned):
        publishing.publish(actor=cast.owner, statement_id=signed.pk, seen=row.version, accounts=["x"])


def test_what_is_sent_back_is_a_draft_with_the_reason_and_signed_no_more(cast, signed, manager):
    row = services.send_back(actor=manager, statement_id=signed.pk, seen=signed.version, reason="措施要写负责人")
    assert (row.state, services.signed(row)) == ("draft", False)
    assert row.signatures[-1]["reason"] == "措施要写负责人"


def test_it_goes_to_the_chosen_accounts_and_is_out_once_a_person_proves_it(cast, signed, weibo):
    row = publish(cast, signed, weibo)[0]
    assert (row.way, row.payload["text"], row.digest) == ("assisted", signed.text, signed.digest)
    assert Incident.objects.get().answered_at is None
    delivery.declare(actor=cast.owner, publication_id=row.pk, seen=row.version, pasted=LINK)
    out = fresh(signed)
    assert out.state == "out"
    incident = Incident.objects.get()
    assert incident.answered_at is not None
    assert incident.fields["answer"]["publication"] == str(row.pk)
    assert Entry.objects.filter(code="statement.moved").exists()
    with pytest.raises(services.NotNow):
        services.edit(actor=cast.owner, statement_id=signed.pk, seen=out.version, title="x", text="y")
    assert publish(cast, signed, weibo)[0].pk == row.pk  # the same words to the same account once only


def test_accounts_must_be_ones_own_and_open(cast, signed, weibo):
    rival = workspace.create_account(actor=cast.owner, platform="weibo", name="对手", relation="competitor")
    for keys in ([], ["no key"], [str(rival.pk)], [str(weibo.pk), str(rival.pk)]):
        with pytest.raises(publishing.NoAccount):
            publish(cast, signed, accounts=keys)
    with pytest.raises(NotAllowed):
        publish(cast, signed, weibo, actor=cast.editor)  # publishing is a permission of its own


def test_a_pause_of_publishing_does_not_hold_a_statement_and_the_audit_says_so(cast, signed, weibo):
    for scope in ("all", "publishing"):
        workspace.pause_scope(actor=cast.owner, scope=scope, reason="舆情")
    row = publish(cast, signed, weibo)[0]
    assert pacing.paused(weibo) is not None
    assert pacing.stops(row) is None
    assert pacing.held(row, timezone.now()) == {}
    assert AuditEntry.objects.get(code="statement.published").params["past"] is True
    workspace.pause_scope(actor=cast.owner, scope=publishing.SCOPE, reason="声明也停")
    assert pacing.held(row, timezone.now()) == {"code": "paused"}


def test_the_publishing_desk_hands_a_statement_over_too_and_says_no_pause(cast, signed, weibo):
    row = publish(cast, signed, weibo)[0]
    workspace.pause_scope(actor=cast.owner, scope="publishing", reason="舆情中先停排期")
    boss = cast.client(cast.owner)
    page = boss.get(reverse("content_publication", args=["anlan", row.pk]))
    assert page.status_code == 200
    assert signed.title in page.content.decode()
    assert not page.context["paused"]
    assert boss.get(reverse("content_desk", args=["anlan"])).status_code == 200


def test_what_else_is_published_still_obeys_the_pause(cast, weibo):
    workspace.pause_scope(actor=cast.owner, scope="publishing", reason="舆情")
    fields = {"account": weibo, "subject": "content.piece", "subject_id": weibo.pk, "title": "x", "way": "api"}
    row = Publication.objects.create(
        brand=cast.brand, key="k", digest="d", due_at=timezone.now(), by=cast.owner, **fields
    )
    assert pacing.held(row, timezone.now()) == {"code": "paused"}


def test_a_statement_that_is_reworded_while_it_waits_is_let_out_no_more(cast, signed, weibo):
    row = publish(cast, signed, weibo)[0]
    assert states.stands(row)
    services.edit(actor=cast.owner, statement_id=signed.pk, seen=fresh(signed).version, title="x", text="改了")
    assert not states.stands(row)


def test_in_a_drill_nothing_goes_out_and_the_clock_stops_all_the_same(cast, signed, weibo):
    Incident.objects.update(drill=True)
    assert publish(cast, signed, weibo) == []
    assert not Publication.objects.exists()
    assert fresh(signed).state == "out"
    assert Incident.objects.get().answered_at is not None


@pytest.fixture
def calls(cast, incident, statement, manager, weibo):
    """Each service with what makes it act."""
    of = {"actor": cast.owner}

    def one(state):
        row = services.draft(actor=cast.owner, incident_id=incident.pk, kind="apology")
        services.edit(actor=cast.owner, statement_id=row.pk, seen=1, title=state, text=statement.text, facts=[])
        if state in ("review", "signed"):
            services.submit(actor=cast.owner, statement_id=row.pk, seen=2)
        if state == "signed":
            services.sign(actor=manager, statement_id=row.pk, seen=3)
        row = fresh(row)
        return {"statement_id": row.pk, "seen": row.version}

    return {
        services.draft: {**of, "incident_id": incident.pk, "kind": "concern"},
        services.edit: {**of, **one("draft"), "title": "t", "text": "新的文字"},
        services.submit: {**of, **one("draft")},
        services.sign: {"actor": manager, **one("review")},
        services.send_back: {"actor": manager, **one("review"), "reason": "再改"},
        services.drop: {**of, **one("draft"), "reason": "不用了"},
        publishing.publish: {**of, **one("signed"), "accounts": [str(weibo.pk)]},
    }


@pytest.mark.parametrize("service", WRITES, ids=lambda f: f.__name__)
def test_every_service_leaves_its_audit_row(service, calls):
    before = set(AuditEntry.objects.values_list("id", flat=True))
    service(**calls[service])
    rows = AuditEntry.objects.exclude(id__in=before).filter(code__startswith="statement.")
    assert rows.count() == 1


@pytest.mark.parametrize("service", WRITES, ids=lambda f: f.__name__)
def test_no_service_serves_a_stranger_nor_what_somebody_changed_since(service, calls, cast):
    with pytest.raises(NotFound):
        service(**(calls[service] | {"actor": cast.stranger}))
    if "seen" in signature(service).parameters:
        with pytest.raises(Conflict):
            service(**(calls[service] | {"seen": 99}))


def url(row, brand="anlan"):
    return reverse("crisis_statement", args=[brand, row.pk])


def test_the_page_takes_a_statement_from_draft_to_proof(cast, statement, manager, weibo):
    boss, signer = cast.client(cast.owner), cast.client(manager)
    post = {"seen": statement.version}
    assert boss.post(url(statement), {**post, "act": "submit"}).status_code == 302
    page = signer.get(url(statement)).content.decode()
    assert 'value="sign"' in page
    assert 'value="sign"' not in boss.get(url(statement)).content.decode()
    assert signer.post(url(statement), {"act": "sign", "seen": fresh(statement).version}).status_code == 302
    sent = {"act": "publish", "seen": fresh(statement).version, "accounts": [str(weibo.pk)], "way": "assisted"}
    assert boss.post(url(statement), sent).status_code == 302
    row = Publication.objects.get()
    assert "复制正文" in boss.get(url(statement)).content.decode()
    told = {"act": "declare", "id": row.pk, "seen": row.version, "shot": _file()}
    assert boss.post(url(statement), told).status_code == 302
    assert fresh(statement).state == "out"
    shot = reverse("crisis_statement_shot", args=["anlan", statement.pk, row.pk])
    assert boss.get(shot).status_code == 200
    assert cast.client(cast.stranger).get(shot).status_code == 404


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("s.png", picture(), "image/png")


def test_a_stranger_finds_no_page_and_no_other_publication_is_acted_on(cast, statement, weibo):
    stranger = cast.client(cast.stranger)
    assert stranger.get(url(statement)).status_code == 404
    assert stranger.get(url(statement, "other")).status_code == 404
    assert cast.client(cast.viewer).get(url(statement)).status_code == 403
    fields = {"account": weibo, "subject": "content.piece", "subject_id": weibo.pk, "title": "x", "way": "assisted"}
    row = Publication.objects.create(
        brand=cast.brand, key="k", digest="d", due_at=timezone.now(), by=cast.owner, **fields
    )
    act = {"act": "stop", "id": row.pk, "seen": 1}
    assert cast.client(cast.owner).post(url(statement), act).status_code == 404


def test_a_conflict_keeps_the_text_that_was_typed(cast, statement):
    answer = cast.client(cast.editor).post(
        url(statement), {"act": "edit", "seen": 1, "title": "我的标题", "text": "我写了很久的一段话"}
    )
    assert answer.status_code == 409
    assert "我写了很久的一段话" in answer.content.decode()


def test_the_form_of_the_room_drafts_one(cast, incident, fact):
    page = reverse("crisis_incident_tab", args=["anlan", incident.pk, "statements"])
    form = {"act": "draft", "kind": "concern", "facts": [str(fact.pk)], "contact": "400-820-1234"}
    went = cast.client(cast.owner).post(page, form)
    assert (went.status_code, went["Location"]) == (302, url(Statement.objects.get()))
    assert Statement.objects.get().text.startswith("我们已关注到")
    assert incident_of(cast.brand).pk != incident.pk


def test_an_apology_for_what_happened_to_bodies_holds_the_advice_and_is_not_signed_without_it(cast, incident, fact):
    given = {
        "people": "各位用户",
        "blame": "质检记录没有及时复核。",
        "next": "11月30日 18:00",
        "contact": "400-820-1234",
    }
    given["measures"] = "即日起停售该批次，品控部负责\n3 日内办理退款，客服部负责"
    of = {"actor": cast.owner, "kind": "apology"}
    row = services.draft(**of, incident_id=incident.pk, facts=[str(fact.pk)], **given)
    advice = "请立即停用上述产品；身体不适的，请及时就医，并保留就诊证明。"
    assert advice in row.text
    without = row.text.replace(advice, "")
    row = services.edit(actor=cast.owner, statement_id=row.pk, seen=row.version, title="x", text=without)
    assert [f["rule"] for f in checking.holding(row.found)] == ["no_advice", "no_advice"]
    shown = [line["label"] for line in checking.shown(row, row.found)]
    assert "身体受影响，文中没有“立即停用”的提醒" in shown
    with pytest.raises(services.Flawed):
        services.submit(actor=cast.owner, statement_id=row.pk, seen=row.version)
    late = incident_of(cast.brand, kind="logistics", nature="")
    assert advice not in services.draft(**of, incident_id=late.pk, **given).text


def test_more_measures_than_a_statement_holds_are_refused_not_left_out(cast, incident):
    with pytest.raises(services.TooManyMeasures) as refused:
        services.draft(actor=cast.owner, incident_id=incident.pk, kind="apology", measures="\n".join("措施" * 13))
    assert (refused.value.params["most"], refused.value.params["n"]) == (12, 26)
