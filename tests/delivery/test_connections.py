"""Accounts reached by their platform's interface: secret keys, one token, counted calls, callbacks believed once."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from hongqiao.delivery.connections import clients, keeping, queries, services
from hongqiao.delivery.connections.callbacks import HEARD
from hongqiao.delivery.models import Connection
from hongqiao.delivery.publishing import connectors
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.platforms.client import PlatformError, Token, UsedUp, WrongBase
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.workspace import services as workspace
from hongqiao.workspace.keys import KeyLost, rotate
from hongqiao.workspace.models import Account, AuditEntry, Job
from tests.oa import article, sandbox  # noqa: F401


@pytest.fixture
def account(cast):
    return workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")


@pytest.fixture
def base(sandbox, settings):  # noqa: F811
    settings.WECHAT_BASE = sandbox.url
    return sandbox


@pytest.fixture
def row(cast, account, base):
    return connect(cast, account, base)


def connect(cast, account, base, **more):
    fields = {"kind": "service_verified", "app_id": base.world.app_id, "secret": base.world.secret}
    return services.connect(actor=cast.owner, account_id=account.pk, **{"seen": None, **fields, **more})


def test_a_connected_account_is_tried_and_says_what_it_holds(cast, account, row):
    assert services.try_out(actor=cast.owner, account_id=account.pk) == 0
    row.refresh_from_db()
    assert (row.state, row.said) == ("good", {})
    assert row.tokens_until > datetime.now(UTC)


def test_neither_secret_nor_token_stands_in_the_database_or_on_the_screen_or_in_the_record(cast, account, row, base):
    services.try_out(actor=cast.owner, account_id=account.pk)
    row.refresh_from_db()
    token = keeping.RowTokens(row.pk).read().value
    page = cast.client(cast.owner).get(reverse("settings_connection", args=["anlan", account.pk])).content.decode()
    kept = " ".join(str(v) for v in Connection.objects.values().get(pk=row.pk).values())
    record = " ".join(str(e.params) for e in AuditEntry.objects.all())
    for where in (page, kept, record):
        assert base.world.secret not in where
        assert token not in where
    assert f"…{base.world.secret[-4:]}" in page


def test_what_the_platform_refuses_is_shown_in_its_words_with_what_to_do(cast, account, base):
    row = connect(cast, account, base, secret="f" * 32)
    with pytest.raises(PlatformError):
        services.try_out(actor=cast.owner, account_id=account.pk)
    row.refresh_from_db()
    assert row.state == "refused"
    page = cast.client(cast.owner).get(reverse("settings_connection", args=["anlan", account.pk])).content.decode()
    assert "invalid appsecret" in page
    assert "40125" in page
    assert "公众平台重置" in page


def test_a_used_up_quota_of_sending_to_all_is_no_fault_of_the_connection(cast, account, row, base, tmp_path):
    services.try_out(actor=cast.owner, account_id=account.pk)
    publisher = connectors.of(account)
    for number in range(5):
        payload = article(tmp_path, f"第 {number} 篇", f"mark-{number}", send="mass")
        done = dict(publisher.prepare(payload, {}))
        with suppress(PlatformError):
            publisher.submit(payload, done)
    assert len(base.world.publications) == 4
    row.refresh_from_db()
    assert row.state == "good"
    base.world.whitelist = ("203.0.113.7",)
    with suppress(PlatformError):
        publisher.wechat.caller.renew()
    row.refresh_from_db()
    assert (row.state, row.said["params"]["answer"]) == ("refused", "40164")


def test_changing_the_app_needs_the_secret_again_and_a_new_secret_ends_the_token(cast, account, row, base):
    services.try_out(actor=cast.owner, account_id=account.pk)
    row.refresh_from_db()
    with pytest.raises(services.BadSecret):
        connect(cast, account, base, seen=row.version, app_id="wxffffffffffffffff", secret="")
    kept = connect(cast, account, base, seen=row.version, secret="", kind="service")
    assert (kept.kind, bool(kept.tokens)) == ("service", True)
    kept = connect(cast, account, base, seen=kept.version)
    assert (kept.tokens, kept.state) == ("", "untried")
    with pytest.raises(Conflict):
        connect(cast, account, base, seen=1)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "millionaire"}, services.BadKind),
        ({"app_id": "wx1"}, services.BadAppId),
        ({"app_id": "gh_0123456789abcdef"}, services.BadAppId),
        ({"secret": "short"}, services.BadSecret),
        ({"secret": ""}, services.BadSecret),
        ({"secret": "\x00" * 32}, services.BadSecret),
    ],
)
def test_keys_that_cannot_be_are_refused_before_they_are_kept(cast, account, base, change, error):
    with pytest.raises(error):
        connect(cast, account, base, **change)
    assert not Connection.objects.exists()


def test_only_who_tends_accounts_connects_one_and_only_an_own_one(cast, account, base):
    with pytest.raises(NotAllowed):
        services.connect(actor=cast.viewer, account_id=account.pk, seen=None, kind="service", app_id="wx", secret="")
    with pytest.raises(NotFound):
        services.connect(actor=cast.stranger, account_id=account.pk, seen=None, kind="service", app_id="wx", secret="")
    with pytest.raises(services.NoInterface):
        connect(cast, cast.account, base)
    other = workspace.create_account(
        actor=cast.owner, platform="wechat_oa", name="竞品号", relation=Account.Relation.COMPETITOR
    )
    with pytest.raises(NotFound):
        connect(cast, other, base)


@pytest.mark.parametrize(("kind", "may"), [("service_verified", True), ("subscription", False)])
def test_only_a_kind_that_may_is_published_to_by_the_interface(cast, account, base, kind, may):
    assert connectors.of(account) is None
    row = connect(cast, account, base, kind=kind)
    assert (connectors.of(account) is not None) == may
    services.turn(actor=cast.owner, account_id=account.pk, seen=row.version, on=False)
    assert connectors.of(account) is None


def test_lost_keys_do_not_break_the_pages_that_ask_how_an_account_is_published_to(cast, account, row, tmp_path):
    Connection.objects.filter(pk=row.pk).update(secrets="what no key of this installation opens")
    publisher = connectors.of(account)
    assert publisher is not None
    with pytest.raises(KeyLost):
        list(publisher.prepare(article(tmp_path), {}))
    assert cast.client(cast.owner).get(reverse("settings_connections", args=["anlan"])).status_code == 200


def test_the_base_is_https_or_this_machine(cast, account, row, settings):
    settings.WECHAT_BASE = "http://10.0.0.7"
    with pytest.raises(WrongBase):
        services.try_out(actor=cast.owner, account_id=account.pk)


def test_calls_are_counted_by_the_day_and_end_at_the_quota(cast, account, row, monkeypatch):
    from hongqiao.platforms.wechat_oa.api import book

    monkeypatch.setitem(book("quota")["calls"]["draft/count"], "day", 2)
    wechat = clients.wechat(row)
    wechat.draft_count()
    wechat.draft_count()
    with pytest.raises(UsedUp):
        wechat.draft_count()
    row.refresh_from_db()
    assert [(u.call, u.used, u.limit) for u in queries.used(row)] == [("draft/count", 2, 2)]
    assert keeping.used_of(row, "draft/count", "2020-01-01") == 0


def test_secrets_are_encrypted_anew_with_the_installations_key(cast, account, row):
    before = row.secrets
    rotate(actor=cast.owner, brand=cast.brand)
    row.refresh_from_db()
    assert row.secrets != before
    assert services.try_out(actor=cast.owner, account_id=account.pk) == 0


def test_removing_a_connection_ends_its_keys(cast, account, row):
    services.remove(actor=cast.owner, account_id=account.pk, seen=row.version)
    assert not Connection.objects.exists()
    with pytest.raises(services.NotConnected):
        services.try_out(actor=cast.owner, account_id=account.pk)


# -- the token


@pytest.mark.django_db(transaction=True)
def test_two_who_need_a_token_at_once_fetch_it_once_and_it_is_kept_before_it_is_used(cast, account, base):
    row, kept, found = connect(cast, account, base), [], []

    def fetch():
        kept.append(keeping.RowTokens(row.pk).read())
        return Token("fresh", datetime.now(UTC) + timedelta(hours=2))

    def need():
        try:
            found.append(keeping.RowTokens(row.pk).renew("", fetch).value)
        finally:
            database.close()

    threads = [threading.Thread(target=need) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["fresh"] * 6
    assert len(kept) == 1
    assert keeping.RowTokens(row.pk).read().value == "fresh"


def test_a_refresher_that_died_does_not_hold_the_others_for_ever(row):
    Connection.objects.filter(pk=row.pk).update(renewing_until=datetime.now(UTC) - timedelta(seconds=1))
    token = Token("fresh", datetime.now(UTC) + timedelta(hours=2))
    assert keeping.RowTokens(row.pk).renew("", lambda: token).value == "fresh"


def test_a_refresher_that_fails_lets_the_next_one_try(row):
    def fails():
        raise WrongBase(base="x")

    store = keeping.RowTokens(row.pk)
    with pytest.raises(WrongBase):
        store.renew("", fails)
    assert store.renew("", lambda: Token("next", datetime.now(UTC) + timedelta(hours=2))).value == "next"


def test_who_waits_too_long_is_told_to_try_later(row, monkeypatch):
    monkeypatch.setitem(keeping.limits()["connections"], "renew_seconds", 0.2)
    Connection.objects.filter(pk=row.pk).update(renewing_until=datetime.now(UTC) + timedelta(minutes=1))
    with pytest.raises(keeping.Renewing) as caught:
        keeping.RowTokens(row.pk).renew("", lambda: pytest.fail("another has the claim"))
    assert caught.value.again


# -- the callback


@pytest.fixture
def heard(cast, account, row, base):
    """The account with keys for callbacks; the test server knows them."""
    made = services.renew_callback(actor=cast.owner, account_id=account.pk, seen=row.version)
    base.world.callback_token, base.world.aes_key = made["callback_token"], made["aes_key"]
    row.refresh_from_db()
    return row


EVENT = (
    "<xml><FromUserName>o1</FromUserName><CreateTime>7</CreateTime><MsgType>event</MsgType>"
    "<Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>4711</publish_id><publish_status>0</publish_status>"
    "</PublishEventInfo></xml>"
)


def call(row, base, text=EVENT, client=None, **more):
    query, body = sealed(base.world, text)
    address = reverse("wechat_callback", args=[row.pk])
    pairs = "&".join(f"{k}={v}" for k, v in {**query, **more}.items())
    return (client or Client()).post(f"{address}?{pairs}", body, content_type="text/xml")


def test_a_callback_is_answered_at_once_and_its_work_is_a_job(heard, base):
    answer = call(heard, base)
    assert (answer.status_code, answer.content) == (200, b"success")
    (job,) = Job.objects.filter(kind=HEARD)
    assert job.payload["ids"] == {"publish_id": "4711"}


def test_the_same_telling_thrice_is_one_job(heard, base):
    for _ in range(3):
        assert call(heard, base).status_code == 200
    assert Job.objects.filter(kind=HEARD).count() == 1


def test_a_forged_or_tampered_callback_is_an_address_that_does_not_exist(heard, base, row):
    assert call(heard, base, msg_signature="0" * 40).status_code == 404
    base.world.app_id = "wxffffffffffffffff"
    assert call(heard, base).status_code == 404
    assert (
        Client().post(reverse("wechat_callback", args=[row.pk]), b"<xml/>", content_type="text/xml").status_code == 404
    )
    assert not Job.objects.filter(kind=HEARD).exists()


def test_what_fans_write_is_answered_and_not_kept(heard, base):
    said = "<Content>我的电话 13800000000</Content><MsgId>1</MsgId>"
    text = f"<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType>{said}</xml>"
    assert call(heard, base, text).content == b"success"
    assert not Job.objects.filter(kind=HEARD).exists()


def test_the_platforms_check_of_the_address_is_answered(heard, base):
    query, _ = sealed(base.world, EVENT)
    address = reverse("wechat_callback", args=[heard.pk])
    fields = {k: query[k] for k in ("signature", "timestamp", "nonce")} | {"echostr": "<b>4711"}
    answer = Client().get(address, fields)
    assert (answer.content, answer["Content-Type"]) == (b"<b>4711", "text/plain; charset=utf-8")
    assert Client().get(address, {**fields, "signature": "x"}).status_code == 404


def test_without_keys_or_out_of_use_nothing_is_believed(cast, account, row, base):
    base.world.aes_key = ""
    assert call(row, base).status_code == 404
    services.turn(actor=cast.owner, account_id=account.pk, seen=row.version, on=False)
    assert call(row, base).status_code == 404


# -- the screens


def test_the_screens_connect_try_and_end_an_account(cast, account, base):
    browser, page = cast.client(cast.owner), reverse("settings_connection", args=["anlan", account.pk])
    listed = browser.get(reverse("settings_connections", args=["anlan"])).content.decode()
    assert "安澜公众号" in listed
    assert "未接入" in listed
    fields = {"kind": "service_verified", "app_id": base.world.app_id, "secret": base.world.secret}
    assert browser.post(page, {"act": "save", **fields}).status_code == 302
    assert "已接通" in browser.post(page, {"act": "try"}, follow=True).content.decode()
    row = Connection.objects.get()
    shown = browser.post(page, {"act": "callback", "seen": row.version})
    assert shown["Cache-Control"] == "no-store"
    assert keeping.opened(Connection.objects.get().secrets)["aes_key"] in shown.content.decode()
    assert keeping.opened(Connection.objects.get().secrets)["aes_key"] not in browser.get(page).content.decode()
    row.refresh_from_db()
    assert browser.post(page, {"act": "off", "seen": row.version}).status_code == 302
    row.refresh_from_db()
    assert browser.post(page, {"act": "remove", "seen": row.version}).status_code == 302
    assert not Connection.objects.exists()


def test_what_was_typed_wrong_stays_on_the_page(cast, account, base):
    page = reverse("settings_connection", args=["anlan", account.pk])
    answer = cast.client(cast.owner).post(page, {"act": "save", "kind": "service", "app_id": "wx12", "secret": "x"})
    assert answer.status_code == 422
    assert 'value="wx12"' in answer.content.decode()


def test_who_may_not_sees_no_connections(cast, account, row):
    for member, status in ((cast.viewer, 403), (cast.stranger, 404)):
        for name, args in (("settings_connections", ["anlan"]), ("settings_connection", ["anlan", account.pk])):
            assert cast.client(member).get(reverse(name, args=args)).status_code == status


def test_a_platform_without_interface_says_so(cast):
    page = cast.client(cast.owner).get(reverse("settings_connection", args=["anlan", cast.account.pk])).content.decode()
    assert "AppSecret" not in page
    assert "由人在抖音 App 发布" in page


@pytest.mark.django_db(transaction=True)
def test_the_test_servers_events_reach_the_house_signed_and_encrypted(cast, account, base, live_server, tmp_path):
    row = connect(cast, account, base)
    made = services.renew_callback(actor=cast.owner, account_id=account.pk, seen=row.version)
    base.world.callback_token, base.world.aes_key = made["callback_token"], made["aes_key"]
    base.world.callback = live_server.url + reverse("wechat_callback", args=[row.pk])
    base.world.fault("event", "twice")
    publisher, payload = connectors.of(account), article(tmp_path)
    done = dict(publisher.prepare(payload, {}))
    publisher.submit(payload, done)
    for _ in range(100):
        if len(base.world.events) == 2:
            break
        threading.Event().wait(0.05)
    assert [e["status"] for e in base.world.events] == [200, 200]
    assert Job.objects.filter(kind=HEARD).count() == 1
    assert httpx.get(f"{base.url}/sandbox", trust_env=False).json()["published"][0]["status"] == 0
