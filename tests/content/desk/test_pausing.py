"""One platform or account is paused while the others go on: obeyed at the last moment, ended by time or by a person."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from hongqiao.content.desk import asking
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import jobs as publishing
from hongqiao.delivery.publishing import pacing
from hongqiao.errors import Conflict, Invalid, NotAllowed
from hongqiao.workspace import jobs, pause, services
from hongqiao.workspace.models import AuditEntry, Pause
from hongqiao.workspace.services.desk import BadUntil
from tests.delivery.publishing.asking import ask


def of(account, kind="account"):
    return pause.part(pacing.SCOPE, f"account:{account.pk}" if kind == "account" else f"platform:{account.platform}")


def press(cast, scope, **more):
    return services.pause_scope(actor=cast.owner, scope=scope, reason="评论区有投诉，先停", **more)


@pytest.mark.parametrize("kind", ["account", "platform"])
def test_a_paused_account_or_platform_waits_says_so_and_goes_out_once_released(cast, shelf, platform, kind):
    row = ask(cast, shelf)
    press(cast, of(row.account, kind))
    jobs.work_off(3)
    kept = Publication.objects.get(pk=row.pk)
    assert (platform.published, kept.state) == ([], "waiting")
    assert kept.error == {"code": "held", "held": {"code": f"paused_{kind}"}}
    services.unpause_scope(actor=cast.owner, scope=of(row.account, kind))
    publishing.due(SimpleNamespace(payload={}))
    jobs.work_off(3)
    assert platform.published == [str(row.pk)]


def test_a_pause_pressed_while_the_pictures_go_up_holds_before_the_act(cast, shelf, platform):
    row = ask(cast, shelf)
    prepare = platform.prepare

    def meanwhile(payload, done):
        yield from prepare(payload, done)
        press(cast, of(row.account))

    platform.prepare = meanwhile
    jobs.work_off(2)
    assert (platform.published, Publication.objects.get(pk=row.pk).asking_at) == ([], None)


def test_another_account_goes_on(cast, shelf, platform):
    other = services.create_account(actor=cast.owner, platform="xiaohongshu", name="别的号")
    press(cast, of(other))
    press(cast, of(cast.account, "platform"))
    row = ask(cast, shelf)
    jobs.work_off(2)
    assert platform.published == [str(row.pk)]


def test_a_pause_ends_by_itself_at_its_time_and_only_a_time_to_come_is_taken(cast, shelf):
    scope = of(shelf)
    for until in (timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(days=400)):
        with pytest.raises(BadUntil):
            press(cast, scope, until=until)
    press(cast, scope, until=timezone.now() + timedelta(hours=1))
    assert pacing.paused(shelf).scope == scope
    Pause.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert pacing.paused(shelf) is None
    assert not pause.any_on(cast.brand)
    press(cast, scope)  # it is over: it may be pressed anew
    assert pacing.paused(shelf).until is None


def test_what_is_released_may_come_back_in_stages(cast, shelf):
    other = services.create_account(actor=cast.owner, platform="xiaohongshu", name="别的号")
    press(cast, pacing.SCOPE)
    services.unpause_scope(actor=cast.owner, scope=pacing.SCOPE, reason="先放抖音", keep=[of(other)])
    assert pacing.paused(shelf) is None
    held = pacing.paused(other)
    assert (held.scope, held.reason, held.by) == (of(other), "评论区有投诉，先停", cast.owner)
    told = list(
        AuditEntry.objects.filter(code__startswith="pause.").order_by("id").values_list("code", "params__scope")
    )
    assert told == [("pause.on", "publishing"), ("pause.on", "小红书 · 别的号"), ("pause.off", "publishing")]
    services.unpause_scope(actor=cast.owner, scope=of(other))
    assert pacing.paused(other) is None


def test_who_may_not_press_the_red_button_may_not_press_this_and_others_accounts_are_unknown(cast, shelf):
    with pytest.raises(NotAllowed):
        services.pause_scope(actor=cast.editor, scope=of(shelf), reason="x")
    with pytest.raises(NotAllowed):
        services.unpause_scope(actor=cast.editor, scope=of(shelf))
    with pytest.raises(Invalid):
        services.pause_scope(actor=cast.stranger, scope=of(shelf), reason="x")
    press(cast, pacing.SCOPE)
    with pytest.raises(Invalid):
        services.unpause_scope(actor=cast.owner, scope=pacing.SCOPE, keep=["publishing/account:none"])
    assert pacing.paused(shelf) is not None
    with pytest.raises(Conflict):
        press(cast, pacing.SCOPE)
    assert pacing.paused(shelf).scope == pacing.SCOPE
    with pytest.raises(Invalid):
        services.pause_scope(actor=cast.owner, scope=of(shelf), reason="  ")


def test_the_page_presses_and_releases_it_and_the_desk_and_the_hand_off_say_who_and_why(cast, piece, shelf):
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now(), way="assisted")
    boss, page = cast.client(cast.owner), "/b/anlan/settings/pause/"
    assert f'value="{of(shelf)}" selected' in boss.get(f"{page}?scope={of(shelf)}").content.decode()
    until = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT20:00")
    form = {"act": "pause", "scope": of(shelf), "reason": "等法务看", "until": until}
    assert boss.post(page, {**form, "until": "never"}).status_code == 422
    assert boss.post(page, form).status_code == 302
    assert boss.post(page, form).status_code == 409
    viewer = cast.client(cast.viewer)
    for shown in ("/b/anlan/content/desk/", f"/b/anlan/content/desk/{row.pk}/"):
        text = viewer.get(shown).content.decode()
        for part in ("小红书 · 安澜小红书 已暂停发布", "owner", "等法务看", "20:00 自动恢复"):
            assert part in text
    assert "?scope=publishing/account:" not in viewer.get("/b/anlan/content/desk/").content.decode()
    assert "等法务看" in boss.get(page).content.decode()
    assert viewer.post(page, {"act": "unpause", "scope": of(shelf)}).status_code in (403, 404)
    assert boss.post(page, {"act": "unpause", "scope": of(shelf)}).status_code == 302
    assert "已暂停发布" not in viewer.get("/b/anlan/content/desk/").content.decode()
