"""Settings: how the brand's accounts are reached by their platforms' interfaces."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.delivery.connections import clients, queries, services, statistics
from hongqiao.delivery.models import Connection
from hongqiao.delivery.publishing import pacing
from hongqiao.platforms import capabilities
from hongqiao.workspace import links, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Account
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name, stored_words

COLOURS = {"good": "good", "refused": "danger", "untried": "info", "off": ""}
WAY_COLOURS = {"api": "good", "assisted": "info", "none": ""}


@brand_view(services.TEND)
@require_http_methods(["GET"])
def connections(request: BrandRequest) -> HttpResponse:
    """The accounts with how each is reached, and what every kind of account on every platform may do."""
    rows = [_line(request, account, row) for account, row in queries.accounts(request.member)]
    abilities = [_(label) for label in capabilities.ABILITIES.values()]
    context = {"lines": rows, "abilities": abilities, "table": _table(), "checked": _checked()}
    return render(request, "delivery/connections.html", context)


def _line(request: BrandRequest, account: Account, row: Connection | None) -> dict[str, Any]:
    can = account.platform in clients.PLATFORMS
    return {
        "account": account,
        "platform": platform_name(account.platform),
        "kind": _kind(account.platform, row.kind) if row else "",
        "row": row,
        "state": _(Connection.State(row.state).label) if row else "",
        "colour": COLOURS[row.state] if row else "",
        "can": can,
        "url": reverse("settings_connection", args=[request.brand.slug, account.pk]) if can else "",
        "publish": _cell(capabilities.of(account.platform, row.kind if row else "", "publish")),
        "paused": pacing.paused(account) is not None,
    }


def _kind(platform: str, kind: str) -> str:
    return _(dict(capabilities.kinds(platform)).get(kind, kind))


def _cell(cell: capabilities.Capability) -> dict[str, str]:
    return {
        "ability": _(capabilities.ABILITIES[cell.ability]),
        "way": _(capabilities.WAYS[cell.way]),
        "colour": WAY_COLOURS[cell.way],
        "words": _(cell.words),
        "unsure": _("待首次接入时核实") if cell.mark != "confirmed" else "",
    }


def _table() -> list[dict[str, Any]]:
    """One line a platform and kind; kinds that may do the same stand in one line."""
    lines: list[dict[str, Any]] = []
    for platform in capabilities.CONTENT:
        seen: dict[tuple[str, ...], dict[str, Any]] = {}
        for kind, label in capabilities.kinds(platform):
            cells = queries.may(platform, kind)
            ways = tuple(c.way for c in cells)
            if ways in seen:
                seen[ways]["kinds"].append(_(label))
            else:
                seen[ways] = {"kinds": [_(label)], "cells": [_cell(c) for c in cells]}
        name = platform_name(platform)
        lines += [{"platform": name, "kinds": "、".join(s["kinds"]), "cells": s["cells"]} for s in seen.values()]
    return lines


def _checked() -> str:
    return max(c.checked for c in capabilities.table())


@brand_view(services.TEND)
@require_http_methods(["GET", "POST"])
def connection(request: BrandRequest, account_id: UUID) -> HttpResponse:
    """One account: keys, callback, what it may do, what of today's quotas is used, what the platform said last."""
    account = services.account_of(request.member, account_id)
    if request.method == "POST" and request.POST.get("act") == "remove":
        services.remove(actor=request.member, account_id=account.pk, seen=kit.seen(request))
        return HttpResponseRedirect(reverse("settings_connections", args=[request.brand.slug]))
    if request.method == "POST":
        acts = {"save": _save, "try": _try, "pull": _pull, "callback": _callback, "off": _off, "on": _on}
        bound = {name: (lambda r, act=act: act(r, account)) for name, act in acts.items()}
        return kit.act(request, bound, lambda r, extra: _page(r, account, extra))
    return _page(request, account, {})


def _page(request: BrandRequest, account: Account, extra: dict[str, Any]) -> HttpResponse:
    row = Connection.objects.filter(account=account).first()
    kind = row.kind if row else ""
    said = row.said if row else {}
    quota = capabilities.mass_quota(account.platform, kind) if kind else None
    context = {
        "account": account,
        "paused": pacing.paused(account),
        "pause_url": pacing.switch_url(account),
        "may_pause": permissions.allows(request.member, "crisis.pause"),
        "row": row,
        "platform": platform_name(account.platform),
        "kinds": [(code, _(label)) for code, label in capabilities.kinds(account.platform)],
        "can": account.platform in clients.PLATFORMS,
        "state": _(Connection.State(row.state).label) if row else "",
        "colour": COLOURS[row.state] if row else "",
        "said": stored_words(said),
        "said_at": parse_datetime(said["at"]) if said.get("at") else None,
        "may": [_cell(c) for c in queries.may(account.platform, kind)],
        "used": queries.used(row) if row else [],
        "mass": _quota(quota),
        "gathers": row is not None and statistics.may(row),
        "callback_url": _callback_url(request, row) if row else "",
        "has_callback": bool(row and clients.guard(row).token),
    }
    return render(request, "delivery/connection.html", context | extra)


def _quota(quota: capabilities.Quota | None) -> str:
    if quota is None:
        return ""
    per = {
        "month": ngettext("每月 %(n)s 次", "每月 %(n)s 次", quota.count),
        "day": ngettext("每天 %(n)s 次", "每天 %(n)s 次", quota.count),
    }
    return per[quota.per] % {"n": quota.count}


def _callback_url(request: BrandRequest, row: Connection) -> str:
    return links.absolute(reverse("wechat_callback", args=[row.pk]), request)


def _save(request: BrandRequest, account: Account) -> str:
    fields = {k: request.POST.get(k, "") for k in ("kind", "app_id", "secret")}
    services.connect(actor=request.member, account_id=account.pk, seen=kit.seen_of(request), **fields)
    return _("已保存，点“测试连接”看看是否接通")


def _try(request: BrandRequest, account: Account) -> str:
    count = services.try_out(actor=request.member, account_id=account.pk)
    return _("已接通，草稿箱里有 %(count)s 份草稿") % {"count": count}


def _pull(request: BrandRequest, account: Account) -> str:
    services.pull_now(actor=request.member, account_id=account.pk)
    return _("已排队，几分钟后数据里就有")


def _callback(request: BrandRequest, account: Account) -> dict[str, Any]:
    made = services.renew_callback(actor=request.member, account_id=account.pk, seen=kit.seen(request))
    return {"made": made}


def _off(request: BrandRequest, account: Account) -> str:
    services.turn(actor=request.member, account_id=account.pk, seen=kit.seen(request), on=False)
    return _("已停用，之后由人发布")


def _on(request: BrandRequest, account: Account) -> str:
    services.turn(actor=request.member, account_id=account.pk, seen=kit.seen(request), on=True)
    return _("已启用，点“测试连接”看看是否接通")
