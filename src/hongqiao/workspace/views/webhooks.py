"""Settings: webhooks, and what became of their deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.workspace import queries, services
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Delivery, Webhook
from hongqiao.workspace.views import kit
from hongqiao.workspace.webhooks import events
from hongqiao.workspace.words import stored_words

COLOURS = {"done": "good", "failed": "danger", "waiting": "info"}


@brand_view("settings.tokens")
@require_http_methods(["GET", "POST"])
def webhooks(request: BrandRequest) -> HttpResponse:
    """All webhooks of the brand, and a form for another."""
    if request.method == "POST":
        return kit.act(request, {"create": _create}, _webhooks)
    return _webhooks(request, {})


def _webhooks(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    names = {code: _(label) for code, label in events().items()}
    lines = [
        {"row": row, "events": "、".join(names.get(c, c) for c in row.events), "url": _address(row)}
        for row in queries.webhooks(request.member)
    ]
    return kit.show(request, "webhooks", {"lines": lines, "events": _choices(extra, [])} | extra)


def _choices(extra: dict[str, Any], chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Return (code, words, ticked) of each event; what was typed counts before what is kept."""
    ticked = extra["typed"].getlist("event") if "typed" in extra else chosen
    return [(code, _(label), code in ticked) for code, label in events().items()]


def _address(row: Webhook) -> str:
    return reverse("settings_webhook", args=[row.brand.slug, row.pk])


def _typed(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    return {"name": post.get("name", ""), "url": post.get("url", ""), "events": post.getlist("event")}


def _create(request: BrandRequest) -> dict[str, Any]:
    row, secret = services.create_webhook(actor=request.member, **_typed(request))
    return {"shown_secret": secret, "shown_for": row.name}


@brand_view("settings.tokens")
@require_http_methods(["GET", "POST"])
def webhook(request: BrandRequest, webhook_id: UUID) -> HttpResponse:
    """One webhook: change, try, end it; its deliveries, newest first (`?part=log` is what the page asks for anew)."""
    row: Webhook = Webhook.objects.get_for(request.member, "settings.tokens", webhook_id)
    if request.method == "POST" and request.POST.get("act") == "remove":
        services.remove_webhook(actor=request.member, webhook_id=row.pk, seen=kit.seen(request))
        return HttpResponseRedirect(reverse("settings_webhooks", args=[request.brand.slug]))
    if request.method == "POST":
        acts = {"save": _save, "test": _test, "renew": _renew, "resend": _resend}
        chosen = {name: (lambda r, one=one: one(r, row)) for name, one in acts.items()}
        return kit.act(request, chosen, lambda r, extra: _webhook(r, row, extra))
    return _webhook(request, row, {})


def _webhook(request: BrandRequest, row: Webhook, extra: dict[str, Any]) -> HttpResponse:
    row.refresh_from_db()
    found = queries.deliveries(request.member, row)
    rows, following = kit.page_of(found, kit.after(request), limits()["page_size"])
    part = request.GET.get("part") == "log"
    context = {
        "row": row,
        "lines": [_line(d) for d in rows],
        "next": following,
        "events": _choices(extra, row.events),
        "waiting": any(d.state == Delivery.State.WAITING for d in rows),
    }
    return kit.show(request, "webhook_log" if part else "webhook", context | extra)


def _line(row: Delivery) -> dict[str, Any]:
    label = events().get(row.event)
    return {
        "row": row,
        "event": _(label) if label else _("测试") if row.event == "ping" else row.event,
        "state": _(Delivery.State(row.state).label),
        "colour": COLOURS[row.state],
        "error": stored_words(row.error),
    }


def _save(request: BrandRequest, row: Webhook) -> str:
    active = request.POST.get("active") == "1"
    services.change_webhook(
        actor=request.member, webhook_id=row.pk, active=active, seen=kit.seen(request), **_typed(request)
    )
    return _("Webhook 已保存")


def _test(request: BrandRequest, row: Webhook) -> str:
    services.check_webhook(actor=request.member, webhook_id=row.pk)
    return _("测试通知已发出，结果见下面的记录")


def _renew(request: BrandRequest, row: Webhook) -> dict[str, Any]:
    changed, secret = services.renew_webhook_secret(actor=request.member, webhook_id=row.pk, seen=kit.seen(request))
    return {"shown_secret": secret, "shown_for": changed.name}


def _resend(request: BrandRequest, row: Webhook) -> str:
    services.resend_delivery(actor=request.member, delivery_id=kit.row_id(request))
    return _("已重新排队")
