"""Pages about many persons: bringing member files in, pairs to be confirmed, requests about data."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience import addresses
from hongqiao.audience.people import asking, bringing, card, merging, queries, rights, settings, stating, words
from hongqiao.audience.tiers.views import base
from hongqiao.knowledge import read
from hongqiao.workspace import keys
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Job
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import stored_words

ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


@brand_view(merging.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: BrandRequest) -> HttpResponse:
    """Bring a member file in."""
    if request.method == "POST":
        return kit.act(request, {"take": _take}, _bring)
    if request.GET.get("part") == "files":
        return render(request, "audience/people/files.html", _files(request))
    return _bring(request, {})


def _take(request: BrandRequest) -> dict[str, Any] | str:
    done = bringing.begin(actor=request.member, upload=request.FILES.get("file"))
    if isinstance(done, Job):
        return _("已开始导入 %(n)s 行，可以关掉页面") % {"n": f"{done.payload['count']:,}"}
    return {"done": _told(done)}


def _told(done: dict[str, Any]) -> dict[str, Any]:
    problems = [p | {"message": _(stating.PROBLEMS[p["code"]])} for p in done["problems"]]
    return done | {"problems": problems}


def _files(request: BrandRequest) -> dict[str, Any]:
    """Return the files of lately: on their way with how many rows are through, done with what came of them."""
    files = [
        {"name": job.payload["name"], "count": job.payload["count"], "active": job.state in ACTIVE,
         "through": int(job.progress * job.payload["count"]), "at": job.created_at,
         "done": _told(job.result) if job.state == Job.State.DONE and job.result else None,
         "failed": stored_words(job.error) if job.state == Job.State.FAILED and job.error else None}
        for job in bringing.lately(request.brand)
    ]  # fmt: skip
    return {"files": files, "files_active": any(f["active"] for f in files)}


def _bring(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    columns = [(c["terms"][0], c["terms"][1:4]) for c in read(f"audience/{settings.NAME}")["columns"]]
    context = {"columns": columns, "most": settings.rules(request.brand)["file_rows"],
               "people_url": addresses.page("users_people", request.brand)}  # fmt: skip
    return base.show(request, "people/bring", "users_people", context | _files(request) | extra)


@brand_view(queries.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def merges(request: BrandRequest) -> HttpResponse:
    """待确认合并."""
    if request.method == "POST":
        return kit.act(request, {"same": lambda r: _decide(r, True), "apart": lambda r: _decide(r, False)}, _merges)
    return _merges(request, {})


def _decide(request: BrandRequest, same: bool) -> str:
    asking.decide(actor=request.member, ask_id=kit.row_id(request), seen=kit.seen_of(request), same=same)
    return _("已合并；在用户页可以撤销") if same else _("已记下：不是同一人")


def _merges(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    pairs = card.pairs(request.member)
    for pair in pairs:
        pair["why"] = _(words.WHY[pair["why"]])
        for side in pair["sides"]:
            side["url"] = addresses.person(request.brand, side["key"])
            side["short"] = side["key"][:8]
            side["ids"] = [(words.kind(i.kind), i.hint) for i in side["ids"]]
    context = {"pairs": pairs, "people_url": addresses.page("users_people", request.brand)}
    return base.show(request, "people/merges", "users_people", context | extra)


@brand_view(queries.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def rights_page(request: BrandRequest) -> HttpResponse:
    """个人信息请求."""
    if request.method == "POST":
        return kit.act(
            request, {"done": lambda r: _answer(r, "done"), "refuse": lambda r: _answer(r, "refused")}, _rights
        )
    return _rights(request, {})


def _answer(request: BrandRequest, state: str) -> str:
    said = request.POST
    rights.answer(
        actor=request.member, right_id=kit.row_id(request), seen=kit.seen_of(request), state=state,
        text=said.get("text", ""),
    )  # fmt: skip
    return _("已办结") if state == "done" else _("已记下不予办理的理由")


def _rights(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    state = request.GET.get("state", "open")
    today = rights.real_day(request.brand)
    rows = rights.opened(request.member, "" if state == "all" else "open")
    context = {
        "rows": [
            {"row": r, "kind": _(r.get_kind_display()), "state": _(r.get_state_display()), "open": r.state == "open",
             "late": r.state == "open" and r.due < today, "note": keys.decrypt(r.note).decode() if r.note else "",
             "url": addresses.person(request.brand, r.person.key) if r.person else "",
             "short": r.person.key[:8] if r.person else ""}
            for r in rows
        ],
        "all": state == "all",
        "days": settings.rules(request.brand)["right_days"],
        "people_url": addresses.page("users_people", request.brand),
    }  # fmt: skip
    return base.show(request, "people/rights", "users_people", context | extra)
