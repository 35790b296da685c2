"""A live room's run sheet: every product gets its time, the sheet is as long as it was asked for; by the clock."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.content.desk import asking, holding
from hongqiao.content.desk import jobs as desk_jobs
from hongqiao.content.making import running
from hongqiao.content.making.errors import TooManyProducts
from hongqiao.content.models import Piece, Task
from hongqiao.content.production import prelive, queries, services
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import states
from hongqiao.workspace.models import Notice
from tests.cast import cast, join  # noqa: F401


@given(count=st.integers(1, 60), minutes=st.integers(40, 360))
def test_a_sheet_has_no_gap_is_as_long_as_asked_and_gives_every_product_at_least_its_time(count, minutes):
    names = [f"商品{n}" for n in range(count)]
    try:
        rows = running.sheet(names, minutes)
    except TooManyProducts as refused:
        fits = refused.params["fits"]
        if fits:
            running.sheet(names[:fits], minutes)
        return
    assert rows[0]["start"] == 0
    assert rows[-1]["end"] == minutes * 60
    assert rows[-1]["kind"] == "返场与预告"
    assert all(a["end"] == b["start"] and a["end"] > a["start"] for a, b in zip(rows, rows[1:], strict=False))
    spent = {}
    for row in rows:
        if "product" in row:
            spent[row["product"]] = spent.get(row["product"], 0) + row["end"] - row["start"]
    assert set(spent) == set(names)
    assert min(spent.values()) >= 480
    assert len(rows) <= 300  # what a body may hold


@pytest.fixture
def desk(cast, house):  # noqa: F811
    cast.piece = services.create_piece(
        actor=cast.editor, title="双12专场", platform="douyin", form="live", publish_at="2026-12-12T20:00:00+08:00"
    )
    cast.page = reverse("content_live", args=["anlan", cast.piece.pk])
    return cast


def post(desk, **sent):
    seen = Piece.objects.get(pk=desk.piece.pk).revision
    return desk.client(desk.editor).post(desk.page, {"seen": seen} | sent, follow=True).content.decode()


def test_a_sheet_is_made_from_products_and_length_and_told_by_the_clock_and_as_a_workbook(desk):
    shown = post(desk, act="make", products="防晒乳\n精华\n=1+1", minutes="90", people="主播：小安\n场控：阿杰")
    assert "串场单已生成" in shown
    assert "20:15:00" in shown  # the first product, after a quarter of an hour of opening
    body = queries.newest(Piece.objects.get(pk=desk.piece.pk)).body
    assert body["products"] == ["防晒乳", "精华", "=1+1"]
    assert body["people"] == ["主播：小安", "场控：阿杰"]
    answer = desk.client(desk.editor).get(reverse("content_live_sheet", args=["anlan", desk.piece.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["串场单", "人员", "话术库", "开播前检查"]
    lines = list(book["串场单"].iter_rows(min_row=2, values_only=True))
    assert lines[0][:3] == ("20:00:00", "5:00", "暖场")
    assert all(c.data_type != "f" for row in book["串场单"].iter_rows() for c in row)


def test_checks_before_a_live_room_are_tasks_that_say_who_ticked_them_and_come_once(desk):
    post(desk, act="checks")
    post(desk, act="checks")
    wanted = [c["label"] for c in running.book()["checks"]]
    checks = Task.objects.filter(piece=desk.piece, text__in=wanted)
    assert checks.count() == len(wanted)
    first = checks.order_by("id").first()
    desk.client(desk.editor).post(desk.page, {"act": "done", "id": first.pk, "seen": first.version})
    first.refresh_from_db()
    assert first.done_by == desk.editor


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"products": " \n", "minutes": "90"}, "还没有写商品"),
        ({"products": "a", "minutes": "²"}, "时长要在"),
        ({"products": "a", "minutes": "9999"}, "时长要在"),
        ({"products": "\n".join("abcdefghijklmnop"), "minutes": "60"}, "16 个商品排不下"),
    ],
)
def test_what_cannot_be_a_sheet_is_said(desk, sent, said):
    assert said in post(desk, act="make", people="", **sent)
    assert Piece.objects.get(pk=desk.piece.pk).revision == 0


def test_only_a_live_piece_has_a_sheet_a_viewer_makes_none_a_stranger_sees_none(desk):
    note = services.create_piece(actor=desk.editor, title="笔记", platform="xiaohongshu", form="note")
    browser = desk.client(desk.editor)
    assert browser.get(reverse("content_live", args=["anlan", note.pk])).status_code == 404
    assert browser.get(reverse("content_live_sheet", args=["anlan", desk.piece.pk])).status_code == 404
    sent = {"act": "make", "seen": 0, "products": "a", "minutes": "60"}
    assert desk.client(desk.viewer).post(desk.page, sent).status_code in (403, 404)
    assert desk.client(desk.stranger).get(desk.page).status_code == 404
    assert Piece.objects.get(pk=desk.piece.pk).revision == 0


@pytest.fixture
def at_review(desk):
    """The live room's text stands before its reviewers, a slot and an account with it."""
    desk.lead, desk.legal = join(desk.brand, "lead", "lead"), join(desk.brand, "legal", "legal")
    post(desk, act="make", products="防晒乳", minutes="60", people="主播：小安")
    given = {"account_id": desk.account.pk, "publish_at": timezone.now() + timedelta(days=9)}
    services.change_piece(actor=desk.editor, piece_id=desk.piece.pk, seen=None, **given)
    services.move(actor=desk.editor, piece_id=desk.piece.pk, seen=None, stage="review")
    return desk


def required():
    return [c["label"] for c in running.book()["checks"] if c["required"]]


