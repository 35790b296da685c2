# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Hot rows: events and mentions as they arrive, seen at once, kept relational until there are enough for a part."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Count, F, Min
from django.utils import timezone

from hongqiao.errors import N_, Invalid
from hongqiao.warehouse import config, store
from hongqiao.warehouse.errors import BadRow, Busy, Moved
from hongqiao.warehouse.handle import Handle
from hongqiao.warehouse.intake import Origin
from hongqiao.warehouse.models import InboxRow, Source
from hongqiao.warehouse.staging import PersonKeys
from hongqiao.warehouse.state import State, hot_rows, load
from hongqiao.warehouse.store import PartFile
from hongqiao.warehouse.tables import MONEY, TABLES, Table
from hongqiao.warehouse.types import brand_uuid, table_named, text_key
from hongqiao.warehouse.workbench import workbench

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Counts:
    """How many rows were new, and how many were there already (by account and key)."""

    new: int
    duplicates: int


def put(brand_id: UUID, table: str, rows: Sequence[Row], origin: Origin, keys: PersonKeys) -> Counts:
    """Take hot rows of an event table; all or none. They are in the next `open` of the brand.

    A time with an offset is converted, one without is local in the origin's zone. A row without its key is named by
    what it says. Columns that the table does not have are kept in `extra`.
    Raises BadRow naming row and column, Invalid, Busy.
    """
    if brand_uuid(brand_id) != origin.brand_id:
        raise TypeError("the origin is another brand's")
    target = table_named(table)
    if target.kind != "event":
        raise Invalid(
            N_("这张表不接收实时数据"), N_("请用文件导入；实时接口只接收事件、退款与提及"), code="not_an_event_table"
        )
    ready = [_typed(target, n, row, origin) for n, row in enumerate(rows, 1)]
    if not ready:
        return Counts(0, 0)
    _hash_persons(target, ready, keys)  # first: a name made of what a row says must not be one to guess a person by
    counts = _put(target, _named(target, ready), origin)
    if InboxRow.objects.filter(brand_id=brand_id, retired_version=None).count() >= config.limit("inbox_flush_rows"):
        flush(brand_id)
    return counts


def _typed(table: Table, number: int, row: Row, origin: Origin) -> dict[str, Any]:
    """One row in the JSON form of the table's types. Raises BadRow."""
    given = {k: v for k, v in row.items() if v is not None and v != ""}
    result: dict[str, Any] = {c: given.pop(c) for c in table.personal if c in given}
    for column, kind in table.columns.items():
        if column in given:
            try:
                result[column] = _value(kind, given.pop(column), origin.zone)
            except (TypeError, ValueError, InvalidOperation):
                raise BadRow(row=number, column=column) from None
    for column in table.required:
        if column not in result and column != text_key(table):
            raise BadRow(row=number, column=column)
    local = datetime.fromisoformat(result["ts"]).replace(tzinfo=UTC) if "ts" in result else None
    result["day"] = local.astimezone(ZoneInfo(origin.zone)).date().isoformat() if local else None
    extra = given.pop("extra", None)
    given.update(extra if isinstance(extra, Mapping) else {"extra": extra} if extra else {})
    result["extra"] = json.dumps(given, ensure_ascii=False, default=str, sort_keys=True) if given else None
    return result


def _value(kind: str, value: Any, zone: str) -> Any:
    """A value in JSON form. Raises TypeError, ValueError or InvalidOperation where it is not of that type."""
    if kind == "timestamp":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC).replace(tzinfo=None).isoformat()
    if kind == "date":
        return date.fromisoformat(str(value)).isoformat()
    if kind == MONEY:
        amount = Decimal(str(value)).quantize(Decimal("0.0001"))
        if isinstance(value, bool) or not amount.is_finite() or abs(amount) >= 10**14:
            raise ValueError
        return str(amount)
    if kind in ("int64", "float64"):
        if isinstance(value, bool):
            raise TypeError
        number = Decimal(str(value))
        if not number.is_finite() or (kind == "int64" and (number % 1 or abs(number) >= 2**63)):
            raise ValueError
        return int(number) if kind == "int64" else float(number)
    if kind == "boolean":
        if not isinstance(value, bool):
            raise TypeError
        return value
    if isinstance(value, list | dict):
        raise TypeError
    return str(value)


