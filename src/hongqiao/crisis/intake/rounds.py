"""巡检: the rounds by hand of places that no interface reaches: what is due, who is on duty, where to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.intake import coverage, sources
from hongqiao.crisis.intake.settings import filled, search_of
from hongqiao.crisis.models import Look, Source, WatchWord
from hongqiao.workspace import notices
from hongqiao.workspace.models import Brand, Member

OVERDUE = "crisis.round_due"


@dataclass(frozen=True)
class Round:
    """A round. `links`: (word, address) that open the search; `due`: None while it rests; `last`: the last look."""

    source: Source
    links: tuple[tuple[str, str], ...]
    due: datetime | None
    late: bool
    last: Look | None


def rounds(member: Member, now: datetime | None = None) -> list[Round]:
    """Return the brand's rounds, those longest overdue first, the resting ones last."""
    moment = now or timezone.now()
    rows = Source.objects.for_member(member, sources.SEE).filter(way=Source.Way.ROUND, on=True)
    words = _words(member.brand)
    found = [_round(s, words, moment) for s in rows.select_related("owner__user", "brand")]
    return sorted(found, key=lambda r: (r.due is None, r.due or moment, r.source.name))


def _round(source: Source, words: list[str], now: datetime) -> Round:
    address = source.address
    asked = [w for w in source.options.get("words", []) if isinstance(w, str)] or words
    if address:
        links = [(w, filled(address, w)) for w in asked] if "{q}" in address else [("", address)]
    else:
        links = [(w, found) for w in asked if (found := search_of(source.channel, w))]
    last = source.looks.filter(error="").select_related("by__user").order_by("-at").first()
    return Round(source, tuple(links[:8]), coverage.due(source, now), coverage.is_late(source, now), last)


def _words(brand: Brand) -> list[str]:
    """Return what a round searches for: the names of brand, products and persons."""
    about = (WatchWord.About.BRAND, WatchWord.About.PRODUCT, WatchWord.About.PERSON)
    found = WatchWord.objects.filter(brand=brand, on=True, about__in=about).order_by("about", "id")
    names = [w.name for w in found[:8]]
    return names or [brand.name]


def remind(now: datetime | None = None) -> int:
    """Tell who is on duty that a round is overdue, once for each time that it falls due; return how many were told."""
    moment, told = now or timezone.now(), 0
    rows = Source.objects.filter(way=Source.Way.ROUND, on=True).select_related("brand", "owner__user", "owner__brand")
    for source in rows:
        at = coverage.due(source, moment)
        if at is None or not coverage.is_late(source, moment) or source.cursor.get("told") == at.isoformat():
            continue
        told += _tell(source, at)
    return told


@transaction.atomic
def _tell(source: Source, at: datetime) -> int:
    row = Source.objects.select_for_update().get(pk=source.pk)
    if row.cursor.get("told") == at.isoformat():
        return 0
    row.cursor = {**row.cursor, "told": at.isoformat()}
    row.save(update_fields=["cursor"])
    owner = source.owner if source.owner and source.owner.state == Member.State.ACTIVE else None
    members = [owner] if owner else notices.holders(source.brand, sources.HANDLE)
    url = reverse("crisis_rounds", args=[source.brand.slug])
    notices.tell(members, OVERDUE, url=url, name=source.name, minutes=source.every)
    return 1
