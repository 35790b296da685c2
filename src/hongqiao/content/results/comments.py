"""The page of what people say under a piece, by topic and question. C3."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.content.results import feelings, present, queries, voices
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def said(request: BrandRequest) -> HttpResponse:
    """`?piece=` what people say under it, by topic and question; `&about=` the comments of one."""
    if request.method == "POST":
        return kit.act(request, {"paste": _paste, "drop": _drop, "feel": _feel}, _voices)
    return _voices(request, {})


def _one(request: BrandRequest) -> queries.Shown:
    return queries.one(request.member, kit.words_of(request, "piece"))[1]


def _paste(request: BrandRequest) -> str:
    came = voices.paste(actor=request.member, one=_one(request), text=request.POST.get("text", ""))
    told = ngettext("新增 %(n)d 条", "新增 %(n)d 条", came.new) % {"n": came.new}
    if came.joined:
        told += " · " + ngettext("%(n)d 条已有，已合并", "%(n)d 条已有，已合并", came.joined) % {"n": came.joined}
    if came.left:
        told += " · " + ngettext("%(n)d 条没有收进", "%(n)d 条没有收进", len(came.left)) % {"n": len(came.left)}
    return told


def _drop(request: BrandRequest) -> str:
    voices.drop(actor=request.member, one=_one(request), signal_id=kit.row_id(request))
    return _("已移除这条评论")


def _feel(request: BrandRequest) -> str:
    one, negative = _one(request), request.POST.get("negative") == "yes"
    texts = [v.text for v in voices.heard(request.member, one, voices.address(request.member, one.key))]
    told: dict[str, Any] = {"key": request.POST.get("key", ""), "negative": negative, "seen": kit.seen_of(request)}
    feelings.correct(actor=request.member, content_key=one.key, texts=texts, **told)
    return _("记下了：这条是负面") if negative else _("记下了：这条不是负面")


def _voices(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    one, data = _one(request), voices.data(request.brand)
    kept = voices.of(request.member, one, voices.address(request.member, one.key))
    found = voices.summary(request.brand, kept)
    about = kit.words_of(request, "about")
    groups = {g.code: g for g in (*found.groups, found.asking, found.against)}
    shown = groups[about].voices if about in groups else tuple(kept)
    most, least = data["quotes"], data["least"]
    context = {
        "piece": one,
        "title": one.title or _("（无标题）"),
        "url": present.url(request.brand, one.key),
        "found": found,
        "least": least,
        "groups": [_group(g, found, least) for g in found.groups],
        "asking": _group(found.asking, found, least),
        "against": _group(found.against, found, least),
        "feeling": {k: f"{data['feeling'][k]:.0%}" for k in ("precision", "recall")},
        "domains": data["feeling"]["domains"],
        "about": about if about in groups else "",
        "about_label": _label(groups[about]) if about in groups else "",
        "voices": shown[:most],
        "more": max(0, len(shown) - most),
        "may_edit": permissions.allows(request.member, queries.EDIT),
    }
    context["tabs"] = tabs.of(request.member, "content", "content_results")
    return render(request, "content/results/voices.html", context | extra)


def _label(group: voices.Group) -> str:
    labels = {voices.ASKING: _("提问"), voices.REST: _("其他"), voices.AGAINST: _("负面")}
    return labels.get(group.code) or _(group.label)


def _group(group: voices.Group, found: voices.Summary, least: int) -> dict[str, Any]:
    share = group.count / found.count if found.enough else None
    quote = group.voices[0].text if group.voices else ""
    against = group.against / group.count if group.count >= least else None
    told = {"code": group.code, "label": _label(group), "count": group.count, "share": share, "quote": quote}
    return told | {"against": against}
