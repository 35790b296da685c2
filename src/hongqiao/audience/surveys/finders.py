"""What Ctrl-K finds of this part: surveys by name, insight cards by claim. And its card on 今日."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey
from hongqiao.audience.surveys import kit, present, queries
from hongqiao.audience.surveys.interviews import queries as talks
from hongqiao.errors import N_
from hongqiao.workspace import permissions, search, todays
from hongqiao.workspace.models import Member

MOST = 4


def find(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find surveys first, then insight cards. Notes are encrypted; their page searches them."""
    slug = member.brand.slug
    hits = [
        search.Hit(r.title, reverse("users_survey", args=[slug, r.pk]), _(str(r.get_state_display())))
        for r in queries.surveys(member, q=text)[:limit]
    ]
    hits += [
        search.Hit(r.claim, reverse("users_insight", args=[slug, r.pk]), _("洞察卡"))
        for r in talks.insights(member, q=text)[:limit]
    ]
    return hits[:limit]


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card of surveys that collect; None where none does."""
    if not permissions.allows(member, kit.SEE):
        return None
    rows = list(queries.surveys(member, state=Survey.State.OPEN)[:MOST])
    return {"template": "audience/surveys/today.html", "rows": [present.line(r) for r in rows]} if rows else None


search.register("surveys", N_("问卷与洞察"), kit.SEE, find, order=46)
todays.register("users.surveys", card)
