"""分层规则: the thresholds, with what a change would do to everybody before it is saved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.tiers import changing, present, queries, settings, words
from hongqiao.audience.tiers.flow import TIERS
from hongqiao.audience.tiers.views import base
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def rules(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"preview": _preview, "save": _save, "reset": _reset}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    held, own, shipped = asdict(settings.rules(brand)), settings.own(brand), settings.book()
    typed = extra.get("typed")

    def line(name: str) -> dict[str, Any]:
        label, unit, does = words.RULES[name]
        value = typed.get(name, "") if typed else f"{held[name]:g}"
        return {"name": name, "label": _(label), "unit": _(unit), "does": _(does), "value": value, "own": name in own,
                "shipped": f"{shipped['rules'][name]:g}"}  # fmt: skip

    context = {
        "brand": brand,
        "lines": [line(name) for name in words.RULES],
        "lapsed": f"{held['lapsed_days']:g}",
        "by_cycle": typed.get("lapsed_by_cycle") == "on" if typed else held["lapsed_by_cycle"],
        "own": own,
        "sources": shipped["sources"],
        "run": queries.latest(request.member),
    }
    return base.show(request, "tiers/rules", "users_home", context | extra)


def _preview(request: BrandRequest) -> dict[str, Any]:
    held = changing.taken(request.POST)
    moved = changing.preview(request.member, held)
    was = {t: sum(n for (b, _a), n in moved.items() if b == t) for t in TIERS}
    will = {t: sum(n for (_b, a), n in moved.items() if a == t) for t in TIERS}
    rows = [{"label": present.tier(t), "was": was[t], "will": will[t], "change": will[t] - was[t]} for t in TIERS]
    changed = sum(n for (b, a), n in moved.items() if b != a)
    return {"typed": request.POST, "preview": rows, "changed": changed}


def _save(request: BrandRequest) -> str:
    changing.save(actor=request.member, seen=kit.seen(request), wanted=changing.taken(request.POST))
    return _("分层规则已保存，正在按新规则重新分层")


def _reset(request: BrandRequest) -> str:
    changing.save(actor=request.member, seen=kit.seen(request), wanted={})
    return _("已恢复默认规则，正在重新分层")
