"""`bench similar`: group a csv of texts that say the same in the same words; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

from hongqiao.methods.similarity import clusters
from hongqiao.site.benches import Done, column

OPTIONS: dict[str, dict[str, Any]] = {}


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read `text`; write row,cluster: a cluster is named by its first row."""
    found = clusters(list(column(data, "text")))
    with out.open("w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to, lineterminator="\n")
        writer.writerow(["row", "cluster"])
        writer.writerows(enumerate(found))
    return Done(len(found), more={"clusters": len(set(found))})
