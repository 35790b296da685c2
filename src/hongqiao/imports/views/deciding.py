"""Decisions about one file. Each answers an htmx request with the card it concerns, and a plain form with the page."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.imports import queries, services
from hongqiao.imports.services.files import moment_of
from hongqiao.imports.views.cards import file_cards
from hongqiao.imports.views.home import panels
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.views import kit


def _moment(request: HttpRequest, member: Member, file_id: UUID) -> datetime | None:
    """The moment in the form, in the zone of the account chosen in the same form."""
    text = request.POST.get("captured_at", "")
    if not text:
        return None
    account_id = request.POST.get("account", "")
    account = Account.objects.get_for(member, "imports.run", account_id) if account_id else None
    return moment_of(text, account.zone if account else queries.file(member, file_id, "imports.run").zone)


def _answer(request: HttpRequest, file_id: UUID | None) -> HttpResponse:
    """The card anew with the head of the list; without a card where the file has left the list."""
    member = request.member  # type: ignore[attr-defined]
    if not request.headers.get("HX-Request"):
        if file_id and request.POST.get("back") == "detail":
            return redirect("import_file", member.brand.slug, file_id)
        return redirect("imports_home", member.brand.slug)
    shown = panels(member)
    waits = queries.waiting(member).filter(id=file_id) if file_id else []
    shown["card"] = next(iter(file_cards(member, waits)), None)
    response = render(request, "imports/_decided.html", shown)
    if shown["groups"]:
        response.headers["HX-Trigger"] = "decided"  # the heads of the groups count anew
    return response


@require_POST
@brand_view("imports.run")
def choose(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Keep a choice as soon as it is made."""
    member = request.member  # type: ignore[attr-defined]
    moment = _moment(request, member, file_id)
    services.choose(actor=member, file_id=file_id, account_id=request.POST.get("account"), captured_at=moment)
    return _answer(request, file_id)


@require_POST
@brand_view("settings.accounts")
def add_account(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    platform, name = request.POST.get("platform", ""), request.POST.get("name", "")
    services.add_account(actor=member, file_id=file_id, platform=platform, name=name)
    response = _answer(request, file_id)
    response.headers["HX-Refresh"] = "true"  # the account concerns every card of its platform, not this one alone
    return response


@require_POST
@brand_view("imports.run")
def confirm(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    moment = _moment(request, member, file_id)
    account = request.POST.get("account") or None
    services.confirm(actor=member, file_id=file_id, seen=kit.seen_of(request), account_id=account, captured_at=moment)
    return _answer(request, file_id)


@require_POST
@brand_view("imports.run")
def discard(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    services.discard(actor=member, file_id=file_id, seen=kit.seen_of(request))
    if request.headers.get("HX-Request"):
        return _answer(request, None)
    messages.success(request, _("文件已丢弃，没有导入任何数据"))
    return redirect("imports_home", member.brand.slug)


@require_POST
@brand_view("imports.run")
def look_again(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    services.look_again(actor=member, file_id=file_id, seen=kit.seen_of(request), prefer=request.POST.get("layout", ""))
    return _answer(request, file_id)


@require_POST
@brand_view("imports.run")
def skip(request: HttpRequest, file_id: UUID, table_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    services.skip_table(actor=member, file_id=file_id, table_id=table_id, skip=request.POST.get("take") != "1")
    return _answer(request, file_id)


@require_POST
@brand_view("imports.undo")
def move_account(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member, account = request.member, request.POST.get("account", "")  # type: ignore[attr-defined]
    file = services.move_account(actor=member, file_id=file_id, seen=kit.seen_of(request), account_id=account)
    messages.success(
        request, _("已改到账号 %(name)s，数字随之更新") % {"name": file.account.name if file.account else ""}
    )
    return redirect("import_file", member.brand.slug, file_id)


@require_POST
@brand_view("imports.undo")
def undo(request: HttpRequest, file_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    file = services.undo(actor=member, file_id=file_id, seen=kit.seen_of(request))
    messages.success(request, _("已撤销导入 %(name)s；需要时重新上传这个文件即可恢复") % {"name": file.name})
    return redirect("import_file", member.brand.slug, file_id)
