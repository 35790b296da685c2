"""Commands of the room of figures: goals and reports. Each works as the owner, through the services of the screens."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries as figures
from hongqiao.site import first, house_commands
from hongqiao.site.commands import day_of


class NeedsFile(Invalid):
    code = "needs_out"
    message = N_("这种格式要写到文件里")
    next_step = N_("加上 --out 文件名")


def goals(a: argparse.Namespace) -> int:
    """List goals as `GET /api/goals` does."""
    from hongqiao.insight.goals import progress  # other commands need not wait for goals and reports
    from hongqiao.insight.goals import queries as goal_queries

    first.migrate()
    member = first.local_member(a.brand)
    handle, today = figures.opened(member), figures.today_of(member.brand)
    rows = goal_queries.goals(member, archived=a.archived)
    shown = [goal_queries.as_json(g, progress.measure(g, handle, today)) for g in rows]
    if not a.json:
        keep = ("label", "scope", "start", "end", "target", "value", "share", "time", "state", "owner")
        shown = [{k: _short(row[k]) for k in keep} for row in shown]
    house_commands.show(shown, as_json=a.json)
    return 0


def _short(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value


def report(a: argparse.Namespace) -> int:
    """Build a report and write it as a file, or as JSON."""
    from hongqiao.insight.reports import document
    from hongqiao.insight.reports import queries as report_queries
    from hongqiao.insight.reports import services as reports

    first.migrate()
    if a.format != "json" and not a.out:
        raise NeedsFile()
    member = first.local_member(a.brand)
    row = reports.build(actor=member, kind=a.kind, day=day_of(a.day, "--day"), start=day_of(a.start, "--start"))
    plain = a.format == "json"
    body = document.canonical(row.document) if plain else report_queries.file_of(member, row, a.format)
    if not a.out:
        print(body.decode())
        return 0
    Path(a.out).write_bytes(body)
    told = {"report": str(row.pk), "kind": row.kind, "start": str(row.start), "end": str(row.end)}
    told |= {"version": str(row.manifest), "digest": row.digest, "file": a.out, "bytes": str(len(body))}
    print(json.dumps(told, ensure_ascii=False) if a.json else "\t".join(told.values()))
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"goals": goals, "report": report}
