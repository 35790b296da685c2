"""Topics proposed from a node, a launch or a gap: what it would score, why, and which to take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Topic
from hongqiao.content.topics import present, queries, services
from hongqiao.content.topics.evidence import LAUNCH, Around
from hongqiao.content.topics.proposing import RENEW, Asked, Proposed, propose
from hongqiao.content.topics.views import base
from hongqiao.errors import NotFound
from hongqiao.knowledge import nodes
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name

AHEAD = 60
DECLINED = 20


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def proposals(request: BrandRequest) -> HttpResponse:
    """Choose platform, persona, moment; see what is proposed; take some."""
    if request.method == "POST":
        acts = {"take": _take, "decline": _decline, "again": _again}
        return kit.act(request, acts, _proposals)
    return _proposals(request, {})


def _asked(request: BrandRequest, around: Around) -> Asked:
    get = {k: kit.words_of(request, k) for k in ("platform", "persona", "product", "node", "pillar", "mark", "launch")}
    known = [code for code, _name in present.platforms(around)]
    node = get["node"]
    if day := kit.day(get["launch"]):
        node = f"{LAUNCH}:{day.isoformat()}"
    return Asked(
        platform=get["platform"] if get["platform"] in known else _usual(around, known),
        persona=_id(get["persona"]),
        product=_id(get["product"]),
        node=node,
        pillar=get["pillar"] if get["pillar"] in around.pillars else "",
        mark=get["mark"] if get["mark"] in Topic.Mark.values else "",
    )


def _usual(around: Around, known: list[str]) -> str:
    """Return the platform that most personas are on."""
    on = [p for who in around.personas.values() if who.active for p in who.platforms if p in known]
    return max(known, key=on.count)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _proposals(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    around = base.around_of(request)
    asked = _asked(request, around)
    made = propose(around, asked)
    context = {
        "rows": [present.proposal(around, p) for p in made],
        "renew": RENEW,
        "declined": list(queries.declined(request.member, around.rules["proposals"]["declined_days"])[:DECLINED]),
        "declined_days": around.rules["proposals"]["declined_days"],
        "asked": asked,
        "node_name": _("自家跑起来的") if asked.node == RENEW else present.node_words(around, asked.node),
        "platform_name": platform_name(asked.platform),
        "day": around.today,
        "upcoming": [_node(n, around) for n in nodes.ahead(around.today, AHEAD)],
        "unannounced": [y for y in {around.today.year, around.today.year + 1} if not nodes.announced(y)],
        "bookless": not around.personas or not around.products,
        **present.choices(around),
    }
    return base.show(request, "propose", "content_propose", context | extra)


def _node(node: nodes.Node, around: Around) -> dict[str, Any]:
    """Return a node as a line: from when it is prepared, how the brand fits it, what to beware of."""
    told = [*around.own_words, *(p.name for p in around.products.values() if p.active)]
    for who in (p for p in around.personas.values() if p.active):
        told += [*who.words, *who.needs, *who.scenes]
    text = "\n".join(map(str, told))
    fitting = [w for w in node.words if w in text]
    return {
        "node": node,
        "label": _(node.label),
        "kind": _(nodes.book()["labels"][node.kind]),
        "note": _(node.note) if node.note else "",
        "now": node.prep <= around.today,
        "words": fitting,
    }


def _take(request: BrandRequest) -> str:
    permissions.require(request.member, queries.EDIT)
    around = base.around_of(request)
    wanted = set(request.POST.getlist("take"))
    chosen: list[Proposed] = [p for p in propose(around, _asked(request, around)) if p.key in wanted]
    new = sum(services.take(actor=request.member, proposed=p, around=around).new for p in chosen)
    return ngettext("%(n)d 个选题已加入选题库", "%(n)d 个选题已加入选题库", new) % {"n": new}


def _decline(request: BrandRequest) -> str:
    around = base.around_of(request)
    wanted = request.POST.get("key", "")
    made = next((p for p in propose(around, _asked(request, around)) if p.key == wanted), None)
    if made is None:
        raise NotFound()
    row = services.decline(actor=request.member, proposed=made, reason=request.POST.get("reason", ""))
    days = around.rules["proposals"]["declined_days"]
    return _("不再提「%(name)s」，%(days)s 天后才会再出现") % {"name": row.title, "days": days}


def _again(request: BrandRequest) -> str:
    row = services.want_again(actor=request.member, declined_id=kit.row_id(request))
    return _("「%(name)s」可以再被提出") % {"name": row.title}
