"""`bench tiers`: tier, stage and RFM scores of everybody in a file of events; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hongqiao.knowledge import audiences
from hongqiao.methods.tiers import Facts, Rules, placed, rfm
from hongqiao.methods.tiers.asking import facts_sql
from hongqiao.site.benches import BadData, Done, needed

OPTIONS: dict[str, dict[str, Any]] = {
    "--as-of": {"required": True, "metavar": "DATE", "help": "last day that may be seen"},
}
HEADS = ("person", "ts", "event", "amount")


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read person, ts, event, amount; write person,tier,stage,r,f,m (scores from 1 to 5; 0 without an order)."""
    import numpy as np

    columns, events = gathered(data, a.as_of, audiences.tier_rules())
    facts, every = Facts.of(columns), np.ma.filled(np.ma.asarray(columns["every_days"]).astype(float), np.nan)
    rules = audiences.tier_rules().fitted(every)
    tier = placed.tiers(facts, rules)
    stage = placed.stages(facts, rules, tier)
    scores = rfm.scores(facts, rules)
    _write(out, columns["person"], tier, stage, scores)
    counts = dict(zip(placed.TIERS, np.bincount(tier, minlength=5).tolist(), strict=True))
    more = {"persons": len(facts), "tiers": counts, "cycle_days": round(rules.cycle_days, 2), "fixed": scores.fixed}
    return Done(events, more=more)


def gathered(data: Path, as_of: str, rules: Rules) -> tuple[dict[str, Any], int]:
    """Return the columns of facts, a row a person, and how many events the file has. Raises BadData."""
    import duckdb

    try:
        day = datetime.combine(date.fromisoformat(as_of), time.max)
    except ValueError:
        raise BadData(columns="--as-of (YYYY-MM-DD)", path=str(data)) from None
    relation = _relation(data)
    with duckdb.connect(config={"preserve_insertion_order": False}) as engine:
        try:
            held = [row[0] for row in engine.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
            needed(data, held, HEADS)
            typed = f"(SELECT person, ts::TIMESTAMP AS ts, event, amount::DOUBLE AS amount FROM {relation})"  # noqa: S608
            asked = facts_sql(rules, typed, audiences.tier_words())
            columns = engine.execute(asked, {"as_of": day}).fetchnumpy()
            counted = engine.execute(f"SELECT count(*) FROM {relation}").fetchone()  # noqa: S608
        except duckdb.Error as error:
            raise BadData(columns=f"{', '.join(HEADS)}: {str(error).splitlines()[0]}", path=str(data)) from None
    return columns, counted[0] if counted else 0


def _relation(data: Path) -> str:
    """Return how DuckDB reads the file, or every Parquet file of the folder."""
    quoted = (data / "*.parquet" if data.is_dir() else data).as_posix().replace("'", "''")
    if data.is_dir() or data.suffix in (".parquet", ".pq"):
        return f"read_parquet('{quoted}')"
    return f"read_csv('{quoted}', header = true, all_varchar = true)"


def _write(out: Path, persons: Any, tier: Any, stage: Any, scores: rfm.Scores) -> None:
    import pyarrow as pa
    import pyarrow.csv as pc

    def words(codes: Any, names: tuple[str, ...]) -> Any:
        return pa.DictionaryArray.from_arrays(codes, list(names)).cast("string")

    columns = [pa.array(persons), words(tier, placed.TIERS), words(stage, placed.STAGES), scores.r, scores.f, scores.m]
    table = pa.table(dict(zip(("person", "tier", "stage", "r", "f", "m"), columns, strict=True)))
    pc.write_csv(table, out, pc.WriteOptions(quoting_style="needed"))
