"""A text that is asked to go out: once, at a moment that can come, to an own account, by who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import services, states
from hongqiao.delivery.publishing.errors import AlreadyOnItsWay, BadMoment, Competitor
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account
from tests.delivery.publishing.asking import State, ask, fresh


def test_the_same_text_asked_twice_is_one_publication_and_another_version_is_refused(cast, shelf, platform):
    row = ask(cast, shelf)
    assert ask(cast, shelf, subject_id=row.subject_id) == row
    with pytest.raises(AlreadyOnItsWay):
        ask(cast, shelf, subject_id=row.subject_id, digest="d2")
    services.stop(actor=cast.owner, publication_id=row.pk, seen=row.version)
    assert ask(cast, shelf, subject_id=row.subject_id, digest="d2").pk != row.pk
    work.work_off()
    assert len(platform.published) == 1


def test_only_a_moment_that_can_come_and_an_own_open_account_are_taken(cast, shelf, platform):
    for at in (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=400)):
        with pytest.raises(BadMoment):
            ask(cast, shelf, due_at=at)
    rival = workspace.create_account(actor=cast.owner, platform="xiaohongshu", name="别家", relation="competitor")
    foreign = Account.objects.create(brand=cast.stranger.brand, platform="xiaohongshu", name="x")
    for account in (rival, foreign):
        with pytest.raises(Competitor):
            ask(cast, account)
    with pytest.raises(NotAllowed):
        ask(cast, shelf, actor=cast.editor)


def test_an_account_without_connector_waits_for_a_person_and_no_job_touches_it(cast):
    row = ask(cast, cast.account)
    work.work_off()
    assert (fresh(row).way, fresh(row).state) == ("assisted", State.WAITING)


def test_what_is_moved_goes_out_at_its_new_moment_only(cast, shelf, platform):
    row = ask(cast, shelf)
    moved = services.reschedule(
        actor=cast.owner, publication_id=row.pk, seen=row.version, at=timezone.now() + timedelta(hours=2)
    )
    work.work_off()
    assert platform.published == []
    services.reschedule(actor=cast.owner, publication_id=row.pk, seen=moved.version, at=timezone.now())
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_two_people_at_once_the_second_is_told(cast, shelf, platform):
    row = ask(cast, shelf, due_at=timezone.now() + timedelta(hours=2))
    services.stop(actor=cast.owner, publication_id=row.pk, seen=row.version)
    with pytest.raises(Conflict):
        services.reschedule(actor=cast.owner, publication_id=row.pk, seen=row.version, at=timezone.now())


def test_rooms_are_told_in_the_same_transaction_of_every_move(cast, shelf, platform, monkeypatch):
    heard = []
    monkeypatch.setattr(states, "_HEARD", [lambda row, before: heard.append((before, row.state))])
    ask(cast, shelf)
    work.work_off(2)
    assert heard[:2] == [("", "waiting"), ("waiting", "submitted")]


def test_a_room_that_cannot_follow_keeps_the_publication_from_being_asked(cast, shelf, platform, monkeypatch):
    def cannot(row, before):
        raise RuntimeError

    monkeypatch.setattr(states, "_HEARD", [cannot])
    with pytest.raises(RuntimeError):
        ask(cast, shelf)
    assert not Publication.objects.exists()


def test_a_stranger_finds_nothing_and_a_role_without_the_right_may_not(cast, shelf):
    row = ask(cast, shelf)
    with pytest.raises(NotFound):
        services.stop(actor=cast.stranger, publication_id=row.pk, seen=row.version)
    with pytest.raises(NotAllowed):
        services.stop(actor=cast.editor, publication_id=row.pk, seen=row.version)
    with pytest.raises(NotAllowed):
        services.declare(actor=cast.viewer, publication_id=row.pk, seen=None, pasted="https://xhslink.com/1")
