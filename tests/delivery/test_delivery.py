"""From a message to a proof: outbox, quiet hours, preferences, groups' pages, and what a stranger sees."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.delivery import cards, quiet, services
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Group, Message, Preference
from hongqiao.delivery.services.groups import GroupTaken, TooManyGroups
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import jobs, keys, pause
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Job, Notice

KIND = "test.kind"
TEXT = "抖音新增关注 −38%"


@pytest.fixture(autouse=True)
def kind():
    cards.kinds()
    cards.register(
        KIND, "测试", lambda brand, p: cards.Card(p["t"], (cards.Line(TEXT, "https://hq.example/1"),)) if p else None
    )
    yield
    cards._KINDS.pop(KIND)


@pytest.fixture
def group(cast, bot):
    return services.add_group(actor=cast.owner, kind="wecom", name="运营群", address=bot.url, wants=[KIND, "nothing"])


@pytest.fixture
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def wish(member, **more):
    fields = {"mode": "now", "severity": 1, "email": True, "digest_hour": 9, "quiet_from": "", "quiet_to": ""}
    return services.set_preference(actor=member, seen=None, **{**fields, **more})


def test_an_address_is_kept_encrypted_and_only_its_end_is_shown(cast, group, bot):
    assert bot.url not in str(Group.objects.values())
    assert group.hint == "…1234"
    assert group.wants == [KIND]
    page = cast.client(cast.owner).get(reverse("settings_group", args=["anlan", group.pk])).content.decode()
    assert "abcd1234" not in page
    assert "…1234" in page
    assert "abcd1234" not in str(AuditEntry.objects.values())


def test_rotating_keys_keeps_addresses_readable(cast, group, bot, settings):
    settings.KEYS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-secret-key-of-the-house-0123456789"
    keys.rotate(actor=cast.owner)
    settings.KEYS = []
    group.refresh_from_db()
    assert keys.decrypt(group.address).decode() == bot.url


def test_a_group_that_wants_a_kind_is_told_once_however_often_it_is_said(cast, group, bot):
    for _ in range(2):
        services.post(cast.brand, KIND, {"t": "一"}, key="k1", groups=True)
    jobs.work_off()
    assert len(bot.got) == 1
    row = Message.objects.get()
    assert (row.state, row.proof["code"]) == ("sent", 0)


def test_what_a_group_does_not_want_or_another_brand_says_is_not_sent(cast, group, bot):
    services.change_group(actor=cast.owner, group_id=group.pk, seen=None, name="运营群", wants=[], active=True)
    services.post(cast.brand, KIND, {"t": "一"}, key="k1", groups=True)
    services.post(cast.stranger.brand, KIND, {"t": "一"}, key="k1", groups=True)
    jobs.work_off()
    assert bot.got == []


def test_a_refusal_fails_at_once_says_why_and_can_be_sent_again(cast, group, bot):
    bot.answer = {"errcode": 93000, "errmsg": "invalid webhook url"}
    services.post(cast.brand, KIND, {"t": "一"}, key="k1", groups=True)
    jobs.work_off()
    row = Message.objects.get()
    assert (row.state, row.attempts, row.error["params"]["answer"]) == ("failed", 1, 93000)
    page = cast.client(cast.owner).get(reverse("settings_groups", args=["anlan"])).content.decode()
    assert "地址已失效" in page
    assert "93000" in page
    bot.answer = {"errcode": 0}
    services.resend_message(actor=cast.owner, message_id=row.pk)
    jobs.work_off()
    row.refresh_from_db()
    assert row.state == "sent"
    with pytest.raises(Conflict):
        services.resend_message(actor=cast.owner, message_id=row.pk)


def test_a_busy_platform_is_tried_again_with_pauses_and_given_up_in_the_end(cast, group, bot):
    bot.answer = {"errcode": 45009}
    services.post(cast.brand, KIND, {"t": "一"}, key="k1", groups=True)
    for _ in range(limits()["attempts"] + 1):
        jobs.work_off()
        Job.objects.filter(state="queued").update(run_at=timezone.now())
    row = Message.objects.get()
    assert (row.state, row.attempts, len(bot.got)) == ("failed", limits()["attempts"], limits()["attempts"])


def test_its_own_switch_stops_groups_and_the_red_button_for_everything_does_not(cast, group, bot):
    jobs.kinds()
    workspace.pause_scope(actor=cast.owner, scope="all", reason="危机")
    services.post(cast.brand, KIND, {"t": "一"}, key="k1", groups=True)
    jobs.work_off()
    assert len(bot.got) == 1
    assert not pause.is_paused(cast.brand, "delivery.groups")
    workspace.pause_scope(actor=cast.owner, scope="delivery.groups", reason="维护")
    services.post(cast.brand, KIND, {"t": "二"}, key="k2", groups=True)
    jobs.work_off()
    assert len(bot.got) == 1
    assert Message.objects.get(key__startswith="k2").state == "stopped"


def test_what_a_message_was_about_may_be_gone_and_then_nothing_is_sent(cast, group, bot):
    services.post(cast.brand, KIND, {}, key="k1", groups=True)
    jobs.work_off()
    assert bot.got == []
    assert Message.objects.get().state == "stopped"


def test_a_kind_nobody_registered_is_a_mistake(cast):
    with pytest.raises(LookupError):
        services.post(cast.brand, "no.such", {}, key="k")


def test_a_member_gets_one_line_in_the_app_and_a_letter_where_they_want_one(cast, letters):
    wish(cast.editor)
    for _ in range(2):
        services.post(
            cast.brand,
            KIND,
            {"t": "标题\n换行"},
            key="k",
            members=[cast.editor, cast.owner],
            notice=("job.failed", {"kind": "x"}),
        )
    jobs.work_off()
    assert Notice.objects.filter(code="job.failed").count() == 2
    assert [m.to for m in letters] == [[cast.editor.user.email]]
    assert letters[0].subject == "标题 换行"
    assert TEXT in letters[0].body


def test_a_letter_waits_for_the_end_of_the_quiet_hours_unless_it_is_urgent(cast, letters):
    row = wish(cast.editor, quiet_from="22:00", quiet_to="08:00")
    night = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    assert quiet.due(row, night, "Asia/Shanghai", False) == datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert quiet.due(row, night + timedelta(hours=2), "Asia/Shanghai", False) == datetime(
        2026, 11, 26, 0, 0, tzinfo=UTC
    )
    assert quiet.due(row, night, "Asia/Shanghai", True) == night
    assert quiet.due(row, datetime(2026, 11, 26, 0, 0, tzinfo=UTC), "Asia/Shanghai", False).hour == 0
    row.urgent_anyway = False
    assert quiet.due(row, night, "Asia/Shanghai", True) > night
    row.quiet_from, row.quiet_to = time(12), time(14)
    noon = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert quiet.due(row, noon, "Asia/Shanghai", False) == datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "bad", [{"mode": "loud"}, {"severity": 9}, {"digest_hour": 24}, {"quiet_from": "25:00"}, {"quiet_to": "<b>"}]
)
def test_a_wish_that_cannot_be_understood_is_refused_and_nothing_changes(cast, bad):
    from hongqiao.delivery.services.preferences import BadWish

    with pytest.raises(BadWish):
        wish(cast.editor, **bad)
    assert not Preference.objects.exists()


def test_two_people_at_one_preference_is_a_conflict(cast):
    row = wish(cast.editor)
    wish(cast.editor, mode="digest")
    with pytest.raises(Conflict):
        services.set_preference(actor=cast.editor, seen=row.version, mode="now", severity=1, email=False, digest_hour=9)


def test_names_are_once_a_brand_and_there_is_a_most(cast, group, bot, monkeypatch):
    with pytest.raises(GroupTaken):
        services.add_group(actor=cast.owner, kind="wecom", name="运营群", address=bot.url)
    monkeypatch.setitem(limits(), "groups_a_brand", 1)
    with pytest.raises(TooManyGroups):
        services.add_group(actor=cast.owner, kind="wecom", name="二群", address=bot.url)


def test_every_service_writes_its_audit_row(cast, group, bot):
    o = {"actor": cast.owner}
    failed = Message.objects.create(
        brand=cast.brand, key="x", way="group", kind=KIND, group=group, state="failed", due_at=timezone.now()
    )
    calls = {
        services.add_group: lambda: services.add_group(**o, kind="feishu", name="新群", address=bot.url, secret="s"),
        services.change_group: lambda: services.change_group(
            **o, group_id=group.pk, seen=1, name="群", wants=[], active=False
        ),
        services.resend_message: lambda: services.resend_message(**o, message_id=failed.pk),
        services.set_preference: lambda: wish(cast.owner),
        services.try_group: lambda: services.try_group(**o, group_id=group.pk),
        services.remove_group: lambda: services.remove_group(**o, group_id=group.pk, seen=None),
    }
    assert set(calls) == set(services.WRITES)
    from hongqiao.workspace import words

    for call in calls.values():
        before = AuditEntry.objects.count()
        call()
        assert AuditEntry.objects.count() == before + 1
        assert AuditEntry.objects.order_by("id").last().code in words.known("audit")


def test_a_specialist_may_not_and_a_stranger_finds_nothing(cast, group):
    with pytest.raises(NotAllowed):
        services.add_group(
            actor=cast.editor, kind="wecom", name="x", address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
        )
    with pytest.raises(NotFound):
        services.remove_group(actor=cast.stranger, group_id=group.pk, seen=None)
    pages = [reverse("settings_groups", args=["anlan"]), reverse("settings_group", args=["anlan", group.pk])]
    for page in pages:
        assert cast.client(cast.stranger).get(page).status_code == 404
        assert cast.client(cast.editor).get(page).status_code == 403
        assert Client().get(page).status_code == 302
    own = reverse("settings_notify", args=["anlan"])
    assert cast.client(cast.stranger).get(own).status_code == 404
    assert cast.client(cast.viewer).get(own).status_code == 200
    other = reverse("settings_group", args=["other", group.pk])
    assert cast.client(cast.stranger).get(other).status_code == 404


def test_the_pages_add_try_change_and_end_a_group(cast, bot):
    browser, home = cast.client(cast.owner), reverse("settings_groups", args=["anlan"])
    assert "还没有群" in browser.get(home).content.decode()
    typed = {"act": "add", "kind": "dingtalk", "name": "<b>群</b>", "address": "https://evil.example/", "want": [KIND]}
    bot_private = browser.post(home, {**typed, "address": "ftp://x"})
    assert bot_private.status_code == 422
    assert "&lt;b&gt;群&lt;/b&gt;" in bot_private.content.decode()
    assert browser.post(home, {**typed, "address": bot.url}).status_code == 302
    row = Group.objects.get()
    page = reverse("settings_group", args=["anlan", row.pk])
    assert browser.post(page, {"act": "test"}).status_code == 302
    jobs.work_off()
    assert "虹桥测试消息" in str(bot.got)
    assert "已发送" in browser.get(page, {"part": "log"}).content.decode()
    saved = {"act": "save", "seen": row.version, "id": row.pk, "name": "运营群", "address": "", "secret": ""}
    assert browser.post(page, saved).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.active) == ("运营群", False)
    assert browser.post(page, saved).status_code == 409
    assert browser.post(page, {"act": "remove", "seen": row.version}).status_code == 302
    assert not Group.objects.exists()


def test_my_page_keeps_what_i_wish(cast):
    browser, page = cast.client(cast.viewer), reverse("settings_notify", args=["anlan"])
    assert "22:00" in browser.get(page).content.decode()
    said = {
        "act": "save",
        "seen": 1,
        "mode": "digest",
        "severity": "2",
        "digest_hour": "18",
        "quiet_from": "",
        "quiet_to": "",
    }
    assert browser.post(page, said).status_code == 302
    row = Preference.objects.get(member=cast.viewer)
    assert (row.mode, row.severity, row.digest_hour, row.quiet_from, row.urgent_anyway) == (
        "digest",
        2,
        18,
        None,
        False,
    )
    assert browser.post(page, {**said, "digest_hour": "九点"}).status_code == 422
