"""The page that a review link opens: one piece, no sign-in, nothing else of the house."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Approval, Remark, Stage
from hongqiao.content.production import anchors, present, queries, reviews, services, settings, words
from hongqiao.content.production.services import links
from hongqiao.errors import HongqiaoError
from hongqiao.workspace import throttle
from hongqiao.workspace.access import client_ip
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponse:
    """Show the piece of a link; remark and decide as far as it allows. No cache and no search engine keeps it."""
    book = settings.shipped("review")
    throttle.check("review_link", client_ip(request) or "", amount=book["link_calls_a_minute"], seconds=60)
    if request.method == "POST":
        throttle.check("review_act", links.secrets.digest(token), amount=book["link_acts_an_hour"], seconds=3600)
        doing = {"name": _name, "remark": _remark, "decide": _decide}
        acts = {name: partial(act, token=token) for name, act in doing.items()}
        answer = kit.act(request, acts, lambda r, extra: _show(r, token, extra))
    else:
        answer = _show(request, token, {})
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex, nofollow", "no-store"
    answer["Referrer-Policy"] = "same-origin"  # the address is the key: it is told to no other site
    return answer


def _name(request: HttpRequest, token: str) -> str:
    row = services.name_link(token=token, name=request.POST.get("name", ""))
    return _("你好，%(name)s") % {"name": row.reviewer}


def _remark(request: HttpRequest, token: str) -> str:
    post = request.POST
    anchor = {k: post[k] for k in ("field", "quote", "start") if post.get(k)} if post.get("quote") else None
    services.remark_by_link(token=token, text=post.get("text", ""), anchor=anchor)
    return _("已记下你的意见")


def _decide(request: HttpRequest, token: str) -> str:
    post = request.POST
    number = kit.whole(post.get("number", "")) or 0
    services.decide_by_link(token=token, decision=post.get("decision", ""), number=number, note=post.get("note", ""))
    return _("谢谢，已告诉他们")


def _show(request: HttpRequest, token: str, extra: dict[str, Any]) -> HttpResponse:
    try:
        link = links.opened(token)
    except HongqiaoError as error:
        words_ = error_words(error)
        return render(request, "content/production/outside.html", {"dead": words_}, status=error.status)
    links.saw(link)
    row = link.piece
    now = queries.newest(row)
    texts = anchors.fields(row.form, now.body) if now else {}
    said = Remark.objects.filter(link=link).order_by("id")
    mine = Approval.objects.filter(link=link).order_by("-id").first()
    turn = reviews.turn(reviews.steps(row, now.digest)) if now else None
    context = {
        "link": link,
        "row": row,
        "text": now,
        "platform": words.platform(row.platform),
        "fields": [
            {"field": f, "label": present.place(f), "lines": present.headed(t)}
            for f, t in texts.items()
            if f != "title"
        ],
        "title": texts.get("title") or row.title,
        "tags": now.body.get("tags") or () if now else (),
        "account": row.account.name if row.account else row.brand.name,
        "said": [{"row": r, "changed": anchors.placed(r.anchor, texts, set()) is None} for r in said],
        "decided": mine,
        "may_decide": link.may_decide and row.stage == Stage.REVIEW and turn is not None,
    }
    return render(request, "content/production/outside.html", context | extra)
