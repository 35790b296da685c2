"""时效: how well feedback is answered; 处理小组: who answers for what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.audience.feedback import kinds, metrics, pages, settings, teams, words
from hongqiao.errors import Invalid
from hongqiao.ui import formats
from hongqiao.ui.period import Period, Typed, period_of
from hongqiao.ui.tables import Column
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, role_label


@brand_view(settings.SEE)
@require_GET
def figures(request: BrandRequest) -> HttpResponse:
    """First response, time to resolve, reopening, within terms, by kind, of tickets opened in a period."""
    period = _period(request)
    if isinstance(period, Typed):
        shown = {"period": period, "problem": error_words(period.error)}
        return pages.show(
            request, "feedback/figures", "users_tickets", "users_ticket_figures", shown, period.error.status
        )
    rows = metrics.period(request.brand, period.start, period.end)
    met, judged = metrics.answered(request.brand, period.start, period.end)
    book = settings.book(request.brand)["metrics"]
    labels = dict(kinds.groups())
    context = {
        "period": period,
        "all": metrics.of(request.brand, rows),
        "kinds": [
            {"label": labels.get(code) or _("没有类型"), "f": f} for code, f in metrics.by_kind(request.brand, rows)
        ],
        "chart": metrics.chart(request.brand, rows, period.start, period.end) if rows else None,
        "answered": met / judged if judged >= book["least"] else None,
        "answered_count": (met, judged),
        "book": book,
        "columns": [
            Column("kind", _("类型")),
            Column("count", _("工单"), "count"),
            Column("first", _("首次响应（中位）")),
            Column("resolve", _("解决用时（中位）")),
            Column("within", _("时限内")),
            Column("reopen", _("重开率")),
        ],
    }
    return pages.show(request, "feedback/figures", "users_tickets", "users_ticket_figures", context)


def _period(request: BrandRequest) -> Period | Typed:
    """Return the days looked at: complete ones, by the day of now; tickets wait for no file."""
    today = timezone.localdate()
    try:
        return period_of(request.GET, today)
    except Invalid as error:
        return Typed(request.GET.get("start", ""), request.GET.get("end", ""), error, today)


@brand_view(settings.SEE)
@require_http_methods(["GET", "POST"])
def teams_page(request: BrandRequest) -> HttpResponse:
    """Who a team is, what its terms are, and whom a late ticket is told."""
    if request.method == "POST":
        return kit.act(request, {"team": _team}, _teams)
    return _teams(request, {})


def _teams(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    book = settings.book(request.brand)
    context = {
        "teams": [_one(request, code, label, book) for code, label in teams.labels(request.brand)],
        "everybody": teams.everybody(request.brand),
        "terms": [
            {
                "label": words.priority(code),
                **{k: _minutes(t[k]) for k in ("first", "own", "fix")},
                "always": t["around_the_clock"],
            }
            for code, t in book["priorities"].items()
        ],
        "hours": book["hours"],
        "ladder": [role_label(r) for r in book["escalate"]],
        "may_set": permissions.allows(request.member, "users.send"),
        "crowd": book["crowd"],
        "big": book["big_followers"],
    }
    return pages.show(request, "feedback/teams", "users_tickets", "users_teams", context | extra)


def _one(request: BrandRequest, code: str, label: str, book: dict[str, Any]) -> dict[str, Any]:
    mine = [label_ for kind, label_ in kinds.groups() if kinds.book()["kinds"][kind]["team"] == code]
    team = book["teams"][code]
    named = [str(m) for m in team.get("members", [])]
    return {
        "code": code,
        "label": label,
        "kinds": mine,
        "role": role_label(team.get("role", "")),
        "named": named,
        "members": teams.members(request.brand, code),
    }


def _minutes(n: int | None) -> str:
    if n is None:
        return "—"
    return formats.span(60 * n)


def _team(request: BrandRequest) -> str:
    teams.set_team(actor=request.member, code=request.POST.get("code", ""), member_ids=request.POST.getlist("member"))
    return _("已保存处理小组")
