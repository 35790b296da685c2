"""Mentions found by Ctrl-K."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hongqiao.crisis import addresses
from hongqiao.crisis.mentions import queries
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def mentions(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find mentions by what they say, the newest first."""
    rows = queries.found(member, {"q": text}).select_related("brand").order_by("-id")[:limit]
    return [
        search.Hit(str(m)[:60], addresses.mention(m), " · ".join(filter(None, (m.channel, _(m.get_state_display())))))
        for m in rows
    ]


search.register("mentions", N_("提及"), "crisis.view", mentions, order=40)
