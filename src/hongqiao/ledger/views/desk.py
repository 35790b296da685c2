"""我的一天 and the calendar: what a member has to do, day by day."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.ledger import present, queries
from hongqiao.ledger.measuring import pool
from hongqiao.ledger.models import ActionState, Decision, FindingState, Told
from hongqiao.ledger.services.decisions import may_decide
from hongqiao.ledger.views import base
from hongqiao.ledger.views.actions import ACTS
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

WEEKDAYS = 7


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def my(request: BrandRequest) -> HttpResponse:
    """The member's own: overdue, due soon, to be judged, to be decided, told and not looked at."""
    return kit.act(request, ACTS, _my) if request.method == "POST" else _my(request, {})


def _my(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    member, today = request.member, queries.today_of(request.brand)
    held = permissions.held_by(member)
    rows = list(queries.mine(member).select_related("owner__user", "brand"))
    cards = [present.action(member, a, held, None, today) for a in rows]
    todo = [c for c in cards if c["row"].state in (ActionState.PLANNED, ActionState.RUNNING)]
    judge = [c for c in cards if c["row"].state == ActionState.DONE and c["row"].measure.get("method") == "by_hand"]
    waiting = [c for c in cards if c["row"].state == ActionState.DONE and c not in judge]
    told = Told.objects.filter(member=member, seen_at=None).values("finding_id")
    fresh = queries.findings(member).filter(pk__in=told, state=FindingState.OPEN).order_by("-severity", "-id")[:10]
    asked = queries.decisions(member).filter(state=Decision.State.OPEN).order_by("deadline", "id")[:20]
    context = {
        "late": [c for c in todo if c["late"]],
        "soon": [c for c in todo if not c["late"] and c["row"].due and c["row"].due <= today + timedelta(days=7)],
        "later": [c for c in todo if not c["row"].due or c["row"].due > today + timedelta(days=7)],
        "judge": judge,
        "waiting": waiting,
        "decisions": [d for d in asked if may_decide(member, d)],
        "fresh": [present.finding(member, f, held) for f in fresh],
        "nobody": queries.nobodys(queries.actions(member).filter(state__in=queries.OPEN_ACTIONS)).count(),
    }
    return base.page(request, "my", "ledger_my", context | more)


@require_GET
@brand_view("ledger.view")
def month(request: BrandRequest) -> HttpResponse:
    """A month of due and measuring days."""
    today = queries.today_of(request.brand)
    first = _first(request.GET.get("month", ""), today)
    last = date(first.year, first.month, months.monthrange(first.year, first.month)[1])
    begin = first - timedelta(days=first.weekday())
    end = last + timedelta(days=WEEKDAYS - 1 - last.weekday())
    entries = entries_of(request, begin, end)
    days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    cells: list[dict[str, Any]] = [
        {"day": d, "inside": d.month == first.month, "today": d == today, "entries": entries[d]} for d in days
    ]
    context = {
        "weeks": [cells[n : n + WEEKDAYS] for n in range(0, len(cells), WEEKDAYS)],
        "first": first,
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": (last + timedelta(days=1)).strftime("%Y-%m"),
        "this": today.strftime("%Y-%m"),
        "count": sum(len(c["entries"]) for c in cells),
        "heads": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
    }
    return base.page(request, "calendar", "ledger_calendar", context)


def _first(text: str, today: date) -> date:
    found = kit.day(f"{text}-01") if len(text) == 7 else None
    return found if found and 2000 <= found.year <= 2100 else today.replace(day=1)


def entries_of(request: BrandRequest, begin: date, end: date) -> dict[date, list[dict[str, Any]]]:
    """Return day → what is due, is to be measured or was judged on it, and the deadlines of decisions."""
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    rows = queries.actions(request.member).filter(state__in=queries.OPEN_ACTIONS).select_related("owner__user", "brand")
    today = queries.today_of(request.brand)
    for a in rows.order_by("due", "id"):
        card = present.action(request.member, a, frozenset(), None, today)
        if a.due and begin <= a.due <= end and a.state != ActionState.DONE:
            found[a.due].append(
                {
                    "text": card["name"],
                    "url": card["url"],
                    "kind": "late" if card["late"] else "due",
                    "who": card["owner"],
                }
            )
        computed = a.measure.get("method") != "by_hand"
        if computed and a.measure_on and begin <= a.measure_on <= end:
            found[a.measure_on].append({"text": card["name"], "url": card["url"], "kind": "measure", "who": ""})
    judged = queries.outcomes(request.member).filter(day__range=(begin, end)).exclude(method="by_hand")
    for o in pool.newest(judged.select_related("action__brand")):
        card = present.action(request.member, o.action, frozenset(), o, today)
        verdict = present.shown(o)
        found[o.day or today].append(
            {"text": f"{verdict['verdict']} · {card['name']}", "url": card["url"], "kind": verdict["tone"], "who": ""}
        )
    for d in queries.decisions(request.member).filter(state="open", deadline__range=(begin, end)):
        found[d.deadline].append(
            {"text": d.title, "url": f"/b/{request.brand.slug}/ledger/decisions/", "kind": "decide", "who": ""}
        )
    return found
