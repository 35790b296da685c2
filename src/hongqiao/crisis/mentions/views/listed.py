"""提及: search, filters, order, pages; the same words as one line; as a file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hongqiao.crisis import addresses
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.intake.sources import SEE
from hongqiao.crisis.intake.views import base
from hongqiao.crisis.mentions import exports, queries, words
from hongqiao.crisis.models import Mention, Source
from hongqiao.ui.tables import Column
from hongqiao.workspace import audit
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


def _asked(request: BrandRequest) -> dict[str, str]:
    return {name: kit.words_of(request, name) for name in queries.FILTERS}


@brand_view(SEE)
@require_GET
def listed(request: BrandRequest) -> HttpResponse:
    """Mentions, the newest posted first; copies of the same words stand behind the first of them."""
    asked = _asked(request)
    rows = queries.found(request.member, asked)
    single = kit.words_of(request, "copies") == "1"
    shown = rows if single else queries.collapsed(rows)
    size = limits(request.brand)["page"]
    found, following = queries.page(shown, kit.words_of(request, "sort"), kit.words_of(request, "after"), size)
    counts = queries.counts(request.member)
    context = {
        "rows": [line(m, single) for m in found],
        "next": following,
        "columns": columns(),
        "states": [("todo", _("未处理完")), *((k, _(v)) for k, v in Mention.State.choices)],
        "counts": [(k, _(v), counts[k]) for k, v in Mention.State.choices if counts.get(k)],
        "chosen": asked,
        "single": single,
        "filtered": any(asked.values()),
        "incident": queries.incident(request.member, asked["incident"]),
        "kinds": list(words.kinds().items()),
        "flags": list(words.flags().items()),
        "channels": [(c, c) for c in queries.channels(request.member)],
        "owners": [("me", _("我")), ("none", _("无人")), *((m.pk, m) for m in base.colleagues(request.member))],
        "sources": [(s.pk, s.name) for s in Source.objects.for_member(request.member, SEE).order_by("name")[:200]],
        "negatives": [("1", _("负面")), ("0", _("非负面"))],
    }
    return base.show(request, "mentions/list", "crisis_mentions", context)


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column("posted", _("发布"), sort=True),
        Column("text", _("提及")),
        Column("channel", _("渠道")),
        Column("read", _("研判")),
        Column("followers", _("粉丝"), "count", sort=True, wide=True),
        Column("likes", _("互动"), "count", sort=True, wide=True),
        Column("state", _("状态")),
        Column("heard", _("听到"), sort=True, wide=True),
    ]


def line(row: Mention, single: bool = False) -> dict[str, Any]:
    """Return a mention as a list shows it."""
    counted = [n for n in (row.likes, row.reposts, row.comments) if n is not None]
    return {
        "row": row,
        "url": addresses.mention(row),
        "times": 1 if single else getattr(row, "times", 1),
        "kind": words.kinds().get(row.kind, ""),
        "nature": words.natures(row.brand).get(row.nature, ""),
        "flags": [words.flags()[f] for f in row.flags if f in words.flags()],
        "state": words.state(row.state),
        "tone": words.TONES[Mention.State(row.state)],
        "reason": words.reason(row.reason),
        "reactions": sum(counted) if counted else None,
        "waited": (row.answered_at - row.heard_at).total_seconds() if row.answered_at else None,
    }


@brand_view(SEE)
@require_GET
@transaction.atomic
def export(request: BrandRequest) -> HttpResponseBase:
    """The mentions that the filters leave, copies too, without names: csv, or xlsx."""
    most = limits(request.brand)["export"]
    rows = queries.found(request.member, _asked(request)).select_related("source", "owner__user").order_by("-id")[:most]
    audit.record(request.member, "mentions.exported", None, count=rows.count())
    return exports.respond("xlsx" if request.GET.get("format") == "xlsx" else "csv", rows)
