"""One topic: its open score, gates, what is like it, whom it is for, its pieces; changed, scored, moved, made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Topic
from hongqiao.content.production import services as production
from hongqiao.content.production import slots
from hongqiao.content.production.queries import accounts
from hongqiao.content.results import present as results
from hongqiao.content.results.learnt import Lessons
from hongqiao.content.topics import present, queries, services
from hongqiao.content.topics.views import base, library
from hongqiao.ledger import playbook
from hongqiao.ledger import words as ledger_words
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Account
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def topic(request: BrandRequest, topic_id: UUID) -> HttpResponse:
    """One topic's page."""
    row: Topic = queries.topics(request.member).one(topic_id)
    if request.method == "POST":
        acts = {
            "save": lambda r: _save(r, row),
            "part": lambda r: _part(r, row),
            "rescore": lambda r: _rescore(r, row),
            "move": lambda r: _move(r, row),
            "proof": lambda r: _proof(r, row),
            "unproof": lambda r: _unproof(r, row),
            "make": lambda r: _make(r, row),
        }
        return kit.act(request, acts, lambda r, extra: _topic(r, queries.topics(r.member).one(topic_id), extra))
    return _topic(request, row, {})


def _topic(request: BrandRequest, row: Topic, extra: dict[str, Any]) -> HttpResponse:
    around = base.around_of(request)
    shown = present.row(around, row)
    heard = around.mentions(row)
    context = {
        **shown,
        "where": shown["platforms"],
        **present.choices(around),
        "topic": row,
        "product": around.products.get(row.product_id),
        "parts": present.parts(around, row.parts),
        "terms": around.terms(row),
        "heard": heard[:12],
        "heard_more": max(0, len(heard) - 12),
        "alike": around.alike(row)[:8],
        "near": queries.near_topics(request.brand, row, around.rules["rules"]["alike"]),
        "whom": present.whom(around, row),
        "moves": [(s, _(dict(Topic.State.choices)[s])) for s in queries.MOVES[row.state]],
        "nodes": library.node_choices(around, row.node),
        "platforms_on": row.platforms,
        "pieces": _pieces(request, row),
        "accounts": _accounts(request, row),
        "levels": ("1", "2", "3", "4", "5"),
        "also": _also(row),
        "proven": _proven(request, row),
    }
    return base.show(request, "topic", "content_topics", context | extra)


def _proven(request: BrandRequest, row: Topic) -> list[dict[str, Any]]:
    """Return the kinds of action that worked on pieces like this topic's, each with the outcomes that say so."""
    shown = []
    for template, tally in Lessons(request.member).at_topic(row).items():
        cited = [
            {
                "name": ledger_words.label(o.action),
                "verdict": _(o.get_verdict_display()),
                "effect": ledger_words.effect_words(o),
                "url": reverse("ledger_action", args=[request.brand.slug, o.action_id]),
            }
            for o in tally.outcomes
        ]
        shown.append({"label": playbook.label(template), "cited": cited, **results.learnt(tally)})
    return sorted(shown, key=lambda p: p["rank"])


def _accounts(request: BrandRequest, row: Topic) -> list[tuple[str, str]]:
    """Return the own accounts that a piece of the topic may be made for."""
    found = accounts(request.member)
    found = found.filter(platform__in=row.platforms) if row.platforms else found
    return [(str(a.pk), f"{a.name} · {platform_name(a.platform)}") for a in found]


def _also(row: Topic) -> list[str]:
    return [_(dict(Topic.Source.choices).get(o.get("source", ""), "")) for o in row.origin.get("also", ())]


def _pieces(request: BrandRequest, row: Topic) -> list[dict[str, Any]]:
    shown = []
    for piece in row.pieces.order_by("created_at"):
        url = reverse("content_piece", args=[request.brand.slug, piece.pk])
        where, stage = platform_name(piece.platform), _(piece.get_stage_display())
        shown.append({"piece": piece, "url": url, "platform": where, "stage": stage})
    return shown


def _save(request: BrandRequest, row: Topic) -> str:
    services.change_topic(actor=request.member, topic_id=row.pk, seen=kit.seen(request), **library.fields(request))
    return _("已保存，评分已更新")


def _part(request: BrandRequest, row: Topic) -> str:
    post = request.POST
    services.set_part(
        actor=request.member,
        topic_id=row.pk,
        seen=kit.seen(request),
        part=post.get("part", ""),
        level=post.get("level", ""),
        reason=post.get("reason", ""),
    )
    return _("已按你的评定更新") if post.get("level") else _("已改回按规则评分")


def _rescore(request: BrandRequest, row: Topic) -> str:
    services.rescore(actor=request.member, topic_id=row.pk)
    return _("已重新评分")


def _move(request: BrandRequest, row: Topic) -> str:
    state = request.POST.get("state", "")
    moved = services.move(
        actor=request.member,
        topic_id=row.pk,
        seen=kit.seen(request),
        state=state,
        reason=request.POST.get("reason", ""),
    )
    kept = [[str(moved.pk), moved.version, row.state]]
    request.session[library.UNDO] = {"brand": request.brand.slug, "moved": kept, "state": state}
    return _("已改为%(state)s，可在选题库撤销") % {"state": _(dict(Topic.State.choices)[moved.state])}


def _proof(request: BrandRequest, row: Topic) -> str:
    post = request.POST
    given = {"text": post.get("text", ""), "url": post.get("url", ""), "cite": post.get("cite", "")}
    evidence = [*row.evidence, given | ({"own": True} if post.get("own") else {})]
    services.change_topic(actor=request.member, topic_id=row.pk, seen=kit.seen(request), evidence=evidence)
    return _("已加依据，评分已更新")


def _unproof(request: BrandRequest, row: Topic) -> str:
    index = kit.whole(request.POST.get("index", ""))
    evidence = [e for n, e in enumerate(row.evidence) if n != index]
    services.change_topic(actor=request.member, topic_id=row.pk, seen=kit.seen(request), evidence=evidence)
    return _("已移除依据，评分已更新")


def _make(request: BrandRequest, row: Topic) -> str:
    post = request.POST
    account = post.get("account", "")
    platform = post.get("platform", "")
    if account:
        found = Account.objects.filter(brand=request.brand).one(account)
        platform = found.platform
    production.create_piece(
        actor=request.member,
        topic_id=row.pk,
        platform=platform,
        account_id=account or None,
        form=post.get("form", ""),
        publish_at=post.get("publish_at", "") or None,
        solemn_reason=post.get(slots.REASON, ""),
    )
    return _("已建内容，进入制作")
