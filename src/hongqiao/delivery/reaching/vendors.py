"""The vendors of text messages: keys taken and never shown again, tried out, put out of use."""

from __future__ import annotations

import json
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.connections.keeping import opened, sealed
from hongqiao.delivery.models import SmsVendor
from hongqiao.delivery.reaching import contacts, rules
from hongqiao.delivery.reaching.errors import BadSign, BadVendor
from hongqiao.errors import N_, HongqiaoError
from hongqiao.platforms import aliyun_sms, tencent_sms
from hongqiao.platforms.client.errors import PlatformError, Refusals
from hongqiao.platforms.client.sms import Reply, Report, Sms, SmsSender
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import stored_error

TEND = "settings.accounts"
Kind, State = SmsVendor.Kind, SmsVendor.State
keys.keeps(SmsVendor, "secrets")


def connector(row: SmsVendor) -> SmsSender:
    """Return what sends for a vendor. Raises KeyLost, WrongBase."""
    held = opened(row.secrets)
    if row.kind == Kind.ALIYUN:
        return aliyun_sms.AliyunSms(held["id"], held["secret"], base=settings.ALIYUN_SMS_BASE)
    return tencent_sms.TencentSms(held["id"], held["secret"], row.app_id, base=settings.TENCENT_SMS_BASE)


def refusals(row: SmsVendor) -> Refusals:
    """Return what the vendor's codes mean."""
    book = aliyun_sms.book if row.kind == Kind.ALIYUN else tencent_sms.book
    return Refusals(Kind(row.kind).label, book("errors"))


def of_address(row: SmsVendor, code: str) -> bool:
    """Return whether a code says that nothing arrives at this number."""
    return bool(refusals(row).book["codes"].get(code, {}).get("about") == "address")


def pushed(row: SmsVendor, body: bytes) -> tuple[list[Report], list[Reply], dict[str, Any]]:
    """Return what a vendor posted to our address: reports, answers, and what it wants to hear. Raises ValueError."""
    found = json.loads(body)
    vendor: Any = aliyun_sms if row.kind == Kind.ALIYUN else tencent_sms
    return vendor.reports(found), vendor.replies(found), dict(vendor.pushes.ANSWER)


@transaction.atomic
def save(
    *,
    actor: Member,
    kind: str,
    seen: int | None,
    sign: str,
    opt_out: str,
    price: str,
    app_id: str = "",
    key_id: str = "",
    secret: str = "",
) -> SmsVendor:
    """Connect a vendor, or change it; an empty secret keeps the one there is of the same key.

    Raises NotAllowed, BadVendor, BadSign, Conflict.
    """
    permissions.require(actor, TEND)
    if kind not in Kind.values:
        raise BadVendor(what=N_("服务商"))
    book = rules.of(actor.brand)["sms"]
    clean = sign.strip().strip("【】").strip()
    if not book["sign"]["least"] <= len(clean) <= book["sign"]["most"]:
        raise BadSign(**book["sign"])
    if opt_out not in book["opt_out"]:
        raise BadVendor(what=N_("退订用语"))
    if kind == Kind.TENCENT and not app_id.strip().isdecimal():
        raise BadVendor(what="SdkAppId")
    row = SmsVendor.objects.filter(brand=actor.brand, kind=kind).first()
    row = (
        SmsVendor.objects.for_member(actor, TEND).locked(row.pk, seen)
        if row
        else SmsVendor(brand=actor.brand, kind=kind, by=actor, secrets="")
    )
    held = opened(row.secrets)
    given = {"id": key_id.strip() or held.get("id", ""), "secret": secret.strip()}
    if not given["secret"] and given["id"] == held.get("id"):
        given["secret"] = held.get("secret", "")
    if not (6 <= len(given["id"]) <= 80 and 6 <= len(given["secret"]) <= 120):
        raise BadVendor(what=N_("密钥"))
    row.sign, row.opt_out, row.app_id, row.price = clean, opt_out, app_id.strip()[:40], _price(price)
    row.secrets = sealed({**given, "hook": held.get("hook") or secrets.token_urlsafe(24)})
    row.key_mark = keys_mark(given["id"])
    row.hint, row.state, row.said, row.on = f"…{given['secret'][-4:]}", State.UNTRIED, {}, True
    row.version = row.version if row._state.adding else row.version + 1
    row.save()
    audit.record(actor, "sms_vendor.saved", row, name=kind)
    return row


def keys_mark(key_id: str) -> str:
    """Return a keyed hash of a vendor key's id, the same for every brand of this installation that uses it."""
    made = keys.PersonKeys("", f"sms vendor {settings.SECRET_KEY}".encode())
    return made.hash([key_id])[0]


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text or "0")
    except InvalidOperation:
        raise BadVendor(what=N_("单价")) from None
    if not price.is_finite() or not 0 <= price < 100:
        raise BadVendor(what=N_("单价"))
    return price


def _locked(actor: Member, vendor_id: UUID | str, seen: int | None) -> SmsVendor:
    permissions.require(actor, TEND)
    row: SmsVendor = SmsVendor.objects.for_member(actor, TEND).locked(vendor_id, seen)
    return row


@transaction.atomic
def turn(*, actor: Member, vendor_id: UUID | str, seen: int | None, on: bool) -> SmsVendor:
    """Put a vendor out of use, or back into it."""
    row = _locked(actor, vendor_id, seen)
    row.on = on
    row.save_next("on")
    audit.record(actor, "sms_vendor.turned", row, name=row.kind, on=on)
    return row


@transaction.atomic
def remove(*, actor: Member, vendor_id: UUID | str, seen: int | None) -> None:
    """End a vendor with its keys."""
    row = _locked(actor, vendor_id, seen)
    audit.record(actor, "sms_vendor.removed", row, name=row.kind)
    row.delete()


def try_out(*, actor: Member, vendor_id: UUID | str, phone: str, template: str, values: str = "") -> str:
    """Send one message to a colleague's phone, to see what the vendor says. Returns the vendor's number of it.

    Not in a transaction: what it answers is kept whether good or not. Raises NotAllowed, NotFound, PlatformError.
    """
    permissions.require(actor, TEND)
    row: SmsVendor = SmsVendor.objects.for_member(actor, TEND).one(vendor_id)
    given = dict(part.split("=", 1) for part in values.split("&") if "=" in part)
    to = contacts.clean("sms", phone)
    try:
        said = connector(row).send([Sms(to, row.sign, template.strip(), given, f"try{secrets.token_hex(8)}")])[0]
        if said.code:
            raise refusals(row).error(said.code, said.said)
    except HongqiaoError as error:
        heard(row.pk, error)
        audit.record(actor, "sms_vendor.tried", row, name=row.kind, good=False)
        raise
    heard(row.pk, None)
    audit.record(actor, "sms_vendor.tried", row, name=row.kind, good=True)
    return next(iter(said.ids.values()), "")


def heard(pk: UUID, error: HongqiaoError | None) -> None:
    """Keep what the vendor said last of the connection itself; what it says of one message is kept with that."""
    row = SmsVendor.objects.filter(pk=pk).first()
    if row is None:
        return
    if error is None:
        if row.state != State.GOOD:
            SmsVendor.objects.filter(pk=pk).update(state=State.GOOD, said={})
    elif isinstance(error, PlatformError) and (refusals(row).of_connection(error.answer) or row.state != State.GOOD):
        said = {**stored_error(error), "at": timezone.now().isoformat()}
        SmsVendor.objects.filter(pk=pk).update(state=State.REFUSED, said=said)
