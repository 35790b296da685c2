"""`bench effect`: what an act brought, from a csv of date,y and controls; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from hongqiao.site.benches import BadData, Done, needed

OPTIONS: dict[str, dict[str, Any]] = {
    "--start": {"required": True, "metavar": "DATE", "help": "first period after the act"},
    "--level": {"type": float, "default": 0.9},
}


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read date, y, x…; write the effect or the refusal as JSON."""
    with data.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        heads = list(reader.fieldnames or [])
        needed(data, heads, ("date", "y"))
        rows = sorted(reader, key=lambda r: r["date"])
    said = _answer(rows, [h for h in heads if h not in ("date", "y")], a.start, a.level, data)
    out.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return Done(len(rows), more={k: said[k] for k in ("effect", "sd", "verdict", "refused") if k in said})


def _answer(rows: list[dict[str, str]], names: list[str], start: str, level: float, path: Path) -> dict[str, Any]:
    import numpy as np

    from hongqiao.methods.causal import Refused, structural, verdicts

    try:
        days = [date.fromisoformat(r["date"][:10]) for r in rows]
        first = date.fromisoformat(start)
    except ValueError:
        raise BadData(columns="date (YYYY-MM-DD)", path=str(path)) from None
    if len(set(days)) != len(days):
        return {"refused": "repeated_dates"}
    y = np.array([_number(r["y"]) for r in rows])
    x = np.array([[_number(r[n]) for n in names] for r in rows]) if names else None
    daily = len(days) > 1 and (days[-1] - days[0]).days == len(days) - 1
    found = structural.effect(y, x, sum(d < first for d in days), season=7 if daily else 0, level=level)
    if isinstance(found, Refused):
        return {"refused": found.reason, **found.params}
    reason = "" if names else "no_controls"
    reason = reason or ("" if found.checks["holds"] else "poor_fit")
    said = verdicts.verdict(found.safe_lo, found.safe_hi, reason=reason)
    keys = (
        "effect",
        "sd",
        "lo",
        "hi",
        "safe_lo",
        "safe_hi",
        "cumulative",
        "relative",
        "n",
        "n_after",
        "level",
        "checks",
    )
    return {**{k: getattr(found, k) for k in keys}, "verdict": said.verdict, "reason": said.reason}


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
