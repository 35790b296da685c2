"""Commands that give figures and lists out. The work itself is in the services that screens and API call too."""

import argparse
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from hongqiao.imports import queries as import_queries
from hongqiao.imports.checklist import api as checklist_api
from hongqiao.imports.models import ImportFile
from hongqiao.insight import queries as insight
from hongqiao.site import first, house_commands
from hongqiao.site.house_commands import BadArgument


def metric(a: argparse.Namespace) -> int:
    if not a.codes and not a.brand:
        return _print_dictionary(a.json)
    first.migrate()
    if not a.brand:
        raise BadArgument(name="--brand", value="", command="metric")
    member = first.local_member(a.brand)
    if not a.codes:
        return _print_dictionary(a.json)
    where = dict(w.split("=", 1) for w in a.where if "=" in w)
    result = insight.query(
        member,
        codes=a.codes,
        by=[d for d in a.by.split(",") if d],
        where=where,
        start=day_of(a.start, "--start"),
        end=day_of(a.end, "--end"),
        compare=a.compare,
    )
    body = result.to_json()
    if a.json:
        print(json.dumps(body, ensure_ascii=False))
        return 0
    columns = [c["code"] for c in body["columns"]]
    print("\t".join(columns))
    for row in body["rows"]:
        print("\t".join("—" if row.get(c) is None else str(row.get(c)) for c in columns))
    return 0


def day_of(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadArgument(name=name, value=text, command="metric") from None


def _print_dictionary(as_json: bool) -> int:
    entries = insight.dictionary()
    if as_json:
        print(json.dumps(entries, ensure_ascii=False))
    else:
        for entry in entries:
            print(f"{entry['code']}\t{entry['label']}\t{entry['unit']}\t{entry['definition']}")
    return 0


def files(a: argparse.Namespace) -> int:
    """List imports as `GET /api/imports` does."""
    first.migrate()
    found = import_queries.files(first.local_member(a.brand), state=a.state, platform=a.platform)
    rows, _next = import_queries.page(found, sort="-at", after="", size=max(1, a.limit))
    house_commands.show(map(_file, rows), as_json=a.json)
    return 0


def _file(row: ImportFile) -> dict[str, Any]:
    counts = ("taken", "unchanged", "refused")
    tables = list(row.tables.all())
    return {
        **{name: str(getattr(row, name)) for name in ("id", "state", "name")},
        "account": str(row.account or ""),
        "created_at": row.created_at.isoformat(),
        **{name: sum(getattr(t, name) for t in tables) for name in counts},
    }


def checklist(a: argparse.Namespace) -> int:
    """List the week's files to fetch as `GET /api/checklist` does."""
    first.migrate()
    shown = checklist_api.as_json(first.local_member(a.brand), day_of(a.day, "--day"))
    keep = ("platform", "account_name", "label", "due", "state", "last_chance", "page")
    house_commands.show(({k: str(task[k] or "") for k in keep} for task in shown["tasks"]), as_json=a.json)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "metric": metric,
    "files": files,
    "checklist": checklist,
}
