"""Which mentions say the same in the same words within three days: the first of them leads the wave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading.judging import joined, words_of
from hongqiao.methods.similarity import clusters, said


class _Leader(NamedTuple):
    """What of a leader is compared: fifteen hundred are looked at a chunk, whole rows would take twice as long."""

    pk: UUID
    words: str
    posted_at: datetime
    digest: str
    drill: bool


def lead(rows: Sequence[Mention], limits: dict[str, Any]) -> None:
    """Set `digest` and `first` of mentions just read, in order of arrival. Reads the leaders there are, saves nothing.

    Exact copies are found whatever their number; the same words with changes among the newest leaders.
    """
    if not rows:
        return
    for row in rows:
        row.digest, row.first = _digest(words_of(row), limits["wave_letters"]), None
    leaders = _leaders(rows, limits)
    by_digest: dict[str, list[_Leader | Mention]] = {}
    for one in leaders:
        by_digest.setdefault(one.digest, []).append(one)
    head = clusters([*(m.words for m in leaders), *map(words_of, rows)])
    by_head: dict[int, list[_Leader | Mention]] = {}
    for place, one in enumerate(leaders):
        by_head.setdefault(head[place], []).append(one)
    reach = timedelta(hours=limits["wave_hours"])
    for place, row in enumerate(rows, len(leaders)):
        if not row.digest:
            continue
        near = [m for m in (*by_digest.get(row.digest, ()), *by_head.get(head[place], ())) if _near(m, row, reach)]
        if near:
            row.first_id = min(m.pk for m in near)
        else:
            by_digest.setdefault(row.digest, []).append(row)
            by_head.setdefault(head[place], []).append(row)


def _digest(text: str, least: int) -> str:
    """Return what is equal for exact copies, "" for a text too short to be anybody's own words."""
    own = said(text)
    return hashlib.sha256(own.encode()).hexdigest()[:32] if len(own) >= least else ""


def _near(one: _Leader | Mention, other: Mention, reach: timedelta) -> bool:
    return one.pk != other.pk and one.drill == other.drill and abs(one.posted_at - other.posted_at) <= reach


def _leaders(rows: Sequence[Mention], limits: dict[str, Any]) -> list[_Leader]:
    """Return leaders that these may follow: all of the same digest, and the newest of the days around."""
    reach = timedelta(hours=limits["wave_hours"])
    first, last = min(m.posted_at for m in rows) - reach, max(m.posted_at for m in rows) + reach
    own, drill = {m.pk for m in rows}, rows[0].drill
    around = Mention.objects.filter(brand=rows[0].brand_id, first=None, read_at__isnull=False, drill=drill)
    around = around.filter(posted_at__gte=first, posted_at__lte=last).exclude(digest="")
    same = around.filter(digest__in={m.digest for m in rows} - {""})
    found = {}
    for some in (same, around.order_by("-id")):
        for pk, title, text, posted, digest in some.values_list("id", "title", "text", "posted_at", "digest")[
            : limits["wave_leaders"]
        ]:
            found[pk] = _Leader(pk, joined(title, text), posted, digest, drill)
    return sorted((m for m in found.values() if m.pk not in own), key=lambda m: m.pk)
