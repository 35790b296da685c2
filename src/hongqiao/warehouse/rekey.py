# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Rows of sources that move to another account: collected, written anew for it, compared with what it has.

Relations in the workbench, by table: `<t>_mine` as the rows are, `<t>_to` as they will be, `<t>_live` and `<t>_echo`
what of them counts and what says nothing new, `<t>_back` repeats of the account's own that count again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa

from hongqiao.warehouse import store
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.retire import Con, live_view
from hongqiao.warehouse.staging import content_key
from hongqiao.warehouse.state import State, hot_rows
from hongqiao.warehouse.statements import statements_sql
from hongqiao.warehouse.store import PartFile
from hongqiao.warehouse.tables import TABLES, Table
from hongqiao.warehouse.types import anchor, ident, keys_of, text, texts

_NAMED_LENGTH = 64  # of a content's key that is made of account, form, second and title (SHA-256 in hex)


@dataclass(frozen=True)
class Target:
    """The account that rows move to."""

    account_id: UUID
    platform: str
    zone: str


def _keys(table: Table) -> str:
    return ", ".join(map(ident, keys_of(table)))


def collect(con: Con, state: State, table: Table, ids: Sequence[str]) -> None:
    """Create `<t>_mine`: every row these sources have stated, waiting or repeated ones too, each once."""
    parts = [
        p for p in (*state.of(table.name), *state.echoes.get(table.name, ())) if not set(ids).isdisjoint(p.sources)
    ]
    hot = ""
    if table.name in state.hot:
        hot = f"{table.name}_waiting"
        con.register(hot, hot_rows(state, table.name))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table.name}_mine AS
        SELECT * FROM ({statements_sql(con, table, parts, hot)}) WHERE source_id IN ({texts(ids)})
        QUALIFY row_number() OVER (PARTITION BY {_keys(table)}, rank, source_id ORDER BY source_row) = 1
    """)


def new_names(con: Con, state: State, tables: Iterable[Table], sources: Sequence[Source], target: Target) -> dict:
    """Return new keys for contents that are named by account, form, second and title, wherever such a content is told.

    A key is one of those if it is what this program would have made of the content's row; others are the platform's.
    """
    used = " UNION ".join(
        f"SELECT source_key FROM {t.name}_mine WHERE length(source_key) = {_NAMED_LENGTH}"
        for t in tables
        if "source_key" in t.columns
    )
    parts = [*state.of("contents"), *state.echoes.get("contents", ())]
    if not used or not parts:
        return {}
    zones = {str(s.id): s.zone for s in Source.objects.filter(brand_id=state.brand_id).only("id", "zone")}
    told = con.execute(f"""
        SELECT DISTINCT account, source_key, form, title, published_at, source_id
        FROM ({statements_sql(con, TABLES["contents"], parts)}) SEMI JOIN ({used}) USING (source_key)
        WHERE account IN ({texts({s.account_id for s in sources})})
    """).fetchall()
    names = {}
    for account, key, form, title, published, source_id in told:
        local = _local(published, zones.get(source_id) or target.zone)
        if content_key(account, form, local, title) == key:
            names[key] = content_key(str(target.account_id), form, local, title) or key
    return names


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def rewrite(con: Con, table: Table, target: Target, names: dict[str, str], sources: Sequence[Source]) -> None:
    """Create `<t>_to`: the rows with the account, its platform, contents' new names, moments and days in its zone."""
    con.register(
        "moved_names",
        pa.table({"old": pa.array([*names], pa.string()), "new": pa.array([*names.values()], pa.string())}),
    )
    con.register(
        "moved_zones",
        pa.table({"id": [str(s.id) for s in sources], "zone": [s.zone or target.zone for s in sources],
                  "api": [s.kind == "api" for s in sources]}),
    )  # fmt: skip
    changes = {"account": text(target.account_id), "platform": text(target.platform)}
    joined = ""
    if "source_key" in table.columns:
        changes["source_key"] = "coalesce(n.new, m.source_key)"
        joined = "LEFT JOIN moved_names n ON n.old = m.source_key"
    if any(s.zone not in ("", target.zone) for s in sources):
        changes |= _in_zone(table, target.zone)
    replaced = ", ".join(f"{value} AS {ident(column)}" for column, value in changes.items())
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table.name}_to AS
        SELECT m.* REPLACE ({replaced}) FROM {table.name}_mine m JOIN moved_zones z ON z.id = m.source_id {joined}
    """)


def _in_zone(table: Table, zone: str) -> dict[str, str]:
    """A file states local times, which are now local times of the other zone, and its days stay. What an interface
    states are moments: they stay, and their days are those of the other zone. So are days of the capture.
    """
    there, moment = text(zone), anchor(table)
    changes = {
        column: f"CASE WHEN z.api THEN m.{ident(column)}"
        f" ELSE timezone('UTC', timezone({there}, {_at('z.zone', f'm.{ident(column)}')})) END"
        for column, kind in table.columns.items()
        if kind == "timestamp"
    }
    day = "m.day"
    if table.by_capture:
        undated = f"m.{ident(moment)} IS NULL AND " if moment else ""
        captured = f"{undated}m.day = {_at('z.zone', 'm.captured_at')}::DATE"
        day = f"CASE WHEN {captured} THEN {_at(there, 'm.captured_at')}::DATE ELSE m.day END"
    if moment:
        own = f"m.{ident(moment)}"
        day = f"CASE WHEN z.api AND {own} IS NOT NULL THEN {_at(there, own)}::DATE ELSE {day} END"
    return {**changes, "day": day}


def _at(zone: str, moment: str) -> str:
    """SQL of a UTC moment as local time of a zone."""
    return f"timezone({zone}, timezone('UTC', {moment}))"


def compare(con: Con, state: State, table: Table, target: Target) -> int:
    """Create `<t>_live`, `<t>_echo` and `<t>_back` and return how many rows move.

    Of an event the first statement stays. Snapshots are all kept: a repeat of what is current changes no figure.
    """
    name, keys = table.name, _keys(table)
    live_view(con, state, table, f"{name}_stored")
    here = f"SELECT * FROM {name}_stored WHERE account = {text(target.account_id)}"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_there AS {here}")
    rows = con.execute(f"SELECT count(*) FROM {name}_to").fetchone()[0]  # type: ignore[index]
    live, echo = f"SELECT * FROM {name}_to", f"SELECT * FROM {name}_to WHERE false"
    if table.kind == "event":
        live = f"""SELECT * FROM {name}_to ANTI JOIN {name}_there USING ({keys})
                   QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY rank, source_row) = 1"""
        echo = f"SELECT * FROM {name}_to ANTI JOIN {name}_live USING ({keys}, source_id, rank)"
    for relation, select in (("live", live), ("echo", echo), ("back", _back(con, state, table, target))):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_{relation} AS {select}")
    return rows


def _back(con: Con, state: State, table: Table, target: Target) -> str:
    """The account's repeats that are later than what moves in: after it, they are the later word."""
    name, keys, echoes = table.name, _keys(table), state.echoes.get(table.name, ())
    if table.kind == "event" or not echoes:
        return f"SELECT * FROM {name}_there WHERE false"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_repeats AS {statements_sql(con, table, echoes)}")
    return f"""
        SELECT r.* FROM {name}_repeats r JOIN (SELECT {keys}, min(rank) AS since FROM {name}_to GROUP BY ALL) t
        USING ({keys}) WHERE r.account = {text(target.account_id)} AND r.rank > t.since
        AND NOT EXISTS (SELECT 1 FROM {name}_there s WHERE s.rank = r.rank AND {_same(table)})
        QUALIFY row_number() OVER (PARTITION BY {_of(table, "r")}, r.rank, r.source_id ORDER BY r.source_row) = 1
    """