def decide(desk):
    for reviewer in (desk.lead, desk.owner, desk.legal):  # its lines tell prices and draws: the law looks too
        row = services.decide(actor=reviewer, piece_id=desk.piece.pk, seen=None, decision="yes", number=1)
    return row


def tick(desk, *labels):
    for task in Task.objects.filter(piece=desk.piece, text__in=labels):
        services.finish_task(actor=desk.editor, task_id=task.pk, seen=None)


def test_a_live_room_is_not_approved_while_a_required_check_is_open_and_says_which(at_review):
    page = at_review.client(at_review.owner).get(
        reverse("content_piece_tab", args=["anlan", at_review.piece.pk, "review"])
    )
    assert f"开播前检查还有 {len(required())} 项必做的没勾" in page.content.decode()
    with pytest.raises(prelive.ChecksOpen) as refused:
        decide(at_review)  # none was added yet
    assert refused.value.params["count"] == len(required())
    assert required()[0] in refused.value.params["checks"]
    post(at_review, act="checks")
    tick(at_review, *required()[:-1])
    with pytest.raises(prelive.ChecksOpen) as refused:
        services.decide(actor=at_review.legal, piece_id=at_review.piece.pk, seen=None, decision="yes", number=1)
    assert refused.value.params == {"count": 1, "checks": required()[-1]}
    tick(at_review, required()[-1])  # those that only remind stay open
    row = services.decide(actor=at_review.legal, piece_id=at_review.piece.pk, seen=None, decision="yes", number=1)
    assert row.stage == "approved"


def test_a_check_that_was_opened_again_keeps_an_approved_room_off_the_calendar_and_off_the_desk(at_review):
    post(at_review, act="checks")
    tick(at_review, *required())
    row = decide(at_review)
    task = Task.objects.get(piece=row, text=required()[0])
    services.finish_task(actor=at_review.editor, task_id=task.pk, seen=None, done=False)
    with pytest.raises(prelive.ChecksOpen):
        services.move(actor=at_review.owner, piece_id=row.pk, seen=None, stage="scheduled")
    with pytest.raises(prelive.ChecksOpen):
        asking.schedule(actor=at_review.owner, piece_id=row.pk, seen=None, at=row.publish_at)
    tick(at_review, required()[0])
    assert services.move(actor=at_review.owner, piece_id=row.pk, seen=None, stage="scheduled").stage == "scheduled"


def test_no_other_form_is_held_by_the_checks_of_live_rooms(cast):  # noqa: F811
    row = services.create_piece(actor=cast.editor, title="题", platform="douyin", form="video")
    assert prelive.open_checks(row) == []


@pytest.fixture
def scheduled(at_review):
    """The live room stands on the calendar, every required check ticked."""
    post(at_review, act="checks")
    tick(at_review, *required())
    editor = at_review.editor
    services.change_piece(actor=editor, piece_id=at_review.piece.pk, seen=None, owner_id=str(editor.pk))
    row = decide(at_review)
    asking.schedule(actor=at_review.owner, piece_id=row.pk, seen=None, at=timezone.now() + timedelta(days=9))
    return at_review


def reopen(desk, label):
    task = Task.objects.get(piece=desk.piece, text=label)
    services.finish_task(actor=desk.editor, task_id=task.pk, seen=None, done=False)


def test_a_check_opened_again_holds_what_is_scheduled_says_why_and_tells_once(scheduled):
    row = Publication.objects.get()
    assert (row.state, row.error) == ("waiting", None)
    reopen(scheduled, required()[0])
    reopen(scheduled, required()[1])
    row.refresh_from_db()
    assert row.state == "waiting"
    assert row.error["held"]["count"] == 2
    notes = Notice.objects.filter(code="publication.held")
    assert {n.member for n in notes} == {scheduled.editor, scheduled.owner}
    assert len(notes) == 2
    page = scheduled.client(scheduled.owner).get(reverse("content_publication", args=["anlan", row.pk]))
    assert "暂缓：开播前检查还有 2 项必做的没勾" in page.content.decode()
    tick(scheduled, *required()[:2])
    row.refresh_from_db()
    assert row.error is None
    assert holding.waits(row) == {}


def test_a_held_live_room_is_not_handed_to_the_platform_though_its_hour_has_come(scheduled):
    reopen(scheduled, required()[0])
    row = Publication.objects.get()
    assert states.waits(row) == {"code": "checks_open", "count": 1, "check": required()[0]}
    assert states.stands(row)  # it waits, it is not taken back
    note = Publication(subject="content.piece", subject_id=row.pk, brand=row.brand)
    assert states.waits(note) == {}  # nobody's live room


def test_a_check_that_was_removed_or_went_missing_otherwise_is_found_within_a_minute(scheduled):
    task = Task.objects.get(piece=scheduled.piece, text=required()[0])
    services.remove_task(actor=scheduled.editor, task_id=task.pk, seen=None)
    assert Publication.objects.get().error["held"]["count"] == 1
    Publication.objects.update(error=None)
    Task.objects.filter(piece=scheduled.piece).delete()  # past every service
    desk_jobs.changed(None)
    row = Publication.objects.get()
    assert row.error["held"]["count"] == len(required())
    asking.reschedule(actor=scheduled.owner, publication_id=row.pk, seen=None, at=timezone.now() + timedelta(days=11))
    row.refresh_from_db()
    assert row.error["held"]["count"] == len(required())  # another moment lets nothing through


def test_a_room_that_asks_twice_to_hear_of_checks_hears_once(desk, monkeypatch):
    monkeypatch.setattr(prelive, "_HEARD", [])
    heard = []
    prelive.on_checks(heard.append)
    prelive.on_checks(heard.append)
    assert len(prelive._HEARD) == 1
