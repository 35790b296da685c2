"""The repair: plan, proofs, recovery, review, report. X3."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.compliance.models import Word
from hongqiao.crisis.incidents import handling, kit, terms
from hongqiao.crisis.models import Duty, Entry, Goodwill, Incident, Look, Mention, Source, WatchWord
from hongqiao.crisis.repair import report, series, services
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.ledger.models import Action, ActionState
from hongqiao.workspace.models import AuditEntry

BEGINS = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai


@pytest.fixture
def source(cast):
    return Source.objects.create(brand=cast.brand, name="小红书巡检", way=Source.Way.ROUND, channel="小红书")


@pytest.fixture
def incident(cast):
    return Incident.objects.create(
        brand=cast.brand, number=1, title="舒缓精华过敏", kind="allergy", level="III", state=Incident.State.HANDLING,
        posted_at=BEGINS, heard_at=BEGINS + timedelta(minutes=20), topics=["舒缓精华"],
    )  # fmt: skip


def say(source, day, n, bad, incident=None):
    at = BEGINS + timedelta(days=day)
    Look.objects.create(brand=source.brand, source=source, at=at, found=n)
    Mention.objects.bulk_create(
        Mention(
            brand=source.brand, source=source, outer=f"{day}-{k}", text=f"舒缓精华 {k}", posted_at=at, heard_at=at,
            read_at=at, negative=k < bad, incident=incident if k < bad else None, channel="小红书",
            state=Mention.State.OPEN if k < bad else Mention.State.ASIDE,
        )
        for k in range(n)
    )  # fmt: skip


def a_month_before(source):
    for day in range(-30, 0):
        say(source, day, 10, 1)


def begun(cast, incident):
    return services.begin(actor=cast.owner, incident_id=incident.pk, seen=1)


def test_the_plan_has_the_three_kinds_and_each_is_an_action_of_the_ledger(cast, incident):
    begun(cast, incident)
    items = list(incident.goodwill.all())
    assert {Goodwill.Kind.REPORT, Goodwill.Kind.WORDS, Goodwill.Kind.GOOD} <= {i.kind for i in items}
    assert {i.phase for i in items} == {30, 60, 90}
    actions = Action.objects.filter(pk__in=[i.action for i in items])
    assert actions.count() == len(items)
    assert all({"kind": "incident", "code": str(incident.pk)} in a.links for a in actions)
    assert AuditEntry.objects.filter(code="incident.repair_begun").exists()


def test_only_what_is_being_handled_goes_into_repair(cast, incident):
    Incident.objects.filter(pk=incident.pk).update(state=Incident.State.OPEN)
    with pytest.raises(services.NotYet):
        begun(cast, incident)


def test_an_item_is_done_with_proof_only_and_its_action_is_done_too(cast, incident):
    begun(cast, incident)
    item = incident.goodwill.first()
    with pytest.raises(services.NoProofGiven):
        services.carried_out(actor=cast.owner, item_id=item.pk, seen=1, url="javascript:alert(1)")
    with pytest.raises(kit.BadAddress):
        services.carried_out(actor=cast.owner, item_id=item.pk, seen=1, url="javascript:alert(1)", text="已公示")
    services.carried_out(actor=cast.owner, item_id=item.pk, seen=1, url="https://mp.weixin.qq.com/s/1")
    item.refresh_from_db()
    assert item.done_at
    assert item.proof["url"].endswith("/s/1")
    assert Action.objects.get(pk=item.action).state == ActionState.DONE
    with pytest.raises(Conflict):
        services.carried_out(actor=cast.owner, item_id=item.pk, seen=1, text="again")


def test_what_is_taken_out_says_why_and_cancels_its_action(cast, incident):
    begun(cast, incident)
    item = incident.goodwill.last()
    with pytest.raises(services.NoProofGiven):
        services.drop(actor=cast.owner, item_id=item.pk, seen=1, reason=" ")
    services.drop(actor=cast.owner, item_id=item.pk, seen=1, reason="预算不够")
    assert Action.objects.get(pk=item.action).state == ActionState.CANCELLED
    assert Entry.objects.get(code="incident.repair_dropped").params["reason"] == "预算不够"


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "长" * 121}, {"kind": "bribe"}, {"phase": "45"}, {"due": "2020-01-01"}, {"due": "soon"}],
)
def test_an_item_that_makes_no_sense_is_refused(cast, incident, wrong):
    row = begun(cast, incident)
    good = {"kind": "other", "title": "回访", "phase": "30", "due": (date.today() + timedelta(days=9)).isoformat()}
    refused = kit.TooLong if len(wrong.get("title", "")) > 120 else services.BadItem
    with pytest.raises(refused):
        services.add(actor=cast.owner, incident_id=row.pk, seen=row.version, **(good | wrong))
    services.add(actor=cast.owner, incident_id=row.pk, seen=row.version, **good)


def test_recovery_is_told_once_and_closing_needs_it_and_a_review(cast, incident, source):
    a_month_before(source)
    say(source, 0, 60, 50, incident)
    row = begun(cast, incident)
    kept = services.keep_measure(incident, date(2026, 11, 3))
    assert not kept["recovered"]
    with pytest.raises(services.NotRecovered):
        services.close(actor=cast.owner, incident_id=row.pk, seen=row.version)
    for day in range(1, 12):
        say(source, day, 10, 1)
    for _again in range(2):
        kept = services.keep_measure(incident, date(2026, 11, 13))
    assert kept["recovered"] == "2026-11-10"  # the bad day leaves the window on the 8th
    assert Entry.objects.filter(code="incident.recovered").count() == 1
    with pytest.raises(services.NotRecovered):
        services.close(actor=cast.owner, incident_id=row.pk, seen=row.version)
    told = {"happened": "批次 B2610 刺激", "cause": "换了防腐剂", "changed": "换回原配方"}
    row = services.learn(actor=cast.owner, incident_id=row.pk, seen=row.version, **told)
    term = terms.begin(actor=cast.owner, incident_id=row.pk, code="reaction_social", known_at=timezone.now())[0]
    with pytest.raises(handling.StillOpen):
        services.close(actor=cast.owner, incident_id=row.pk, seen=row.version)
    Duty.objects.exclude(pk=term.pk).delete()
    terms.report(actor=cast.owner, duty_id=term.pk, seen=None, text="回执 001")
    row = services.close(actor=cast.owner, incident_id=row.pk, seen=row.version)
    assert row.state == Incident.State.CLOSED


def test_lessons_become_watch_words_and_words_not_to_write(cast, incident):
    row = begun(cast, incident)
    told = {
        "happened": "甲",
        "cause": "乙",
        "changed": "丙",
        "watch": ["烂脸精华", "烂脸精华", ""],
        "avoid": ["零刺激"],
    }
    row = services.learn(actor=cast.owner, incident_id=row.pk, seen=row.version, **told)
    services.learn(actor=cast.owner, incident_id=row.pk, seen=row.version, **told)  # saved again: nothing twice
    word = WatchWord.objects.get()
    assert (word.name, word.about) == ("烂脸精华", WatchWord.About.RISK)
    assert word.why
    assert Word.objects.get().text == "零刺激"
    of = {"actor": cast.owner, "incident_id": row.pk, "seen": None, "cause": "乙", "changed": "丙"}
    with pytest.raises(kit.NeedsWords):
        services.learn(**of, happened="")
    with pytest.raises(kit.TooLong):
        services.learn(**of, happened="长" * 5001)
    with pytest.raises(kit.TooLong):
        services.learn(**of, happened="甲", watch=["长" * 81])
    with pytest.raises(services.TooManyWords):
        services.learn(**of, happened="甲", watch=[f"词{n}" for n in range(51)])


def test_a_drill_reaches_neither_ledger_nor_words(cast, incident):
    Incident.objects.filter(pk=incident.pk).update(drill=True)
    row = begun(cast, incident)
    services.learn(
        actor=cast.owner, incident_id=row.pk, seen=row.version, happened="甲", cause="乙", changed="丙", watch=["丁"]
    )
    assert not Action.objects.exists()
    assert not WatchWord.objects.exists()


def test_drills_and_rivals_are_left_out_of_the_days(cast, source):
    say(source, 0, 4, 2)
    Mention.objects.filter(outer="0-0").update(drill=True)
    Mention.objects.filter(outer="0-1").update(ours=False)
    (day,) = series.days(cast.brand, BEGINS.date(), BEGINS.date())
    assert (day.total, day.negative, day.heard) == (2, 0, True)


def test_a_day_is_the_brands_own_and_silence_without_a_look_is_not_heard(cast, source):
    late = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)  # one in the morning of the 2nd in Shanghai
    Mention.objects.create(
        brand=cast.brand, source=source, outer="x", text="x", posted_at=late, heard_at=late, read_at=late
    )
    told = {d.day: d for d in series.days(cast.brand, date(2026, 11, 1), date(2026, 11, 3))}
    assert [told[date(2026, 11, n)].heard for n in (1, 2, 3)] == [False, True, False]


def test_the_report_says_only_what_has_rows_and_leads_to_them(cast, incident, source):
    say(source, 0, 3, 3, incident)
    made = report.sections(incident)
    said = [x for s in made for x in s.sentences]
    assert said
    assert all(x.rows for x in said)
    assert not any("已发布" in x.text or "受影响" in x.text for x in said)


def test_below_the_coverage_floor_the_report_gives_no_volume(cast, incident, source):
    Incident.objects.filter(pk=incident.pk).update(closed_at=incident.heard_at + timedelta(hours=100))
    incident.refresh_from_db()
    say(source, 1, 3, 3, incident)
    assert report.coverage(incident) == pytest.approx(0.01)
    text = report.plain(report.sections(incident))
    assert "数据不足" in text
    assert "3 条" not in text


def test_pages_show_report_and_plan_and_files_open(cast, incident, source):
    a_month_before(source)
    say(source, 0, 60, 50, incident)
    begun(cast, incident)
    browser = cast.client(cast.owner)
    for name in ("crisis_repair", "crisis_report"):
        page = browser.get(reverse(name, args=["anlan", incident.pk]))
        assert page.status_code == 200
        assert "{{" not in page.content.decode()
    pdf = browser.get(reverse("crisis_report_file", args=["anlan", incident.pk, "pdf"]))
    assert pdf.content.startswith(b"%PDF")
    assert browser.get(reverse("crisis_report_file", args=["anlan", incident.pk, "exe"])).status_code == 404


def test_the_page_takes_the_whole_repair(cast, incident):
    browser, url = cast.client(cast.owner), reverse("crisis_repair", args=["anlan", incident.pk])
    assert browser.post(url, {"act": "begin", "seen": "1"}).status_code == 302
    item = incident.goodwill.first()
    refused = browser.post(url, {"act": "done", "id": str(item.pk), "seen": "1"})
    assert refused.status_code == services.NoProofGiven.status
    assert browser.post(url, {"act": "done", "id": str(item.pk), "seen": "1", "text": "已公示"}).status_code == 302
    assert browser.post(url, {"act": "close", "seen": "2", "reason": "演示"}).status_code == 302


def test_strangers_and_those_who_only_look_change_nothing(cast, incident):
    for name in ("crisis_repair", "crisis_report"):
        assert cast.client(cast.stranger).get(reverse(name, args=["anlan", incident.pk])).status_code == 404
        assert cast.client(cast.viewer).get(reverse(name, args=["anlan", incident.pk])).status_code == 403
    assert cast.client(cast.stranger).get(reverse("crisis_repair", args=["other", incident.pk])).status_code == 404
    with pytest.raises(NotFound):
        services.begin(actor=cast.stranger, incident_id=incident.pk, seen=1)
    with pytest.raises(NotAllowed):
        services.begin(actor=cast.viewer, incident_id=incident.pk, seen=1)
    assert not Goodwill.objects.exists()
