"""Pages of a brand's own metrics: one form with a live check of its formula, the versions of each. Serves D1."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.errors import Conflict, HongqiaoError, NotAllowed, NotFound
from hongqiao.insight import views as room
from hongqiao.insight.models import MetricVersion, OwnMetric
from hongqiao.insight.own import drafts, present, queries, services
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

TYPED = ("label", "formula", "code", "format", "better", "note", "why")


@brand_view("data.edit")
def edit(request: BrandRequest, code: str = "") -> HttpResponse:
    """The form of a metric: a new one, or the next version of one."""
    row = queries.one(request.member, code) if code else None
    if request.method != "POST":
        return _form(request, row, present.typed(request.member, row) if row else dict.fromkeys(TYPED, ""))
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        saved = _saved(request, row, services.Wanted(**typed))
    except NotFound:
        raise
    except HongqiaoError as error:
        answer = _form(request, row, typed, error)
        answer.status_code = error.status
        return answer
    messages.success(request, _("指标已保存"))
    return redirect("data_own", brand=request.brand.slug, code=saved.code)


def _saved(request: BrandRequest, row: OwnMetric | None, wanted: services.Wanted) -> OwnMetric:
    if row is None:
        return services.define(actor=request.member, wanted=wanted)
    return services.change(actor=request.member, code=row.code, seen=kit.seen(request, Conflict), wanted=wanted)


@require_POST
@brand_view("data.edit")
def check(request: BrandRequest) -> HttpResponse:
    """What the formula being typed comes to: unit, parts, the last 28 days; or what is wrong, and where."""
    typed = {name: request.POST.get(name, "") for name in ("formula", "code", "format")}
    return render(request, "insight/own/check.html", _checked(request, typed))


@brand_view("data.view")
def history(request: BrandRequest, code: str) -> HttpResponse:
    """One of the brand's own metrics with every version of its definition."""
    row = queries.one(request.member, code)
    context = present.page(row) | {
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "tabs": room.tabs_of(request, "dictionary"),
    }
    return render(request, "insight/own/history.html", context)


@require_POST
@brand_view("data.view")
def act(request: BrandRequest, code: str) -> HttpResponse:
    """Retire (`do=retire`) or revive (`do=revive`) a metric."""
    do = request.POST.get("do", "")
    if do not in ("retire", "revive"):
        raise NotFound()
    services.retire(actor=request.member, code=code, seen=kit.seen(request, Conflict), retired=do == "retire")
    messages.success(request, _("指标已停用，用到它的视图会注明") if do == "retire" else _("指标已恢复"))
    return redirect("data_own", brand=request.brand.slug, code=code)


def _form(
    request: BrandRequest, row: OwnMetric | None, typed: dict[str, Any], error: HongqiaoError | None = None
) -> HttpResponse:
    if not permissions.allows(request.member, queries.EDIT):
        raise NotAllowed()
    slug = request.brand.slug
    context = {
        "row": row,
        "typed": typed,
        "problem": error_words(error) if error else None,
        "formats": [(v, _(w)) for v, w in MetricVersion.Format.choices],
        "betters": [(v, _(w)) for v, w in MetricVersion.Better.choices],
        "names": present.names(),
        "action": reverse("data_own_edit", args=[slug, row.code]) if row else reverse("data_own_new", args=[slug]),
        "back": reverse("data_own", args=[slug, row.code]) if row else reverse("data_dictionary", args=[slug]),
        "tabs": room.tabs_of(request, "dictionary"),
    }
    return render(
        request, "insight/own/form.html", context | _checked(request, typed | {"code": row.code if row else ""})
    )


def _checked(request: BrandRequest, typed: dict[str, Any]) -> dict[str, Any]:
    """Return what the check beside the form shows; nothing while nothing is typed."""
    formula = typed["formula"]
    if not formula.strip():
        return {"check": None, "wrong": None}
    try:
        draft = drafts.drafted(request.member, formula, code=typed["code"] or drafts.DRAFT, format=typed["format"])
        return {"check": present.check(request.member, draft), "wrong": None}
    except HongqiaoError as error:
        return {"check": None, "wrong": error_words(error)}