def _named(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every row its key; rows without one are named by all they say and by which of their equals they are."""
    key = text_key(table)
    seen: dict[str, int] = {}
    for row in rows:
        if key in row:
            continue
        said = hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
        seen[said] = seen.get(said, 0) + 1
        row[key] = f"~{said}-{seen[said]}"
    return rows


def _hash_persons(table: Table, rows: list[dict[str, Any]], keys: PersonKeys) -> None:
    """Replace persons by their keys, in place."""
    for raw in table.personal:
        persons = sorted({str(r[raw]).strip() for r in rows if raw in r} - {""})
        hashes = dict(zip(persons, keys.hash(persons), strict=True))
        for row in rows:
            row[f"{raw}_key"] = hashes.get(str(row.pop(raw, "")).strip()) or None
            row[f"{raw}_key_id"] = keys.key_id if row[f"{raw}_key"] else None


def _put(table: Table, rows: list[dict[str, Any]], origin: Origin) -> Counts:
    key = text_key(table)
    unique = {row[key]: row for row in reversed(rows)}  # of equals in one call the first stays
    for _ in range(config.limit("commit_attempts")):
        state = load(origin.brand_id)
        known = _known(state, table, str(origin.account_id), list(unique))
        fresh = [row for k, row in reversed(unique.items()) if k not in known]
        if not fresh:
            return Counts(0, len(rows))
        try:
            store.commit(origin.brand_id, state.version, partial(_store, table, fresh, origin))
        except Moved:
            continue
        return Counts(len(fresh), len(rows) - len(fresh))
    raise Busy


def _known(state: State, table: Table, account: str, ids: list[str]) -> set[str]:
    """Which of these keys the brand has, in parts or waiting."""
    key = text_key(table)
    handle = Handle(state)
    stored = handle.table(table.name)
    found = handle.fetch(stored.filter(stored.account == account, stored[key].isin(ids)).select(key))
    return set(found[key].to_pylist())


def _store(table: Table, rows: list[dict[str, Any]], origin: Origin, version: int) -> None:
    """Inside the commit: the day's source and the rows."""
    source = _source(table, origin, version)
    captured = origin.captured_at
    seconds = int((captured - datetime(1970, 1, 1)).total_seconds())
    common = {
        "brand": str(origin.brand_id),
        "platform": origin.platform,
        "account": str(origin.account_id),
        "source_id": str(source.id),
        "captured_at": captured.isoformat(),
        "rank": seconds * 1_000_000 + source.seq,
    }
    InboxRow.objects.bulk_create(
        InboxRow(
            brand_id=origin.brand_id,
            table=table.name,
            origin=f"{origin.platform}:{origin.account_id}",
            origin_id=row[text_key(table)][:200],
            source_id=source.id,
            payload={**row, **common, "source_row": source.rows_taken + n},
            added_version=version,
        )
        for n, row in enumerate(rows, 1)
    )
    days = [date.fromisoformat(r["day"]) for r in rows if r["day"]] + [
        d for d in (source.first_day, source.last_day) if d
    ]
    Source.objects.filter(id=source.id).update(
        rows_taken=F("rows_taken") + len(rows),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        captured_at=max(captured.replace(tzinfo=UTC), source.captured_at),
        tables={table.name: {"taken": source.rows_taken + len(rows), "unchanged": 0,
                             "first_day": min(days, default=None) and min(days).isoformat(),
                             "last_day": max(days, default=None) and max(days).isoformat()}},
    )  # fmt: skip


def _source(table: Table, origin: Origin, version: int) -> Source:
    """One source a day, account, layout and table, so that a day's answers can be looked at and undone together."""
    source, _ = Source.objects.get_or_create(
        brand_id=origin.brand_id,
        account_id=origin.account_id,
        file_hash=f"inbox:{table.name}:{origin.captured_at:%Y-%m-%d}",
        sheet="",
        layout=origin.layout,
        undone_at=None,
        defaults={
            "platform": origin.platform,
            "kind": "api",
            "file_name": origin.file_name[:300],
            "zone": origin.zone,
            "captured_at": origin.captured_at.replace(tzinfo=UTC),
            "seq": store.next_seq(origin.brand_id),
            "added_version": version,
        },
    )
    return source


def flush(brand_id: UUID) -> int:
    """Move the brand's waiting rows into parts, exactly once, and return how many there were.

    Killed before the commit it leaves files that no manifest row names; the rows still wait. Raises DiskFull, Busy.
    """
    for _ in range(config.limit("commit_attempts")):
        state = load(brand_id)
        if not state.hot:
            return 0
        files: list[PartFile] = []
        try:
            for table in state.hot:
                files += _write(state, TABLES[table])
            store.commit(brand_id, state.version, partial(_flushed, brand_id, files))
            count, files = sum(f.rows for f in files), []
            return count
        except Moved:
            continue
        finally:
            store.discard(files)
    raise Busy


def _write(state: State, table: Table) -> Iterable[PartFile]:
    rows = hot_rows(state, table.name).sort_by([("day", "ascending"), ("rank", "ascending")])
    files: list[PartFile] = []
    try:
        with workbench(rows.num_rows) as con:
            con.register("waiting", rows)
            store.write_all(con, state.brand_id, table, "waiting", files, sources=_sources(rows), ordered=True)
    except BaseException:
        store.discard(files)
        raise
    return files


def _sources(rows: pa.Table) -> list[str]:
    return sorted(rows["source_id"].unique().to_pylist())


def _flushed(brand_id: UUID, files: list[PartFile], version: int) -> None:
    """Inside the commit. The version did not move since the rows were read, so the waiting ones are exactly those."""
    waiting = InboxRow.objects.filter(brand_id=brand_id, retired_version=None)
    if waiting.update(retired_version=version, retired_at=timezone.now()) != sum(f.rows for f in files):
        raise Moved
    store.add(brand_id, version, files)


def due() -> list[UUID]:
    """Brands whose waiting rows are many or old enough for a part."""
    oldest = timezone.now() - timedelta(seconds=config.limit("inbox_flush_seconds"))
    waiting = (
        InboxRow.objects.filter(retired_version=None)
        .values("brand_id")
        .annotate(n=Count("pk"), since=Min("received_at"))
    )
    return [w["brand_id"] for w in waiting if w["n"] >= config.limit("inbox_flush_rows") or w["since"] <= oldest]
