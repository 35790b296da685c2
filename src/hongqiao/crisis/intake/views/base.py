"""What the pages of listening and of mentions share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hongqiao.crisis.intake import sources
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.models import Member


def show(request: BrandRequest, page: str, on: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the room with its tabs and what the member may do."""
    shared = {
        "tabs": tabs.of(request.member, "crisis", on=on),
        "may_handle": permissions.allows(request.member, sources.HANDLE),
    }
    return render(request, f"crisis/{page}.html", shared | context)


def colleagues(member: Member) -> list[Member]:
    """Return who may handle mentions, by name."""
    rows = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return sorted((m for m in rows if permissions.allows(m, sources.HANDLE)), key=str)
