"""Which mentions say the same in the same words within three days: the first of them leads the wave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading.judging import words_of
from hongqiao.methods.similarity import clusters, said


def lead(rows: Sequence[Mention], limits: dict[str, Any]) -> None:
    """Set `digest` and `first` of mentions just read, in order of arrival. Reads the leaders there are, saves nothing.

    Exact copies are found whatever their number; the same words with changes among the newest leaders.
    """
    if not rows:
        return
    for row in rows:
        row.digest, row.first = _digest(words_of(row), limits["wave_letters"]), None
    leaders = _leaders(rows, limits)
    by_digest: dict[str, list[Mention]] = {}
    for one in leaders:
        by_digest.setdefault(one.digest, []).append(one)
    head = clusters([words_of(m) for m in (*leaders, *rows)])
    by_head: dict[int, list[Mention]] = {}
    for place, one in enumerate(leaders):
        by_head.setdefault(head[place], []).append(one)
    reach = timedelta(hours=limits["wave_hours"])
    for place, row in enumerate(rows, len(leaders)):
        if not row.digest:
            continue
        near = [m for m in (*by_digest.get(row.digest, ()), *by_head.get(head[place], ())) if _near(m, row, reach)]
        if near:
            row.first = min(near, key=lambda m: m.pk)
        else:
            by_digest.setdefault(row.digest, []).append(row)
            by_head.setdefault(head[place], []).append(row)


def _digest(text: str, least: int) -> str:
    """Return what is equal for exact copies, "" for a text too short to be anybody's own words."""
    own = said(text)
    return hashlib.sha256(own.encode()).hexdigest()[:32] if len(own) >= least else ""


def _near(one: Mention, other: Mention, reach: timedelta) -> bool:
    return one.pk != other.pk and one.drill == other.drill and abs(one.posted_at - other.posted_at) <= reach


def _leaders(rows: Sequence[Mention], limits: dict[str, Any]) -> list[Mention]:
    """Return leaders that these may follow: all of the same digest, and the newest of the days around."""
    reach = timedelta(hours=limits["wave_hours"])
    first, last = min(m.posted_at for m in rows) - reach, max(m.posted_at for m in rows) + reach
    own = {m.pk for m in rows}
    around = Mention.objects.filter(brand=rows[0].brand_id, first=None, read_at__isnull=False, drill=rows[0].drill)
    around = around.filter(posted_at__gte=first, posted_at__lte=last).exclude(digest="")
    same = around.filter(digest__in={m.digest for m in rows} - {""})
    only = ("id", "text", "title", "posted_at", "digest", "drill", "brand_id")
    found = {m.pk: m for m in same.only(*only)[: limits["wave_leaders"]]}
    found |= {m.pk: m for m in around.order_by("-id").only(*only)[: limits["wave_leaders"]]}
    return sorted((m for m in found.values() if m.pk not in own), key=lambda m: m.pk)
