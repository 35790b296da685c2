"""The page people drop files on: what waits for a decision, what is running, what the latest files gave."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hongqiao.errors import N_, HongqiaoError, Invalid
from hongqiao.imports import guide, queries, services
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState
from hongqiao.imports.views.cards import figures_url, file_cards
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import error_words


class NoFile(Invalid):
    code = "no_file"
    message = N_("没有收到文件")
    next_step = N_("请先选择文件再上传")


def panels(member: Member) -> dict[str, Any]:
    """Return what the two live parts of the page show: the head of the waiting list, and the latest results."""
    waiting = file_cards(member, queries.waiting(member))
    return {
        "brand": member.brand,
        "waiting": waiting,
        "ready": sum(c.complete for c in waiting),
        "undecided": sum(not c.complete for c in waiting),
        **results(member),
    }


def results(member: Member) -> dict[str, Any]:
    return {
        "brand": member.brand,
        "results": file_cards(member, queries.recent(member), problems=3),
        "running": queries.running(member),
        "figures": figures_url(member),
        "may_run": permissions.allows(member, "imports.run"),
    }


@require_GET
@brand_view("imports.view")
def home(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    limits = limits_of(member.brand)
    more = {"guide": guide.lines(), "max_files": limits["max_files_at_once"], "max_bytes": limits["max_file_mb"] << 20}
    return render(request, "imports/home.html", {**panels(member), **more})


@require_POST
@brand_view("imports.run")
def upload(request: HttpRequest) -> HttpResponse:
    """Take files. The dropzone sends one a request and reads JSON; a browser without scripts gets the page."""
    member = request.member  # type: ignore[attr-defined]
    page = reverse("imports_home", args=[member.brand.slug])
    given = request.FILES.getlist("files")
    if not given:
        raise NoFile()
    if "application/json" in request.headers.get("Accept", ""):
        said = [_received(services.receive(actor=member, name=f.name or "", stream=f)) for f in given]
        return JsonResponse({"next": page, "message": "；".join(said)})
    for one in given:
        try:
            services.receive(actor=member, name=one.name or "", stream=one)
        except HongqiaoError as error:
            words = error_words(error)
            messages.error(request, f"{one.name}：{words['message']}。{words['next_step']}")
    return redirect(page)


def _received(file: Any) -> str:
    if file.state == FileState.REFUSED:
        return _("读不了，原因见下方列表")
    known = [t for t in file.tables.all() if t.layout]
    return "、".join(dict.fromkeys(_(t.label) for t in known)) if known else _("未识别，需要字段对应")


@require_GET
@brand_view("imports.view")
def progress(request: HttpRequest) -> HttpResponse:
    """The results panel alone, asked for every two seconds while something runs; 304 while nothing changed."""
    member = request.member  # type: ignore[attr-defined]
    shown = results(member)
    facts = [(str(c.file.id), c.file.state, c.file.version, c.percent) for c in shown["results"]]
    mark = f'"{hashlib.sha256(repr((facts, shown["running"], request.LANGUAGE_CODE)).encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == mark:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "imports/_results.html", shown)
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@brand_view("imports.run")
def confirm_all(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    done = services.confirm_all(actor=member)
    words = ngettext("已确认 %(n)s 个文件，正在导入", "已确认 %(n)s 个文件，正在导入", done["confirmed"]) % {
        "n": done["confirmed"]
    }
    if done["left"]:
        words += _("；还有 %(n)s 个需要你选择") % {"n": done["left"]}
    (messages.success if done["confirmed"] else messages.warning)(request, words)
    return redirect("imports_home", member.brand.slug)
