"""Pages of lines: the list with how often each spoke, one form with its preview, pause and delete. Serves D2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.errors import Conflict, HongqiaoError, NotAllowed, NotFound
from hongqiao.insight import queries as figures
from hongqiao.insight import views as room
from hongqiao.insight.alerts import present, queries, series, services, words
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.metrics import DIMENSIONS
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Account
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

TYPED = ("metric", "platform", "account", "dimension", "value", "condition", "line", "grain", "severity")


@brand_view("data.view")
def listed(request: BrandRequest) -> HttpResponse:
    """The brand's lines, each with how often it would have spoken of late."""
    context = {
        "alerts": present.lines(request.member),
        "may_add": permissions.allows(request.member, queries.MAKE),
        "days": series.limits()["preview_days"],
        "tabs": room.tabs_of(request, "alerts"),
    }
    return render(request, "insight/alerts/list.html", context)


@brand_view("data.view")
def edit(request: BrandRequest, alert_id: UUID | None = None) -> HttpResponse:
    """The form of one line; `do=preview` shows what it would have said and keeps nothing."""
    member = request.member
    row = queries.alerts(member).one(alert_id) if alert_id else None
    if not (queries.may_tend(member, row) if row else permissions.allows(member, queries.MAKE)):
        raise NotAllowed()
    if request.method != "POST":
        return _form(request, row, _kept(row) if row else _fresh(request), row)
    typed = {name: request.POST.get(name, "") for name in TYPED} | {
        name: request.POST.getlist(name) for name in ("roles", "members")
    }
    try:
        draft = services.drafted(actor=member, wanted=_wanted(typed))
        if request.POST.get("do") == "preview":
            return _form(request, row, typed, draft)
        if row:
            services.change_alert(
                actor=member, alert_id=row.pk, seen=kit.seen(request, Conflict), wanted=_wanted(typed)
            )
        else:
            services.add_alert(actor=member, wanted=_wanted(typed))
    except NotFound:
        raise
    except HongqiaoError as error:
        answer = _form(request, row, typed, None, error)
        answer.status_code = error.status
        return answer
    messages.success(request, _("提醒已保存"))
    return redirect("data_alerts", brand=request.brand.slug)


@require_POST
@brand_view("data.view")
def act(request: BrandRequest, alert_id: UUID) -> HttpResponse:
    """Pause (`do=pause`), look again (`do=resume`) or delete (`do=delete`) a line."""
    do, member, seen = request.POST.get("do", ""), request.member, kit.seen(request, Conflict)
    if do == "delete":
        services.delete_alert(actor=member, alert_id=alert_id, seen=seen)
        messages.success(request, _("提醒已删除"))
    elif do in ("pause", "resume"):
        services.pause_alert(actor=member, alert_id=alert_id, seen=seen, paused=do == "pause")
        messages.success(request, _("提醒已暂停") if do == "pause" else _("提醒已恢复，从今天起看"))
    else:
        raise NotFound()
    return redirect("data_alerts", brand=request.brand.slug)


def _form(
    request: BrandRequest,
    row: AlertRule | None,
    typed: dict[str, Any],
    draft: AlertRule | None,
    error: HongqiaoError | None = None,
) -> HttpResponse:
    member = request.member
    accounts = Account.objects.filter(brand=request.brand, state=Account.State.OPEN)
    accounts = accounts.exclude(relation=Account.Relation.COMPETITOR).order_by("platform", "name")
    names = figures.account_names(request.brand.pk)
    shown = present.preview(member, draft) if draft else None
    roles = permissions.roles()
    back = reverse("data_alert", args=[request.brand.slug, row.pk]) if row else ""
    context = {
        "row": row,
        "typed": typed,
        "problem": error_words(error) if error else None,
        "preview": shown,
        "metrics": words.choices(),
        "conditions": [(v, _(w)) for v, w in AlertRule.Condition.choices],
        "grains": [(v, _(w)) for v, w in AlertRule.Grain.choices],
        "severities": [(str(v), _(w)) for v, w in AlertRule.Severity.choices],
        "dimensions": [(d, _(DIMENSIONS[d].label)) for d in series.limits()["dimensions"]],
        "platforms": words.platforms(list(dict.fromkeys(accounts.values_list("platform", flat=True)))),
        "accounts": [(str(a.pk), names[str(a.pk)]) for a in accounts],
        "roles": [(code, _(role["label"])) for code, role in roles.items()],
        "people": [(str(m.pk), str(m)) for m in queries.readers(member)],
        "action": back or reverse("data_alert_new", args=[request.brand.slug]),
        "tabs": room.tabs_of(request, "alerts"),
    }
    return render(request, "insight/alerts/form.html", context)


def _fresh(request: BrandRequest) -> dict[str, Any]:
    """Return a new form; a metric page may have said which metric and where."""
    asked = request.GET
    metric = asked.get("metric", "")
    typed = {
        "metric": metric if series.fits(metric) else "followers_new",
        "platform": asked.get("platform", ""),
        "account": asked.get("account", ""),
        "condition": AlertRule.Condition.FALLS.value,
        "line": "30",
        "grain": AlertRule.Grain.WEEK.value,
        "severity": str(AlertRule.Severity.MIDDLE.value),
        "roles": [],
        "members": [],
    }
    cut = next((d for d in series.cuts(str(typed["metric"])) if asked.get(d)), "")
    return typed | {"dimension": cut, "value": asked.get(cut, "") if cut else ""}


def _kept(row: AlertRule) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("metric", "platform", "dimension", "value", "condition", "grain")}
    more: dict[str, Any] = {"account": str(row.account_id or ""), "severity": str(row.severity)}
    more |= {"roles": row.roles, "members": row.members}
    return {**plain, **more, "line": words.line_text(row)}


def _wanted(typed: dict[str, Any]) -> services.Wanted:
    return services.Wanted(
        metric=typed["metric"],
        condition=typed["condition"],
        line=words.typed_line(typed["metric"], typed["condition"], typed["line"]),
        grain=typed["grain"],
        severity=kit.whole(typed["severity"]) or 0,
        platform=typed["platform"],
        account_id=typed["account"] or None,
        dimension=typed["dimension"],
        value=typed["value"],
        roles=typed["roles"],
        members=typed["members"],
    )
