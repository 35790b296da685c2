"""Who and what is the same: a person's decision, kept beside the facts, joined when read, undone any time."""

from collections.abc import Callable, Iterable, Mapping
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


def point_persons(brand_id: UUID, wanted: Mapping[str, str], who: str, *, method: str = "person") -> dict[str, str]:
    """Say of many keys at once which person each is ("": of its own); in one version. Return what each was before.

    Exactly what is said: whoever points to a key that now points elsewhere is to be named too. Raises Busy.
    """
    before: dict[str, str] = {}

    def change(_: object, version: int) -> None:
        live = PersonMap.objects.filter(brand_id=brand_id, retired_version=None)
        before.clear()
        before.update(dict.fromkeys(wanted, "") | said_of(brand_id, wanted))
        changed = {key: to for key, to in wanted.items() if before[key] != to}
        for some in _dealt(list(changed)):
            _retire(live.filter(source_key__in=some), version)
        PersonMap.objects.bulk_create(
            PersonMap(
                brand_id=brand_id, source_key=key, person_id=to, method=method, who=who[:100], added_version=version
            )
            for key, to in changed.items()
            if to and to != key
        )

    now = said_of(brand_id, wanted)
    if any(now.get(key, "") != to for key, to in wanted.items()):
        store.commit_any(brand_id, change)
        return before
    return dict(wanted)


def said_of(brand_id: UUID, keys: Iterable[str]) -> dict[str, str]:
    """Return person key → the person it was said to be, of those of these keys that were merged."""
    live = PersonMap.objects.filter(brand_id=brand_id, retired_version=None)
    found: dict[str, str] = {}
    for some in _dealt(list(keys)):
        found |= dict(live.filter(source_key__in=some).values_list("source_key", "person_id"))
    return found


def pointing(brand_id: UUID, key: str) -> list[str]:
    """Return the person keys that were said to be this one."""
    live = PersonMap.objects.filter(brand_id=brand_id, retired_version=None, person_id=key)
    return sorted(live.values_list("source_key", flat=True))


def _dealt(keys: list[str]) -> Iterable[list[str]]:
    return (keys[n : n + 500] for n in range(0, len(keys), 500))  # databases bound the length of a list


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
