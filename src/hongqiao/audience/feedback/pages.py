"""What the pages of the inbox, of tickets and of needs share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.audience.feedback.settings import EDIT
from hongqiao.errors import N_
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest

INBOX = (("users_inbox", N_("消息")), ("users_canned", N_("快捷回复")), ("users_keeping", N_("原话保存")))
TICKETS = (
    ("users_tickets", N_("工单")),
    ("users_needs", N_("需求")),
    ("users_ticket_figures", N_("时效")),
    ("users_teams", N_("处理小组")),
)


def show(
    request: BrandRequest, page: str, tab: str, on: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page with the room's tabs and those of its part."""
    parts = INBOX if tab == "users_inbox" else TICKETS
    shared = {
        "tabs": tabs.of(request.member, "users", on=tab),
        "parts": [
            {"label": _(label), "url": reverse(name, args=[request.brand.slug]), "on": name == on}
            for name, label in parts
        ],
        "may_edit": permissions.allows(request.member, EDIT),
        "me": request.member,
    }
    return render(request, f"audience/{page}.html", shared | context, status=status)
