"""Addresses of the explorer: the page and its part for htmx, rows behind a cell, files, views and notes of a day."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.insight import queries, views
from hongqiao.insight.explorer import answer as answers
from hongqiao.insight.explorer import ask, choices, limit, listing, modelled, present, services
from hongqiao.insight.explorer.question import PLATFORM, Question, asked, from_json, from_params
from hongqiao.insight.rows import behind
from hongqiao.insight.words import label, part_words
from hongqiao.metrics import METRICS
from hongqiao.metrics.behind import part_of
from hongqiao.workspace import figures, permissions, spreadsheets
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name

#: Sentences a person may begin with.
EXAMPLES = (
    N_("近30天各平台的阅读量，环比"),
    N_("上月新增关注按天"),
    N_("各商品的商品下单金额前10"),
    N_("上周消耗和点击率按投放计划"),
    N_("上月完播率最低的5条内容"),
    N_("上月哪个平台新增关注最多"),
)


@brand_view("data.view")
def explore(request: BrandRequest) -> HttpResponse:
    """The explorer. A sentence (`q`) without metrics is read first and answered with the address it stands for."""
    member = request.member
    today = figures.today_of(member.brand)
    sentence = request.GET.get("q", "").strip()[: limit("sentence_letters")]
    queries.checked_text("q", sentence)
    if sentence and not request.GET.get("m"):
        return _asked(request, sentence, today)
    question = from_params(request.GET, today)
    context = present.page(member, question, request.GET.get("fd", ""))
    context |= _around(request, sentence, today)
    if _partial(request):
        page = render(request, "insight/explorer/workbench.html", context)
        page.headers["HX-Push-Url"] = _address(request, question, sentence, request.GET.get("read") == "model")
        return page
    return render(request, "insight/explorer/page.html", context | {"tabs": views.tabs_of(request, "explore")})


def _partial(request: BrandRequest) -> bool:
    heads = request.headers
    return bool(heads.get("HX-Request")) and not heads.get("HX-History-Restore-Request")


def _address(request: BrandRequest, question: Question, sentence: str, by_model: bool = False) -> str:
    """Return the one address of a question; the sentence goes with it while it is what was asked, and the mark that a
    model read it."""
    asked_as = f"&{urlencode({'q': sentence} | ({'read': 'model'} if by_model else {}))}" if sentence else ""
    return reverse("data_explore", args=[request.brand.slug]) + question.query() + asked_as


def _asked(request: BrandRequest, sentence: str, today: date) -> HttpResponse:
    """Go to what a sentence means; where no metric was understood, say so and show what it could be."""
    read = modelled.helped(request.member, sentence, today, ask.read(request.member, sentence, today))
    if read.question.metrics:
        target = _address(request, read.question, sentence, read.by_model)
        if _partial(request):
            return HttpResponse(headers={"HX-Redirect": target})
        return redirect(target)
    context = present.page(request.member, read.question) | _around(request, sentence, today, read)
    template = "workbench.html" if _partial(request) else "page.html"
    return render(request, f"insight/explorer/{template}", context | {"tabs": views.tabs_of(request, "explore")})


def _around(request: BrandRequest, sentence: str, today: date, read: ask.Read | None = None) -> dict[str, Any]:
    """Return what stands around the figures: the sentence, the views kept, whether there are facts at all."""
    member = request.member
    kept = list(services.views(member))
    return {
        "sentence": sentence,
        "read": ask.told(read or _read(request, sentence, today)) if sentence else None,
        "views": kept,
        "examples": [_(e) for e in EXAMPLES],
        "views_url": reverse("data_views", args=[request.brand.slug]),
        "may_export": permissions.allows(member, "data.export"),
        "empty": not queries.has_facts(member.brand),
        "import_url": reverse("imports_home", args=[request.brand.slug]),
    }


def _read(request: BrandRequest, sentence: str, today: date) -> ask.Read:
    """Read the sentence of a page that is shown; what a model once made of it stands in the address and is marked."""
    if request.GET.get("read") == "model":
        return ask.Read(Question(metrics=tuple(request.GET.getlist("m"))), by_model=True)
    return ask.read(request.member, sentence, today)


@brand_view("data.view")
def rows(request: BrandRequest) -> HttpResponse:
    """The statements behind one figure of the explorer, with the file each came from."""
    member = request.member
    question = from_params(request.GET, figures.today_of(member.brand))
    if len(question.metrics) != 1:
        raise NotFound()
    code, part, after = question.metrics[0], request.GET.get("part", "numerator"), request.GET.get("after", "")
    queries.checked_cursor(after)
    for dimension in question.where:
        queries.check_cut(code, dimension)
    found = answers.answer(member, question, figures.today_of(member.brand))
    accounts, handle = queries.account_names(member.brand_id), queries.opened(member)
    context = {
        "code": code,
        "metric": label(code),
        "period": found.period,
        "tabs": views.tabs_of(request, "explore"),
        "cards": present.cards(found, lambda *_args: ""),
        "chips": present.chips(question, present.namer(found, accounts))[1:],
        "behind": behind(member, handle, asked(question, found.period), code, part, after, accounts),
        "parts": part_words(code),
        "part": part_of(METRICS[code].parts, part),
    }
    template = "insight/rows.html" if request.headers.get("HX-Target") == "rows" else "insight/explorer/rows.html"
    return render(request, template, context)


@brand_view("data.export")
def export(request: BrandRequest, kind: str) -> HttpResponseBase:
    """The whole table as csv or xlsx."""
    if kind not in spreadsheets.KINDS:
        raise NotFound()
    member = request.member
    question = from_params(request.GET, figures.today_of(member.brand))
    found = answers.answer(member, question, figures.today_of(member.brand), limit=None)
    if found.misfits:
        queries.check_cut(found.misfits[0].metric, found.misfits[0].dimension)
    if found.result is None:
        raise NotFound()
    heads, lines = listing.sheet(found, present.namer(found, queries.account_names(member.brand_id)))
    name = f"{'-'.join(question.metrics[:3])}-{found.period.start}-{found.period.end}.{kind}"
    return kit.table_file(kind, name, heads, lines)


@brand_view("data.view")
def kept(request: BrandRequest) -> HttpResponse:
    """The views a member may open, and the notes of days."""
    member = request.member
    pins = {v.id for v in services.pinned(member)}
    shown = [
        {
            "row": v,
            "url": view_url(request, v.id),
            "pinned": v.id in pins,
            "mine": v.owner_id == member.id,
            "tend": services.may_tend(member, v),
            "retired": [label(c) for c in v.question.get("metrics", ()) if c in METRICS and METRICS[c].retired],
        }
        for v in services.views(member)
    ]
    notes = [
        {"row": n, "where": _where(n), "tend": services.may_tend(member, n), "fields": _fields(n)}
        for n in services.annotations(member)[: limit("notes_shown")]
    ]
    context = {
        "views": shown,
        "notes": notes,
        "today": figures.today_of(member.brand),
        "places": choices.places(member),
        "tabs": views.tabs_of(request, "explore"),
    }
    return render(request, "insight/explorer/kept.html", context)


def _fields(note: Any) -> dict[str, str]:
    place = str(note.account_id) if note.account_id else f"{PLATFORM}{note.platform}" if note.platform else ""
    return {"id": str(note.id), "text": note.text, "place": place}


def _place(text: str) -> dict[str, str | None]:
    """Read where a note belongs: a platform, an account, or nothing for the whole brand."""
    if text.startswith(PLATFORM):
        return {"platform": text.removeprefix(PLATFORM)}
    return {"account_id": text or None}


def _where(note: Any) -> str:
    if note.account:
        return f"{platform_name(note.account.platform)} · {note.account.name}"
    return platform_name(note.platform) if note.platform else _("全品牌")


def view_url(request: BrandRequest, view_id: UUID) -> str:
    return reverse("data_view", args=[request.brand.slug, view_id])


@brand_view("data.view")
def view(request: BrandRequest, view_id: UUID) -> HttpResponse:
    """A view by its own address, which members share: it opens as the question it keeps."""
    row = services.view_of(request.member, view_id)
    question = from_json(row.question, figures.today_of(request.brand))
    return redirect(reverse("data_explore", args=[request.brand.slug]) + question.query())


@require_POST
@brand_view("data.view")
def save(request: BrandRequest) -> HttpResponse:
    """Keep the question of the address under a name."""
    question = _question(request)
    shared = request.POST.get("shared") == "on"
    row = services.save_view(actor=request.member, name=request.POST.get("name", ""), question=question, shared=shared)
    if request.POST.get("pin") == "on":
        services.pin_view(actor=request.member, view_id=row.id, on=True)
    messages.success(request, _("已保存视图「%(name)s」") % {"name": row.name})
    return redirect(reverse("data_explore", args=[request.brand.slug]) + question.query())


def _question(request: BrandRequest) -> Question:
    return from_params(QueryDict(request.POST.get("query", "").removeprefix("?")), figures.today_of(request.brand))


@require_POST
@brand_view("data.view")
def change(request: BrandRequest, view_id: UUID) -> HttpResponse:
    """Rename, share, pin or delete a view."""
    member, what = request.member, request.POST.get("do", "")
    seen = kit.seen_of(request)
    if what == "delete":
        services.delete_view(actor=member, view_id=view_id, seen=seen)
        messages.success(request, _("视图已删除"))
    elif what in ("pin", "unpin"):
        services.pin_view(actor=member, view_id=view_id, on=what == "pin")
        messages.success(request, _("已放到今日") if what == "pin" else _("已从今日移走"))
    else:
        name, shared = request.POST.get("name", ""), request.POST.get("shared") == "on"
        services.change_view(actor=member, view_id=view_id, seen=seen, name=name, shared=shared)
        messages.success(request, _("视图已修改"))
    return redirect("data_views", brand=request.brand.slug)


@require_POST
@brand_view("data.view")
def note(request: BrandRequest, note_id: UUID | None = None) -> HttpResponse:
    """Add, change or delete a note of a day."""
    member = request.member
    if note_id and request.POST.get("do") == "delete":
        services.delete_annotation(actor=member, note_id=note_id, seen=kit.seen_of(request))
        messages.success(request, _("注记已删除"))
        return redirect("data_views", brand=request.brand.slug)
    given: dict[str, Any] = {
        "day": _day(request.POST.get("day", "")),
        "text": request.POST.get("text", ""),
        **_place(request.POST.get("place", "")),
    }
    if note_id:
        services.change_annotation(actor=member, note_id=note_id, seen=kit.seen_of(request), **given)
    else:
        services.annotate(actor=member, **given)
    messages.success(request, _("注记已保存，会画在含这一天的图上"))
    back = request.POST.get("query", "")
    if back.startswith("?"):
        return redirect(reverse("data_explore", args=[request.brand.slug]) + back)
    return redirect("data_views", brand=request.brand.slug)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            N_("日期不是有效的日期"), N_("请用 2025-11-22 这样的写法，或从预设里选"), code="bad_date"
        ) from None
