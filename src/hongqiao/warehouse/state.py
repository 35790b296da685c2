"""What is live in one manifest version of one brand. It never changes, so a process may keep it."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pyarrow as pa
from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from hongqiao.errors import NotFound
from hongqiao.warehouse import config
from hongqiao.warehouse.errors import VersionGone
from hongqiao.warehouse.models import MAPS, InboxRow, Manifest, Part, PersonMap, Versioned
from hongqiao.warehouse.types import arrow_schema, brand_uuid, table_named


@dataclass(frozen=True)
class PartInfo:
    """One live part: `rows`, its days, and whether it holds keys that are stated elsewhere too."""

    id: UUID
    table: str
    path: Path
    month: str
    rows: int
    bytes: int
    schema_version: int
    min_day: date | None
    max_day: date | None
    sources: tuple[str, ...]
    restates: bool
    echo: bool


@dataclass(frozen=True)
class State:
    """The live parts, and what tells one set of hot rows or of map entries from another."""

    brand_id: UUID
    version: int
    parts: dict[str, tuple[PartInfo, ...]]
    echoes: dict[str, tuple[PartInfo, ...]]
    hot: dict[str, tuple[int, ...]] = field(default_factory=dict)
    maps: dict[str, tuple[int, ...]] = field(default_factory=dict)
    #: Where it is of some persons alone: the keys under which facts may name them. Of tables `by_person` nothing else
    #: is read then.
    about: tuple[str, ...] = ()

    def narrows(self, table: str) -> bool:
        """Whether only rows of some persons are read of this table."""
        return bool(self.about) and table_named(table).by_person

    def of(self, table: str) -> tuple[PartInfo, ...]:
        return self.parts.get(table, ())

    def only(self, sources: Collection[str]) -> "State":
        """The same with those parts only that have rows of these sources."""
        ours = set(sources)
        kept = [
            {name: tuple(p for p in parts if not ours.isdisjoint(p.sources)) for name, parts in tables.items()}
            for tables in (self.parts, self.echoes)
        ]
        return replace(self, parts=kept[0], echoes=kept[1])

    def restated(self, table: str) -> bool:
        return any(p.restates for p in self.of(table))

    def rows(self, table: str) -> int:
        return sum(p.rows for p in self.of(table)) + (self.hot[table][0] if table in self.hot else 0)

    def signature(self, table: str) -> str:
        """A short name for exactly this content of the table: equal in every version that did not touch it."""
        known = [
            str(config.data()),
            str(self.brand_id),
            table,
            str(self.hot.get(table)),
            *(p.id.hex for p in self.of(table)),
            *(self.about if self.narrows(table) else ()),
        ]
        return sha256("|".join(known).encode()).hexdigest()[:24]


def part_info(part: Part) -> PartInfo:
    return PartInfo(
        id=part.id,
        table=part.table,
        path=config.data() / part.path,
        month=part.month,
        rows=part.rows,
        bytes=part.bytes,
        schema_version=part.schema_version,
        min_day=part.min_day,
        max_day=part.max_day,
        sources=tuple(part.sources),
        restates=part.restates,
        echo=part.echo,
    )


def _by_table(parts: Iterable[PartInfo]) -> dict[str, tuple[PartInfo, ...]]:
    tables: dict[str, list[PartInfo]] = {}
    for part in parts:
        tables.setdefault(part.table, []).append(part)
    return {name: tuple(infos) for name, infos in tables.items()}


def _parts(brand_id: UUID, version: int) -> list[PartInfo]:
    """The parts of a version. A part never changes, so only those are read that no kept state of the brand has."""
    query = Part.objects.filter(Versioned.live(version), brand_id=brand_id)
    with _lock:
        near = next((s for k, s in reversed(_states.items()) if k[:2] == (str(config.data()), brand_id)), None)
    known = {p.id: p for kind in (near.parts, near.echoes) for t in kind.values() for p in t} if near else {}
    ids = set(query.values_list("id", flat=True))
    fresh = ids - known.keys()
    found = [p for i, p in known.items() if i in ids]
    if fresh:
        some = query.filter(id__in=fresh) if len(fresh) <= _ASKED_BY_ID else query
        found += [part_info(p) for p in some if p.id in fresh]
    return _sorted(found)


def _sorted(parts: Iterable[PartInfo]) -> list[PartInfo]:
    return sorted(parts, key=lambda p: (p.table, p.min_day or date.max, p.id))


def load(brand_id: UUID, version: int | None = None) -> State:
    """Read what is live in that version (the newest without one).

    Raises TypeError without a brand, NotFound for a version that never was, VersionGone for one whose files are swept.
    """
    row = Manifest.objects.filter(brand_id=brand_uuid(brand_id)).values_list("version", "floor").first() or (0, 0)
    newest, floor = row
    version = newest if version is None else version
    if not 0 <= version <= newest:
        raise NotFound()
    if version < floor:
        raise VersionGone()
    return _kept(brand_id, version)


_ASKED_BY_ID = 200  # past so many new parts all of them are read: databases bound the length of a list
_states: OrderedDict[tuple[str, UUID, int], State] = OrderedDict()
_lock = threading.Lock()


def _kept(brand_id: UUID, version: int) -> State:
    key = (str(config.data()), brand_id, version)
    with _lock:
        if key in _states:
            _states.move_to_end(key)
            return _states[key]
    state = _read(brand_id, version)
    _remember(key, state)
    return state


def follow(before: State, version: int, added: Iterable[PartInfo]) -> None:
    """Keep the state that a commit leads to which only added parts, once it is certain, instead of reading it anew."""
    known = [p for kind in (before.parts, before.echoes) for parts in kind.values() for p in parts]
    every = _sorted([*known, *added])
    now = replace(
        before, version=version, parts=_by_table(p for p in every if not p.echo),
        echoes=_by_table(p for p in every if p.echo),
    )  # fmt: skip
    key = (str(config.data()), before.brand_id, version)
    transaction.on_commit(lambda: _remember(key, now))


def _remember(key: tuple[str, UUID, int], state: State) -> None:
    with _lock:
        _states[key] = state
        while len(_states) > config.limit("states_max"):
            _states.popitem(last=False)


def forget() -> None:
    """Drop what this process keeps (tests start from an empty database with the same brands)."""
    with _lock:
        _states.clear()


def _read(brand_id: UUID, version: int) -> State:
    live = Versioned.live(version)
    parts = _parts(brand_id, version)
    marks = {"n": Count("pk"), "low": Min("pk"), "high": Max("pk"), "sum": Sum("pk")}
    hot = InboxRow.objects.filter(live, brand_id=brand_id).values("table").annotate(**marks)
    maps = {}
    for name, model in MAPS.items():
        found = model.objects.filter(live, brand_id=brand_id).aggregate(**marks)
        if found["n"]:
            maps[name] = tuple(found.values())
    return State(
        brand_id,
        version,
        _by_table(p for p in parts if not p.echo),
        _by_table(p for p in parts if p.echo),
        {h["table"]: (h["n"], h["low"], h["high"], int(h["sum"])) for h in hot},  # type: ignore[misc]
        maps,
    )


def hot_rows(state: State, table: str) -> pa.Table:
    """The inbox rows that are live in this version, as the table's final form."""
    rows = InboxRow.objects.filter(Versioned.live(state.version), brand_id=state.brand_id, table=table).order_by("pk")
    if state.narrows(table):
        rows = rows.filter(payload__person_key__in=state.about)
    return from_payloads(table, rows.values_list("payload", flat=True))


