"""复盘台账: what was judged, how often each kind worked and how much it brought; the same as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hongqiao.errors import NotFound
from hongqiao.ledger import exports, playbook, present, queries
from hongqiao.ledger.measuring import plans, pool
from hongqiao.ledger.models import Outcome, Verdict
from hongqiao.ledger.views import base
from hongqiao.ui import formats
from hongqiao.workspace import audit, permissions, spreadsheets
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


def _filtered(request: BrandRequest) -> list[Outcome]:
    """Return the newest outcome of each action that the filters let through, newest first."""
    get = request.GET
    found = queries.outcomes(request.member).select_related("action__owner__user", "action__brand")
    template = base.one_of(get.get("template", ""), playbook.of(request.brand))
    room = base.one_of(get.get("room", ""), queries.rooms_of(request.member))
    if template:
        found = found.filter(action__template=template)
    if room:
        found = found.filter(action__room=room)
    rows = sorted(pool.newest(found), key=lambda o: (o.created_at, o.pk), reverse=True)
    verdict = base.one_of(get.get("verdict", ""), Verdict.values)
    reason = base.one_of(get.get("reason", ""), plans.REASONS)
    return [o for o in rows if (not verdict or o.verdict == verdict) and (not reason or o.reason == reason)]


@require_GET
@brand_view("ledger.view")
def home(request: BrandRequest) -> HttpResponse:
    every = list(queries.outcomes(request.member).select_related("action"))
    whole = pool.overall(every)
    rows = _filtered(request)
    at, following = base.slice_of(request, rows)
    context = {
        "whole": whole,
        "rate": rate_words(whole),
        "level": present.level_words(),
        "kinds": [kind_line(k) for k in pool.kinds(every)],
        "reasons_why": _reasons(every),
        "lines": [
            {
                "row": o,
                "name": present.words.label(o.action),
                "url": f"/b/{request.brand.slug}/ledger/actions/{o.action_id}/",
                "said": present.shown(o),
            }
            for o in at
        ],
        "next": following,
        "narrowed": any(request.GET.get(k) for k in ("template", "room", "verdict", "reason")),
        "verdicts": [(v, _(label)) for v, label in Verdict.choices],
        "templates": [(code, playbook.label(code)) for code in playbook.of(request.brand)],
        "rooms": present.room_choices(request.member),
        "may_export": permissions.allows(request.member, "data.export"),
        "ever": bool(every),
        "running": queries.actions(request.member).filter(state__in=queries.OPEN_ACTIONS).count(),
    }
    return base.page(request, "outcomes", "ledger_outcomes", context)


def rate_words(kind: pool.Kind) -> str:
    """Return a hit rate with its interval: 57%（45%～68%）; "" where nothing could be told."""
    if kind.rate is None:
        return ""
    share, low, high = kind.rate
    return _("%(rate)s（%(low)s～%(high)s）") % {"rate": f"{share:.0%}", "low": f"{low:.0%}", "high": f"{high:.0%}"}


def kind_line(kind: pool.Kind) -> dict[str, Any]:
    """Return a kind of actions as a line of the table."""
    effect = ""
    if kind.effect:
        mean, low, high = (formats.signed(v, "percent") for v in kind.effect)
        effect = _("%(rate)s（%(low)s～%(high)s）") % {"rate": mean, "low": low, "high": high}
    return {"kind": kind, "label": kind.label, "rate": rate_words(kind), "effect": effect}


def _reasons(every: list[Outcome]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for one in pool.newest(every):
        if one.verdict == Verdict.CANNOT_TELL:
            counts[one.reason] = counts.get(one.reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    return [{"code": code, "label": present.words_of_reason(code), "count": n} for code, n in ordered]


@require_GET
@brand_view("ledger.view")
def export(request: BrandRequest, kind: str) -> HttpResponseBase:
    """What the filters let through, whole, as csv or xlsx."""
    if kind not in spreadsheets.KINDS:
        raise NotFound()
    permissions.require(request.member, "data.export")
    rows = _filtered(request)
    answer = kit.table_file(kind, f"ledger-{request.brand.slug}.{kind}", exports.heads(), exports.lines(rows))
    audit.record(request.member, "ledger.exported", rows=len(rows), kind=kind)
    return answer
