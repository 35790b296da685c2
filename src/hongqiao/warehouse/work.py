# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""One reading on its way into the facts: what is known of it, its counts, and the row it leaves behind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

from hongqiao.platforms.model import Problem
from hongqiao.warehouse import config, store
from hongqiao.warehouse.errors import AlreadyTaken
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.prepare import Con, Ready
from hongqiao.warehouse.staged import Staged
from hongqiao.warehouse.staging import Stamp
from hongqiao.warehouse.store import PartFile

if TYPE_CHECKING:
    from hongqiao.warehouse.intake import Origin


@dataclass
class Work:
    """One reading on its way."""

    origin: "Origin"
    stamp: Stamp
    seq: int
    folder: Path
    staged: dict[str, Staged] = field(default_factory=dict)
    ready: list[Ready] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asked: list[Problem] = field(default_factory=list)
    rows: int = 0
    refused: int = 0  # rows the reading itself refused
    lost: set[int] = field(default_factory=set)  # rows that lacked what one of their tables needs
    codes: Counter[str] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    version: int = 0
    taken_before: AlreadyTaken | None = None


def count(con: Con, work: Work) -> None:
    """Count rows of the file, not of tables: one row of a file may fill several tables. Before the files move."""
    rows, taken = _distinct_rows(con, work.ready, "good"), _distinct_rows(con, work.ready, "relation")
    lost = work.lost - _among(con, work.lost, [r.good for r in work.ready])
    work.counts = {"taken": taken, "unchanged": rows - taken, "refused": work.refused + len(lost)}
    for ready in work.ready:
        first, last = ready.staged.days
        work.tables[ready.table.name] = {
            "taken": ready.rows - ready.same,
            "unchanged": ready.same,
            "first_day": first,
            "last_day": last,
        }


def _distinct_rows(con: Con, tables: Sequence[Ready], which: str) -> int:
    """How many rows of the file are in these relations."""
    if not tables:
        return 0
    if len(tables) == 1 and tables[0].staged.rising_rows and not tables[0].staged.nameless:
        (ready,) = tables
        if which == "good":
            return ready.staged.rows
        if ready.one_a_row:
            return ready.rows - ready.same
    union = " UNION ALL ".join(f"SELECT source_row FROM {getattr(ready, which)}" for ready in tables)
    return con.execute(f"SELECT count(DISTINCT source_row) FROM ({union})").fetchone()[0]  # type: ignore[index]


def _among(con: Con, rows: set[int], relations: list[str]) -> set[int]:
    """Which of these rows of the file are in one of the relations after all."""
    union = " UNION ALL ".join(f"SELECT source_row FROM {relation}" for relation in relations)
    if not rows or not union:
        return set()
    sql = f"SELECT DISTINCT source_row FROM ({union}) WHERE source_row IN (SELECT unnest(?))"
    return {row for (row,) in con.execute(sql, [sorted(rows)]).fetchall()}


def days_of(tables: dict[str, dict]) -> tuple[date, date] | None:
    """The days a file speaks of. A snapshot's own day is the download's and counts only where there is no other."""
    spoken = {n: t for n, t in tables.items() if t["first_day"]}
    told = [t for n, t in spoken.items() if n != "content_snapshots"] or list(spoken.values())
    return (min(t["first_day"] for t in told), max(t["last_day"] for t in told)) if told else None


def record(works: Sequence[Work], files: list[PartFile], version: int) -> None:
    """Inside the commit: the sources and their parts."""
    Source.objects.bulk_create(_source(work, version) for work in works)
    store.add(works[0].origin.brand_id, version, files)


def _source(work: Work, version: int) -> Source:
    origin, problems, days = work.origin, work.problems + work.asked, days_of(work.tables)
    tables = {
        n: {**t, "first_day": _iso(t["first_day"]), "last_day": _iso(t["last_day"])} for n, t in work.tables.items()
    }
    return Source(
        id=work.stamp.source_id,
        brand_id=origin.brand_id,
        account_id=origin.account_id,
        platform=origin.platform,
        kind=origin.kind,
        file_name=origin.file_name[:300],
        file_hash=origin.file_hash,
        sheet=origin.sheet[:200],
        layout=origin.layout,
        zone=origin.zone,
        captured_at=origin.captured_at.replace(tzinfo=UTC),
        seq=work.seq,
        rows_taken=work.counts["taken"],
        rows_unchanged=work.counts["unchanged"],
        rows_refused=work.counts["refused"],
        tables=tables,
        problems=[_plain(p) for p in problems[: config.limit("problems_kept")]],
        problem_counts=dict(work.codes + Counter(p.code for p in work.asked)),
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        added_version=version,
    )


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "value": str(problem.value)[:80],
        "fatal": problem.fatal,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
