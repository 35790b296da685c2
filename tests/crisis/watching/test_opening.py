"""Incidents opened, joined, merged and split; what people may do and what is kept of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Entry, Incident, Mention
from hongqiao.crisis.watching import acting, hear, opening
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry, Delivery, Webhook
from hongqiao.workspace.services.checks import BadName
from tests.cast import join
from tests.crisis.watching.house import heard, kept

pytestmark = pytest.mark.django_db
ALLERGY = "舒缓精华上脸过敏起红疹，批次B2610"


def notes(cast, *texts, **fields):
    return [heard(cast.brand, t, negative=True, **{"kind": "allergy"} | fields) for t in texts]


def test_numbers_are_counted_by_brand_and_never_given_twice(cast):
    first = acting.open_by_hand(actor=cast.owner, title="一")
    second = acting.open_by_hand(actor=cast.owner, title="二")
    other = acting.open_by_hand(actor=cast.stranger, title="别家")
    assert (first.number, second.number, other.number) == (1, 2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(
            brand=cast.brand, number=2, title="x", level="IV", posted_at=timezone.now(), heard_at=timezone.now()
        )


def test_opening_locks_the_brand_so_that_two_at_once_get_two_numbers(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as asked:
        opening.open_incident(cast.brand, title="一", why="hand")
    brand = next(i for i, q in enumerate(asked.captured_queries) if 'FROM "workspace_brand"' in q["sql"])
    number = next(i for i, q in enumerate(asked.captured_queries) if "MAX(" in q["sql"])
    assert brand < number


def test_an_incident_by_hand_has_a_level_with_its_reason_alarms_and_is_audited(cast):
    row = acting.open_by_hand(actor=cast.owner, title="门店 · 投诉", kind="service", level="III", note="顾客要找媒体")
    assert (row.level, row.by_hand["level"], row.by_hand["reason"]) == ("III", "III", "顾客要找媒体")
    assert Alarm.objects.get(incident=row).why == "level"
    assert AuditEntry.objects.filter(code="incident.opened", object_id=str(row.pk), member=cast.owner).count() == 1
    assert Entry.objects.filter(incident=row, code="note", text="顾客要找媒体").exists()


def test_the_floor_of_its_nature_holds_against_a_milder_level_by_hand(cast):
    row = acting.open_by_hand(actor=cast.owner, title="泄露", nature="data_leak")
    assert (row.level, row.floor) == ("II", "II")


@pytest.mark.parametrize("wrong", [{"kind": "nonsense"}, {"nature": "nonsense"}, {"level": "V"}])
def test_what_is_none_of_the_lists_is_refused(cast, wrong):
    with pytest.raises(acting.BadIncident):
        acting.open_by_hand(actor=cast.owner, title="x", **wrong)


def test_an_incident_needs_a_title_and_mentions_of_the_brand_that_are_free(cast):
    with pytest.raises(BadName):
        acting.open_by_hand(actor=cast.owner, title="  ")
    foreign = kept(cast.stranger.brand, "别家的")
    with pytest.raises(NotFound):
        acting.open_by_hand(actor=cast.owner, title="x", mention_ids=[str(foreign.pk)])
    taken = notes(cast, ALLERGY)[0]
    with pytest.raises(acting.BadIncident):
        acting.open_by_hand(actor=cast.owner, title="x", mention_ids=[str(taken.pk)])


def test_strangers_find_nothing_and_who_may_not_handle_is_told_so(cast):
    row = acting.open_by_hand(actor=cast.owner, title="x")
    reader = join(cast.brand, "product", "product")  # sees the room, does not act in it
    acts = [
        lambda who: acting.take_incident(actor=who, incident_id=row.pk, seen=None),
        lambda who: acting.set_level(actor=who, incident_id=row.pk, seen=None, level="I", reason="x"),
        lambda who: acting.merge(actor=who, incident_id=row.pk, into_id="x", seen=None),
        lambda who: acting.split(actor=who, incident_id=row.pk, mention_ids=["x"], seen=None),
        lambda who: acting.mark(actor=who, incident_id=row.pk, seen=None),
        lambda who: acting.add(actor=who, incident_id=row.pk, mention_ids=[], seen=None),
        lambda who: acting.take_alarm(actor=who, alarm_id=Alarm.objects.get().pk),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act(cast.stranger)
        with pytest.raises((NotAllowed, NotFound)):
            act(reader)
        with pytest.raises(NotFound):
            act(cast.viewer)
    with pytest.raises(NotAllowed):
        acting.open_by_hand(actor=reader, title="x")


def test_taking_an_alarm_takes_the_incident_and_every_alarm_of_it(cast):
    mention = notes(cast, ALLERGY, "过敏去医院了，舒缓精华B2610", flags=())[0]
    incident = mention.incident
    assert incident.state == "open"
    acting.take_alarm(actor=cast.editor, alarm_id=Alarm.objects.filter(incident=incident).first().pk)
    incident.refresh_from_db()
    assert (incident.state, bool(incident.taken_at)) == ("handling", True)
    assert not Alarm.objects.filter(incident=incident, taken_at=None).exists()
    assert set(Alarm.objects.values_list("next_at", flat=True)) == {None}
    assert AuditEntry.objects.filter(code="incident.taken").count() == 1
    assert AuditEntry.objects.filter(code="alarm.taken").count() == 1


def test_an_alarm_that_is_taken_stays_with_who_took_it(cast):
    notes(cast, ALLERGY)
    alarm = Alarm.objects.get()
    acting.take_alarm(actor=cast.editor, alarm_id=alarm.pk)
    again = acting.take_alarm(actor=cast.owner, alarm_id=alarm.pk)
    assert again.taken_by == cast.editor


def test_a_late_page_is_a_conflict(cast):
    row = acting.open_by_hand(actor=cast.owner, title="x")
    with pytest.raises(Conflict):
        acting.set_level(actor=cast.owner, incident_id=row.pk, seen=row.version - 1, level="I", reason="x")


def test_a_level_by_hand_needs_a_reason_goes_before_the_table_and_can_be_given_back(cast):
    row = acting.open_by_hand(actor=cast.owner, title="x")
    with pytest.raises(acting.LevelReason):
        acting.set_level(actor=cast.owner, incident_id=row.pk, seen=row.version, level="I", reason=" ")
    row = acting.set_level(actor=cast.owner, incident_id=row.pk, seen=row.version, level="I", reason="央视来电")
    assert (row.level, row.by_hand["reason"]) == ("I", "央视来电")
    assert Entry.objects.filter(incident=row, code="incident.level", text="央视来电").exists()
    row = acting.set_level(actor=cast.owner, incident_id=row.pk, seen=row.version, level="", reason="误报")
    assert (row.level, row.by_hand) == ("IV", {})


def test_a_graver_level_is_given_to_a_commander_who_may_hold_it(cast):
    lead, director = join(cast.brand, "lead", "lead"), join(cast.brand, "director", "director")
    row = acting.open_by_hand(actor=cast.editor, title="x")
    assert row.commander == lead
    row = acting.set_level(actor=cast.editor, incident_id=row.pk, seen=None, level="II", reason="上了热搜")
    assert row.commander == director
    row = acting.set_level(actor=cast.editor, incident_id=row.pk, seen=None, level="IV", reason="撤了")
    assert row.commander == director


def test_merging_moves_mentions_and_alarms_and_leaves_the_first_to_be_read(cast):
    a = notes(cast, ALLERGY)[0].incident
    b = notes(cast, "洁面刺痛过敏，批次C1111")[0].incident
    assert a != b
    into = acting.merge(actor=cast.owner, incident_id=b.pk, into_id=a.pk, seen=b.version)
    b.refresh_from_db()
    assert (b.state, b.into, into) == ("merged", a, a)
    assert a.mentions.count() == 2
    assert not b.mentions.exists()
    assert {t["word"] for t in into.topics if t["of"] == "batch"} == {"B2610", "C1111"}
    assert not Alarm.objects.filter(incident=b).exists()
    later = notes(cast, "C1111这批也过敏")[0]
    assert later.incident == a


def test_what_cannot_be_merged_is_refused(cast):
    a, b = (acting.open_by_hand(actor=cast.owner, title=t) for t in "ab")
    with pytest.raises(acting.CannotMerge):
        acting.merge(actor=cast.owner, incident_id=a.pk, into_id=a.pk, seen=None)
    Incident.objects.filter(pk=b.pk).update(state="closed")
    with pytest.raises(acting.CannotMerge):
        acting.merge(actor=cast.owner, incident_id=a.pk, into_id=b.pk, seen=None)
    drill = opening.open_incident(cast.brand, title="演练", why="drill", drill=True)
    with pytest.raises(acting.CannotMerge):
        acting.merge(actor=cast.owner, incident_id=a.pk, into_id=drill.pk, seen=None)


def test_splitting_makes_an_incident_of_some_and_the_first_forgets_them(cast):
    rows = notes(cast, ALLERGY, "舒缓精华过敏了，批次B2610", "舒缓精华过敏，红疹", flags=())
    source = rows[0].incident
    assert {r.incident for r in rows} == {source}
    Mention.objects.filter(pk=rows[2].pk).update(text="舒缓精华过敏，批次D2222")
    source.refresh_from_db()
    fresh = acting.split(actor=cast.owner, incident_id=source.pk, mention_ids=[str(rows[2].pk)], seen=source.version)
    source.refresh_from_db()
    assert (source.mentions.count(), fresh.mentions.count()) == (2, 1)
    assert (fresh.nature, fresh.floor, fresh.fields["batches"]) == ("reaction", "IV", ["D2222"])
    assert source.fields["batches"] == ["B2610"]
    for wrong in ([], [str(r.pk) for r in rows[:2]], [str(rows[2].pk)]):
        with pytest.raises(acting.CannotSplit):
            acting.split(actor=cast.owner, incident_id=source.pk, mention_ids=wrong, seen=None)


def test_what_people_mark_counts_without_any_source(cast):
    row = acting.open_by_hand(actor=cast.owner, title="x")
    row = acting.mark(actor=cast.owner, incident_id=row.pk, seen=row.version, marks=["executive"])
    assert row.level == "II"
    with pytest.raises(acting.BadIncident):
        acting.mark(actor=cast.owner, incident_id=row.pk, seen=None, marks=["nonsense"])
    with pytest.raises(acting.BadIncident):
        acting.mark(actor=cast.owner, incident_id=row.pk, seen=None, hot=0)


def test_webhooks_hear_of_real_incidents_and_never_of_drills(cast):
    events = ["incident.opened", "incident.level", "incident.answered"]
    Webhook.objects.create(
        brand=cast.brand, name="中台", url="https://example.com/x", events=events, secret="x", created_by=cast.owner
    )
    row = notes(cast, ALLERGY)[0].incident
    opening.open_incident(cast.brand, title="演练", why="drill", drill=True)
    acting.set_level(actor=cast.owner, incident_id=row.pk, seen=None, level="II", reason="x")
    assert opening.answered(Incident.objects.get(pk=row.pk), at=timezone.now(), way="reply")
    sent = list(Delivery.objects.order_by("created_at").values_list("event", flat=True))
    assert sent == ["incident.opened", "incident.level", "incident.answered"]
    assert all("红疹" not in body for body in Delivery.objects.values_list("body", flat=True))


def test_the_first_answer_is_noted_once_and_only_an_earlier_one_replaces_it(cast):
    row = notes(cast, ALLERGY)[0].incident
    at = timezone.now()
    assert opening.answered(row, at=at, way="reply") is True
    assert opening.answered(row, at=at + timedelta(hours=1), way="statement") is False
    assert opening.answered(row, at=at - timedelta(minutes=5), way="reply") is False
    row.refresh_from_db()
    assert row.answered_at == at - timedelta(minutes=5)
    assert Entry.objects.filter(incident=row, code="incident.answered").count() == 1


def test_a_mention_of_another_batch_or_product_is_another_incident(cast):
    a = notes(cast, ALLERGY)[0].incident
    b = notes(cast, "舒缓精华过敏，批次B9999")[0].incident
    c = notes(cast, "清透防晒乳过敏，脸上红疹")[0].incident
    assert len({a, b, c}) == 3


def test_what_comes_after_days_of_silence_is_a_new_incident(cast):
    long_ago = timezone.now() - timedelta(days=9)
    a = notes(cast, ALLERGY, heard=long_ago, posted=long_ago)[0].incident
    Incident.objects.filter(pk=a.pk).update(created_at=long_ago)
    assert notes(cast, ALLERGY)[0].incident != a


def test_ordinary_complaints_join_an_open_incident_and_open_none(cast):
    before = kept(cast.brand, "B2610用着不舒服", negative=True, kind="quality")
    incident = notes(cast, ALLERGY)[0].incident
    before.refresh_from_db()
    assert before.incident == incident  # what was said before it was one
    late = heard(cast.brand, "B2610也给我退了吧", negative=True, kind="service")
    assert late.incident == incident
    lone = heard(cast.brand, "快递太慢", negative=True, kind="logistics")
    assert lone.incident is None


def test_an_import_of_old_words_moves_no_clock_of_a_running_incident_forward(cast):
    incident = notes(cast, ALLERGY)[0].incident
    first = incident.heard_at
    notes(cast, "B2610过敏", posted=timezone.now() - timedelta(days=1))
    incident.refresh_from_db()
    assert incident.heard_at == first
    assert incident.posted_at < first - timedelta(hours=20)


def test_what_is_grave_never_goes_to_an_incident_that_is_being_mended(cast):
    old = notes(cast, ALLERGY)[0].incident
    Incident.objects.update(state="mending")
    assert notes(cast, ALLERGY)[0].incident != old
    Incident.objects.exclude(pk=old.pk).update(state="closed")
    assert heard(cast.brand, "B2610也给我退了吧", negative=True, kind="service").incident == old


def test_a_note_that_is_edited_to_something_graver_raises_its_incident(cast):
    row = notes(cast, ALLERGY)[0]
    row.nature = "injury"
    row.save()
    hear(cast.brand, [row])
    row.incident.refresh_from_db()
    assert (row.incident.level, row.incident.nature) == ("II", "injury")
    assert Alarm.objects.filter(why="grave", params__nature="injury").count() == 1
