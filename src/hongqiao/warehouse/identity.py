"""Who and what is the same: a person's decision, kept beside the facts, joined when read, undone any time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from hongqiao.errors import N_, Invalid
from hongqiao.warehouse import store
from hongqiao.warehouse.handle import open as open_handle
from hongqiao.warehouse.models import ContentMap, Map, PersonMap


@dataclass(frozen=True)
class Clash:
    """Two contents of one account at one publish second. `published_at` is UTC, naive; `keep` came first."""

    account: str
    published_at: datetime
    keep: str
    keep_title: str
    other: str
    other_title: str


def merge(brand_id: UUID, keep: str, other: str, who: str, *, method: str = "person") -> int:
    """Say that the content `other` is `keep`. Return the new version. Raises Invalid where a key is not the brand's."""
    contents = open_handle(brand_id).table("contents")
    known = open_handle(brand_id).fetch(
        contents.filter(contents.source_key.isin([keep, other])).select("source_key").distinct()
    )
    if keep == other or set(known["source_key"].to_pylist()) != {keep, other}:
        raise Invalid(N_("没有找到要合并的两条内容"), N_("请从内容列表里选择两条不同的内容"), code="not_two_contents")
    return _merge(ContentMap, brand_id, keep, other, who, method)


def unmerge(brand_id: UUID, other: str) -> bool:
    """Take a merge back. False where `other` was not merged."""
    return _unmerge(ContentMap, brand_id, other)


def kept(brand_id: UUID, keys: Iterable[str]) -> dict[str, str]:
    """Return content → the content it was said to be, of those of these keys that were merged."""
    live = ContentMap.objects.filter(brand_id=brand_id, retired_version=None, source_key__in=list(keys))
    return dict(live.values_list("source_key", "content_id"))


def merge_persons(brand_id: UUID, keep: str, other: str, who: str, *, method: str = "person") -> int:
    """Say that the person key `other` is the person `keep`. Return the new version."""
    return _merge(PersonMap, brand_id, keep, other, who, method)


def unmerge_persons(brand_id: UUID, other: str) -> bool:
    return _unmerge(PersonMap, brand_id, other)


def _merge(model: Map, brand_id: UUID, keep: str, other: str, who: str, method: str) -> int:
    """Point `other`, and all that pointed to it, to what `keep` stands for: one level, so reading is one join."""
    to = model.TO

    def change(_: object, version: int) -> None:
        live = model.objects.filter(brand_id=brand_id, retired_version=None)
        root = live.filter(source_key=keep).values_list(to, flat=True).first() or keep
        if root == other:
            root = keep  # the person turns an earlier merge around
        moved = list(
            live.filter(Q(**{to: other}) | Q(source_key__in=[other, root])).values_list("source_key", flat=True)
        )
        _retire(live.filter(source_key__in=moved), version)
        for key in sorted({other, *moved} - {root}):
            model.objects.create(
                brand_id=brand_id, source_key=key, method=method, who=who, added_version=version, **{to: root}
            )

    return store.commit_any(brand_id, change)


def _unmerge(model: Map, brand_id: UUID, other: str) -> bool:
    done: list[int] = []

    def change(_: object, version: int) -> None:
        live = model.objects.filter(brand_id=brand_id, retired_version=None, source_key=other)
        done[:] = [_retire(live, version)]

    if not model.objects.filter(brand_id=brand_id, retired_version=None, source_key=other).exists():
        return False
    store.commit_any(brand_id, change)
    return bool(done[0])


def _retire(entries: object, version: int) -> int:
    return entries.update(retired_version=version, undone_at=timezone.now())  # type: ignore[attr-defined]


def clashes(brand_id: UUID, zone_of: Callable[[str], str]) -> list[Clash]:
    """Contents without an id that share account, form and publish second: perhaps one, with an edited title.

    `zone_of(account)` gives the account's zone: a publish time of local midnight is a date and no sign of anything.
    """
    handle = open_handle(brand_id)
    rows = handle.current("contents")
    nameless = rows.filter(rows.source_key.length() == 64, rows.published_at.notnull())
    wanted = nameless.select("account", "form", "published_at", "source_key", "title", "rank", "source_row")
    groups: dict[tuple, list[dict]] = {}
    for row in handle.fetch(wanted).to_pylist():
        groups.setdefault((row["account"], row["form"], row["published_at"]), []).append(row)
    found = []
    for (account, _, at), same in groups.items():
        local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone_of(account)))
        if len(same) < 2 or local.time() == time():
            continue
        first, *rest = sorted(same, key=lambda r: (r["rank"], r["source_row"]))
        for r in rest:
            found.append(
                Clash(account, at, first["source_key"], first["title"] or "", r["source_key"], r["title"] or "")
            )
    return found
