"""What Ctrl-K finds of this part: activities, groups and draws by name. And its card on 今日."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit, present
from hongqiao.audience.communities.activities import queries
from hongqiao.audience.communities.draws import queries as draws
from hongqiao.audience.communities.groups import queries as groups
from hongqiao.errors import N_
from hongqiao.workspace import permissions, search, todays
from hongqiao.workspace.models import Member

MOST = 5


def find(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find activities first, then draws and groups."""
    slug = member.brand.slug
    hits = [
        search.Hit(
            r.title,
            reverse("users_activity", args=[slug, r.pk]),
            f"{_(str(r.get_kind_display()))} · {_(str(r.get_state_display()))}",
        )
        for r in queries.activities(member, q=text)[:limit]
    ]
    hits += [
        search.Hit(r.title, reverse("users_draw", args=[slug, r.pk]), _("抽奖"))
        for r in draws.draws(member).filter(title__icontains=text)[:limit]
    ]
    hits += [
        search.Hit(r.name, reverse("users_group", args=[slug, r.pk]), _(str(r.get_kind_display())))
        for r in groups.groups(member, closed=True).filter(name__icontains=text)[:limit]
    ]
    return hits[:limit]


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card of running activities; None where none runs and no draw waits for its next step."""
    if not permissions.allows(member, kit.SEE):
        return None
    rows = list(queries.activities(member, state="running")[:MOST])
    waiting = list(draws.draws(member).filter(state__in=["open", "closed"])[:MOST])
    if not rows and not waiting:
        return None
    for row in waiting:
        row.draws_at = draws.draws_at(row)  # type: ignore[attr-defined]
    template = "audience/communities/today.html"
    return {"template": template, "rows": [present.line(r) for r in rows], "draws": waiting}


search.register("activities", N_("社群与活动"), kit.SEE, find, order=45)
todays.register("users.activities", card)
