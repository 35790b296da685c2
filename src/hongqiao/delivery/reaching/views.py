"""Settings: the vendors of text messages, the hours and caps, and what each channel can do now."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.delivery.connections.keeping import opened
from hongqiao.delivery.models import Channel, SmsVendor
from hongqiao.delivery.reaching import asking, forgetting, rules, ruling, vendors
from hongqiao.workspace import links, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import stored_words

COLOURS = {"good": "good", "refused": "danger", "untried": "info"}


@brand_view(vendors.TEND)
@require_http_methods(["GET", "POST"])
def reaching(request: BrandRequest) -> HttpResponse:
    """Vendors with their keys (never shown again), their callback, a try; hours and caps."""
    if request.method == "POST":
        acts = {"save": _save, "try": _try, "on": _on, "off": _off, "remove": _remove, "rules": _rules}
        acts |= {"keep": _keep, "keep_reset": _keep_reset}
        return kit.act(request, acts, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand, book = request.brand, rules.of(request.brand)
    rows = {r.kind: r for r in SmsVendor.objects.for_member(request.member, vendors.TEND)}
    using = asking.vendor_of(brand)
    context = {
        "vendors": [
            _vendor(request, kind, str(label), rows.get(kind), using) for kind, label in SmsVendor.Kind.choices
        ],
        "wordings": book["sms"]["opt_out"],
        "book": book,
        "caps": book["caps"],
        "channels": [_channel(brand, code, str(label), book) for code, label in Channel.choices],
        "keep": rules.shipped()["keep"]
        | {
            "now": forgetting.days_of(brand),
            "own": "days" in (_own(brand).get("keep") or {}),
        },
        "may_rule": permissions.allows(request.member, ruling.RULE),
    }
    return render(request, "delivery/reaching/settings.html", context | extra)


def _own(brand: Any) -> dict[str, Any]:
    return dict(((brand.settings or {}).get("audience") or {}).get("reaching") or {})


def _vendor(
    request: BrandRequest, kind: str, label: str, row: SmsVendor | None, using: SmsVendor | None
) -> dict[str, Any]:
    said = row.said if row else {}
    found: dict[str, Any] = {"kind": kind, "label": _(label), "row": row, "tencent": kind == SmsVendor.Kind.TENCENT}
    if row is None:
        return found
    hook = reverse("sms_callback", args=[row.pk, opened(row.secrets).get("hook", "")])
    return found | {
        "using": using == row,
        "state": _(SmsVendor.State(row.state).label),
        "colour": COLOURS[row.state],
        "said": stored_words(said),
        "said_at": parse_datetime(said["at"]) if said.get("at") else None,
        "hook": links.absolute(hook, request),
    }


def _channel(brand: Any, code: str, label: str, book: dict[str, Any]) -> dict[str, Any]:
    ready = asking.usable(brand, code, asking.vendor_of(brand))
    way = _("由人发送") if code in book["assisted"] else _("自动发送")
    return {"label": _(label), "way": way, "ready": ready}


def _save(request: BrandRequest) -> str:
    names = ("kind", "sign", "opt_out", "price", "app_id", "key_id", "secret")
    vendors.save(actor=request.member, seen=kit.seen_of(request), **{k: request.POST.get(k, "") for k in names})
    return _("已保存，用“试发”看看能不能收到")


def _of(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "vendor_id": kit.row_id(request), "seen": kit.seen(request)}


def _try(request: BrandRequest) -> str:
    post = request.POST
    said = {"phone": post.get("phone", ""), "template": post.get("template", ""), "values": post.get("values", "")}
    number = vendors.try_out(actor=request.member, vendor_id=kit.row_id(request), **said)
    return _("服务商已接收，编号 %(n)s，请看手机") % {"n": number}


def _on(request: BrandRequest) -> str:
    vendors.turn(**_of(request), on=True)
    return _("已启用")


def _off(request: BrandRequest) -> str:
    vendors.turn(**_of(request), on=False)
    return _("已停用，短信不再发出")


def _remove(request: BrandRequest) -> str:
    vendors.remove(**_of(request))
    return _("已移除，密钥一并删除")


def _rules(request: BrandRequest) -> str:
    post = request.POST
    caps = [(post.get(f"days{n}", ""), post.get(f"most{n}", "")) for n in (1, 2)]
    ruling.set_rules(actor=request.member, first=post.get("from", ""), last=post.get("to", ""), caps=caps)
    return _("已保存，从下一条起生效")


def _keep(request: BrandRequest) -> str:
    ruling.set_keep(actor=request.member, days=request.POST.get("keep_days", "") or "0")
    return _("已保存，今晚起按新期限")


def _keep_reset(request: BrandRequest) -> str:
    ruling.set_keep(actor=request.member, days="")
    return _("已恢复默认")
