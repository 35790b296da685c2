"""The library: search, filters, order, many decided at once and taken back; a new topic by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Topic
from hongqiao.content.topics import present, queries, services, settings
from hongqiao.content.topics.views import base
from hongqiao.errors import HongqiaoError, Invalid
from hongqiao.knowledge import nodes
from hongqiao.ui.tables import Column
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

FILTERS = ("q", "state", "source", "platform", "pillar", "persona", "node", "mark")
UNDO = "topics_undo"  # session: brand and what the last act moved, so that it can be taken back


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def library(request: BrandRequest) -> HttpResponse:
    """All topics, best first."""
    if request.method == "POST":
        return kit.act(request, {"move": _move, "undo": _undo}, _library)
    return _library(request, {})


def _library(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    around, asked = base.around_of(request), {k: kit.words_of(request, k) for k in FILTERS}
    rows = queries.ordered(queries.found(request.member, asked), kit.words_of(request, "sort"))
    size, page = settings.limits()["page_size"], kit.whole(kit.words_of(request, "page")) or 1
    page = min(page, 10000)
    found = list(rows[(page - 1) * size : page * size + 1])
    counts = queries.states(request.member)
    context = {
        "rows": [present.row(around, t) for t in found[:size]],
        "next": str(page + 1) if len(found) > size else "",
        "count": rows.count(),
        "columns": _columns(),
        "counts": [(k, _(v), counts[k]) for k, v in Topic.State.choices if counts[k]],
        "chosen": asked,
        "filtered": any(asked.values()),
        "undo": _undoable(request),
        "verdicts": around.rules["verdicts"],
        "nodes": _nodes(request, around),
        **present.choices(around),
    }
    return base.show(request, "library", "content_topics", context | extra)


def _columns() -> list[Column]:
    return [
        Column("pick", ""),
        Column("score", _("评分"), sort=True),
        Column("title", _("选题"), sort=True),
        Column("platforms", _("平台与形式")),
        Column("persona", _("人群"), wide=True),
        Column("pillar", _("支柱与阶段"), wide=True),
        Column("source", _("来源"), wide=True),
        Column("state", _("状态")),
        Column("at", _("加入"), sort=True, wide=True),
    ]


def _nodes(request: BrandRequest, around: Any) -> list[tuple[str, str]]:
    used = queries.topics(request.member).exclude(node="").order_by("node").values_list("node", flat=True).distinct()
    return [(key, words) for key in used[:100] if (words := present.node_words(around, key))]


def _move(request: BrandRequest) -> str:
    state = request.POST.get("state", "")
    if state not in Topic.State.values:
        raise Invalid()
    asked = request.POST.getlist("pick")
    done, left = services.decide(
        actor=request.member, topic_ids=asked, state=state, reason=request.POST.get("reason", "")
    )
    moved = [[str(t.pk), t.version, came] for t, came in done]
    request.session[UNDO] = {"brand": request.brand.slug, "moved": moved, "state": state}
    said = ngettext("%(n)d 个选题改为%(state)s", "%(n)d 个选题改为%(state)s", len(done))
    said %= {"n": len(done), "state": _(dict(Topic.State.choices)[state])}
    if left:
        said += " · " + ngettext("%(n)d 个不能改，保持原样", "%(n)d 个不能改，保持原样", len(left)) % {"n": len(left)}
    return said


def _undoable(request: BrandRequest) -> int:
    kept = request.session.get(UNDO) or {}
    return len(kept.get("moved", ())) if kept.get("brand") == request.brand.slug else 0


def _undo(request: BrandRequest) -> str:
    kept = request.session.pop(UNDO, None) or {}
    done = 0
    for key, version, came in kept.get("moved", ()) if kept.get("brand") == request.brand.slug else ():
        try:
            services.undo(actor=request.member, topic_id=key, seen=version, state=came)
            done += 1
        except HongqiaoError:
            continue  # somebody went on with it since
    return ngettext("已撤销 %(n)d 个", "已撤销 %(n)d 个", done) % {"n": done}


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponse:
    """A topic by hand."""
    if request.method == "POST":
        return kit.act(request, {"add": _add}, _new)
    return _new(request, {})


def fields(request: BrandRequest) -> dict[str, Any]:
    """Return the fields of a topic as the form sends them."""
    post = request.POST
    names = ("title", "pillar", "mark", "pain", "claim", "form", "node", "campaign", "hot_until", "hours")
    given: dict[str, Any] = {k: post[k] for k in names if k in post}
    given |= {f"{k}_id": post[k] for k in ("persona", "product", "owner") if k in post}
    if "platforms_sent" in post:
        given["platforms"] = post.getlist("platforms")
    return given


def _add(request: BrandRequest) -> Any:
    given = fields(request)
    if proof := request.POST.get("proof", "").strip():
        url = proof if proof.startswith(("http://", "https://")) else ""
        given["evidence"] = [{"text": "" if url else proof, "url": url, "cite": "" if url else proof[:60]}]
    return {"made": services.add_topic(actor=request.member, **given).topic}


def _new(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    permissions.require(request.member, queries.EDIT)
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("content_topic", args=[request.brand.slug, made.pk]))
    around = base.around_of(request)
    context = {"typed": {}, "platforms_on": [], "nodes": node_choices(around), **present.choices(around)}
    if "typed" in extra:
        context["platforms_on"] = extra["typed"].getlist("platforms")
    return base.show(request, "new", "content_topics", context | extra)


def node_choices(around: Any, kept: str = "") -> list[tuple[str, str]]:
    """Return the nodes that a topic may be given: those of the next half year, and the one it has."""
    near = [(n.key, f"{n.first:%m-%d} {_(n.label)}") for n in nodes.ahead(around.today, 183)]
    if kept and kept not in dict(near):
        near.insert(0, (kept, present.node_words(around, kept) or kept))
    return near
