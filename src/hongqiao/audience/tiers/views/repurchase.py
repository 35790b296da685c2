"""复购与价值: how many are still there, what to expect of them, and how well the forecast told what happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hongqiao.audience.tiers import queries
from hongqiao.audience.tiers.views import base
from hongqiao.errors import N_
from hongqiao.workspace.access import BrandRequest, brand_view

REFUSED = {
    "nobody": N_("还没有能认出买家的订单"),
    "too_few_repeat_buyers": N_("买过两次的人太少，算出来不可信"),
    "not_told": N_("数据定不下模型：每个人的购买太相似"),
    "not_converged": N_("没有算出稳定的结果"),
    "no_mean": N_("客单价差得太远，没有可信的平均"),
    "bad_history": N_("有的购买日期自相矛盾"),
    "too_short": N_("历史太短，分不出训练与检验"),
}
METHODS = {"bgnbd": N_("BG/NBD 模型"), "logistic": N_("按行为的回归")}
CHOSEN = {
    "better": N_("在没见过的日子里明显更准"),
    "not_better": N_("回归没有明显更准，用更简单的"),
    "too_short": N_("历史还不够长，回归没有参加比较"),
    "no_bgnbd": N_("BG/NBD 不适用"),
}


@brand_view(queries.SEE)
@require_safe
def repurchase(request: BrandRequest) -> HttpResponse:
    run = queries.latest(request.member)
    told: dict[str, Any] = (run.summary.get("repurchase") or {}) if run else {}
    context: dict[str, Any] = {"run": run, "told": told}
    if told.get("refused"):
        context["refused"] = _(REFUSED.get(told["refused"], told["refused"]))
    elif told:
        context |= _figures(told)
    return base.show(request, "tiers/repurchase", "users_home", context)


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    value, choice, held = told["value"], told["choice"], told["held"]
    context: dict[str, Any] = {"spread": _spread(told["spread"]), "held": held}
    context |= {"there": round(told["alive"]), "coming": round(told["expected"])}
    if value.get("refused"):
        context["value_refused"] = _(REFUSED.get(value["refused"], value["refused"]))
    if held:
        context |= {
            "by_decile": _compared(held["by_decile"], _("预计由低到高的十组")),
            "frequencies": held["by_frequency"],
        }
    if "method" in choice:
        context |= {
            "method": _(METHODS[choice["method"]]),
            "reason": _(CHOSEN[choice["reason"]]),
            "trials": [{**t, "name": _(METHODS[t["method"]])} for t in choice["trials"]],
            "reliability": _reliability(choice),
        }
    return context


def _spread(counts: list[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [f"{n * 10}–{n * 10 + 10}%" for n in range(len(counts))],
        "unit": "count",
        "series": [{"name": _("买家"), "values": counts, "room": "users"}],
        "size": "s",
    }


def _compared(groups: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [str(n) for n in range(1, len(groups) + 1)],
        "unit": "number",
        "series": [
            {"name": _("预计每人"), "values": [round(g["predicted"], 3) for g in groups], "room": "users"},
            {"name": _("实际每人"), "values": [round(g["actual"], 3) for g in groups], "room": "data"},
        ],
        "size": "m",
    }


def _reliability(choice: dict[str, Any]) -> dict[str, Any] | None:
    """Return the calibration of the chosen method: what was said against the share that bought."""
    lines: list[dict[str, Any]] = next(
        (t["reliability"] for t in choice["trials"] if t["method"] == choice["method"]), []
    )
    if not lines:
        return None
    return {
        "type": "line",
        "x": [f"{line['said']:.0%}" for line in lines],
        "unit": "percent",
        "percent": True,
        "series": [
            {"name": _("说会买的比例"), "values": [line["said"] for line in lines], "dashed": True, "room": "muted"},
            {"name": _("真的买了的比例"), "values": [line["happened"] for line in lines], "room": "users"},
        ],
        "size": "m",
    }
