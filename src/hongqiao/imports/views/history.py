"""What was imported: the list, one file, the rows it refused."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hongqiao.imports import guide, naming, queries
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.imports.views.cards import FileCard, figures_url, file_card, file_cards, problems_of
from hongqiao.imports.words import problem_words
from hongqiao.ui.tables import Column
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.models import Account
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name, say


def columns() -> list[Column]:
    return [
        Column("name", _("文件"), sort=True),
        Column("state", _("状态")),
        Column("labels", _("识别为"), wide=True),
        Column("account", _("账号")),
        Column("captured_at", _("下载时间"), sort=True),
        Column("taken", _("新增"), "count"),
        Column("unchanged", _("未变"), "count"),
        Column("refused", _("拒收"), "count"),
        Column("at", _("上传"), sort=True),
    ]


def _narrowed(request: HttpRequest) -> Any:
    wanted = {name: request.GET.get(name, "").strip() for name in ("state", "platform", "account", "q")}
    return queries.files(request.member, **wanted)  # type: ignore[attr-defined]


@require_GET
@brand_view("imports.view")
def history(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    size = limits_of(member.brand)["page_size"]
    sort, after = request.GET.get("sort", "-at"), request.GET.get("after", "")
    rows, cursor = queries.page(_narrowed(request), sort=sort, after=after, size=size)
    accounts = Account.objects.filter(brand=member.brand).order_by("platform", "name")
    shown = {
        "columns": columns(),
        "cards": file_cards(member, rows),
        "next": cursor,
        "sort": sort if sort in queries.SORTS else "-at",
        "states": [(value, _(label)) for value, label in FileState.choices],
        "platforms": guide.platform_choices(),
        "accounts": [(str(a.id), f"{platform_name(a.platform)} · {a.name}") for a in accounts],
        "narrowed": any(request.GET.get(n) for n in ("state", "platform", "account", "q")),
    }
    return render(request, "imports/history.html", shown)


@require_GET
@brand_view("imports.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as csv, narrowed and in the order shown."""
    member = request.member  # type: ignore[attr-defined]
    order = queries.SORTS.get(request.GET.get("sort", ""), queries.SORTS["-at"])
    found = _narrowed(request).order_by(*order)[: limits_of(member.brand)["export_rows"]]
    heads = [
        _("文件"),
        _("状态"),
        _("识别为"),
        _("账号"),
        _("下载时间"),
        _("新增"),
        _("未变"),
        _("拒收"),
        _("上传时间"),
        _("上传人"),
        "id",
    ]
    name = _("导入记录") + f"-{timezone.localdate():%Y%m%d}.csv"
    return kit.table_file("csv", name, heads, (_line(file_card(member, f)) for f in found))


def _line(card: FileCard) -> list[Any]:
    file, sums = card.file, card.sums
    captured = timezone.localtime(file.captured_at).strftime("%Y-%m-%d %H:%M:%S") if file.captured_at else ""
    who = str(file.created_by) if file.created_by else ""
    uploaded = timezone.localtime(file.created_at).strftime("%Y-%m-%d %H:%M:%S")
    counts = [sums["taken"], sums["unchanged"], sums["refused"]]
    account = file.account.name if file.account else ""
    return [
        file.name,
        _(file.get_state_display()),
        card.labels,
        account,
        captured,
        *counts,
        uploaded,
        who,
        str(file.id),
    ]


@require_GET
@brand_view("imports.view")
def detail(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """One file: what was in it, what became of its rows, who did what with it."""
    member = request.member  # type: ignore[attr-defined]
    file = queries.file(member, file_id)
    card = file_cards(member, [file], problems=0)[0]
    shown = {
        "card": card,
        "brand": member.brand,
        "problems": problems_of(card),
        "problem_total": sum(n for t in card.tables for _words, n in t.counts),
        "trail": [
            {"at": e.at, "who": e.user, "words": say("audit", e.code, e.params)} for e in queries.trail(member, file)
        ],
        "figures": figures_url(member) if file.state == FileState.DONE else "",
        "audit_url": _audit_url(request, file),
        "account_platform": platform_name(file.account.platform) if file.account else "",
    }
    return render(request, "imports/file.html", shown)


def _audit_url(request: HttpRequest, file: ImportFile) -> str:
    member = request.member  # type: ignore[attr-defined]
    if not permissions.allows(member, "settings.audit"):
        return ""
    return reverse("settings_audit", args=[member.brand.slug]) + f"?object={file.id}"


@require_GET
@brand_view("imports.view")
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """From a figure's source to the file it came in."""
    file = queries.file_of_source(request.member, source_id)  # type: ignore[attr-defined]
    return redirect("import_file", file.brand.slug, file.id)


@require_GET
@brand_view("imports.view")
def file_progress(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The bar of one running import; once it is done the page is asked to come anew."""
    file = queries.file(request.member, file_id)  # type: ignore[attr-defined]
    facts = (file.version, file.state, file.progress, request.LANGUAGE_CODE)
    mark = f'"{hashlib.sha256(repr(facts).encode()).hexdigest()[:20]}"'
    if not file.open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    card = file_card(request.member, file)  # type: ignore[attr-defined]
    response = render(request, "imports/_bar.html", {"card": card, "brand": request.brand})  # type: ignore[attr-defined]
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_GET
@brand_view("imports.view")
def refused(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The refused rows and unreadable cells as csv: where, what, and the value as the file has it."""
    file = queries.file(request.member, file_id)  # type: ignore[attr-defined]
    heads = [_("表"), _("行号"), _("列"), _("值"), _("问题"), _("整行拒收")]
    rows = (
        [
            naming.label_of(t) or t.sheet,
            p["row"],
            p["column"],
            p["value"],
            problem_words({**p, "value": ""}),
            _("是") if p["fatal"] else _("否"),
        ]
        for t in file.tables.all()
        for p in t.problems
    )
    return kit.table_file("csv", _("拒收明细") + f"-{file.name}.csv", heads, rows)
