"""`bench bursts`: how much of a burst each row of a folder of series is; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from hongqiao.methods.bursts import Watcher, minutes
from hongqiao.site.benches import Done, needed

OPTIONS: dict[str, dict[str, Any]] = {}


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read each csv below data/ in the order of its rows; write the same tree of timestamp and anomaly_score."""
    root = data / "data" if (data / "data").is_dir() else data
    rows = alarms = unread = 0
    files = sorted(root.rglob("*.csv"))
    for path in files:
        to = out / path.relative_to(root)
        to.parent.mkdir(parents=True, exist_ok=True)
        with path.open(newline="", encoding="utf-8-sig") as file, to.open("w", newline="", encoding="utf-8") as told:
            reader = csv.reader(file)
            heads = next(reader, [])
            needed(path, heads, ("timestamp", "value"))
            when, what = heads.index("timestamp"), heads.index("value")
            writer, watcher = csv.writer(told), Watcher()
            writer.writerow(["timestamp", "anomaly_score"])
            for row in reader:
                moment, amount = (row[i] if i < len(row) else "" for i in (when, what))
                at, value = _moment(moment), _number(amount)
                unread += at != at or value != value
                seen = watcher.step(at, value)
                writer.writerow((moment, f"{seen.score:.6f}"))
                rows, alarms = rows + 1, alarms + seen.alarm
    return Done(rows, answered=bool(files), more={"files": len(files), "alarms": alarms, "unread": unread})


def _moment(text: str) -> float:
    try:
        return minutes(datetime.fromisoformat(text.strip()))
    except ValueError:
        return float("nan")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
