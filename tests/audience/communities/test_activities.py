"""Activities are checked before they open; entries are moderated and answered; what came of it is measured. U2."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import entries, queries, services, sheet, takers, trust
from hongqiao.audience.communities.draws import opening
from hongqiao.audience.communities.groups import queries as group_queries
from hongqiao.audience.communities.groups import services as groups
from hongqiao.audience.models import Activity, Entry, RunStep, Trust
from hongqiao.audience.typed import TooLong
from hongqiao.errors import NotAllowed, NotFound, Paused
from hongqiao.ledger.models import Action, Outcome
from hongqiao.workspace.models import Pause

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def made(member, kind="topic", **given):
    base = {"goal": "让老用户说话", "closes": "2026-12-31T20:00", "data": {"prompts": "怎么用\n何时用\n和谁用"}}
    return services.create_activity(actor=member, kind=kind, title="秋天怎么护肤", **base | given)


def running(cast, kind="topic", **given):
    row = made(cast.owner, kind, **given)
    row = services.make_ready(actor=cast.owner, activity_id=row.pk, seen=row.version)
    return services.start(actor=cast.owner, activity_id=row.pk, seen=row.version)


def test_a_draw_needs_one_registered_and_a_check_in_begins_with_its_days(cast):
    row = made(cast.owner, "draw")
    assert services.lacking(row) == ["draw"]
    opening.create_draw(actor=cast.owner, title="抽正装", activity_id=row.pk)
    assert services.lacking(row) == []
    assert services.make_ready(actor=cast.owner, activity_id=row.pk, seen=row.version).state == "ready"
    plain = services.create_activity(actor=cast.owner, kind="check_in", title="打卡")
    assert plain.data["days"] == 21
    assert "days" not in services.lacking(plain)


def test_words_that_are_too_long_are_named_by_their_field(cast):
    row = made(cast.owner, "qa")
    with pytest.raises(TooLong) as said:
        services.change_activity(actor=cast.owner, activity_id=row.pk, seen=row.version, data={"expert": "长" * 301})
    assert said.value.params["field"] == "专家"


def test_what_a_kind_needs_is_asked_for_by_name(cast):
    row = made(cast.editor, "live", closes="")
    with pytest.raises(services.Lacks) as said:
        services.make_ready(actor=cast.editor, activity_id=row.pk, seen=row.version)
    assert said.value.fields == ["opens", "kill", "guest"]
    assert "嘉宾" in said.value.params["fields"]


@pytest.mark.parametrize("words", ["五星好评返现 5 元", "晒好评截图领红包"])
def test_praise_for_money_is_held(cast, words):
    row = made(cast.editor, rules=words)
    with pytest.raises(services.Held):
        services.make_ready(actor=cast.editor, activity_id=row.pk, seen=row.version)
    assert Activity.objects.get(pk=row.pk).state == "draft"


def test_an_activity_goes_through_its_states_and_its_rules_stand_once_ready(cast):
    row = made(cast.editor)
    row = services.make_ready(actor=cast.editor, activity_id=row.pk, seen=row.version)
    with pytest.raises(kit.WrongState):
        services.change_activity(actor=cast.editor, activity_id=row.pk, seen=row.version, rules="改了")
    with pytest.raises(NotAllowed):
        services.start(actor=cast.editor, activity_id=row.pk, seen=row.version)
    with pytest.raises(NotFound):
        services.start(actor=cast.stranger, activity_id=row.pk, seen=row.version)
    switch = Pause.objects.create(brand=cast.brand, scope="activities", on=True)
    with pytest.raises(Paused):
        services.start(actor=cast.owner, activity_id=row.pk, seen=row.version)
    switch.delete()
    row = services.start(actor=cast.owner, activity_id=row.pk, seen=row.version)
    row = services.end(actor=cast.editor, activity_id=row.pk, seen=row.version)
    row = services.review(actor=cast.editor, activity_id=row.pk, seen=row.version, results="62 条", lessons="早点发")
    assert row.state == "reviewed"


def test_a_discussion_has_moderated_best_answers(cast):
    row = running(cast, moderation="加微信")
    good = entries.add_entry(actor=cast.editor, activity_id=row.pk, name="小红", words="早晚各一次", ref="1")
    assert entries.add_entry(actor=cast.editor, activity_id=row.pk, name="小红", words="早晚各一次", ref="1") == good
    bad = entries.add_entry(actor=cast.editor, activity_id=row.pk, name="小黑", words="加微信领券")
    assert (good.flagged, bad.flagged) == (False, True)
    assert "早晚" not in good.words
    with pytest.raises(kit.WrongState):
        entries.mark_best(actor=cast.editor, entry_id=good.pk, seen=good.version, best=True)
    good = entries.approve(actor=cast.editor, entry_id=good.pk, seen=good.version)
    entries.mark_best(actor=cast.editor, entry_id=good.pk, seen=good.version, best=True)
    entries.hide(actor=cast.editor, entry_id=bad.pk, seen=bad.version)
    assert [e.pk for e in queries.entries(row, best=True)] == [good.pk]
    assert queries.activity(cast.owner, row.pk).waiting == 0


def test_a_vote_counts_persons(cast):
    row = running(cast, "vote", data={"options": "青柠\n白茶"})
    entries.add_entry(actor=cast.editor, activity_id=row.pk, person="甲", choice="1")
    with pytest.raises(entries.Twice):
        entries.add_entry(actor=cast.editor, activity_id=row.pk, person="甲", choice="0")
    with pytest.raises(kit.BadChoice):
        entries.add_entry(actor=cast.editor, activity_id=row.pk, person="乙", choice="7")
    assert [(v["label"], v["n"]) for v in queries.votes(row)] == [("青柠", 0), ("白茶", 1)]


def test_questions_are_collected_answered_and_followed_up(cast):
    row = running(cast, "qa", data={"expert": "产品经理 周工"})
    one = entries.add_entry(actor=cast.editor, activity_id=row.pk, name="小红", words="孕妇能用吗")
    with pytest.raises(kit.WrongState):
        entries.follow_up(actor=cast.editor, entry_id=one.pk, seen=one.version, text="已寄")
    one = entries.answer(actor=cast.editor, entry_id=one.pk, seen=one.version, text="请先问医生")
    assert one.answered_by == "产品经理 周工"
    entries.follow_up(actor=cast.editor, entry_id=one.pk, seen=one.version, text="成分表已发她")
    assert queries.questions(row) == {"asked": 1, "answered": 1, "followed": 1}


def test_trust_is_told_only_of_enough_pairs(cast):
    row = running(cast, "qa", data={"expert": "周工"})
    for n in range(9):
        entries.score(actor=cast.editor, activity_id=row.pk, name=f"人{n}", before=3)
        entries.score(actor=cast.editor, activity_id=row.pk, name=f"人{n}", after=4 + (n % 2))
    assert trust.of(row).few
    assert trust.of(row).pairs == 9
    entries.score(actor=cast.editor, activity_id=row.pk, name="人9", before=3, after=4)
    told = trust.of(row)
    assert not told.few
    assert told.change == pytest.approx(1.4)
    assert 0 < told.lo < 1.4 < told.hi
    assert Trust.objects.filter(activity=row).count() == 10
    with pytest.raises(kit.BadNumber):
        entries.score(actor=cast.editor, activity_id=row.pk, name="人", before=6)


def test_the_interval_of_pairs_is_students():
    mean, lo, hi = trust.paired([1, 2, 3, 4], [3, 3, 3, 5], level=0.95)
    assert (mean, round(lo, 3), round(hi, 3)) == (1.0, -0.299, 2.299)  # scipy.stats.ttest_rel's own interval


def test_a_stream_runs_by_its_sheet(cast):
    row = running(cast, "live", opens="2026-11-30T20:00", kill=cast.owner.pk, data={"guest": "皮肤科 李医生"})
    lines = list(RunStep.objects.filter(activity=row))
    assert [line.minute for line in lines][:4] == [-4320, -1440, -15, 0]
    done = sheet.tick_step(actor=cast.editor, step_id=lines[0].pk, seen=lines[0].version, done=True)
    assert done.by == cast.editor
    with pytest.raises(kit.WrongState):
        sheet.drop_step(actor=cast.editor, step_id=done.pk, seen=done.version)
    with pytest.raises(kit.BadNumber):
        sheet.add_step(actor=cast.editor, activity_id=row.pk, minute="夜里", title="x")


def test_takers_are_held_against_others_alike_and_not_called_randomised(cast, said):
    first = date(2026, 8, 15)

    def bought(person, day):
        return person, "purchase", f"{day}T10:00:00", {"amount": "100"}

    rows = [bought(f"p{n}", first - timedelta(days=10 + n % 3)) for n in range(160)]
    rows += [(f"p{n}", "contest_join", "2026-08-16T10:00:00", {"content": "晒单抽正装"}) for n in range(40)]
    rows += [bought(f"p{n}", first + timedelta(days=20)) for n in (*range(20), *range(40, 64))]
    rows += [bought("late", date(2026, 12, 1))]
    said(*rows)
    row = running(
        cast, "show", opens="2026-08-15T00:00", closes="2026-08-25T23:59", event="contest_join", content="晒单抽正装"
    )
    at = datetime(2026, 8, 26, tzinfo=ZONE)
    with pytest.raises(takers.NotMeasurable):
        takers.measure(actor=cast.owner, activity_id=row.pk, seen=row.version)
    row = services.end(actor=cast.owner, activity_id=row.pk, seen=row.version, at=at)
    row = takers.measure(actor=cast.owner, activity_id=row.pk, seen=row.version)
    told = row.measured
    assert (told["takers"], told["buyers"], told["taken"], told["matched"]) == (40, 160, 40, 40)
    assert told["again"] == 0.5
    assert told["lo"] < told["lift"] < told["hi"]
    outcome = Outcome.objects.get(action=Action.objects.get(pk=row.action))
    assert (outcome.verdict, outcome.reason) == ("cannot_tell", "not_randomised")
    assert outcome.effect == pytest.approx(told["again"] - told["others_again"])
    row = takers.measure(actor=cast.owner, activity_id=row.pk, seen=row.version)
    assert Outcome.objects.filter(action_id=row.action).count() == 2


def test_an_approved_entry_gets_its_ticket_in_the_activitys_draw(cast):
    from tests.audience.communities.cast import NOON, opened

    row = running(cast, "show")
    draw = opened(cast.owner, activity=row)
    one = entries.add_entry(actor=cast.editor, activity_id=row.pk, person="甲", licence=True)
    entries.approve(actor=cast.editor, entry_id=one.pk, seen=one.version, at=NOON - timedelta(days=1))
    assert draw.tickets.get().entry == one
    assert Entry.objects.get().licence


def test_what_was_approved_before_the_draw_opened_takes_part_as_well(cast):
    from hongqiao.audience.communities.draws import opening
    from tests.audience.communities.cast import NOON, opened

    row = running(cast, "show")
    for person, early in (("甲", True), ("乙", False)):
        at = NOON - timedelta(days=9) if early else NOON + timedelta(minutes=1)
        one = entries.add_entry(actor=cast.editor, activity_id=row.pk, person=person, at=at)
        entries.approve(actor=cast.editor, entry_id=one.pk, seen=one.version)
    draw = opened(cast.owner, activity=row)
    draw = opening.close_draw(actor=cast.owner, draw_id=draw.pk, seen=None, at=NOON + timedelta(hours=1))
    assert draw.list_count == 1


def test_the_list_counts_who_entered_a_draw_and_nobody_twice(cast):
    from hongqiao.audience.communities.draws import entering
    from tests.audience.communities.cast import NOON, opened

    row, other = running(cast, "show"), running(cast, "topic")
    at = NOON - timedelta(days=1)
    one = entries.add_entry(actor=cast.editor, activity_id=row.pk, person="甲", at=NOON - timedelta(days=2))
    entries.add_entry(actor=cast.editor, activity_id=row.pk, person="丁", at=at)
    first, second = (opened(cast.owner, activity=row) for _ in range(2))
    entries.approve(actor=cast.editor, entry_id=one.pk, seen=one.version)  # has a slip by their entry
    for draw, person in ((first, "乙"), (first, "丙"), (second, "乙"), (second, "丁")):
        entering.enter(actor=cast.owner, draw_id=draw.pk, person=person, at=at)
    found = {a.pk: queries.took_part(a) for a in queries.activities(cast.owner)}
    assert found == {row.pk: 4, other.pk: 0}
    shown = cast.client(cast.owner).get("/b/anlan/users/communities/").context["rows"]
    assert {r["row"].pk: r["n"] for r in shown} == found


def test_a_group_is_warned_of_by_its_figures(cast):
    group = groups.save_group(actor=cast.editor, kind="wecom", name="上海福利群", size="320")
    groups.save_week(actor=cast.editor, group_id=group.pk, week="2026-11-09", members="320", joins="50", messages="900")
    groups.save_week(
        actor=cast.editor, group_id=group.pk, week="2026-11-18", members="340", stayed="12", messages="210", reports="4"
    )
    week = group_queries.latest([group])[group.pk]
    assert week.retention == pytest.approx(0.24)
    assert set(week.warnings) == {"retention", "messages", "reports"}
    assert group_queries.group(cast.owner, group.pk).size == 340
    first = group_queries.weeks(group)[0]
    assert first.retention is None
    assert first.warnings == ()
    with pytest.raises(groups.NameTaken):
        groups.save_group(actor=cast.editor, kind="wechat", name="上海福利群")
    with pytest.raises(groups.Impossible):
        groups.save_week(actor=cast.editor, group_id=group.pk, week="2026-11-16", members="1", stayed="51")


def test_weeks_are_imported_all_or_none(cast):
    groups.save_group(actor=cast.editor, kind="wecom", name="甲群")
    good = {"group": "甲群", "week": "2026/11/09", "members": "10"}
    with pytest.raises(groups.BadWeek) as said_:
        groups.import_weeks(actor=cast.editor, rows=[good, {**good, "group": "乙群"}])
    assert said_.value.params["row"] == 3
    assert groups.import_weeks(actor=cast.editor, rows=[good]) == 1
