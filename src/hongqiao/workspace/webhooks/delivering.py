"""The job that carries out a delivery: tried with growing pauses; a webhook that never answers is stopped."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import audit, jobs, keys, notices
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Delivery, Job, Webhook
from hongqiao.workspace.webhooks.announcing import DELIVER, PING
from hongqiao.workspace.webhooks.posting import post
from hongqiao.workspace.webhooks.signing import sign
from hongqiao.workspace.words import stored_error


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Name the webhook of each job, and where its deliveries are listed."""
    wanted = {row.payload.get("delivery"): row for row in rows}
    found = Delivery.objects.filter(pk__in=[k for k in wanted if k]).select_related("webhook", "brand")
    return {wanted[str(d.pk)].pk: jobs.Subject(f"{d.webhook.name} · {d.event}", page(d.webhook)) for d in found}


def page(webhook: Webhook) -> str:
    return reverse("settings_webhook", args=[webhook.brand.slug, webhook.pk])


@jobs.handler(
    DELIVER,
    atomic=False,
    label=N_("发送 Webhook 通知"),
    attempts=limits()["webhook_attempts"],
    backoff=limits()["webhook_backoff"],
    subject=subjects,
)
def deliver(ctx: jobs.Context) -> dict[str, Any]:
    """Send once. The receiver may get a delivery twice (a crash after sending): its id tells it so."""
    rows = Delivery.objects.select_related("webhook__brand").filter(pk=ctx.payload["delivery"])
    row = rows.filter(state=Delivery.State.WAITING).first()
    if row is None:
        return {"delivered": None}
    if not row.webhook.active and row.event != PING:
        return _give_up(row, None)
    began, row.attempts, row.tried_at = time.monotonic(), row.attempts + 1, timezone.now()
    try:
        row.status = _send(row)
    except HongqiaoError as error:
        row.took, row.status = _ms(began), error.params.get("answer")
        row.error = stored_error(error)
        last = row.event == PING or not getattr(error, "again", False)
        if last or ctx.attempt >= limits()["webhook_attempts"]:
            return _give_up(row, error)
        row.save()
        raise
    row.took, row.error, row.state = _ms(began), None, Delivery.State.DONE
    with transaction.atomic():
        row.save()
        Webhook.objects.filter(pk=row.webhook_id).exclude(failures=0).update(failures=0)
    return {"delivered": True}


def _send(row: Delivery) -> int:
    body, now = row.body.encode(), int(time.time())
    secret = keys.decrypt(row.webhook.secret).decode()
    headers = {
        "X-Hongqiao-Event": row.event,
        "X-Hongqiao-Delivery": str(row.pk),
        "X-Hongqiao-Timestamp": str(now),
        "X-Hongqiao-Signature": sign(secret, now, body),
    }
    return post(row.webhook.url, body, headers)


def _give_up(row: Delivery, error: HongqiaoError | None) -> dict[str, Any]:
    """End a delivery; past so many in a row the webhook is stopped, and those who keep it are told."""
    row.state = Delivery.State.FAILED
    with transaction.atomic():
        row.save()
        webhook = Webhook.objects.select_for_update(of=("self",)).select_related("brand").get(pk=row.webhook_id)
        if error is not None and row.event != PING and webhook.active:
            webhook.failures += 1
            webhook.active = webhook.failures < limits()["webhook_failures"]
            webhook.save_next("failures", "active")
            if not webhook.active:
                _tell(webhook)
    return {"delivered": False}


def _tell(webhook: Webhook) -> None:
    said: dict[str, Any] = {"name": webhook.name, "times": webhook.failures}
    audit.record(None, "webhook.stopped", webhook, **said)
    notices.tell(notices.holders(webhook.brand, "settings.tokens"), "webhook.stopped", url=page(webhook), **said)


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