def _of(table: Table, relation: str) -> str:
    return ", ".join(f"{relation}.{ident(k)}" for k in keys_of(table))


def _same(table: Table) -> str:
    return " AND ".join(f"s.{ident(k)} = r.{ident(k)}" for k in keys_of(table))


def _restates(con: Con, table: Table) -> bool:
    """Whether a moved row has the key of another, moved or there."""
    name, keys = table.name, _keys(table)
    sql = f"""SELECT EXISTS (SELECT 1 FROM {name}_live GROUP BY {keys} HAVING count(*) > 1)
                  OR EXISTS (SELECT 1 FROM {name}_live SEMI JOIN {name}_there USING ({keys}))"""
    return table.kind == "snapshot" and bool(con.execute(sql).fetchone()[0])  # type: ignore[index]


def write(con: Con, state: State, table: Table, into: list[PartFile]) -> None:
    """Write the parts of the three relations."""
    restates = _restates(con, table)
    for kind, again, echo in (("live", restates, False), ("echo", False, True), ("back", True, False)):
        relation = f"{table.name}_{kind}"
        found = con.execute(f"SELECT DISTINCT source_id FROM {relation} ORDER BY 1").fetchall()
        sources = [source for (source,) in found]
        store.write_all(con, state.brand_id, table, relation, into, sources=sources, restates=again, echo=echo)


def days(con: Con, table: Table) -> list[tuple[str, date | None, date | None]]:
    """By source the first and the last day of its rows."""
    return con.execute(f"SELECT source_id, min(day), max(day) FROM {table.name}_to GROUP BY 1").fetchall()
