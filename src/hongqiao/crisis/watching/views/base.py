"""What the pages of watching share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hongqiao.crisis.watching import present, queries
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest


def show(request: BrandRequest, page: str, on: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the room with its tabs and what the member may do."""
    shared = {
        "tabs": tabs.of(request.member, "crisis", on=on),
        "may_handle": permissions.allows(request.member, queries.HANDLE),
        **present.choices(request.member),
    }
    return render(request, f"crisis/watching/{page}.html", shared | context)
