"""`bench rootcause`: the causes of each case of a folder; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hongqiao.methods.rootcause import Cause, additive, ratio, search
from hongqiao.site.benches import BadData, Done, needed

OPTIONS: dict[str, dict[str, Any]] = {}
NOT_DIMS = {"real", "predict", "value", "cnt", "min"}


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read labels.csv for the names of the cases only; write the causes of each and the seconds it took."""
    with (data / "labels.csv").open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        needed(data / "labels.csv", list(reader.fieldnames or []), ("dataset", "setting", "instance"))
        cases = [(r["dataset"], r["setting"], r["instance"]) for r in reader]
    longest = 0.0
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["dataset", "setting", "instance", "root_cause", "seconds"])
        for dataset, setting, instance in cases:
            table = pq.read_table(data / dataset / setting / f"{instance}.parquet")
            began = time.perf_counter()
            causes = causes_of(table, data / dataset / setting / f"{instance}.parquet")
            seconds = time.perf_counter() - began
            longest = max(longest, seconds)
            writer.writerow([dataset, setting, instance, ";".join(map(str, causes)), f"{seconds:.4f}"])
    return Done(len(cases), more={"longest": round(longest, 3)})


def causes_of(table: pa.Table, path: Path) -> list[Cause]:
    """Return the causes of one case: additive by real and predict, ratio by value and cnt."""
    held = table.column_names
    dims = {name: table[name] for name in held if name not in NOT_DIMS}
    if {"real", "predict"} <= set(held):
        return search(additive(dims, table["real"].to_numpy(), table["predict"].to_numpy()))
    if not {"value", "cnt"} <= set(held):
        raise BadData(columns="real, predict | value, cnt", path=str(path))
    period = table["min"].to_numpy() if "min" in held else [0] * len(table)
    return search(ratio(dims, table["value"].to_numpy(), table["cnt"].to_numpy(), period))
