"""权益: what each level gives, for how many points, how often, how many, to whom; changed, added, stopped. U1."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience import addresses
from hongqiao.audience.growth import benefits, ledger, settings, words
from hongqiao.audience.models import Claim
from hongqiao.audience.tiers import present
from hongqiao.audience.tiers.flow import TIERS
from hongqiao.audience.tiers.views import base
from hongqiao.knowledge import read
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(ledger.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def benefits_page(request: BrandRequest) -> HttpResponse:
    """Show every benefit; take a change."""
    if request.method == "POST":
        acts = {"add": _add, "change": _change, "stop": _stop, "start": _start, "reset": _reset}
        return kit.act(request, acts, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    levels, shipped = settings.levels(brand), read(f"audience/{settings.NAME}")
    names = {one.code: _(one.label) for one in levels}
    counts = dict(Claim.objects.filter(brand=brand).values_list("benefit").annotate(n=Count("pk")))
    context = {
        "brand": brand,
        "rows": [
            {**one, "label": _(one["label"]), "level_label": names.get(one["level"], "—"),
             "each": _(words.PERIODS[one["period"]]), "left": ledger.left(brand, one),
             "who": [present.tier(t) for t in one["tiers"]], "claimed": counts.get(one["code"], 0)}
            for one in settings.benefits(brand)
        ],
        "levels": list(names.items()),
        "periods": [(code, _(label)) for code, label in words.PERIODS.items()],
        "tiers": [(code, present.tier(code)) for code in TIERS],
        "source": _("默认的权益是本项目自拟的起点，%(date)s") % {"date": shipped["date"]},
        "growth_url": addresses.page("users_growth", brand),
    }  # fmt: skip
    return base.show(request, "growth/benefits", "users_growth", context | extra)


def _given(request: BrandRequest) -> dict[str, Any]:
    return benefits.taken(request.brand, request.POST, request.POST.getlist("tiers"))


def _which(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "seen": kit.seen(request), "code": request.POST.get("code", "")[:40]}


def _add(request: BrandRequest) -> str:
    benefits.add(actor=request.member, seen=kit.seen(request), given=_given(request))
    return _("已新建，马上可以领取")


def _change(request: BrandRequest) -> str:
    benefits.change(**_which(request), given=_given(request))
    return _("已保存；领过的不变")


def _stop(request: BrandRequest) -> str:
    benefits.turn(**_which(request), on=False)
    return _("已停用，不再能领")


def _start(request: BrandRequest) -> str:
    benefits.turn(**_which(request), on=True)
    return _("已启用")


def _reset(request: BrandRequest) -> str:
    benefits.reset(**_which(request))
    return _("已恢复默认")
