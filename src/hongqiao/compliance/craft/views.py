"""The page of the rules of craft, with a brand's own levels."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.compliance import queries, views
from hongqiao.compliance.craft import present, rules, services, words
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def craft(request: BrandRequest) -> HttpResponse:
    """Every rule of craft with its level; a reviewer sets the brand's own."""
    if request.method == "POST":
        return kit.act(request, {"save": _save}, _craft)
    return _craft(request, {})


def _save(request: BrandRequest) -> str:
    given = {k.removeprefix("level."): str(v) for k, v in request.POST.items() if k.startswith("level.")}
    services.set_levels(actor=request.member, levels=given)
    return _("已保存，下次检查起生效")


def _craft(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    shown = [_row(request, code, rule) for code, rule in rules.rules().items()]
    groups = [
        {"label": _(label), "rows": rows}
        for code, label in present.GROUPS
        if (rows := [r for r in shown if r["group"] == code])
    ]
    levels = [(c, _(label)) for c, (label, _colour) in words.LEVELS.items()] + [(rules.OFF, _("不检查"))]
    return views.show(request, "craft", "content_craft", {"groups": groups, "levels": levels} | extra)


def _row(request: BrandRequest, code: str, rule: dict[str, Any]) -> dict[str, Any]:
    level = rules.level(request.brand, code)
    return {
        "code": code,
        "label": present.title(code),
        "todo": _(words.RULES[code][2]),
        "forms": "、".join(_(words.FORMS[f]) for f in rule.get("forms", ()) if f in words.FORMS),
        "basis": present.basis(rule["basis"]),
        "heuristic": rule.get("heuristic", False),
        "law": rule.get("law", False),
        "level": level,
        "shown": present.level(level) if level != rules.OFF else {"label": _("不检查"), "colour": ""},
        "changed": level != rule["level"],
        "group": present.group(code),
    }
