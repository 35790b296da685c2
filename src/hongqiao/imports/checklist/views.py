"""The page of the list, and the page where a brand changes it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hongqiao import platforms
from hongqiao.imports import queries
from hongqiao.imports.checklist import services, week
from hongqiao.imports.checklist.curve import Reminder, curve
from hongqiao.imports.checklist.plan import lines
from hongqiao.imports.checklist.services import BadLine
from hongqiao.imports.checklist.words import STATES, TONES, weekday_choices
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name


@require_GET
@brand_view("imports.view")
def page(request: HttpRequest) -> HttpResponse:
    """One week: what is here, what is missing, where each file is found; and which pieces to capture today."""
    member: Member = request.member  # type: ignore[attr-defined]
    shown = week.week(member, kit.day(request.GET.get("week", "")))
    only = request.GET.get("only", "")
    tasks = [t for t in shown.tasks if t.state != "done"] if only == "open" else shown.tasks
    here = shown.first <= shown.today <= shown.last
    reminders = [_reminder(r) for r in curve(member)] if here else []
    context = {
        "week": shown,
        "groups": [_group(account, rows, shown.today) for account, rows in week.grouped(tasks)],
        "reminders": reminders,
        "missed": sum(len(r["missed"]) for r in reminders),
        "only": only,
        "here": here,
        "before": shown.first - timedelta(days=7),
        "after": shown.first + timedelta(days=7),
        "span": f"{date_format(shown.first, 'MONTH_DAY_FORMAT')} – {date_format(shown.last, 'MONTH_DAY_FORMAT')}",
        "may_run": permissions.allows(member, "imports.run"),
    }
    return render(request, "imports/checklist.html", context)


def _lost(task: week.Task, today: date) -> tuple[date, date] | None:
    """The days that no download brings any more: after what is covered, before where one reaches today."""
    if task.state == "done" or not task.covered or not task.last_chance or task.last_chance >= today:
        return None
    return task.covered + timedelta(days=1), today - timedelta(days=task.line.reach_days + 1)


def _reminder(given: Reminder) -> dict[str, Any]:
    account = given.line.account
    whose = {"account": account, "platform": platform_name(account.platform), "label": _(given.line.label)}
    return {**whose, "today": given.today, "missed": given.missed}


def _group(account: Account, tasks: list[week.Task], today: date) -> dict[str, Any]:
    soon = today + timedelta(days=7)
    rows = [
        {
            "task": t,
            "label": _(t.line.label) if not t.line.own else t.line.label,
            "path": _(t.line.path) if t.line.path else "",
            "state": _(STATES[t.state]),
            "tone": TONES[t.state],
            "gap": t.last_chance if t.last_chance and t.state != "done" and t.last_chance <= soon else None,
            "lost": _lost(t, today),
        }
        for t in tasks
    ]
    done = sum(t.state == "done" for t in tasks)
    return {"account": account, "platform": platform_name(account.platform), "rows": rows, "done": done}


@require_GET
@brand_view("imports.run")
def adjust(request: HttpRequest) -> HttpResponse:
    """Every line with its switch, day, page and the person who fetches it; and a form for one more."""
    member: Member = request.member  # type: ignore[attr-defined]
    accounts = queries.own_accounts(member.brand)
    found = lines(member.brand, also_off=True)
    groups = [(a, platform_name(a.platform), [x for x in found if x.account.id == a.id]) for a in accounts]
    context = {
        "groups": groups,
        "weekdays": weekday_choices(),
        "people": _people(member),
        "accounts": [(str(a.id), f"{platform_name(a.platform)} · {a.name}") for a in accounts],
        "layouts": _layouts(member),
    }
    return render(request, "imports/checklist_adjust.html", context)


def _people(member: Member) -> list[tuple[str, str]]:
    mine = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return [(str(m.id), str(m)) for m in mine if permissions.allows(m, "imports.run")]


def _layouts(member: Member) -> list[tuple[str, str]]:
    taught = [(m.code, m.label) for m in queries.mappings(member)]
    known = platforms.LAYOUTS.values()
    return [*taught, *((x.code, f"{platform_name(x.platform)} · {_(x.label)}") for x in known if x.stored)]


@require_POST
@brand_view("imports.run")
def change(request: HttpRequest, account_id: UUID) -> HttpResponse:
    member: Member = request.member  # type: ignore[attr-defined]
    given = request.POST
    services.change(
        actor=member,
        account_id=account_id,
        code=given.get("code", ""),
        seen=kit.seen_of(request) or 0,
        off="on" not in given,
        weekday=_number(given.get("weekday", "")),
        owner_id=given.get("owner") or None,
        page=given.get("page", ""),
    )
    messages.success(request, _("已保存"))
    return redirect("imports_checklist_adjust", member.brand.slug)


def _number(text: str) -> int | None:
    if text and not text.isdecimal():
        raise BadLine(what=text[:20])
    return int(text) if text else None


@require_POST
@brand_view("imports.run")
def add(request: HttpRequest) -> HttpResponse:
    member: Member = request.member  # type: ignore[attr-defined]
    given = request.POST
    services.add(
        actor=member,
        account_id=given.get("account", ""),
        label=given.get("label", ""),
        layout=given.get("layout", ""),
        weekday=_number(given.get("weekday", "")),
        page=given.get("page", ""),
    )
    messages.success(request, _("已加入清单"))
    return redirect(reverse("imports_checklist_adjust", args=[member.brand.slug]))


@require_POST
@brand_view("imports.run")
def remove(request: HttpRequest, wanted_id: UUID) -> HttpResponse:
    member: Member = request.member  # type: ignore[attr-defined]
    services.remove(actor=member, wanted_id=wanted_id, seen=kit.seen_of(request) or 0)
    messages.success(request, _("已移除"))
    return redirect("imports_checklist_adjust", member.brand.slug)
