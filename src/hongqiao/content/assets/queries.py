"""Reads of the library: what there is, what of it wants a licence, where it is used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from hongqiao.content.assets import settings
from hongqiao.content.models import Asset, Piece, Revision, Stage
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import BrandedQuerySet, Member

SEE, EDIT = "content.view", "content.edit"
#: A licence that wants a look: there is none, it has ended, it ends soon.
RIGHTS = ("missing", "ended", "soon")
#: What those who judge a draft know of its pictures.
FACTS = ("width", "height", "bytes", "mime", "alt", "licence", "made")


def of(member: Member, *, gone: bool = False) -> BrandedQuerySet:
    """Return the brand's assets, newest first; with `gone` those that were deleted instead."""
    found = Asset.objects.for_member(member, SEE).select_related("by__user", "brand")
    return cast(BrandedQuerySet, found.filter(gone_at__isnull=not gone).order_by("-id"))


def filtered(
    member: Member, *, q: str = "", kind: str = "", rights: str = "", made: str = "", gone: bool = False
) -> BrandedQuerySet:
    """Return the assets that are asked for: words of name, alt or tags, kind, state of licence, origin."""
    rows = of(member, gone=gone)
    if q:
        rows = rows.alias(tagged=Cast("tags", TextField())).filter(_says(q))
    if kind in Asset.Kind.values:
        rows = rows.filter(kind=kind)
    if made in ("assisted", "generated"):
        rows = rows.filter(made__by=made)
    if rights in RIGHTS:
        today = calendar_day(member.brand)
        soon = today + timedelta(days=settings.of(member.brand)["soon_days"])
        rows = rows.alias(until=Cast(KT("licence__until"), TextField()))  # else it is held as JSON
        if rights == "missing":
            rows = rows.exclude(licence__has_key="kind")
        elif rights == "ended":
            rows = rows.filter(until__lt=today.isoformat())
        else:
            rows = rows.filter(until__gte=today.isoformat(), until__lte=soon.isoformat())
    return rows


def _says(q: str) -> Q:
    escaped = json.dumps(q)[1:-1]  # SQLite keeps JSON in ASCII
    return Q(name__icontains=q) | Q(alt__icontains=q) | Q(tagged__contains=q) | Q(tagged__contains=escaped)


def right(row: Asset, today: date, soon_days: int) -> str:
    """Return what its licence wants: one of RIGHTS, "" where it is in order. It holds until the end of its last day."""
    if not row.licence.get("kind"):
        return "missing"
    until = row.licence.get("until")
    if not until:
        return ""
    last = date.fromisoformat(until)
    if last < today:
        return "ended"
    return "soon" if last <= today + timedelta(days=soon_days) else ""


def naming(row: Asset) -> QuerySet[Piece]:
    """Return the pieces whose newest text names the asset, archived ones too."""
    said = Revision.objects.filter(brand_id=row.brand_id, number=F("piece__revision"))
    said = said.alias(words=Cast("body", TextField())).filter(words__contains=str(row.pk))
    return Piece.objects.filter(pk__in=said.values("piece_id"))


def used_in(row: Asset) -> list[Piece]:
    """Return the pieces at work whose newest text names the asset, newest first."""
    return list(naming(row).exclude(stage=Stage.ARCHIVED).select_related("owner__user").order_by("-id"))


def holding(row: Asset) -> list[Piece]:
    """Return the scheduled pieces that would lack the asset if it went."""
    return [p for p in used_in(row) if p.stage == Stage.SCHEDULED]


def facts(member: Member, ids: Iterable[str | UUID]) -> list[Mapping[str, Any]]:
    """Return what is known of these pictures, in their order, for `content.body.draft(images=…)`; unknown ones {}."""
    return facts_among(of(member), ids)


def facts_among(assets: BrandedQuerySet, ids: Iterable[str | UUID]) -> list[Mapping[str, Any]]:
    """Return what is known of these pictures among some assets, in their order; unknown ones {}."""
    wanted = [str(i) for i in ids]
    keys = [UUID(i) for i in wanted if _is_key(i)]
    rows = {str(r.pk): r for r in assets.filter(pk__in=keys)} if keys else {}
    return [{n: getattr(rows[i], n) for n in FACTS} if i in rows else {} for i in wanted]


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def tags(member: Member, most: int = 24) -> list[str]:
    """Return the tags in use of the newest assets, the most used first."""
    counted: dict[str, int] = {}
    for one in of(member).values_list("tags", flat=True)[:500]:
        for tag in one:
            counted[tag] = counted.get(tag, 0) + 1
    return sorted(counted, key=lambda t: (-counted[t], t))[:most]
