"""What the room of figures has to find: metrics, pieces by title, saved views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.errors import N_
from hongqiao.insight.explorer import services as explorer
from hongqiao.metrics import METRICS
from hongqiao.ui import formats
from hongqiao.workspace import figures, search
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import platform_name


def metrics(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find metrics by label, code, or a platform's own name for them; its own label before a platform's word."""
    low, slug = text.lower(), member.brand.slug
    found = []
    for code, metric in METRICS.items():
        names = [_(metric.label), code, *metric.names.values()]
        if any(low in n.lower() for n in names):
            rank = (low not in names[0].lower(), len(names[0]))
            found.append((rank, names[0], reverse("data_metric", args=[slug, code]), _(metric.definition)))
    return [search.Hit(label, url, about) for _rank, label, url, about in sorted(found)[:limit]]


def pieces(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find pieces by title, newest first."""
    handle = warehouse.open(member.brand_id)
    table = handle.current("contents")
    wanted = table.filter(table.title.lower().contains(text.lower())).order_by(table.published_at.desc())
    rows = handle.fetch(wanted.select("source_key", "title", "platform", "published_at").limit(limit)).to_pylist()
    base, today = reverse("data_metric", args=[member.brand.slug, "piece_views"]), figures.today_of(member.brand)
    return [_piece(row, base, today) for row in rows]


def _piece(row: Mapping[str, Any], base: str, today: date) -> search.Hit:
    day = row["published_at"].date() if row["published_at"] else today
    span = {"content": row["source_key"], "start": day - timedelta(days=1), "end": max(today, day)}
    about = platform_name(row["platform"]) + (f" · {formats.day(day)}" if row["published_at"] else "")
    return search.Hit(row["title"], f"{base}?{urlencode(span)}", about)


def views(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find saved questions by name."""
    rows = explorer.views(member).filter(name__icontains=text)[:limit]
    return [search.Hit(v.name, reverse("data_view", args=[member.brand.slug, v.pk]), _("保存的视图")) for v in rows]


search.register("metrics", N_("指标"), "data.view", metrics, order=20)
search.register("pieces", N_("作品"), "data.view", pieces, order=30)
search.register("views", N_("保存的视图"), "data.view", views, order=60)
