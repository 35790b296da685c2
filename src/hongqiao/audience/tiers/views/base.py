"""What the pages of the tiers share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hongqiao.audience.tiers import queries
from hongqiao.workspace import figures, permissions, tabs
from hongqiao.workspace.access import BrandRequest


def show(request: BrandRequest, page: str, on: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the room with its tabs."""
    shared = {
        "tabs": tabs.of(request.member, "users", on=on),
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "sample": figures.SAMPLE in (request.brand.settings or {}),
    }
    return render(request, f"audience/{page}.html", shared | context)
