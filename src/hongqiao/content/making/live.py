"""The page of a live room: its run sheet made from products and length, by the clock, while it runs; as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from openpyxl import Workbook

from hongqiao.content.making import packing, planning, running
from hongqiao.content.models import Piece, Revision
from hongqiao.content.production import prelive, queries, services
from hongqiao.errors import NotFound
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.spreadsheets import XLSX, cell, saved
from hongqiao.workspace.views import kit

Row = dict[str, Any]


def _of(request: BrandRequest, piece_id: UUID) -> tuple[Piece, Revision | None]:
    row: Piece = queries.pieces(request.member).select_related("brand").one(piece_id)
    if row.form != Piece.Form.LIVE:
        raise NotFound()
    return row, queries.newest(row)


def rows_of(piece: Piece, body: Mapping[str, Any]) -> list[Row]:
    """Return segments with the time of day that each begins at, where the piece has its hour; else minutes."""
    begins = queries.local(piece)
    found: list[Row] = []
    for one in body.get("segments") or ():
        start, end = float(one.get("start") or 0), float(one.get("end") or 0)
        clock = (begins + timedelta(seconds=start)).strftime("%H:%M:%S") if begins else _span(start)
        found.append({**one, "from": round(start), "to": round(end), "clock": clock, "long": _span(end - start)})
    return found


def _span(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest, piece_id: UUID) -> HttpResponse:
    """The run sheet with a running clock, lines by phase, the checks before it begins."""
    if request.method == "POST":
        row, _now = _of(request, piece_id)
        acts: dict[str, kit.Act] = {
            "make": lambda r: _make(r, row),
            "checks": lambda r: _checks(r, row),
            "done": lambda r: _done(r, row),
        }
        return kit.act(request, acts, lambda r, extra: _show(r, piece_id, extra))
    return _show(request, piece_id, {})


def _make(request: BrandRequest, row: Piece) -> str:
    post = request.POST
    given = {k: post.get(k, "")[:8000] for k in ("products", "minutes", "people")}
    planning.make(actor=request.member, piece=row, seen=kit.seen(request), **given)
    return _("串场单已生成，存为新一版")


def _checks(request: BrandRequest, row: Piece) -> str:
    count = planning.add_checks(actor=request.member, piece=row)
    return _("已加 %(n)s 项开播前检查，也在任务里") % {"n": count}


def _done(request: BrandRequest, row: Piece) -> str:
    key = kit.row_id(request)
    if not queries.tasks(request.member).filter(piece=row, pk=key).exists():
        raise NotFound()
    services.finish_task(actor=request.member, task_id=key, seen=kit.seen(request))
    return _("已勾选")


def _show(request: BrandRequest, piece_id: UUID, extra: dict[str, Any]) -> HttpResponse:
    row, now = _of(request, piece_id)
    told, body = running.book(), (now.body if now else {})
    required = {c["label"]: c["required"] for c in told["checks"]}
    rows = rows_of(row, body)
    typed = extra.get("typed") or {}
    context = {
        "tabs": tabs.of(request.member, "content", "content_board"),
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "open": row.stage in queries.OPEN,
        "row": row,
        "rows": rows,
        "begins": row.publish_at.isoformat() if row.publish_at else "",
        "minutes": typed.get("minutes") or (rows[-1]["to"] // 60 if rows else told["minutes"]["usual"]),
        "products": typed.get("products") or "\n".join(body.get("products") or ()),
        "people": typed.get("people") or "\n".join(body.get("people") or ()) or _roles(told),
        "bank": [{"label": _(b["label"]), "lines": b["terms"]} for b in told["bank"]],
        "checks": [
            {"task": t, "required": required[t.text]}
            for t in queries.tasks(request.member).filter(piece=row, text__in=list(required))
        ],
        "holding": len(prelive.open_checks(row)),
    }
    return render(request, "content/making/live.html", context | extra)


def _roles(told: Mapping[str, Any]) -> str:
    return "\n".join(f"{_(r['label'])}：" for r in told["roles"])


@brand_view(queries.SEE)
@require_GET
def workbook(request: BrandRequest, piece_id: UUID) -> HttpResponse:
    """The run sheet as a workbook: segments, people, lines by phase, checks."""
    row, now = _of(request, piece_id)
    if now is None or not now.body.get("segments"):
        raise NotFound()
    book, told = Workbook(write_only=True), running.book()
    sheet = book.create_sheet(_("串场单"))
    sheet.append([_("时间"), _("时长"), _("环节"), _("商品"), _("谁"), _("话术"), _("备注")])
    for one in rows_of(row, now.body):
        line = [one["clock"], one["long"], *(one.get(k, "") for k in ("kind", "product", "who", "line", "note"))]
        sheet.append([cell(sheet, v) for v in line])
    pages = [
        (_("人员"), [[p] for p in now.body.get("people") or ()]),
        (_("话术库"), [[_(b["label"]), w] for b in told["bank"] for w in b["terms"]]),
        (_("开播前检查"), [[_(c["label"]), "□"] for c in told["checks"]]),
    ]
    for name, lines in pages:
        page = book.create_sheet(name)
        for line in lines:
            page.append([cell(page, v) for v in line])
    return kit.named(HttpResponse(saved(book), content_type=XLSX), f"{packing.safe(row.title)}.xlsx")
