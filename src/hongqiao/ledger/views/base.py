"""What the ledger's pages share: tabs, the head of each page, figures of forms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.ledger import present, queries
from hongqiao.ledger.limits import limits
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.views import kit

TABS = (
    ("ledger_home", N_("问题与机会")),
    ("ledger_actions", N_("优化动作")),
    ("ledger_my", N_("我的一天")),
    ("ledger_outcomes", N_("复盘台账")),
    ("ledger_decisions", N_("待决策")),
    ("ledger_calendar", N_("日历")),
    ("ledger_rules", N_("规则")),
    ("ledger_book", N_("动作模板")),
)


def page(request: BrandRequest, template: str, on: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the ledger with its tabs."""
    slug = request.brand.slug
    tabs = [{"label": _(label), "url": reverse(name, args=[slug]), "on": name == on} for name, label in TABS]
    held = permissions.held_by(request.member)
    base = {"tabs": tabs, "may_edit": queries.EDIT in held, "may_judge": queries.JUDGE in held}
    base |= {"reasons": present.reasons(), "today": queries.today_of(request.brand)}
    return render(request, f"ledger/{template}.html", base | context)


def slice_of(request: HttpRequest, found: Any, size: int | None = None) -> tuple[list[Any], str]:
    """Return one page of rows by number, and the number of the next ("" at the end)."""
    size = size or limits()["page_rows"]
    text = request.GET.get("page", "")
    number = (kit.whole(text) or 1) if len(text) < 6 else 1
    at = (max(number, 1) - 1) * size
    rows = list(found[at : at + size + 1])
    return rows[:size], str(max(number, 1) + 1) if len(rows) > size else ""


def one_of(text: str, allowed: Any) -> str:
    """Return a parameter of the address where it is one of those allowed, else ""."""
    return text if text in allowed else ""


def hundredth(text: str) -> Any:
    """Return what was typed in percent as it is kept; what is no number stays, to be refused in words."""
    try:
        return round(float(text.strip().rstrip("%％")) / 100, 10)
    except ValueError:
        return text
