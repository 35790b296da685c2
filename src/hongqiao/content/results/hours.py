"""The page of the best time to publish: weekday by part of the day, what holds, and the pieces behind a slot. C3."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hongqiao.content.plan.present import WEEKDAYS
from hongqiao.content.production.settings import shipped
from hongqiao.content.results import present, timing
from hongqiao.content.results.queries import SEE
from hongqiao.methods.timing import Slot
from hongqiao.ui import formats
from hongqiao.workspace import tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

MOST = 60  # pieces listed behind a slot


@brand_view(SEE)
@require_GET
def page(request: BrandRequest) -> HttpResponse:
    """`?of=` account:form, `?day=` `?band=` a slot whose pieces are listed: when this account's pieces did better."""
    known = timing.pieces(request.member)
    groups, names = timing.groups(known), present.accounts(request.brand, named=True)
    context: dict[str, Any] = {"groups": [_group(g, names) for g in groups], "days": shipped("timing")["days"]}
    if groups:
        wanted = kit.words_of(request, "of")
        account, form, _n = next((g for g in groups if f"{g[0]}:{g[1]}" == wanted), groups[0])
        context |= _told(request, timing.asked(request.brand, known, account, form))
    context["tabs"] = tabs.of(request.member, "content", "content_results")
    return render(request, "content/results/timing.html", context)


def _group(group: tuple[str, str, int], names: dict[str, str]) -> tuple[str, str]:
    account, form, n = group
    words = " · ".join(w for w in (names.get(account, ""), present.form(form)) if w)
    return f"{account}:{form}", _("%(what)s（%(n)s 篇）") % {"what": words or _("未注明"), "n": n}


def _told(request: BrandRequest, asked: timing.Asked) -> dict[str, Any]:
    labels = [_(b["label"]) for b in timing.bands()]
    chosen = kit.whole(request.GET.get("day", "")), kit.whole(request.GET.get("band", ""))
    of = f"{asked.account}:{asked.form}"
    shown = {(s.weekday, s.band): _cell(s, labels, of, chosen) for s in asked.found.slots}
    used = [(n, label) for n, label in enumerate(labels) if shown[None, n]["n"]]
    rows = [(_hours(n), label, [shown[d, n] for d in (*range(7), None)]) for n, label in used]
    rows.append(("", _("整天"), [shown[d, None] for d in range(7)]))
    return {
        "of": of,
        "rows": rows,
        "weekdays": [*(_(w) for w in WEEKDAYS), _("每天")],
        "better": [shown[s.weekday, s.band] for s in asked.found.better],
        "n": asked.found.n,
        "p": asked.found.p,
        "without": asked.without,
        "least": shipped("timing")["least"],
        "behind": _behind(request, asked, chosen) if chosen != (None, None) else None,
        "slot": shown.get(chosen),
    }


def _hours(band: int) -> str:
    starts = [int(b["from"]) for b in timing.bands()]
    return f"{starts[band]}–{(starts[band + 1] if band + 1 < len(starts) else 24)}"


def _cell(slot: Slot, labels: list[str], of: str, chosen: tuple[int | None, int | None]) -> dict[str, Any]:
    day = _("每天") if slot.weekday is None else _(WEEKDAYS[slot.weekday])
    band = _("整天") if slot.band is None else labels[slot.band]
    asked = {"of": of} | {k: v for k, v in (("day", slot.weekday), ("band", slot.band)) if v is not None}
    return {
        "name": _("%(day)s %(band)s") % {"day": day, "band": band},
        "n": slot.n,
        "place": None if slot.place is None else round(slot.place * 100),
        "level": None if slot.place is None else min(4, int(slot.place * 5)),
        "better": slot.better,
        "on": (slot.weekday, slot.band) == chosen,
        "url": "?" + urlencode(asked) + "#behind",
    }


def _behind(request: BrandRequest, asked: timing.Asked, chosen: tuple[int | None, int | None]) -> list[dict[str, Any]]:
    """Return the pieces of a slot, the best first."""
    day, band = chosen
    found: list[dict[str, Any]] = []
    for piece, at in zip(asked.pieces, asked.hours, strict=True):
        if day in (None, at.weekday()) and band in (None, timing.band_of(at)):
            url = present.url(request.brand, piece.key)
            title = piece.title or _("（无标题）")
            found.append({"title": title, "url": url, "at": at, "value": piece.values[timing.STEP]})
    found.sort(key=lambda one: -(one["value"] or 0))
    return [one | {"value": formats.number(one["value"], 0)} for one in found[:MOST]]
