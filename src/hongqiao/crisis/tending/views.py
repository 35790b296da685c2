"""设置 · 危机预案: one page, a tab a book; each form changes one row, or the figures, and calls one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis import settings
from hongqiao.crisis.tending import contacts, parts, present, services
from hongqiao.crisis.tending.errors import BadRow
from hongqiao.errors import NotFound
from hongqiao.knowledge import read
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(services.TEND)
@require_http_methods(["GET", "POST"])
def plan(request: BrandRequest, part: str = "steps") -> HttpResponse:
    """One book of the room. `?list=` names the list that is shown where they are shown one at a time."""
    asked, bad = parts.of(part), dict[str, str]()

    def caught(act: Callable[[BrandRequest, str], str]) -> kit.Act:
        def run(request: BrandRequest) -> str:
            try:
                return act(request, part)
            except BadRow as error:
                bad.update(error.fields)
                raise

        return run

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        return _page(request, part, asked, extra, bad)

    if request.method == "POST":
        return kit.act(request, {name: caught(act) for name, act in ACTS.items()}, page)
    return page(request, {})


def _page(
    request: BrandRequest, part: str, asked: parts.Part, extra: dict[str, Any], bad: dict[str, str]
) -> HttpResponse:
    brand = Brand.objects.get_for(request.member, services.TEND, request.brand.pk)
    every = asked.lists(brand)
    on = _chosen(request, asked, every)
    typed = _typed(extra, bad)
    own = settings.own(brand, asked.file)
    rows = own.get(settings.ROWS) or {}
    context = {
        "brand": brand,
        "part": part,
        "about": _(asked.about),
        "tabs": [{"label": _(p.label), "url": _at(brand, code), "on": code == part} for code, p in parts.PARTS.items()],
        "picks": [_pick(brand, part, r, on, rows) for r in every] if asked.one else [],
        "lists": present.lists(request.member, asked, (on,) if on else every, typed),
        "numbers": present.numbers(brand, asked, typed if extra.get("typed_act") == "numbers" else {}),
        "own": bool(own),
        "dated": read(f"crisis/{asked.file}")["date"],
        "may_call": permissions.allows(request.member, contacts.HANDLE),
    }
    return render(request, "crisis/tending/plan.html", context | extra)


def _chosen(request: BrandRequest, asked: parts.Part, every: tuple[parts.Rows, ...]) -> parts.Rows | None:
    if not asked.one:
        return None
    wanted = request.GET.get("list", every[0].key)
    found = next((r for r in every if r.key == wanted), None)
    if found is None:
        raise NotFound()
    return found


def _typed(extra: dict[str, Any], bad: dict[str, str]) -> dict[str, Any]:
    """Return what was refused, so that its form opens again with it."""
    post = extra.get("typed")
    if post is None:
        return {}
    if extra.get("typed_act") == "numbers":
        return {"post": post, "bad": bad}
    found = {"key": post.get("key", ""), "code": post.get("code", ""), "post": post, "bad": bad}
    if extra.get("typed_act") == "phone":
        return found | {"key": "roles", "post": None, "phones": post}
    return found if extra.get("typed_act") == "keep" else {}


def _pick(brand: Brand, part: str, one: parts.Rows, on: parts.Rows | None, own: dict[str, Any]) -> dict[str, Any]:
    label = f"{one.label} · {_('已改')}" if own.get(one.key) else one.label
    url = f"{_at(brand, part)}?list={one.key}"
    return {"label": label, "url": url, "on": one is on}


def _at(brand: Brand, part: str) -> str:
    if part == "steps":
        return reverse("settings_crisis", args=[brand.slug])
    return reverse("settings_crisis_part", args=[brand.slug, part])


def _of(request: BrandRequest, part: str) -> dict[str, Any]:
    post = request.POST
    row = {"key": post.get("key", ""), "code": post.get("code", "")}
    return {"actor": request.member, "seen": kit.seen(request), "part": part, **row}


def _keep(request: BrandRequest, part: str) -> str:
    given = _of(request, part)
    rows = next((r for r in parts.of(part).lists(request.brand) if r.key == given["key"]), None)
    if rows is None:
        raise NotFound()
    services.keep_row(**given, values={c.name: c.typed(request.POST) for c in rows.columns})
    return _("已保存，只记与默认不同的部分")


def _remove(request: BrandRequest, part: str) -> str:
    services.remove_row(**_of(request, part))
    return _("已移除；默认里有的，可以在下面恢复")


def _up(request: BrandRequest, part: str) -> str:
    services.move_row(**_of(request, part), down=False)
    return _("顺序已调整")


def _down(request: BrandRequest, part: str) -> str:
    services.move_row(**_of(request, part), down=True)
    return _("顺序已调整")


def _reset(request: BrandRequest, part: str) -> str:
    services.reset_row(**_of(request, part))
    return _("已恢复默认")


def _reset_all(request: BrandRequest, part: str) -> str:
    given = _of(request, part)
    del given["code"]
    services.reset(**given)
    return _("已恢复默认")


def _numbers(request: BrandRequest, part: str) -> str:
    values: dict[str, Any] = {}
    for one in parts.numbers(parts.of(part)):
        text = request.POST.get(one["path"], "").strip()
        values[one["path"]] = _share(text) if one.get("share") and text else text
    services.keep_numbers(actor=request.member, seen=kit.seen(request), part=part, values=values)
    return _("已保存，只记与默认不同的部分")


def _share(text: str) -> float | str:
    """Return per cent as a share; what is no number as it was typed, so that it is refused."""
    try:
        return round(float(text) / 100, 6)
    except ValueError:
        return text


def _phone(request: BrandRequest, part: str) -> str:
    post = request.POST
    numbers = {"phone": post.get("phone", ""), "deputy": post.get("deputy_phone", "")}
    contacts.keep(actor=request.member, seen=kit.seen(request), role=post.get("code", ""), **numbers)
    return _("紧急电话已保存，只有能处理舆情的人看得到")


ACTS: dict[str, Callable[[BrandRequest, str], str]] = {
    "keep": _keep,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "reset": _reset,
    "reset_all": _reset_all,
    "numbers": _numbers,
    "phone": _phone,
}
