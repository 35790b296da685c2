"""Teaching the program a table that no layout knows, and the list of what it was taught."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hongqiao import platforms
from hongqiao.errors import HongqiaoError
from hongqiao.imports import queries, services, teaching
from hongqiao.imports.errors import BytesGone
from hongqiao.imports.models import ImportTable
from hongqiao.imports.views.cards import layout_name
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


def _shown(table: ImportTable, mapping: dict[str, Any]) -> dict[str, Any]:
    return {
        "table": table,
        "file": table.file,
        "mapping": mapping,
        "tables": teaching.tables(mapping),
        "lines": teaching.lines(mapping, table.headers, table.preview),
        "tried": teaching.attempt(table.file, table, mapping) if mapping["table"] else None,
    }


def _table(request: HttpRequest, file_id: UUID, table_id: UUID) -> ImportTable:
    table = queries.table(request.member, file_id, table_id, "imports.run")  # type: ignore[attr-defined]
    if not table.file.kept:
        raise BytesGone()
    return table


@require_http_methods(["GET", "POST"])
@brand_view("imports.run")
def teach(request: HttpRequest, file_id: UUID, table_id: UUID) -> HttpResponse:
    """Show the form with a proposal; keep what was confirmed and look into the file again."""
    member = request.member  # type: ignore[attr-defined]
    table = _table(request, file_id, table_id)
    if request.method == "GET":
        template = request.GET.get("template", "")
        shown = _shown(table, teaching.start(table.file, table, template))
        return render(request, "imports/mapping.html", shown | {"offers": teaching.offers(table, template)})
    mapping = teaching.from_form(request.POST, table.headers)
    try:
        kept = services.keep_mapping(actor=member, mapping=mapping)
        services.look_again(actor=member, file_id=file_id, seen=None)
        services.look_again_like(actor=member, code=kept.code, besides=file_id)
    except HongqiaoError as error:
        shown = {**_shown(table, mapping), "refusal": error_words(error)}
        return render(request, "imports/mapping.html", shown, status=error.status)
    messages.success(request, _("字段对应已保存，以后同样表头的文件会自动识别"))
    return redirect("imports_home", member.brand.slug)


@require_POST
@brand_view("imports.run")
def preview(request: HttpRequest, file_id: UUID, table_id: UUID) -> HttpResponse:
    """The form anew for what is chosen now, with the first rows converted."""
    table = _table(request, file_id, table_id)
    mapping = teaching.from_form(request.POST, table.headers)
    if request.POST.get("drawn", mapping["table"]) != mapping["table"]:
        mapping = teaching.anew(table, mapping)
    return render(request, "imports/_mapping_form.html", _shown(table, mapping))


@require_GET
@brand_view("imports.view")
def kept(request: HttpRequest) -> HttpResponse:
    """The mappings this brand has, each with its columns."""
    member = request.member  # type: ignore[attr-defined]
    rows = [
        {
            "kept": m,
            "target": {c: t for c, t, _on in teaching.tables(m.mapping)}.get(m.mapping["table"], m.mapping["table"]),
            "columns": _columns(m.mapping),
        }
        for m in queries.mappings(member)
    ]
    shown = {
        "rows": rows,
        "aliases": [{"row": a, "layout": layout_name(a.layout)} for a in queries.aliases(member)],
        "may_run": permissions.allows(member, "imports.run"),
        "may_teach": permissions.allows(member, "imports.teach"),
    }
    return render(request, "imports/mappings.html", shown)


def _columns(mapping: dict[str, Any]) -> list[tuple[str, str, str]]:
    offered = platforms.TARGETS.get(mapping["table"], {})
    return [
        (header, _(offered[one["column"]][0]), _(teaching.KINDS.get(one["kind"], one["kind"])))
        for header, one in mapping["columns"].items()
        if one["column"] in offered
    ]


@require_http_methods(["GET", "POST"])
@brand_view("imports.run")
def edit(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Change a kept mapping without its file: targets, kinds and options; there are no rows to try it on."""
    member = request.member  # type: ignore[attr-defined]
    row = queries.mapping(member, mapping_id, "imports.run")
    headers, mapping = list(row.mapping["headers"]), row.mapping
    shown: dict[str, Any] = {}
    if request.method == "POST":
        mapping = teaching.from_form(request.POST, headers)
        if "redraw" not in request.POST:
            try:
                services.keep_mapping(actor=member, mapping=mapping)
            except HongqiaoError as error:
                shown["refusal"] = error_words(error)
            else:
                messages.success(request, _("字段对应已保存"))
                return redirect("imports_mappings", member.brand.slug)
    shown |= {
        "kept": row,
        "mapping": mapping,
        "tables": teaching.tables(mapping),
        "lines": teaching.lines(mapping, headers, []),
    }
    template = "imports/_mapping_form.html" if request.headers.get("HX-Request") else "imports/mapping.html"
    return render(request, template, shown, status=422 if "refusal" in shown else 200)


@require_POST
@brand_view("imports.run")
def forget(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    services.forget_mapping(actor=member, mapping_id=mapping_id, seen=kit.seen_of(request))
    messages.success(request, _("字段对应已删除；已经导入的数据不受影响"))
    return redirect("imports_mappings", member.brand.slug)
