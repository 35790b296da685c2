"""What Ctrl-K finds of the room's books: each by its name."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.crisis.tending import parts, services
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def books(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find the tabs of the page of plans by their names."""
    low = text.lower()
    named = [(_(p.label), code) for code, p in parts.PARTS.items()]
    return [
        search.Hit(label, reverse("settings_crisis_part", args=[member.brand.slug, code]), _("危机预案"))
        for label, code in named
        if low in label.lower()
    ][:limit]


search.register("plans", N_("危机预案"), services.TEND, books, order=12)
