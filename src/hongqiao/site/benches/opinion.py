"""`bench opinion`: read a csv of texts with the model and the words that ship; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
from itertools import islice
from pathlib import Path
from typing import Any

from hongqiao.knowledge import opinions
from hongqiao.site.benches import BadData, Done, column

OPTIONS: dict[str, dict[str, Any]] = {
    "--calibrate": {"type": Path, "metavar": "FILE", "help": "csv text,neg (0 or 1) of one brand, to learn from"},
}
BATCH = 10_000


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read `text`; write row,p_negative,negative,kind."""
    judge = opinions.judge()
    if a.calibrate:
        judge = judge.taught(*labelled(a.calibrate))
    rows = against = 0
    texts = column(data, "text")
    with out.open("w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to, lineterminator="\n")
        writer.writerow(["row", "p_negative", "negative", "kind"])
        while batch := list(islice(texts, BATCH)):
            for one in judge.read(batch):
                writer.writerow([rows, f"{one.p:.6f}", int(one.negative), one.kind])
                rows += 1
                against += one.negative
    return Done(rows, more={"negative": against, "model": judge.model.version, "learned_from": judge.calibration.rows})


def labelled(path: Path) -> tuple[list[str], list[bool]]:
    """Return texts and whether each is negative. Raises BadData where a label is not 0 or 1."""
    labels = [n.strip() for n in column(path, "neg")]
    if not set(labels) <= {"0", "1"}:
        raise BadData(columns="neg (0, 1)", path=str(path))
    return list(column(path, "text")), [n == "1" for n in labels]
