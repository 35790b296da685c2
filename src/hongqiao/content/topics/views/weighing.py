"""The weights of the score, how well it told results, and the library as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.models import TopicCalibration, TopicWeights
from hongqiao.content.topics import calibrating, exports, present, queries, services, settings, words
from hongqiao.content.topics.views import base, library
from hongqiao.methods import topics as method
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def weights(request: BrandRequest) -> HttpResponse:
    """The weights in force, changed by a person; how the score told results, part by part."""
    if request.method == "POST":
        return kit.act(request, {"preset": _preset, "own": _own}, _weights)
    return _weights(request, {})


def _weights(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    found = calibrating.calibration(request.brand)
    now = settings.in_force(request.brand)
    moved = found.suggestion.weights if found.suggestion else {}
    context = {
        "now": now,
        "now_label": _(settings.presets()[now.preset]["label"]) if now.preset in settings.presets() else _("品牌自定"),
        "presets": [(k, _(p["label"])) for k, p in settings.presets().items()],
        "parts": [
            {
                "code": p,
                "label": _(words.PARTS[p]),
                "weight": f"{now.parts.get(p, 0):g}",
                "suggested": f"{moved[p]:g}" if p in moved else "",
                "rank": _rank(found.parts[p]),
            }
            for p in method.PARTS
        ],
        "found": found,
        "whole": _rank(found.whole),
        "needed": max(0, found.least - found.whole.n),
        "then": _rank(found.suggestion.then) if found.suggestion else None,
        "suggest_from": settings.rules(request.brand)["calibration"]["suggest"],
        "told": [{"line": t, "url": present.url(request.brand, t.topic)} for t in found.rows[:20]],
        "former": _former(request),
        "months": _months(request),
    }
    return base.show(request, "weights", "content_topic_weights", context | extra)


def _rank(rank: method.Rank) -> dict[str, Any]:
    """Return a correlation as it is read; None is too little data, said as such."""
    if rank.r is None or rank.low is None or rank.high is None:
        return {"n": rank.n, "text": ""}
    return {"n": rank.n, "text": f"{rank.r:.2f}", "span": f"{rank.low:.2f} … {rank.high:.2f}"}


def _months(request: BrandRequest) -> list[dict[str, Any]]:
    """Return the last year's figures, a month each, the newest first."""
    rows = TopicCalibration.objects.for_member(request.member, queries.SEE).order_by("-month")[:12]
    return [{"month": row.month, **_rank(method.Rank(row.n, row.r, row.low, row.high))} for row in rows]


def _former(request: BrandRequest) -> list[tuple[TopicWeights, list[Any]]]:
    """Return the newest changes, each with its figures in the order of the parts: a database keeps none."""
    rows = TopicWeights.objects.for_member(request.member, queries.SEE).select_related("by__user").order_by("-id")[:10]
    return [(w, [w.parts[p] for p in method.PARTS if p in w.parts]) for w in rows]


def _preset(request: BrandRequest) -> str:
    post = request.POST
    services.set_weights(actor=request.member, preset=post.get("preset", ""), reason=post.get("reason", ""))
    return _("权重已更新，进行中的选题已重新评分")


def _own(request: BrandRequest) -> str:
    parts = {p: request.POST.get(f"w.{p}", "") for p in method.PARTS}
    services.set_weights(actor=request.member, parts=parts, reason=request.POST.get("reason", ""))
    return _("权重已更新，进行中的选题已重新评分")


@brand_view(queries.SEE)
@require_GET
def export(request: BrandRequest) -> HttpResponseBase:
    """The library, as it is filtered, as csv or xlsx."""
    asked = {k: kit.words_of(request, k) for k in library.FILTERS}
    rows = queries.ordered(queries.found(request.member, asked), kit.words_of(request, "sort"))
    around = base.around_of(request)
    make = exports.csv if kit.words_of(request, "format") == "csv" else exports.xlsx
    return make(around, rows[:10000])
