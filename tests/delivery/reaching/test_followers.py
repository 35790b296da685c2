"""Followers of a 公众号: one notice a subscription, customer service within 48 hours, in the platform's own words."""

import time

import pytest

from hongqiao.delivery import reaching
from hongqiao.delivery.connections import services
from hongqiao.delivery.reaching import acting, consents, contacts
from hongqiao.workspace import services as workspace
from tests.oa import sandbox  # noqa: F401
from tests.reach import NOON, noon  # noqa: F401

pytestmark = pytest.mark.django_db
NOTICE = {"template": "T1", "values": {"thing1": "新品到店"}, "page": "pages/new"}


@pytest.fixture
def follower(cast, sandbox, settings, noon):  # noqa: F811
    settings.WECHAT_BASE = sandbox.url
    world = sandbox.world
    account = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    keys = {"kind": "service_verified", "app_id": world.app_id, "secret": world.secret}
    services.connect(actor=cast.owner, account_id=account.pk, seen=None, **keys)
    contacts.add(cast.brand, subject="p1", channel="notice", address="oAbCdEfGh123", account=account)
    consents.give(cast.brand, subject="p1", purpose="marketing", source="公众号菜单", wording="v1")
    world.offset = NOON.timestamp() - time.time()
    return cast.brand, world


def sent(brand, key, channel, content):
    row = reaching.send(brand, key=key, subject="p1", channel=channel, purpose="marketing", content=content)
    acting.one_set(brand)
    row.refresh_from_db()
    return row


def test_a_notice_goes_once_a_subscription(follower):
    brand, world = follower
    world.subscribed["oAbCdEfGh123", "T1"] = 1
    assert sent(brand, "a", "notice", NOTICE).state == "sent"
    assert world.told == [{"to": "oAbCdEfGh123", "template": "T1", "data": {"thing1": {"value": "新品到店"}}}]
    row = sent(brand, "b", "notice", NOTICE)
    assert (row.state, row.why, row.error["params"]["answer"]) == ("failed", "vendor", "43101")
    assert "引导订阅" in row.error["next_step"]


def test_customer_service_ends_after_48_hours(follower):
    brand, world = follower
    world.talked["oAbCdEfGh123"] = world.now() - 3600
    assert sent(brand, "a", "service", {"text": "新品到店"}).state == "sent"
    world.advance(48 * 3600)
    assert sent(brand, "b", "service", {"text": "新品到店"}).error["params"]["answer"] == "45015"
