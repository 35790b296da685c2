"""Users who may be reached, and the vendors' test servers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hongqiao.delivery.models import SmsVendor
from hongqiao.delivery.reaching import consents, contacts, vendors
from hongqiao.platforms.sandbox import SmsSandbox, SmsWorld

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # noon in Shanghai
TEXT = "【安澜护肤】新品到店，会员专享九折，拒收请回复R"
SMS = {"template": "SMS_1", "text": TEXT}


@pytest.fixture
def sms(settings) -> Iterator[SmsSandbox]:
    """Aliyun's test server."""
    with SmsSandbox(SmsWorld()) as server:
        settings.ALIYUN_SMS_BASE = server.url
        yield server


@pytest.fixture
def tencent(settings) -> Iterator[SmsSandbox]:
    """Tencent Cloud's test server."""
    with SmsSandbox(SmsWorld(kind="tencent_sms")) as server:
        settings.TENCENT_SMS_BASE = server.url
        yield server


def connected(cast: Any, server: SmsSandbox, **more: Any) -> SmsVendor:
    """A vendor with the test server's keys."""
    world = server.world
    given = {"kind": world.kind, "sign": "安澜护肤", "opt_out": "拒收请回复R", "price": "0.045"}
    given |= {"app_id": world.app_id if world.kind == "tencent_sms" else "", "key_id": world.key_id}
    return vendors.save(actor=cast.owner, seen=None, secret=world.secret, **{**given, **more})


def known(
    brand: Any, subject: str, phone: str = "13800001234", channel: str = "sms", purpose: str = "marketing"
) -> str:
    """A user with an address who agreed."""
    contacts.add(brand, subject=subject, channel=channel, address=phone)
    consents.give(brand, subject=subject, purpose=purpose, channel=channel, source="小程序注册", wording="2026-03")
    return subject


@pytest.fixture
def noon(monkeypatch) -> datetime:
    """It is noon in Shanghai, whenever the tests run."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return NOON
