"""What the pages of production share: tabs, the rows a board or a list shows, choices of forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.models import Piece, Remark, Stage, Task
from hongqiao.content.production import present, queries, reviews
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.models import BrandedQuerySet
from hongqiao.workspace.views import kit


def page(request: BrandRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of production with the room's tabs and its own."""
    held = permissions.held_by(request.member)
    shared = {
        "tabs": tabs.of(request.member, "content", on="content_board"),
        "may_edit": queries.EDIT in held,
        "may_review": queries.REVIEW in held,
        "may_schedule": queries.SCHEDULE in held,
    }
    return render(request, f"content/production/{template}.html", shared | context)


def views_of(request: BrandRequest, on: str) -> list[dict[str, Any]]:
    """Return the ways to look at pieces: board, list."""
    names = (("content_board", _("看板")), ("content_pieces", _("列表")))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [{"label": label, "url": reverse(n, args=[request.brand.slug]) + query, "on": n == on} for n, label in names]


def filtered(request: BrandRequest, rows: BrandedQuerySet) -> BrandedQuerySet:
    """Return the pieces that the address asks for: platform, form, owner, lane, text."""
    asked = {k: kit.words_of(request, k) for k in ("platform", "form", "stage", "owner", "q")}
    if asked["platform"]:
        rows = rows.filter(platform=asked["platform"])
    if asked["form"] in Piece.Form.values:
        rows = rows.filter(form=asked["form"])
    if asked["stage"] in Stage.values:
        rows = rows.filter(stage=asked["stage"])
    if asked["owner"] == "me":
        rows = rows.filter(Q(owner=request.member) | Q(tasks__owner=request.member, tasks__done_at=None)).distinct()
    elif asked["owner"] == "none":
        rows = rows.filter(owner=None)
    elif asked["owner"]:
        rows = rows.filter(owner__in=[m.pk for m in queries.colleagues(request.member) if str(m.pk) == asked["owner"]])
    if asked["q"]:
        rows = rows.filter(title__icontains=asked["q"])
    return rows


def cards(request: BrandRequest, rows: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return pieces as cards, in a fixed number of questions."""
    texts, steps = queries.newest_of(rows), reviews.steps_of([r for r in rows if r.stage == Stage.REVIEW])
    open_tasks = Task.objects.filter(piece__in=rows, done_at=None).exclude(due=None).order_by("due", "id")
    due: dict[Any, Task] = {}
    for task in open_tasks:
        due.setdefault(task.piece_id, task)
    remarks = Remark.objects.filter(piece__in=rows, settled_at=None, answers=None).values_list("piece_id")
    told = dict(remarks.annotate(n=Count("id")).order_by())
    member = request.member
    return [present.card(member, r, texts.get(r.pk), steps.get(r, ()), due.get(r.pk), told.get(r.pk, 0)) for r in rows]


def choices(request: BrandRequest) -> dict[str, Any]:
    """Return what forms and filters choose from."""
    people = queries.colleagues(request.member)
    owners = [("me", _("我")), ("none", _("无人负责")), *((str(m.pk), str(m)) for m in people)]
    return {
        "platforms": present.platforms(),
        "forms": [(k, _(label)) for k, label in Piece.Form.choices],
        "stages": [(k, _(label)) for k, label in Stage.choices],
        "owners": owners,
        "people": [(str(m.pk), str(m)) for m in people],
        "accounts": list(queries.accounts(request.member)),
        "commercials": [(k, _(label)) for k, label in Piece.Commercial.choices],
        "lanes": [(k, _(label)) for k, label in Piece.Lane.choices],
    }
