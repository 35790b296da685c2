"""The page 学到了什么: by kind of action what worked how often and how much it brought, each with its outcomes. C3."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hongqiao.content.results import learnt
from hongqiao.content.results.present import learnt as tally_words
from hongqiao.content.results.queries import SEE
from hongqiao.errors import NotFound
from hongqiao.ledger import present as ledger_present
from hongqiao.ledger import queries as ledger
from hongqiao.ledger.measuring import pool
from hongqiao.ledger.models import Action, Outcome
from hongqiao.ledger.views.outcomes import kind_line
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view


@brand_view(SEE)
@require_GET
def page(request: BrandRequest) -> HttpResponse:
    """What the judged actions of the content room brought, the kind that was told most often first."""
    if not permissions.allows(request.member, ledger.SEE):
        raise NotFound()
    every = learnt.newest(request.member)
    found = sorted(learnt.tallies(every).items(), key=lambda k: (-k[1].used, k[0]))
    context = {
        "tabs": tabs.of(request.member, "content", "content_results"),
        "kinds": [_kind(request, template, tally, every) for template, tally in found],
        "untold": len(every) - len(learnt.told(every)),
        "open": ledger.actions(request.member).filter(room=learnt.ROOM, state__in=ledger.OPEN_ACTIONS).count(),
        "level": ledger_present.level_words(),
    }
    return render(request, "content/results/learnt.html", context)


def _kind(request: BrandRequest, template: str, tally: learnt.Tally, every: list[Outcome]) -> dict[str, Any]:
    """Return a kind as its section. The mean effect takes in those whose interval spans zero: leaving them out would
    make every kind look better than it is."""
    kind = pool.kind_of(template, (o for o in every if o.action.template == template))
    lines = [
        {
            "name": ledger_present.words.label(o.action),
            "url": reverse(_page_of(o.action), args=[request.brand.slug, o.action_id]),
            "said": ledger_present.shown(o),
            "row": o,
        }
        for o in tally.outcomes
    ]
    return kind_line(kind) | tally_words(tally) | {"code": template or "by_hand", "lines": lines}


def _page_of(action: Action) -> str:
    """Return the name of the page that says most of an action: a title test has one of its own."""
    return "content_title_test" if "test" in action.target else "ledger_action"
