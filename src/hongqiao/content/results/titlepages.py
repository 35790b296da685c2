"""Pages of title tests: the list, the plan with its size, one test with its counts and what they say. C3."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.results import present, queries, titlefacts, titleshown, titletest
from hongqiao.errors import NotFound
from hongqiao.ledger import queries as ledger
from hongqiao.ledger import services
from hongqiao.methods.funnel import Funnel
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

PAGE = 40
FIELDS = ("name", "way", "compare", "usual", "lift")


def _show(request: BrandRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    shared: dict[str, Any] = {"tabs": tabs.of(request.member, "content", "content_results")}
    shared["may_edit"] = permissions.allows(request.member, ledger.EDIT)
    return render(request, f"content/results/{page}.html", shared | context)


def _may_see(request: BrandRequest) -> None:
    if not permissions.allows(request.member, ledger.SEE):
        raise NotFound()


@brand_view(queries.SEE)
@require_GET
def tests(request: BrandRequest) -> HttpResponse:
    """Every test, newest first: how far it is, or what it said."""
    _may_see(request)
    rows, following = kit.page_of(titlefacts.tests(request.member), kit.after(request), PAGE)
    outcomes = ledger.newest_outcomes(rows)
    known = titlefacts.counts_of(request.member, rows)
    shown = [titleshown.line(row, outcomes.get(row.pk), known[row.pk]) for row in rows]
    return _show(request, "titles", {"rows": shown, "next": following})


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def plan(request: BrandRequest) -> HttpResponse:
    """`?piece=` the form of a test, about a piece; it says the size before anything is kept."""
    _may_see(request)
    if request.method == "POST":
        return kit.act(request, {"size": _size, "plan": _planned}, _plan)
    return _plan(request, {})


def _planned(request: BrandRequest) -> dict[str, Any]:
    told: dict[str, Any] = {k: request.POST.get(k, "") for k in FIELDS}
    given: dict[str, Any] = {arm: _version(request, arm, told["compare"]) for arm in titlefacts.ARMS}
    told["way_code"] = told.pop("way")
    made = titletest.plan(actor=request.member, piece=kit.words_of(request, "piece"), **told, **given)
    messages.success(request, _("计划已保存"))
    return {"go": titleshown.url(made)}


def _version(request: BrandRequest, arm: str, compare: str) -> dict[str, str]:
    """Return a version as it was typed: of ads it is a material that the facts know by name, else a piece."""
    by = titlefacts.compared(compare)["by"]
    given = {k: request.POST.get(f"{arm}_{k}", "") for k in ("title", "cover")}
    return given | {"key": request.POST.get(f"{arm}_material" if by == "creative" else f"{arm}_key", "")}


def _size(request: BrandRequest) -> dict[str, Any]:
    _rate, _lift, n = titletest.size(request.POST.get("usual", ""), request.POST.get("lift", ""))
    return {"n": n, "typed": request.POST}


def _plan(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if went := extra.get("go"):
        return HttpResponseRedirect(went)
    key, usual = kit.words_of(request, "piece"), {}
    one = None
    if key:
        facts, one = queries.one(request.member, key)
        usual = _usual(facts.funnel(one))
    typed = extra.get("typed") or _proposed(one, usual)
    context = {
        "piece": one,
        "piece_url": present.url(request.brand, one.key) if one else "",
        "usual": usual,
        "typed": typed,
        "arms": titleshown.arms_of(typed),
        "ways": titleshown.ways(),
        "compare": [(c["code"], _(c["label"])) for c in titlefacts.data()["compare"]],
        "recent": titleshown.recent(request.member),
        **titleshown.promises(),
    }
    return _show(request, "title_plan", context | extra)


def _usual(funnel: Funnel) -> dict[str, str]:
    """Return what → the account's median of it in percent, as far as the piece's peers state it."""
    medians = {s.code: s.median for s in funnel.steps if s.median is not None}
    known = {c["code"]: medians.get(c["step"]) for c in titlefacts.data()["compare"]}
    return {code: f"{value * 100:.2f}" for code, value in known.items() if value}


def _proposed(one: queries.Shown | None, usual: dict[str, str]) -> dict[str, str]:
    if one is None:
        return {}
    chosen = next(iter(usual), "open")
    found = {"name": one.title[:40], "compare": chosen, "usual": usual.get(chosen, ""), "a_title": one.title[:120]}
    return found | ({"lift": f"{float(usual[chosen]) / 5:.2f}"} if chosen in usual else {})


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def test(request: BrandRequest, test_id: UUID) -> HttpResponse:
    """One test: its plan, how far both versions are, and once both are there what they say."""
    _may_see(request)

    def page(_request: Any, extra: dict[str, Any]) -> HttpResponse:
        row = titlefacts.tests(request.member).one(test_id)
        outcome = ledger.newest_outcomes([row]).get(row.pk)
        return _show(request, "title_test", titleshown.whole(request.member, row, outcome) | extra)

    if request.method == "POST":
        if str(kit.row_id(request)) != str(test_id):
            raise NotFound()
        return kit.act(request, ACTS, page)
    return page(request, {})


def _on(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "test_id": kit.row_id(request), "seen": kit.seen_of(request)}


def _start(request: BrandRequest) -> str:
    titletest.start(**_on(request))
    return _("已开始；到样本量之前不看高低")


def _count(request: BrandRequest) -> str:
    told: dict[str, Any] = {k: request.POST.get(k, "") for k in ("arm", "hits", "base", "source")}
    titletest.count(**_on(request), **told)
    return _("计数已登记")


def _judge(request: BrandRequest) -> str:
    titletest.judge(**_on(request))
    return _("已得出结果，记入台账")


def _stop(request: BrandRequest) -> str:
    titletest.stop(**_on(request))
    return _("已结束，结论记为数据不足")


def _cancel(request: BrandRequest) -> str:
    on = _on(request)
    row = titlefacts.tests(request.member).one(on.pop("test_id"))
    services.cancel_action(**on, action_id=row.pk)
    return _("测试已取消")


ACTS = {"start": _start, "count": _count, "judge": _judge, "stop": _stop, "cancel": _cancel}
