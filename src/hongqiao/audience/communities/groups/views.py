"""Pages of groups: the list with today's routine and imports, one with its weeks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.communities import kit, present
from hongqiao.audience.communities.groups import queries, services, weekfiles
from hongqiao.audience.communities.views import show
from hongqiao.audience.models import Group
from hongqiao.audience.uploads import laid_down
from hongqiao.ui import formats
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.notices import holders
from hongqiao.workspace.views import kit as pages


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return pages.act(request, {"create": _create, "tick": _tick, "untick": _untick, "weeks": _weeks}, _listed)
    return _listed(request, {})


def _choices(request: BrandRequest) -> dict[str, Any]:
    return {
        "kinds": [(v, _(str(label))) for v, label in Group.Kind.choices],
        "sorts": [(s["code"], _(s["label"])) for s in kit.book(request.brand)["sorts"]],
        "members": holders(request.brand, kit.SEE),
        "accounts": kit.accounts(request.brand),
    }


def _listed(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = list(queries.groups(request.member, closed=True))
    open_ = [g for g in rows if g.closed_at is None]
    found = queries.latest(rows)
    context = {
        "rows": [present.group_line(g, found.get(g.pk)) for g in rows],
        "routine": present.routine(request.brand, open_),
        "theme": _(theme) if (theme := queries.theme(request.brand, timezone.localdate())) else "",
        "heads": [_(words) for words in weekfiles.WORDS.values()],
    }
    return show(request, "groups", context | _choices(request) | extra, "groups")


def _given(request: BrandRequest) -> dict[str, Any]:
    names = ("name", "kind", "sort", "size", "owner", "account", "note", "levels")
    return {n: request.POST[n] for n in names if n in request.POST}


def _create(request: BrandRequest) -> str:
    made = services.save_group(actor=request.member, **_given(request))
    return _("已新建社群 %(name)s") % {"name": made.name}


def _tick(request: BrandRequest) -> str:
    services.tick(actor=request.member, group_id=pages.row_id(request), step=request.POST.get("step", ""))
    return _("已完成")


def _untick(request: BrandRequest) -> str:
    services.tick(actor=request.member, group_id=pages.row_id(request), step=request.POST.get("step", ""), done=False)
    return _("已撤回")


def _weeks(request: BrandRequest) -> str:
    with laid_down(request.FILES.get("file")) as path:
        rows, first = weekfiles.rows_of(path)
    done = services.import_weeks(actor=request.member, rows=rows, first=first)
    return _("已导入 %(n)s 行") % {"n": formats.number(done)}


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def group(request: BrandRequest, group_id: UUID) -> HttpResponse:
    row = queries.group(request.member, group_id)

    def page(req: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        return _one(req, queries.group(req.member, group_id), extra)

    def save(req: BrandRequest) -> str:
        services.save_group(actor=req.member, group_id=row.pk, seen=pages.seen(req), **_given(req))
        return _("已保存")

    def week(req: BrandRequest) -> str:
        figures = {n: req.POST.get(n, "") for n in services.FIGURES}
        services.save_week(actor=req.member, group_id=row.pk, week=req.POST.get("week", ""), **figures)
        return _("这一周已登记")

    def close(req: BrandRequest) -> str:
        done = services.close_group(
            actor=req.member, group_id=row.pk, seen=pages.seen(req), closed=row.closed_at is None
        )
        return _("社群已关闭") if done.closed_at else _("社群已重新启用")

    if request.method == "POST":
        return pages.act(request, {"save": save, "week": week, "close": close}, page)
    return page(request, {})


def _one(request: BrandRequest, row: Group, extra: dict[str, Any]) -> HttpResponse:
    weeks = queries.weeks(row)
    context = {
        "row": row,
        "line": present.group_line(row, weeks[-1] if weeks else None),
        "weeks": [{"week": w, "warnings": present.group_line(row, w)["warnings"]} for w in weeks[::-1]],
        "charts": present.weeks_chart(weeks),
        "figures": present.figures(),
        "bounds": kit.book(row.brand)["health"],
        "levels": "\n".join(f"{x['level']} {x['members']}" for x in row.levels),
        "activities": row.activities.order_by("-id")[:20],
        "today": timezone.localdate(),
    }
    return show(request, "group", context | _choices(request) | extra, "groups")
