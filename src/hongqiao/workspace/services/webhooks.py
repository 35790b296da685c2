"""Webhooks of a brand: made, changed, tried, ended. The secret is shown once, when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, keys, permissions, secrets, webhooks
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Delivery, Member, Webhook
from hongqiao.workspace.services import checks
from hongqiao.workspace.webhooks import announcing, guard

WEBHOOKS = "settings.tokens"
PREFIX = "whs_"


class NoEvents(Invalid):
    code = "no_events"
    message = N_("请至少选一个事件")
    next_step = N_("从列表里选择要通知的事件")


class TooManyWebhooks(Invalid):
    code = "too_many_webhooks"
    message = N_("一个品牌最多 %(most)s 个 Webhook")
    next_step = N_("请先删除不用的")


@transaction.atomic
def create_webhook(*, actor: Member, name: str, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """Make a webhook. Returns it and its secret, to be shown once. Raises NotAllowed, Invalid."""
    permissions.require(actor, WEBHOOKS)
    most = limits()["webhooks_a_brand"]
    if Webhook.objects.filter(brand=actor.brand).count() >= most:
        raise TooManyWebhooks(most=most)
    secret, _hash = secrets.make(PREFIX)
    fields = {"name": checks.name(name), "url": _url(url), "events": _events(events)}
    row = Webhook.objects.create(
        brand=actor.brand, created_by=actor, secret=keys.encrypt(secret.encode()), hint=secret[:8], **fields
    )
    audit.record(actor, "webhook.created", row, name=row.name, events=row.events)
    return row, secret


@transaction.atomic
def change_webhook(
    *, actor: Member, webhook_id: UUID, name: str, url: str, events: Sequence[str], active: bool, seen: int | None
) -> Webhook:
    """Change a webhook; put back into use, it begins anew with no failures."""
    row = _locked(actor, webhook_id, seen)
    if active and not row.active:
        row.failures = 0
    row.name, row.url, row.events, row.active = checks.name(name), _url(url), _events(events), active
    row.save_next("name", "url", "events", "active", "failures")
    audit.record(actor, "webhook.changed", row, name=row.name, events=row.events, active=active)
    return row


@transaction.atomic
def renew_webhook_secret(*, actor: Member, webhook_id: UUID, seen: int | None) -> tuple[Webhook, str]:
    """Give a webhook another secret; from now on deliveries are signed with it. Returns it to be shown once."""
    row = _locked(actor, webhook_id, seen)
    secret, _hash = secrets.make(PREFIX)
    row.secret, row.hint = keys.encrypt(secret.encode()), secret[:8]
    row.save_next("secret", "hint")
    audit.record(actor, "webhook.secret_changed", row, name=row.name)
    return row, secret


@transaction.atomic
def remove_webhook(*, actor: Member, webhook_id: UUID, seen: int | None) -> None:
    """End a webhook with its log of deliveries."""
    row = _locked(actor, webhook_id, seen)
    audit.record(actor, "webhook.removed", row, name=row.name)
    row.delete()


@transaction.atomic
def check_webhook(*, actor: Member, webhook_id: UUID) -> Delivery:
    """Send a "ping", once, also to a stopped webhook; what came of it is in the log."""
    row = _locked(actor, webhook_id, None)
    sent = announcing.put(row, announcing.PING, {})
    audit.record(actor, "webhook.tested", row, name=row.name)
    return sent


@transaction.atomic
def resend_delivery(*, actor: Member, delivery_id: UUID) -> Delivery:
    """Queue a delivery that was given up again, with the same id and body. Raises NotFound, Conflict."""
    permissions.require(actor, WEBHOOKS)
    row = Delivery.objects.for_member(actor, WEBHOOKS).locked(delivery_id, None)
    if row.state != Delivery.State.FAILED:
        raise Conflict()
    row.state = Delivery.State.WAITING
    row.save_next("state")
    announcing.queue(row)
    audit.record(actor, "webhook.resent", row, name=row.webhook.name)
    return row


def _locked(actor: Member, webhook_id: UUID, seen: int | None) -> Webhook:
    permissions.require(actor, WEBHOOKS)
    return Webhook.objects.for_member(actor, WEBHOOKS).locked(webhook_id, seen)


def _url(text: str) -> str:
    clean = text.strip()
    if len(clean) > 500:
        raise guard.BadUrl(why=clean[:80])
    guard.parse(clean)
    return clean


def _events(codes: Sequence[str]) -> list[str]:
    known = webhooks.events()
    if not codes or not set(codes) <= set(known):
        raise NoEvents()
    return [code for code in known if code in set(codes)]
