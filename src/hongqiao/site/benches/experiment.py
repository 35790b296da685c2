"""`bench experiment`: arms against a control, from a csv of group and outcome columns; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from hongqiao.site.benches import BadData, Done, needed

OPTIONS: dict[str, dict[str, Any]] = {
    "--control": {"required": True, "metavar": "NAME", "help": "the group that was left alone"},
    "--level": {"type": float, "default": 0.95},
    "--peeking": {"action": "store_true", "help": "an interval that holds however often one looks"},
}


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read group and outcomes; write lift, se, lo, hi, p of each outcome. Columns that hold no numbers are left out."""
    import numpy as np

    with data.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        heads = list(reader.fieldnames or [])
        needed(data, heads, ("group",))
        rows = list(reader)
    groups = np.array([r["group"] for r in rows])
    others = sorted(set(groups) - {a.control})
    if a.control not in groups or len(others) != 1:
        raise BadData(columns=f"group ({a.control} + 1)", path=str(data))
    answers = {h: _one(rows, groups, h, a) for h in heads if h != "group"}
    said = {"outcomes": {h: v for h, v in answers.items() if v is not None}, "arm": others[0], "control": a.control}
    out.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return Done(len(rows), answered=bool(said["outcomes"]), more={"outcomes": len(said["outcomes"])})


def _one(rows: list[dict[str, str]], groups: Any, head: str, a: argparse.Namespace) -> dict[str, Any] | None:
    import numpy as np

    from hongqiao.methods.causal import experiment

    try:
        values = np.array([float(r[head]) if r[head] else float("nan") for r in rows])
    except ValueError:
        return None
    arm, control = values[groups != a.control], values[groups == a.control]
    found = experiment.compare(arm, control, level=a.level, peeking=a.peeking)
    return found.to_json()
