"""What the book's pages share: the room's tabs, the book's own parts, what a form shows again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.book import queries
from hongqiao.errors import N_
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest

PARTS = (
    ("book", N_("定位与语气")),
    ("book_personas", N_("目标人群")),
    ("book_products", N_("产品与宣称")),
    ("book_lines", N_("红线")),
    ("book_pillars", N_("内容支柱")),
)


def show(request: BrandRequest, page: str, on: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page of the book; `on` is the part it belongs to."""
    slug, member = request.brand.slug, request.member
    shared = {
        "tabs": tabs.of(member, "content", "book"),
        "parts": [{"label": _(label), "url": reverse(name, args=[slug]), "on": name == on} for name, label in PARTS],
        "may_edit": permissions.allows(member, queries.EDIT),
        "may_approve": permissions.allows(member, queries.APPROVE),
    }
    return render(request, f"book/{page}.html", shared | dict(context))


def typed(extra: Mapping[str, Any], act: str, key: str, kept: Mapping[str, Any], row: str = "") -> dict[str, Any]:
    """Return what a form shows: what was typed into it where that went wrong, else what is kept."""
    given = extra.get("typed")
    mine = given is not None and extra.get("typed_act") == act and given.get(key, "") == row
    return {name: given.get(name, value) if mine and given else value for name, value in kept.items()} | {"open": mine}
