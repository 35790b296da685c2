"""Pages of goals: the list with meters, one form to set or change, putting away. Serves D2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.errors import Conflict, HongqiaoError, NotAllowed, NotFound
from hongqiao.insight import queries as figures
from hongqiao.insight import views as room
from hongqiao.insight.goals import present, queries, services
from hongqiao.insight.goals.progress import measure
from hongqiao.insight.models import Goal
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

FIELDS = ("metric", "scope", "platform", "account", "owner", "span", "day", "end", "target", "note")


@brand_view("data.view")
def listed(request: BrandRequest) -> HttpResponse:
    """Goals of now and to come, then those that ended; with `?show=archived` the ones put away."""
    member, today = request.member, figures.today_of(request.brand)
    put_away = request.GET.get("show") == "archived"
    rows = list(queries.goals(member, archived=put_away))
    handle = figures.opened(member)
    found = present.lines(queries.measured(rows, handle, today), member, today)
    context = {
        "now": [x for x in found if x["goal"].end >= today],
        "ended": sorted((x for x in found if x["goal"].end < today), key=lambda x: x["goal"].end, reverse=True),
        "put_away": put_away,
        "may_add": True,
        "tabs": room.tabs_of(request, "goals"),
        "today": today,
    }
    return render(request, "insight/goals/list.html", context)


@brand_view("data.view")
def edit(request: BrandRequest, goal_id: UUID | None = None) -> HttpResponse:
    """The form of one goal. What is wrong is said on the page, with what was typed."""
    member = request.member
    goal = queries.goals(member).one(goal_id) if goal_id else None
    if goal and not queries.may_tend(member, goal):
        raise NotAllowed()
    if request.method != "POST":
        return _form(request, goal, _kept(goal) if goal else _fresh(request))
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        wanted = _wanted(typed)
        if goal:
            services.change_goal(actor=member, goal_id=goal.pk, seen=kit.seen(request, Conflict), wanted=wanted)
        else:
            services.add_goal(actor=member, wanted=wanted)
    except NotFound:
        raise
    except HongqiaoError as error:
        answer = _form(request, goal, typed, error)
        answer.status_code = error.status
        return answer
    messages.success(request, _("目标已保存"))
    return redirect("data_goals", brand=request.brand.slug)


def _form(
    request: BrandRequest, goal: Goal | None, typed: dict[str, Any], error: HongqiaoError | None = None
) -> HttpResponse:
    member, today = request.member, figures.today_of(request.brand)
    people = Member.objects.filter(brand=request.brand, state=Member.State.ACTIVE).select_related("user")
    accounts = Account.objects.filter(brand=request.brand, state=Account.State.OPEN)
    accounts = accounts.exclude(relation=Account.Relation.COMPETITOR).order_by("platform", "name")
    platforms = dict.fromkeys(accounts.values_list("platform", flat=True))
    names = figures.account_names(request.brand.pk)
    progress = measure(goal, figures.opened(member), today) if goal else None
    context = {
        "goal": goal,
        "typed": typed,
        "problem": error_words(error) if error else None,
        "line": present.line(goal, progress, names, today) if goal and progress else None,
        "metrics": present.metric_choices(),
        "scopes": [(v, _(w)) for v, w in Goal.Scope.choices if _may_scope(member, v)],
        "spans": [(v, _(w)) for v, w in Goal.Span.choices],
        "platforms": [(p, figures.platform_name(p)) for p in platforms],
        "accounts": [(str(a.pk), names[str(a.pk)]) for a in accounts],
        "people": [(str(m.pk), str(m)) for m in people.order_by("id")],
        "tabs": room.tabs_of(request, "goals"),
    }
    return render(request, "insight/goals/form.html", context)


def _may_scope(member: Member, scope: str) -> bool:
    return scope == Goal.Scope.PERSON or permissions.allows(member, queries.TEND)


def _fresh(request: BrandRequest) -> dict[str, Any]:
    scope = Goal.Scope.BRAND if permissions.allows(request.member, queries.TEND) else Goal.Scope.PERSON
    return {
        "metric": "followers_new",
        "scope": scope.value,
        "span": Goal.Span.MONTH.value,
        "day": str(figures.today_of(request.brand)),
        "owner": str(request.member.pk),
    }


def _kept(goal: Goal) -> dict[str, Any]:
    return {
        "metric": goal.metric,
        "scope": goal.scope,
        "platform": goal.platform,
        "account": str(goal.account_id or ""),
        "owner": str(goal.owner_id),
        "span": goal.span,
        "day": str(goal.start),
        "end": str(goal.end),
        "target": present.target_text(goal),
        "note": goal.note,
    }


def _wanted(typed: dict[str, str]) -> services.Wanted:
    return services.Wanted(
        metric=typed["metric"],
        target=present.typed_target(typed["metric"], typed["target"]),
        span=typed["span"],
        day=kit.day(typed["day"]),
        end=kit.day(typed["end"]),
        scope=typed["scope"],
        platform=typed["platform"],
        account_id=typed["account"] or None,
        owner_id=typed["owner"] or None,
        note=typed["note"],
    )


@require_POST
@brand_view("data.view")
def archive(request: BrandRequest, goal_id: UUID) -> HttpResponse:
    """Put a goal away, or take it out again (`do=revive`)."""
    if request.POST.get("do") == "revive":
        services.revive_goal(actor=request.member, goal_id=goal_id, seen=kit.seen(request, Conflict))
        messages.success(request, _("目标已恢复"))
    else:
        services.archive_goal(actor=request.member, goal_id=goal_id, seen=kit.seen(request, Conflict))
        messages.success(request, _("目标已归档，数字还在"))
    return redirect("data_goals", brand=request.brand.slug)
