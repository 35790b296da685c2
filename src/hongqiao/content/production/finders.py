"""What production has to find with Ctrl-K: pieces by title and by what they say."""

from __future__ import annotations

from django.db.models import F

from hongqiao.content.models import Revision, Stage
from hongqiao.content.production import present, queries, words
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import platform_name


def pieces(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find pieces by their title, or by a word of what they say now."""
    said = Revision.objects.filter(brand=member.brand, number=F("piece__revision"), text__icontains=text)
    rows = queries.pieces(member).select_related("brand")
    found = rows.filter(title__icontains=text) | rows.filter(pk__in=said.values("piece_id"))
    return [
        search.Hit(r.title, present.url(r), f"{platform_name(r.platform)} · {words.label(Stage, r.stage)}")
        for r in found[:limit]
    ]


search.register("pieces", N_("内容"), queries.SEE, pieces, order=20)
