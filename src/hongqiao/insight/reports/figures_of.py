"""What stands behind a note: the figure and its rows, asked again at the report's own version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hongqiao.errors import NotFound
from hongqiao.insight import queries, rows
from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.formats import Rows
from hongqiao.insight.reports.written import Note, Written
from hongqiao.insight.words import unit_of
from hongqiao.metrics import METRICS, Query, Result
from hongqiao.ui import formats
from hongqiao.warehouse.errors import VersionGone
from hongqiao.workspace.figures import answer
from hongqiao.workspace.models import Member


def opened(member: Member, version: int) -> tuple[Any, bool]:
    """Return the brand's facts at a version and whether it is that one: a version that was swept gives the newest."""
    try:
        return queries.opened(member, version), True
    except VersionGone:
        return queries.opened(member), False


def version_of(report: Written, cite: Mapping[str, Any]) -> int:
    """Return the version a cite is about: its own (a rule's), else the report's."""
    return int(cite.get("version") or report.version)


def asked(cite: Mapping[str, Any], code: str) -> Query:
    """Return the question of a cite for one of its metrics. Raises NotFound for a cite that is no question."""
    if code not in METRICS:
        raise NotFound()
    start, end = (date.fromisoformat(str(cite[k])[:10]) if cite.get(k) else None for k in ("start", "end"))
    return Query((code,), (), dict(cite.get("where") or {}), start, end, limit=None, coverage=False)


def answered(handle: Any, cite: Mapping[str, Any]) -> dict[str, Result]:
    """Return metric → its answer."""
    return {code: answer(handle, asked(cite, code)) for code in cite.get("metrics", ()) if code in METRICS}


def rows_of(member: Member, report: Written) -> Any:
    """Return what gives the rows behind a note for the appendix."""
    handles: dict[int, tuple[Any, bool]] = {}

    def behind(note: Note) -> Rows:
        cite, version = note.cite, version_of(report, note.cite)
        codes = [c for c in cite.get("metrics", ()) if c in METRICS]
        if not codes:
            return Rows("", version)
        if version not in handles:
            handles[version] = opened(member, version)
        handle, _same = handles[version]
        said = answered(handle, cite)
        figure = "；".join(formats.figure(r.totals.get(c), unit_of(c)) for c, r in said.items())
        most = thresholds()["behind_rows"]
        heads, found, count = rows.table(member, codes[0], asked(cite, codes[0]), "numerator", handle, most)
        kept = [line for _n, line in zip(range(most), found, strict=False)]
        return Rows(figure, handle.version, heads, kept, count)

    return behind
