"""Commands of the room of figures: goals, reports, why a figure changed. Each works as the owner, through services."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries as figures
from hongqiao.metrics import METRICS, UnknownMetric
from hongqiao.metrics.result import jsonable
from hongqiao.site import first, house_commands
from hongqiao.site.commands import day_of


class NeedsFile(Invalid):
    code = "needs_out"
    message = N_("这种格式要写到文件里")
    next_step = N_("加上 --out 文件名")


class NeedsDays(Invalid):
    code = "needs_days"
    message = N_("请写明从哪天到哪天")
    next_step = N_("加上 --start 和 --end，例如 --start 2026-11-09 --end 2026-11-15")


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


def why(a: argparse.Namespace) -> int:
    """Explain a change as `POST /api/metrics/why` does. Raises NotFound for an unknown metric, NotSplit."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.metric not in METRICS:
        raise UnknownMetric(metric=a.metric, near="—")
    where = dict(w.split("=", 1) for w in a.where if "=" in w)
    start, end = day_of(a.start, "--start"), day_of(a.end, "--end")
    if start is None or end is None:
        raise NeedsDays()
    by = tuple(d for d in a.by.split(",") if d)
    from hongqiao.insight.why import asking, present

    asked = asking.Asked(a.metric, start, end, where, a.compare, "", by, day_of(a.base, "--base"))
    said = present.to_json(asking.ask(member, asked))
    if a.json:
        print(json.dumps(jsonable(said), ensure_ascii=False))
        return 0
    print("\t".join(str(said[k]) for k in ("metric", "before", "after", "change", "verdict")))
    for part in said["parts"]:
        named = ", ".join(f"{d}={v}" for d, v in dict(part["where"]).items()) or "*"
        print("\t".join([named, *(str(part[k]) for k in ("before", "after", "change", "mix", "rate"))]))
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"goals": goals, "report": report, "why": why}
