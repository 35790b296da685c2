"""Topics found by Ctrl-K."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.topics import queries
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def topics(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find topics by title, pain or claim, the best first."""
    rows = queries.ordered(queries.found(member, {"q": text}), "-score")[:limit]
    slug = member.brand.slug
    return [
        search.Hit(
            t.title, reverse("content_topic", args=[slug, t.pk]), f"{_(t.get_state_display())} · {t.score or '—'}"
        )
        for t in rows
    ]


search.register("topics", N_("选题"), "content.view", topics, order=20)
