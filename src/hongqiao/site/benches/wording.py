"""`bench wording`: hold a csv of texts against the rules that ship; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from hongqiao.compliance import packs
from hongqiao.methods.wording import check
from hongqiao.site.benches import Done, needed

OPTIONS: dict[str, dict[str, Any]] = {
    "--platform": {"default": "", "help": "rules of one platform; without it those of all"},
    "--industry": {"default": "", "choices": ["", *packs.INDUSTRIES], "help": "rules of one trade; without it all"},
}
FIELDS = ("rule", "start", "end", "level", "basis", "replacement")


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read `text`; write a line of hits for each row. start and end count characters of the text as written."""
    csv.field_size_limit(10_000_000)
    rules = packs.rule_set(a.platform, a.industry)
    bases = packs.bases()
    rows = hits = 0
    with data.open(newline="", encoding="utf-8-sig") as file, out.open("w", encoding="utf-8") as to:
        reader = csv.DictReader(file)
        needed(data, list(reader.fieldnames or []), ("text",))
        for rows, row in enumerate(reader, 1):  # noqa: B007  (counted to the end)
            found = [{f: getattr(h, f) for f in FIELDS} for h in check(row["text"] or "", rules)]
            for one in found:
                one["basis"] = bases[one["basis"]]["label"]
            hits += len(found)
            to.write(json.dumps({"row": rows - 1, "hits": found}, ensure_ascii=False) + "\n")
    return Done(rows, more={"hits": hits, "rules": packs.version()})
