"""A piece from brief to published, through its services. C2."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from hongqiao.content import body as bodies
from hongqiao.content.models import HalfWritten, Revision, Task, Topic
from hongqiao.content.production import clock, queries, services
from hongqiao.content.production.services import kit, moving, reviewing
from hongqiao.content.production.settings import shipped
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Notice
from tests.content.production.house import TEXT, account, at, fresh, piece, soon, written

SLOT = "2026-12-11 20:00"  # a Friday


def test_a_piece_takes_its_topics_title_and_claim_and_its_topic_is_being_made(cast):
    topic = Topic.objects.create(
        brand=cast.brand, title="夏季油皮防晒测评", claim="两小时后仍不泛油", evidence=[{"text": "自测记录"}], key="k"
    )
    row = piece(cast.editor, title="", topic_id=topic.pk)
    assert (row.title, row.brief["message"], row.brief["proof"]) == ("夏季油皮防晒测评", "两小时后仍不泛油", "自测记录")
    assert fresh(topic).state == Topic.State.MAKING


def test_tasks_are_due_by_working_days_before_the_slot_and_follow_it_unless_a_person_chose(cast):
    row = piece(cast.editor, publish_at=SLOT, owner_id=cast.editor.pk)
    due = {t.kind: t.due for t in Task.objects.filter(piece=row)}
    assert due == {
        "copy": date(2026, 12, 8),
        "design": date(2026, 12, 9),
        "review": date(2026, 12, 10),
        "publish": date(2026, 12, 11),
    }
    mine = Task.objects.get(piece=row, kind="design")
    services.change_task(actor=cast.editor, task_id=mine.pk, seen=1, due="2026-12-07")
    services.change_piece(actor=cast.editor, piece_id=row.pk, seen=1, publish_at="2026-12-14T20:00:00+08:00")
    due = {t.kind: t.due for t in Task.objects.filter(piece=row)}
    assert (due["copy"], due["design"], due["publish"]) == (date(2026, 12, 9), date(2026, 12, 7), date(2026, 12, 14))


def test_working_days_leave_out_weekends_and_announced_holidays():
    hours = shipped("production")["hours"]
    assert clock.days_before(date(2026, 10, 9), 2, hours) == date(2026, 9, 30)  # 10-01 to 10-07 are days off
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # 17:00 in Shanghai
    assert clock.after_hours(friday, 4, hours, "Asia/Shanghai") == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def test_a_slot_that_is_near_leaves_no_task_due_before_today(cast, monkeypatch):
    monkeypatch.setattr("hongqiao.workspace.figures.real_day", lambda _b: date(2026, 12, 10))
    row = piece(cast.editor, publish_at=SLOT)
    assert {t.due for t in Task.objects.filter(piece=row)} == {date(2026, 12, 10), date(2026, 12, 11)}


def test_a_text_is_kept_once_and_names_the_piece(cast):
    row = written(cast.editor)
    assert (row.revision, row.stage, row.title) == (1, "copy", TEXT["title"])
    again = services.add_revision(actor=cast.editor, piece_id=row.pk, seen=0, body=dict(reversed(TEXT.items())))
    assert again.number == 1
    assert Revision.objects.count() == 1


def test_who_saves_second_is_told_and_nothing_is_lost(cast):
    row = written(cast.editor)
    services.add_revision(actor=cast.owner, piece_id=row.pk, seen=1, body=TEXT | {"text": "甲"})
    with pytest.raises(services.TextConflict) as told:
        services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "乙"})
    assert told.value.params == {"number": 2}
    assert queries.newest(fresh(row)).body["text"] == "甲"
    # a change of anything else is none of the text
    services.change_piece(actor=cast.owner, piece_id=row.pk, seen=None, commercial="own")
    assert services.add_revision(actor=cast.editor, piece_id=row.pk, seen=2, body=TEXT | {"text": "乙"}).number == 3


def test_nobody_approves_their_own_text_and_an_edit_takes_approval_away(cast):
    told = {"publish_at": soon(), "account_id": account(cast.brand).pk}
    row = at(cast.editor, written(cast.editor, piece(cast.editor, **told)), "review")
    with pytest.raises(NotAllowed):
        services.move(actor=cast.editor, piece_id=row.pk, seen=None, stage="approved")
    own = at(cast.owner, written(cast.owner), "review")
    with pytest.raises(reviewing.OwnText):
        services.move(actor=cast.owner, piece_id=own.pk, seen=None, stage="approved")
    row = at(cast.owner, row, "approved", "scheduled")
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "改了一个字"})
    assert fresh(row).stage == "copy"
    with pytest.raises(kit.WrongStage):
        services.move(actor=cast.owner, piece_id=row.pk, seen=None, stage="scheduled")


def test_a_text_put_back_to_what_was_approved_is_approved(cast):
    row = at(cast.owner, at(cast.editor, written(cast.editor), "review"), "approved")
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT)
    assert fresh(row).stage == "approved"


def test_review_wants_a_text_and_the_calendar_wants_a_slot(cast):
    row = at(cast.editor, piece(cast.editor), "copy")
    with pytest.raises(reviewing.NothingWritten):
        at(cast.editor, row, "review")
    row = at(cast.owner, at(cast.editor, written(cast.editor, row), "review"), "approved")
    with pytest.raises(moving.NoSlot):
        at(cast.owner, row, "scheduled")


def test_review_wants_more_than_a_title(cast):
    row = at(
        cast.editor, written(cast.editor, piece(cast.editor, form="article", platform="wechat_oa"), {"title": "题"})
    )
    with pytest.raises(reviewing.NothingWritten):
        at(cast.editor, row, "review")
    written(cast.editor, row, {"title": "题", "html": "<p>上周我在暖气房里，脸颊起皮。</p>"})
    assert at(cast.editor, row, "review").stage == "review"


def test_moving_on_ticks_off_what_is_done(cast):
    row = at(cast.editor, written(cast.editor), "review")
    assert set(Task.objects.filter(piece=row, done_at=None).values_list("kind", flat=True)) == {"review", "publish"}


def test_what_went_live_keeps_its_address_once(cast):
    topic = Topic.objects.create(brand=cast.brand, title="题", key="k")
    row = at(cast.editor, written(cast.editor, piece(cast.editor, topic_id=topic.pk)), "review")
    services.went_live(piece=row, address="https://a.example/1")
    services.went_live(piece=row, address="https://a.example/2")
    assert (fresh(row).stage, fresh(row).address) == ("published", "https://a.example/1")
    assert fresh(topic).state == Topic.State.PUBLISHED
    with pytest.raises(kit.WrongStage):
        services.add_revision(actor=cast.editor, piece_id=row.pk, seen=None, body=TEXT)


def test_half_written_text_is_ones_own_and_goes_once_saved(cast):
    row = written(cast.editor)
    assert services.keep_half(actor=cast.editor, piece_id=row.pk, base=1, body=TEXT) is None
    services.keep_half(actor=cast.editor, piece_id=row.pk, base=1, body=TEXT | {"text": "写到一"})
    services.keep_half(actor=cast.editor, piece_id=row.pk, base=1, body=TEXT | {"text": "写到一半"})
    assert queries.half_of(cast.editor, row).body["text"] == "写到一半"
    assert queries.half_of(cast.owner, row) is None
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "写完了"})
    assert not HalfWritten.objects.exists()


def test_an_earlier_text_comes_back_as_a_revision_of_its_own(cast):
    row = written(cast.editor)
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=TEXT | {"text": "二"})
    made = services.restore_revision(actor=cast.editor, piece_id=row.pk, seen=2, number=1)
    assert (made.number, made.origin, made.body) == (3, "restored", TEXT)
    with pytest.raises(NotFound):
        services.restore_revision(actor=cast.editor, piece_id=row.pk, seen=3, number=9)


@pytest.mark.parametrize(
    "bad",
    [
        {"nonsense": 1},
        {"title": "长" * 121},
        {"text": 5},
        {"tags": "防晒"},
        {"tags": [1]},
        {"images": ["no key"]},
        {"labels": {"ai": "maybe"}},
        {"labels": "ad"},
        {"evidence": [{"url": "javascript:alert(1)"}]},
        {"evidence": [{"who": "x"}]},
        {"text": "长" * 60001},
        {"shots": []},  # not a key of a note
        [],
        "text",
    ],
)
def test_a_body_that_is_none_of_this_form_is_refused(bad):
    with pytest.raises(bodies.BadBody):
        bodies.checked("note", bad)


@pytest.mark.parametrize("bad", [[{"start": "x"}], [{"end": float("nan")}], [{"end": -1}], [{"end": True}], [5], {}])
def test_a_shot_table_that_is_none_is_refused(bad):
    with pytest.raises(bodies.BadBody):
        bodies.checked("video", {"shots": bad or [{"x": "y"}]})


def test_what_no_row_can_hold_is_left_out_and_empty_parts_say_nothing():
    found = bodies.checked("note", {"title": " 一\x00 \ud800二 ", "text": "甲\r\n乙\x07", "tags": [], "cover": ""})
    assert found == {"title": "一 二", "text": "甲\n乙"}
    assert bodies.checked("note", {"labels": {"ai": "none", "ad": False}}) == {}


def test_a_script_in_pasted_markup_is_gone_and_its_styles_stay():
    html = '<p style="color: red" onclick="x()">甲<script>alert(1)</script><a href="javascript:x()">乙</a></p>'
    found = bodies.checked("article", {"html": html})["html"]
    assert "script" not in found
    assert "onclick" not in found
    assert 'style="color' in found


@pytest.mark.parametrize(
    "fields",
    [
        {"platform": "myspace"},
        {"form": "poem"},
        {"title": " "},
        {"title": "长" * 121},
        {"publish_at": "2026-13-01"},
        {"publish_at": "9999-12-31T23:59:59-12:00"},
        {"brief": {"x": "y"}},
        {"brief": "x"},
        {"owner_id": "x"},
        {"account_id": "x"},
        {"commercial": "x"},
    ],
)
def test_a_piece_that_makes_no_sense_is_refused(cast, fields):
    with pytest.raises(Invalid):
        piece(cast.editor, **fields)


def test_accounts_of_another_platform_and_of_competitors_are_refused(cast):
    rival = workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="别人", relation="competitor")
    for wrong in (cast.account, rival):
        with pytest.raises(kit.BadAccount):
            piece(cast.editor, account_id=wrong.pk)


def test_an_owner_hears_of_it_and_who_may_not_write_cannot_own(cast):
    row = piece(cast.owner, owner_id=cast.editor.pk)
    assert Notice.objects.get(member=cast.editor).params == {"name": "owner", "piece": row.title}
    with pytest.raises(kit.BadOwner):
        services.change_piece(actor=cast.owner, piece_id=row.pk, seen=None, owner_id=cast.viewer.pk)
    services.change_piece(actor=cast.owner, piece_id=row.pk, seen=None, owner_id=cast.owner.pk)
    assert set(Task.objects.filter(piece=row, kind="copy").values_list("owner", flat=True)) == {cast.owner.pk}


def bad_key(row):
    from hongqiao.content.production import checking

    return checking.holding(checking.check(row, queries.newest(row).body))[0].key


def calls(cast):
    s, o = services, {"actor": cast.owner}
    waits = at(cast.editor, written(cast.editor), "review")
    bad = written(cast.editor, text=TEXT | {"text": "全网最好的防晒"})
    key = bad_key(bad)
    stayed = written(cast.editor, text=TEXT | {"text": "全网最好的防晒"})
    services.let_stand(actor=cast.owner, piece_id=stayed.pk, seen=None, key=key, reason="第三方检测报告")
    remark = services.add_remark(actor=cast.editor, piece_id=waits.pk, text="这里再短一点")
    link, token = services.make_link(actor=cast.owner, piece_id=waits.pk, name="王律师", may_decide=True)
    named, named_token = services.make_link(actor=cast.owner, piece_id=waits.pk, name="李律师", may_decide=True)
    services.name_link(token=named_token, name="李")
    row, blank = written(cast.editor), piece(cast.editor)
    row = written(cast.editor, row, TEXT | {"text": "二"})
    task = Task.objects.filter(piece=row).first()
    p = o | {"piece_id": row.pk, "seen": None}
    t = o | {"task_id": task.pk, "seen": None}
    yes = {"decision": "yes", "number": waits.revision}
    r = {"actor": cast.owner, "remark_id": remark.pk, "seen": None}
    return {
        s.add_remark: lambda: s.add_remark(actor=cast.viewer, piece_id=row.pk, text="看过"),
        s.decide: lambda: s.decide(actor=cast.owner, piece_id=waits.pk, seen=None, **yes),
        s.decide_by_link: lambda: s.decide_by_link(token=named_token, **yes),
        s.end_link: lambda: s.end_link(actor=cast.owner, link_id=link.pk, seen=None),
        s.let_stand: lambda: s.let_stand(actor=cast.owner, piece_id=bad.pk, seen=None, key=key, reason="检测报告"),
        s.make_link: lambda: s.make_link(actor=cast.editor, piece_id=row.pk, name="客户"),
        s.name_link: lambda: s.name_link(token=token, name="王"),
        s.remark_by_link: lambda: s.remark_by_link(token=named_token, text="可以"),
        s.remove_remark: lambda: s.remove_remark(**r),
        s.set_risk: lambda: s.set_risk(actor=cast.editor, piece_id=row.pk, seen=None, level="high"),
        s.settle_remark: lambda: s.settle_remark(**r),
        s.withdraw_stay: lambda: s.withdraw_stay(actor=cast.owner, piece_id=stayed.pk, seen=None, key=key),
        s.adapt: lambda: s.adapt(actor=cast.owner, piece_id=row.pk, platform="weibo", form="note"),
        s.catch_up: lambda: s.catch_up(**p),
        s.add_revision: lambda: s.add_revision(**p, body=TEXT | {"text": "三"}),
        s.add_task: lambda: s.add_task(actor=cast.owner, piece_id=row.pk, kind="other", text="拍照"),
        s.archive: lambda: s.archive(**p),
        s.change_piece: lambda: s.change_piece(**p, title="新标题"),
        s.change_task: lambda: s.change_task(**t, text="先写开头"),
        s.create_piece: lambda: piece(cast.owner),
        s.finish_task: lambda: s.finish_task(**t),
        s.move: lambda: s.move(actor=cast.owner, piece_id=blank.pk, seen=None, stage="copy"),
        s.remove_task: lambda: s.remove_task(**t),
        s.restore_revision: lambda: s.restore_revision(**p, number=1),
        s.went_live: lambda: s.went_live(piece=row, address="https://a.example/1"),
    }


@pytest.mark.parametrize("service", services.WRITES, ids=lambda f: f.__name__)
def test_every_service_writes_its_audit_row_in_words(cast, service):
    from hongqiao.workspace import words

    call = calls(cast)[service]
    before = AuditEntry.objects.count()
    call()
    assert AuditEntry.objects.count() == before + 1
    row = AuditEntry.objects.order_by("id").last()
    assert row.brand == cast.brand
    assert row.code in words.known("audit")
    assert "%(" not in words.say("audit", row.code, row.params)


def test_the_list_of_services_is_whole():
    names = set()
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"{services.__name__}.{module.name}")
        functions = inspect.getmembers(loaded, inspect.isfunction)
        names |= {
            n
            for n, f in functions
            if f.__module__ == loaded.__name__ and {"actor", "token"} & set(inspect.signature(f).parameters)
        }
    helpers = {
        "piece_of",
        "open_piece",
        "member_of",
        "account_of",
        "allowed",
        "keep_half",
        "drop_half",
        "take",
        "opened",
        "put_text",
    }
    assert {n for n in names if n[0] != "_"} - helpers | {"went_live"} == {f.__name__ for f in services.WRITES}


def test_a_stranger_finds_nothing_and_who_only_looks_changes_nothing(cast):
    row = written(cast.editor)
    on = {"piece_id": row.pk, "seen": None}
    for call in (services.move, services.add_revision, services.change_piece):
        more = {"stage": "review"} if call is services.move else {"body": TEXT} if call is services.add_revision else {}
        with pytest.raises(NotFound):
            call(actor=cast.stranger, **on, **more)
        with pytest.raises(NotAllowed):
            call(actor=cast.viewer, **on, **more)
    assert not queries.pieces(cast.stranger).exists()
    with pytest.raises(NotFound):
        services.move(actor=cast.owner, piece_id=uuid4(), seen=None, stage="copy")
    with pytest.raises(Conflict):
        services.change_piece(actor=cast.owner, piece_id=row.pk, seen=1, title="x")


def test_the_day_of_publishing_is_the_slots_whatever_day_a_person_typed(cast):
    row = piece(cast.editor, publish_at=SLOT)
    task = Task.objects.get(piece=row, kind="publish")
    services.change_task(actor=cast.editor, task_id=task.pk, seen=None, due="2026-12-01")
    services.change_piece(actor=cast.editor, piece_id=row.pk, seen=1, publish_at="2026-12-14T20:00:00+08:00")
    assert fresh(task).due == date(2026, 12, 14)


def test_a_note_without_a_picture_is_held_before_review_until_it_has_one_or_a_reviewer_lets_it_stand(cast):
    bare = {k: v for k, v in TEXT.items() if k != "images"}
    row = written(cast.editor, text=bare)
    with pytest.raises(services.HeldBack) as error:
        at(cast.editor, row, "review")
    assert error.value.params["rule"] == "craft.images_missing"
    assert at(cast.editor, written(cast.editor, text=TEXT), "review").stage == "review"
    assert at(cast.editor, written(cast.editor, piece(cast.editor, platform="weibo"), bare), "review").stage == "review"
