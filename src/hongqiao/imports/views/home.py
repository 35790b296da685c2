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
from hongqiao.imports import groups, guide, naming, proposals, queries, services
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportBundle
from hongqiao.imports.services.files import complete
from hongqiao.imports.views.cards import figures_url, file_cards
from hongqiao.imports.words import skipped_words
from hongqiao.workspace import permissions
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import error_words, stored_words


class NoFile(Invalid):
    code = "no_file"
    message = N_("没有收到文件")
    next_step = N_("请先选择文件再上传")


def panels(member: Member) -> dict[str, Any]:
    """Return what the live parts of the page show: the head of the waiting list, its groups where it is long, and the
    latest results. Where it is short, `files` are shown as cards.
    """
    mine = queries.open_accounts(member.brand)
    files = list(queries.waiting(member, light=True))
    proposals.fill(files, mine)
    ready = {f.id for f in files if complete(f)}
    many = len(files) > limits_of(member.brand)["cards_at_once"]
    return {
        "brand": member.brand,
        "count": len(files),
        "ready": len(ready),
        "undecided": len(files) - len(ready),
        "groups": groups.grouped(files, mine, ready) if many else [],
        **results(member),
    }


def zips(member: Member) -> dict[str, Any]:
    """Return the zips whose line stands on the page, with the words for what was left out of each."""
    shown = queries.bundles(member)
    for one in shown:
        left = [
            *((n, skipped_words(c)) for n, c in one.skipped),
            *((n, stored_words(e)["message"]) for n, e in one.failed),
        ]
        one.left_out = left  # type: ignore[attr-defined]
        one.error_words = stored_words(one.error)  # type: ignore[attr-defined]
    return {"zips": shown, "opening": any(b.open for b in shown)}


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
    shown = panels(member)
    cards = [] if shown["groups"] else file_cards(member, queries.waiting(member))
    parts = groups.sections(cards)
    return render(request, "imports/home.html", {**shown, **zips(member), **more, "sections": parts})


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
        said = [_received(services.hand_over(actor=member, name=f.name or "", stream=f)) for f in given]
        return JsonResponse({"next": page, "message": "；".join(said)})
    for one in given:
        try:
            services.hand_over(actor=member, name=one.name or "", stream=one)
        except HongqiaoError as error:
            words = error_words(error)
            messages.error(request, f"{one.name}：{words['message']}。{words['next_step']}")
    return redirect(page)


def _received(file: Any) -> str:
    if isinstance(file, ImportBundle):
        words = ngettext("压缩包里有 %(n)s 个文件，正在逐个识别", "压缩包里有 %(n)s 个文件，正在逐个识别", file.total)
        skipped = _("；跳过 %(n)s 个") % {"n": len(file.skipped)} if file.skipped else ""
        return words % {"n": file.total} + skipped
    if file.state == FileState.REFUSED:
        return _("读不了，原因见下方列表")
    known = [t for t in file.tables.all() if t.layout]
    return "、".join(dict.fromkeys(naming.label_of(t) for t in known)) if known else _("未识别，需要字段对应")


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


@require_GET
@brand_view("imports.view")
def under_way(request: HttpRequest) -> HttpResponse:
    """How far the imports are, for 今日: polled while some run; once none does the page is asked to come anew."""
    member = request.member  # type: ignore[attr-defined]
    now = queries.progress(member.brand)
    if not now.active and request.GET.get("was"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    mark = f'"{hashlib.sha256(repr((now, request.LANGUAGE_CODE)).encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == mark:
        response: HttpResponse = HttpResponseNotModified()
    else:
        every = limits_of(member.brand)["progress_every_seconds"]
        response = render(request, "imports/_under_way.html", {"brand": member.brand, "now": now, "every": every})
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@brand_view("imports.run")
def confirm_all(request: HttpRequest) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    done = services.confirm_all(actor=member, group=request.POST.get("group", ""))
    words = ngettext("已确认 %(n)s 个文件，正在导入", "已确认 %(n)s 个文件，正在导入", done["confirmed"]) % {
        "n": done["confirmed"]
    }
    if done["left"]:
        words += _("；还有 %(n)s 个需要你选择") % {"n": done["left"]}
    (messages.success if done["confirmed"] else messages.warning)(request, words)
    return redirect("imports_home", member.brand.slug)