def from_payloads(table: str, payloads: Iterable[dict]) -> pa.Table:
    """Inbox payloads (JSON: texts for days, moments and money) as Arrow in the table's types."""
    kind = table_named(table)
    schema, rows, columns = arrow_schema(kind), list(payloads), {}
    for column in schema:
        names = kind.names_of(column.name)  # a row may wait from before a column was renamed
        said = [next((r[n] for n in names if r.get(n) is not None), None) for r in rows]
        values = pa.array(said, None if rows else column.type)
        columns[column.name] = values if values.type == column.type else values.cast(column.type)
    return pa.table(columns, schema=schema)


def about(state: State, persons: Iterable[str]) -> State:
    """The same of these persons alone, under whichever keys facts name them."""
    keys = set(persons)
    if "person_map" in state.maps:
        entries = PersonMap.objects.filter(Versioned.live(state.version), brand_id=state.brand_id)
        keys |= set(entries.filter(person_id__in=keys).values_list("source_key", flat=True))
    return replace(state, about=tuple(sorted(keys)) or ("",))


def map_rows(state: State, name: str, only: Collection[str] = ()) -> pa.Table:
    """The live entries of content_map or person_map; `only`: of these keys."""
    model = MAPS[name]
    live = model.objects.filter(Versioned.live(state.version), brand_id=state.brand_id).order_by("pk")
    if only:
        live = live.filter(source_key__in=only)
    pairs = list(live.values_list("source_key", model.TO))
    keys, targets = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.table({"source_key": pa.array(keys, pa.string()), model.TO: pa.array(targets, pa.string())})
