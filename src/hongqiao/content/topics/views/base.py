"""What the pages of topics share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.topics import queries
from hongqiao.content.topics.evidence import Around
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.views import kit


def around_of(request: BrandRequest) -> Around:
    """Return what topics are scored by, as of `?day=`: today where it says none, or one out of reach."""
    day = kit.day(kit.words_of(request, "day"))
    return Around(request.brand, day if day and 2000 <= day.year <= 2100 else None)


def show(request: BrandRequest, page: str, on: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the library with its tabs and what the member may do."""
    shared = {
        "tabs": tabs.of(request.member, "content", on="content_topics"),
        "places": [(label, reverse(name, args=[request.brand.slug]), name == on) for name, label in places()],
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "may_decide": permissions.allows(request.member, queries.DECIDE),
    }
    return render(request, f"content/topics/{page}.html", shared | context)


def places() -> list[tuple[str, str]]:
    """Return the pages of the library by address and name."""
    return [
        ("content_topics", _("全部选题")),
        ("content_propose", _("节点提选题")),
        ("content_gaps", _("空缺与参考")),
        ("content_sources", _("收集")),
        ("content_topic_weights", _("评分与校准")),
    ]
