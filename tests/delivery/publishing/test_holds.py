"""What holds a text back at the last moment: the red button, a room, the pace of its account."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import jobs, states
from hongqiao.workspace import jobs as work
from hongqiao.workspace import services as workspace
from tests.delivery.publishing.asking import State, ask, fresh


def test_the_red_button_is_obeyed_at_the_last_moment_and_released_it_goes_out(cast, shelf, platform, monkeypatch):
    row = ask(cast, shelf)
    prepare = platform.prepare

    def pressed_meanwhile(payload, done):
        yield from prepare(payload, done)
        workspace.pause_scope(actor=cast.owner, scope="publishing", reason="品牌事件")

    monkeypatch.setattr(platform, "prepare", pressed_meanwhile)
    work.work_off()
    row = fresh(row)
    assert (platform.published, row.state, row.asking_at) == ([], State.WAITING, None)
    assert row.error["held"] == {"code": "paused"}
    monkeypatch.setattr(platform, "prepare", prepare)
    workspace.unpause_scope(actor=cast.owner, scope="publishing")
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_a_room_holds_a_text_back_at_the_last_moment_and_let_go_it_goes_out(cast, shelf, platform, monkeypatch):
    row = ask(cast, shelf)
    prepare, why = platform.prepare, {"code": "checks_open", "count": 1, "check": "打光"}

    def opened_meanwhile(payload, done):
        yield from prepare(payload, done)
        monkeypatch.setattr(states, "_HOLDS", [lambda _row: why])

    monkeypatch.setattr(states, "_HOLDS", [])
    monkeypatch.setattr(platform, "prepare", opened_meanwhile)
    work.work_off()
    row = fresh(row)
    assert (platform.published, row.state, row.asking_at, row.error["held"]) == ([], State.WAITING, None, why)
    monkeypatch.setattr(platform, "prepare", prepare)
    monkeypatch.setattr(states, "_HOLDS", [])
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]


def test_everything_paused_stops_publishing_too(cast, shelf, platform):
    workspace.pause_scope(actor=cast.owner, scope="all", reason="品牌事件")
    ask(cast, shelf)
    work.work_off()
    assert platform.uploads == platform.published == []


def test_an_account_keeps_its_pace_and_its_count_of_the_day(cast, shelf, platform):
    cast.brand.settings = {"publishing": {"pacing": {"xiaohongshu": {"gap_minutes": 30, "a_day": 2}}}}
    cast.brand.save()
    rows = [ask(cast, shelf, digest=f"d{n}") for n in range(3)]
    work.work_off()
    assert len(platform.published) == 1
    assert fresh(rows[1]).error["held"]["code"] == "gap"
    past = timezone.now() - timedelta(minutes=31)
    for expected in (2, 2):
        Publication.objects.exclude(submitted_at=None).update(submitted_at=past)
        jobs.due(SimpleNamespace(payload={}))
        work.work_off()
        assert len(platform.published) == expected
    if timezone.localtime(past).date() == timezone.localdate():
        assert fresh(rows[2]).error["held"]["code"] == "day"
