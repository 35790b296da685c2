"""A piece made here and its facts, as the screens show them: its results, what it is asked about, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.models import Piece
from hongqiao.content.production import present as production
from hongqiao.content.results import matching, pairing, present, queries, settings
from hongqiao.errors import NotFound
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member

MOST = 5


def asked(member: Member) -> dict[str, Any]:
    """Return the pieces that a person is asked about with their candidates, and how many more there are."""
    rows = pairing.asked_about(member)
    shown = [{"row": r, "url": production.url(r, "results"), "near": near(r)} for r in rows[:MOST]]
    return {"rows": [s for s in shown if s["near"]], "more": max(0, len(rows) - MOST)}


def near(row: Piece) -> list[dict[str, Any]]:
    """Return what a piece may be, what a person said no to last: title, moment or day, address of its results."""
    said = row.matching or {}
    keys = [*said.get("near", ()), *said.get("not", ())]
    if not keys or not row.account_id:
        return []
    facts = {f.key: f for f in pairing.facts_of(row.brand, [str(row.account_id)], keys=keys)}
    free = set(facts) - set(_given(row, facts))
    return [_candidate(row, facts[k], refused=k in said.get("not", ())) for k in keys if k in free]


def _given(row: Piece, keys: Iterable[str]) -> Iterable[str]:
    found = Piece.objects.filter(brand=row.brand, content_key__in=list(keys))
    return list(found.values_list("content_key", flat=True))


def _candidate(row: Piece, fact: matching.Fact, *, refused: bool) -> dict[str, Any]:
    url = present.url(row.brand, fact.key)
    at = fact.at and fact.at.replace(tzinfo=UTC)
    return {"key": fact.key, "title": fact.title, "at": at, "day": fact.day, "url": url, "refused": refused}


def at_piece(member: Member, row: Piece) -> dict[str, Any]:
    """Return what a piece's page says of its results. `late`: it is out long enough for an import to be missing."""
    out = pairing.published(row.brand).filter(pk=row.pk).exists()
    told: dict[str, Any] = {"out": out, "result": None, "near": [], "late": False}
    if row.content_key:
        try:
            facts, found = queries.one(member, row.content_key)
        except NotFound:  # an import was taken back; the next look lets go of it
            return told
        stands = facts.funnel(found)
        shown = present.row(facts, found, stands, present.accounts(row.brand), None)
        return told | {"result": shown, "peers": len(facts.peers(found))}
    if out:
        grace = timedelta(days=settings.matching()["grace_days"])
        late = figures.calendar_day(row.brand) > pairing.out_on(row) + grace
        told |= {"near": near(row), "late": late, "exports": exports(row.platform)}
        told["import_url"] = reverse("imports_home", args=[row.brand.slug])
    return told


def exports(platform: str) -> list[str]:
    """Return what the exports of a platform are called that list its pieces."""
    known = PLATFORMS.get(platform)
    found = [_(x.label) for x in known.layouts if x.stored and _lists(x)] if known else []
    return list(dict.fromkeys(found))


def _lists(layout: Any) -> bool:
    return any((f.table, f.column) == ("contents", "title") for f in layout.fields)
