"""An own 公众号 account, connected to the test server: an article that is out, what a person writes to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.delivery.connections import services
from hongqiao.delivery.models import Connection, Thread
from hongqiao.platforms.sandbox import comments as people
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.platforms.wechat_oa.api import WeChatPublisher
from hongqiao.workspace import services as workspace
from tests.oa import article, wechat


@pytest.fixture
def account(cast, house):
    return workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")


@pytest.fixture
def row(cast, account, sandbox, settings) -> Connection:
    """The account, connected."""
    settings.WECHAT_BASE = sandbox.url
    fields = {"kind": "service_verified", "app_id": sandbox.world.app_id, "secret": sandbox.world.secret}
    return services.connect(actor=cast.owner, account_id=account.pk, seen=None, **fields)


@pytest.fixture
def out(sandbox, tmp_path) -> str:
    """An article that is out at the platform; its msg_data_id."""
    return publish(sandbox, tmp_path)


def publish(sandbox, folder, title="夏日防晒实测") -> str:
    publisher, payload = WeChatPublisher(wechat(sandbox)), article(folder, title, title, comments=True)
    said = publisher.submit(payload, dict(publisher.prepare(payload, {})))
    publisher.poll(said.ids)
    return said.ids["msg_data_id"]


def due() -> None:
    """Let it be every article's turn, and the time to look for new ones."""
    Thread.objects.update(next_at=timezone.now() - timedelta(minutes=1))
    Connection.objects.update(listed_at=None)


@pytest.fixture
def call(cast, row, account, sandbox) -> Callable:
    """Send what a person wrote to the callback, as the platform does; return the answer."""
    made = services.renew_callback(actor=cast.owner, account_id=account.pk, seen=None)
    sandbox.world.callback_token, sandbox.world.aes_key = made["callback_token"], made["aes_key"]

    def send(text, **more):
        people.write(sandbox.world, text, **more)
        query, body = sealed(sandbox.world, sandbox.newest())
        address = reverse("wechat_callback", args=[row.pk])
        return lambda: Client().post(address, body, content_type="text/xml", query_params=query)

    return send
