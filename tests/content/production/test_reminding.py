"""Reminders of late reviews and tasks: the right people, once each, in their quiet hours not at all. C2."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from hongqiao.content.models import Piece, Task
from hongqiao.content.production import reminding, reviews, services
from hongqiao.delivery.models import Message, Preference
from hongqiao.workspace import figures, jobs
from hongqiao.workspace.models import Notice
from tests.cast import join
from tests.content.production.house import at, fresh, piece, written


@pytest.fixture
def late(cast, monkeypatch):
    """A note at review since Monday morning, its owner the editor; `cast.at(moment)` is when it is."""
    cast.lead = join(cast.brand, "lead", "lead")
    row = at(cast.editor, written(cast.editor, piece(cast.editor, owner_id=cast.editor.pk)), "review")
    Piece.objects.filter(pk=row.pk).update(stage_at=datetime(2027, 3, 1, 2, tzinfo=UTC))  # Monday, 10:00 in Shanghai
    Notice.objects.all().delete()

    def now(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        reminding.remind(cast.brand)
        return {(n.member, n.code) for n in Notice.objects.all()}

    cast.row, cast.at = fresh(row), now
    return cast


def shanghai(hour, minute=0, day=1):
    return datetime(2027, 3, day, hour - 8, minute, tzinfo=UTC)


def test_a_late_review_reminds_the_reviewers_then_the_owner_once_each(late):
    assert late.at(shanghai(13, 59)) == set()  # four hours from ten: until two
    reviewers = {(late.owner, "review.late"), (late.lead, "review.late")}
    assert late.at(shanghai(14, 1)) == reviewers
    assert late.at(shanghai(15, 59)) == reviewers
    assert late.at(shanghai(16, 1)) == reviewers | {(late.editor, "review.waits")}  # quick lane: two hours more
    late.at(shanghai(17))
    assert Notice.objects.count() == 3
    told = Notice.objects.get(code="review.waits")
    assert told.params["who"] == "owner、lead"
    assert str(late.row.pk) in told.url


def test_a_second_look_at_another_text_is_a_wait_of_its_own(late):
    late.at(shanghai(14, 1))
    services.move(actor=late.editor, piece_id=late.row.pk, seen=None, stage="copy")
    assert reviews.overdue_reviews(late.brand) == []
    at(late.editor, fresh(late.row), "review")
    Piece.objects.filter(pk=late.row.pk).update(stage_at=shanghai(10, day=2))
    late.at(shanghai(14, 1, day=2))
    assert Notice.objects.filter(member=late.lead, code="review.late").count() == 2


def test_where_nobody_may_review_the_owner_is_told_at_once(late):
    for member in (late.owner, late.lead):
        member.state = "left"
        member.save(update_fields=["state"])
    assert late.at(shanghai(14, 1)) == {(late.editor, "review.nobody")}


def test_a_letter_waits_for_the_end_of_quiet_hours_and_is_not_sent_once_the_step_is_decided(late, monkeypatch):
    monkeypatch.setattr("hongqiao.delivery.services.sending.mail_works", lambda: True)
    quiet = {"email": True, "quiet_from": time(13), "quiet_to": time(18)}
    Preference.objects.create(brand=late.brand, member=late.lead, **quiet)
    late.lead.user.timezone = "Asia/Shanghai"
    late.at(shanghai(14, 1))
    letter = Message.objects.get(way="email", kind=reminding.REVIEW, member=late.lead)
    assert letter.due_at == shanghai(18)
    assert "审核已超时" in reminding.late_card(late.brand, letter.payload).title
    services.decide(actor=late.owner, piece_id=late.row.pk, seen=None, decision="yes", number=1)
    assert reminding.late_card(late.brand, letter.payload) is None
    assert not Message.objects.filter(way="group").exists()


def test_a_late_task_reminds_who_has_it_then_the_owner_in_one_message_and_once(cast, monkeypatch):
    row = piece(cast.editor, owner_id=cast.owner.pk)
    Task.objects.filter(piece=row).delete()
    today = date(2027, 3, 3)  # a Wednesday
    for due in (date(2027, 3, 1), date(2027, 3, 2), date(2026, 12, 1), today):
        services.add_task(actor=cast.editor, piece_id=row.pk, kind="design", owner_id=cast.editor.pk, due=due)
    Notice.objects.all().delete()
    for day, theirs, owners in ((today, [2], [1]), (today, [2], [1]), (today + timedelta(days=1), [2, 1], [1, 1])):
        monkeypatch.setattr(figures, "real_day", lambda _brand, day=day: day)
        reminding.remind(fresh(cast.brand))
        told = {m: [n.params["n"] for n in Notice.objects.filter(member=m)] for m in (cast.editor, cast.owner)}
        assert told == {cast.editor: theirs, cast.owner: owners}, day
    first = Message.objects.filter(kind=reminding.TASKS, member=cast.editor).order_by("id").first()
    monkeypatch.setattr(figures, "real_day", lambda _brand: today)
    assert len(reminding.tasks_card(fresh(cast.brand), first.payload).lines) == 2
    Task.objects.update(done_at=timezone.now())
    assert reminding.tasks_card(fresh(cast.brand), first.payload) is None


def test_the_job_is_asked_for_by_the_clock_and_tells_nobody_twice(late, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: shanghai(14, 1))
    for _round in range(2):
        jobs.enqueue("content.remind", brand_id=None, key=str(_round))
        jobs.work_off()
    assert Notice.objects.filter(code="review.late").count() == 2
