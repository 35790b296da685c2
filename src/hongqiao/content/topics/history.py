"""What was published already: pieces of own and of competitors' accounts, and how they did, from the warehouse."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from ibis import _

from hongqiao import warehouse
from hongqiao.workspace.models import Account, Brand


@dataclass(frozen=True)
class Past:
    """A piece that was published. `share`: the share of the account's pieces of its form that had fewer views."""

    key: str
    title: str
    platform: str
    account: str
    form: str
    url: str
    day: date
    views: int | None
    share: float | None
    peers: int
    own: bool


def pieces(brand: Brand) -> tuple[Past, ...]:
    """Return every titled piece that the warehouse knows, newest first."""
    handle = warehouse.open(brand.pk)
    rivals = Account.objects.filter(brand=brand, relation=Account.Relation.COMPETITOR).order_by("pk")
    return _pieces(brand.pk, handle.version, tuple(str(a) for a in rivals.values_list("pk", flat=True)))


@lru_cache(maxsize=32)
def _pieces(brand_id: UUID, version: int, rivals: tuple[str, ...]) -> tuple[Past, ...]:
    handle = warehouse.open(brand_id, version)
    table = handle.current("contents")
    wanted = table.filter(table.published_at.notnull() & table.title.notnull())
    columns = ("source_key", "title", "platform", "account", "form", "url", "day", "published_at")
    rows = handle.fetch(wanted.select(*columns)).to_pylist()
    views = _views(handle)
    peers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        if (seen := views.get(row["source_key"])) is not None:
            peers[str(row["account"]), str(row["form"])].append(seen)
    for group in peers.values():
        group.sort()
    made = [_past(row, views.get(row["source_key"]), peers, rivals) for row in rows if str(row["title"]).strip()]
    return tuple(sorted(made, key=lambda p: (p.day, p.key), reverse=True))


def _views(handle: Any) -> dict[str, int]:
    """Return content key → the most views, or readers where a platform counts those, that were stated."""
    snaps = handle.current("content_snapshots")
    seen = snaps.view_users.fill_null(snaps.views) if "view_users" in snaps.columns else snaps.views
    seen = snaps.views.fill_null(seen)
    found = snaps.mutate(seen=seen).filter(seen.notnull()).group_by("source_key")
    return {r["source_key"]: int(r["most"]) for r in handle.fetch(found.aggregate(most=_.seen.max())).to_pylist()}


def _past(row: dict[str, Any], views: int | None, peers: dict[Any, list[int]], rivals: tuple[str, ...]) -> Past:
    others = peers[str(row["account"]), str(row["form"])]
    share = None
    if views is not None and len(others) > 1:
        # half of the others that are equal to it lie below: its mid-rank without itself
        share = (bisect_left(others, views) + bisect_right(others, views) - 1) / 2 / (len(others) - 1)
    return Past(
        str(row["source_key"]),
        str(row["title"]).strip(),
        str(row["platform"]),
        str(row["account"]),
        str(row["form"] or ""),
        str(row["url"] or ""),
        row["day"] or row["published_at"].date(),
        views,
        share,
        len(others),
        str(row["account"]) not in rivals,
    )
