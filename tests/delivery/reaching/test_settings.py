"""Vendors are connected with keys that are never shown again; hours may be narrowed, never widened."""

import pytest
from django.urls import reverse

from hongqiao.delivery.models import SmsVendor
from hongqiao.delivery.reaching import rules, ruling, vendors
from hongqiao.delivery.reaching.errors import BadChoice, BadSign, BadVendor
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.platforms.client import PlatformError
from hongqiao.workspace.models import AuditEntry
from tests.reach import connected, sms  # noqa: F401

pytestmark = pytest.mark.django_db


def test_keys_are_kept_and_never_shown(cast, sms):  # noqa: F811
    row = connected(cast, sms)
    page = cast.client(cast.owner).get(reverse("settings_reaching", args=["anlan"])).content.decode()
    kept = " ".join(str(v) for v in SmsVendor.objects.values().get().values())
    record = " ".join(str(e.params) for e in AuditEntry.objects.all())
    assert row.hint in page
    for where in (page, kept, record):
        assert sms.world.secret not in where
        assert sms.world.key_id not in where


def test_a_try_says_what_the_vendor_says(cast, sms):  # noqa: F811
    row = connected(cast, sms)
    given = {"actor": cast.owner, "vendor_id": row.pk, "phone": "13900001234"}
    assert vendors.try_out(template="SMS_1", **given)
    with pytest.raises(PlatformError) as said:
        vendors.try_out(template="SMS_9", **given)
    assert said.value.answer == "isv.SMS_TEMPLATE_ILLEGAL"
    sms.world.secret = "another secret of the vendor"
    with pytest.raises(PlatformError):
        vendors.try_out(template="SMS_1", **given)
    row.refresh_from_db()
    assert row.state == "refused"
    page = cast.client(cast.owner).get(reverse("settings_reaching", args=["anlan"])).content.decode()
    assert "AccessKey Secret 不对" in page


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "pigeon"}, BadVendor),
        ({"sign": "一"}, BadSign),
        ({"opt_out": "别找我"}, BadVendor),
        ({"price": "x"}, BadVendor),
        ({"price": "-1"}, BadVendor),
        ({"key_id": ""}, BadVendor),
        ({"kind": "tencent_sms", "app_id": "x"}, BadVendor),
    ],
)
def test_what_cannot_be_is_refused(cast, sms, change, error):  # noqa: F811
    with pytest.raises(error):
        connected(cast, sms, **change)


def test_only_who_tends_accounts_and_never_a_stranger(cast, sms, client):  # noqa: F811
    row = connected(cast, sms)
    with pytest.raises(NotAllowed):
        vendors.turn(actor=cast.editor, vendor_id=row.pk, seen=None, on=False)
    with pytest.raises(NotFound):
        vendors.turn(actor=cast.stranger, vendor_id=row.pk, seen=None, on=False)
    url = reverse("settings_reaching", args=["anlan"])
    assert cast.client(cast.stranger).get(url).status_code == 404
    assert cast.client(cast.editor).get(url).status_code == 403


def test_hours_may_be_narrowed_never_widened(cast):
    ruling.set_rules(actor=cast.owner, first="10:00", last="20:00", caps=[("7", "1"), ("30", "2")])
    cast.brand.refresh_from_db()
    book = rules.of(cast.brand)
    assert (book["hours"], book["caps"][0]) == ({"from": "10:00", "to": "20:00"}, {"days": 7, "most": 1})
    for first, last in (("07:00", "20:00"), ("09:00", "22:00"), ("20:00", "10:00"), ("x", "20:00")):
        with pytest.raises(BadChoice):
            ruling.set_rules(actor=cast.owner, first=first, last=last, caps=[("7", "1")])
    with pytest.raises(NotAllowed):
        ruling.set_rules(actor=cast.editor, first="10:00", last="20:00", caps=[])
