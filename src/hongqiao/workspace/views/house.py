"""Settings: the brand itself, interface tokens, the red button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.workspace import pause, permissions, queries, services, zones
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.context import existing_permissions, existing_rooms
from hongqiao.workspace.models import Brand, Pause
from hongqiao.workspace.services.desk import BadUntil
from hongqiao.workspace.views import kit


@brand_view("settings.brand")
@require_http_methods(["GET", "POST"])
def brand(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"save": _save}, _brand)
    return _brand(request, {})


def _brand(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    fresh = Brand.objects.get_for(request.member, "settings.brand", request.brand.pk)
    hidden = extra["typed"].getlist("hidden") if "typed" in extra else fresh.hidden_rooms
    rooms = [(r["code"], _(r["label"]), r["code"] in hidden) for r in existing_rooms(fresh)]
    context = {
        "row": fresh,
        "rooms": [r for r in rooms if r[0] not in ("today", "settings")],
        "zones": zones.choices(),
    }
    return kit.show(request, "brand", context | extra)


def _save(request: BrandRequest) -> str:
    fields = {k: request.POST.get(k, "") for k in ("name", "industry", "zone")}
    hidden = request.POST.getlist("hidden")
    services.change_brand(actor=request.member, seen=kit.seen(request), hidden_rooms=hidden, **fields)
    return _("品牌设置已保存")


@brand_view("settings.tokens")
@require_http_methods(["GET", "POST"])
def tokens(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"create": _create_token, "revoke": _revoke_token}, _tokens)
    return _tokens(request, {})


def _tokens(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    held, now = permissions.held_by(request.member), timezone.now()
    ticked = extra["typed"].getlist("scope") if "typed" in extra else []
    names = {code: _(permissions.book()["permissions"][code]) for code in existing_permissions(request.brand)}
    context = {
        "lines": [(row, row.expires_at and row.expires_at <= now) for row in queries.tokens(request.member)],
        "scopes": [(code, _(label), code in ticked) for code, label in names.items() if code in held],
    }
    return kit.show(request, "tokens", context | extra)


def _create_token(request: BrandRequest) -> dict[str, Any]:
    name, scopes = request.POST.get("name", ""), request.POST.getlist("scope")
    row, token = services.create_token(actor=request.member, name=name, scopes=scopes)
    return {"shown_token": token, "shown_for": row.name}


def _revoke_token(request: BrandRequest) -> str:
    services.revoke_token(actor=request.member, token_id=kit.row_id(request), seen=kit.seen(request))
    return _("令牌已撤销")


@brand_view("crisis.pause")
@require_http_methods(["GET", "POST"])
def pauses(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"pause": _pause, "unpause": _unpause}, _pauses)
    return _pauses(request, {})


def _pauses(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    known = queries.pauses(request.member)
    alone = _switches(pause.parts(request.brand), known)
    lines = _switches(pause.scopes(), known)
    for line in lines:
        within = "" if line["scope"] == pause.ALL else pause.part(line["scope"], "")
        line["parts"] = [p for p in alone if p["scope"].startswith(within)]
    on = [p for p in alone if p["row"] and p["row"].stands]
    context = {"lines": lines, "alone": alone, "alone_on": on, "wanted": kit.words_of(request, "scope")}
    return kit.show(request, "pauses", context | extra)


def _switches(scopes: Mapping[str, str], known: Mapping[str, Pause]) -> list[dict[str, Any]]:
    return [{"scope": scope, "label": _(label), "row": known.get(scope)} for scope, label in scopes.items()]


def _pause(request: BrandRequest) -> str:
    post = request.POST
    until = kit.moment(post.get("until", ""), request.brand.zone, BadUntil)
    services.pause_scope(actor=request.member, scope=post.get("scope", ""), reason=post.get("reason", ""), until=until)
    return _("已暂停")


def _unpause(request: BrandRequest) -> str:
    post = request.POST
    services.unpause_scope(
        actor=request.member, scope=post.get("scope", ""), reason=post.get("reason", ""), keep=post.getlist("keep")
    )
    return _("已解除暂停")
