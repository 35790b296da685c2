"""设置 · 舆情定级: the brand's table of severity, line by line, with where the shipped one comes from."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis.watching import changing, tables, words
from hongqiao.errors import N_
from hongqiao.methods.crisis.severity import LEVELS, BadSeverity
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import role_label

LABELS = {
    "times": N_("负面为平时的几倍"),
    "negative": N_("且每小时至少几条"),
    "share": N_("负面占比（%）"),
    "of": N_("且每小时负面至少几条"),
    "followers": N_("最大账号粉丝"),
    "reach": N_("合计触达粉丝"),
    "platforms": N_("涉及几个渠道"),
    "press": N_("媒体报道几篇"),
    "hot": N_("热榜前几名（0 为上榜）"),
    "first_minutes": N_("首次回应（分钟）"),
    "update_minutes": N_("进展更新（分钟）"),
}
#: Kinds of which so many persons make a level by themselves.
PEOPLE = ("allergy", "authenticity", "quality", "service", "advertising")
ALL = {
    "hits": N_("连续几次达到才升级"),
    "calm": N_("连续几个窗口低于才降级"),
    "every_minutes": N_("每几分钟看一次"),
    "baseline_days": N_("平时按前几天算"),
    "platform_least": N_("一个渠道至少几条负面才算涉及"),
}


@brand_view(changing.TEND)
@require_http_methods(["GET", "POST"])
def severity(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"save": _save, "reset": _reset}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get_for(request.member, changing.TEND, request.brand.pk)
    typed, whole, own = extra.get("typed"), tables.severity(brand), tables.own(brand)
    changed = own.get("levels") or {}

    def cell(level: str, name: str) -> dict[str, Any]:
        held = whole["levels"][level].get(name)
        key = f"{level}.{name}"
        value = "" if held is None else f"{held * 100:g}" if name == "share" else f"{held}"
        return {"key": key, "value": typed.get(key, value) if typed else value, "own": name in changed.get(level, {})}

    def people(level: str, kind: str) -> dict[str, Any]:
        held, key = whole["levels"][level]["persons"].get(kind, ""), f"{level}.persons.{kind}"
        return {
            "key": key,
            "value": typed.get(key, held) if typed else held,
            "own": "persons" in changed.get(level, {}),
        }

    context = {
        "brand": brand,
        "people": [
            (_("同类投诉的人数：%(kind)s") % {"kind": words.kind(kind)}, [people(level, kind) for level in LEVELS])
            for kind in PEOPLE
        ],
        "levels": [(level, words.level(level), words.TONES[level]) for level in LEVELS],
        "lines": [(_(label), [cell(level, name) for level in LEVELS]) for name, label in LABELS.items()],
        "commanders": [
            {"key": f"{level}.commander", "value": whole["levels"][level]["commander"], "level": words.level(level)}
            for level in LEVELS
        ],
        "roles": [(code, role_label(code)) for code, role in permissions.roles().items() if role["kind"] == "ladder"],
        "plain": [(name, _(label), typed.get(name) if typed else whole[name]) for name, label in ALL.items()],
        "natures": [(code, words.nature(brand, code), minutes) for code, minutes in whole["natures"].items()],
        "source": whole["source"],
        "date": whole["date"],
        "own": bool(own),
    }
    return render(request, "crisis/watching/severity.html", context | extra)


def _number(text: str, name: str) -> float | int:
    try:
        found = float(text)
    except ValueError:
        raise BadSeverity(name=name, value=text[:20]) from None
    return int(found) if found.is_integer() else found


def _save(request: BrandRequest) -> str:
    post = request.POST
    levels: dict[str, dict[str, Any]] = {level: {} for level in LEVELS}
    for level in LEVELS:
        for name in LABELS:
            text = post.get(f"{level}.{name}", "").strip()
            if text:
                value = _number(text, f"{level} {name}")
                levels[level][name] = round(value / 100, 4) if name == "share" else value
        typed = {kind: post.get(f"{level}.persons.{kind}", "").strip() for kind in PEOPLE}
        levels[level]["persons"] = {kind: int(_number(text, kind)) for kind, text in typed.items() if text}
        if role := post.get(f"{level}.commander"):
            levels[level]["commander"] = role
    wanted: dict[str, Any] = {name: _number(post[name], name) for name in ALL if post.get(name, "").strip()}
    named = {k.removeprefix("nature."): str(v).strip() for k, v in post.items() if k.startswith("nature.")}
    wanted["natures"] = {k: _number(v, k) for k, v in named.items() if v}
    changing.save(actor=request.member, seen=kit.seen(request), wanted=wanted | {"levels": levels})
    return _("定级表已保存，从下一次查看起生效")


def _reset(request: BrandRequest) -> str:
    changing.save(actor=request.member, seen=kit.seen(request), wanted={})
    return _("已恢复默认定级表")
