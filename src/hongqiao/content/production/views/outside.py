"""The page that a review link opens: one piece, no sign-in, nothing else of the house."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.assets import storage
from hongqiao.content.assets import views as assets
from hongqiao.content.models import Approval, Asset, Remark, Stage
from hongqiao.content.production import anchors, pictures, present, queries, reviews, services, settings
from hongqiao.content.production.services import links
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import throttle
from hongqiao.workspace.access import client_ip
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, platform_name


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


@require_GET
def picture(request: HttpRequest, token: str, asset_id: UUID) -> HttpResponseBase:
    """A picture of the piece of a link, or one that its holder remarked upon; nothing else of the library."""
    throttle.check(
        "review_picture",
        client_ip(request) or "",
        amount=settings.shipped("review")["link_pictures_a_minute"],
        seconds=60,
    )
    link = links.opened(token)
    now, key = queries.newest(link.piece), str(asset_id)
    mine = Remark.objects.filter(link=link, anchor__asset=key)
    if key not in anchors.pictures(now.body if now else {}) and not mine.exists():
        raise NotFound()
    row = Asset.objects.filter(brand_id=link.brand_id, kind=Asset.Kind.IMAGE, pk=asset_id).first()
    if row is None or not storage.path_of(row).exists():
        raise NotFound()
    answer = assets.alone(FileResponse(storage.path_of(row).open("rb"), content_type=row.mime))
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _name(request: HttpRequest, token: str) -> str:
    row = services.name_link(token=token, name=request.POST.get("name", ""))
    return _("你好，%(name)s") % {"name": row.reviewer}


def _remark(request: HttpRequest, token: str) -> str:
    post = request.POST
    services.remark_by_link(token=token, text=post.get("text", ""), anchor=anchors.typed(post))
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
    body, said = now.body if now else {}, list(Remark.objects.filter(link=link).order_by("id"))
    numbers, known = {r.pk: n for n, r in pictures.numbered(said)}, anchors.assets(body)
    mine = Approval.objects.filter(link=link).order_by("-id").first()
    turn = reviews.turn(reviews.steps(row, now.digest)) if now else None
    context = {
        "link": link,
        "row": row,
        "text": now,
        "platform": platform_name(row.platform),
        "fields": [
            {"field": f, "label": present.place(f), "lines": present.headed(t)}
            for f, t in texts.items()
            if f != "title"
        ],
        "title": texts.get("title") or row.title,
        "tags": body.get("tags") or (),
        "account": row.account.name if row.account else row.brand.name,
        "pictures": pictures.shown(row, body, said, lambda key: reverse("review_picture", args=[token, key])),
        "said": [
            {"row": r, "number": numbers.get(r.pk), "changed": anchors.placed(r.anchor, texts, known) is None}
            for r in said
        ],
        "decided": mine,
        "may_decide": link.may_decide and row.stage == Stage.REVIEW and turn is not None,
    }
    return render(request, "content/production/outside.html", context | extra)
