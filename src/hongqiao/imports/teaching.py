"""The mapping page's work: what a form says as a mapping, what the form offers, and what the first rows become."""

import hashlib
from collections.abc import Mapping as Given
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao import platforms
from hongqiao.errors import N_, HongqiaoError
from hongqiao.imports import queries
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ImportFile, ImportTable
from hongqiao.imports.words import note_words, problem_words
from hongqiao.platforms.kit.headers import fold, is_personal
from hongqiao.workspace.words import error_words

#: How a cell may be written, offered where the target's own kind is one of a family.
KINDS: dict[str, str] = {
    "text": N_("文字"),
    "id": N_("编号"),
    "int": N_("整数"),
    "number": N_("小数"),
    "money": N_("金额（元）"),
    "fen": N_("金额（分）"),
    "percent": N_("百分数（35 或 35%）"),
    "rate": N_("比例（0.35 或 35%）"),
    "ratio": N_("倍数"),
    "seconds": N_("秒数或时长"),
    "datetime": N_("日期时间"),
    "date": N_("日期"),
    "epoch": N_("Unix 秒"),
    "epoch_ms": N_("Unix 毫秒"),
    "code": N_("状态词"),
    "channel": N_("渠道"),
}
_FAMILIES = (
    ("datetime", "date", "epoch", "epoch_ms"),
    ("money", "fen"),
    ("rate", "percent"),
    ("int", "number"),
    ("text", "id"),
)


@dataclass
class Line:
    """One column of the file in the form."""

    n: int
    header: str
    samples: str
    target: str
    kind: str
    targets: list[tuple[str, str, bool]]
    kinds: list[tuple[str, str, bool]]
    private: bool


@dataclass(frozen=True)
class Offer:
    """A mapping that ships and fits this table; `on`: it is the one in the form."""

    code: str
    label: str
    system: str
    columns: int
    on: bool


@dataclass
class Tried:
    """What the first rows become."""

    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: dict[str, str] = field(default_factory=dict)


def signature(headers: list[str]) -> str:
    """Return the code under which a header set is remembered: the order of the columns does not matter."""
    return "mapped." + hashlib.sha256("\x1f".join(sorted(fold(h) for h in headers if h)).encode()).hexdigest()[:16]


def _found(table: ImportTable) -> platforms.Found:
    return platforms.Found(sheet=table.sheet, headers=list(table.headers), preview=[list(r) for r in table.preview])


def start(file: ImportFile, table: ImportTable, template: str = "") -> dict[str, Any]:
    """Return the mapping to begin with: the asked-for template's, else the kept one, else what `platforms` proposes."""
    chosen = {one.code: mapping for one, mapping in platforms.fitting(_found(table))}.get(template)
    if chosen:
        return {**chosen, "code": signature(table.headers), "label": _(chosen["label"])}
    kept = queries.mapping_of(file.brand, signature(table.headers))
    if kept:
        return kept.mapping
    proposed = platforms.propose_mapping(_found(table))
    return {
        **proposed,
        "code": signature(table.headers),
        "label": table.sheet if table.sheet not in ("", "Sheet1") else "",
    }


def anew(table: ImportTable, mapping: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping for the table a person just chose, with its columns proposed where any are known."""
    return {**mapping, "columns": platforms.propose_columns(_found(table), mapping["table"]) or mapping["columns"]}


def offers(table: ImportTable, template: str = "") -> list[Offer]:
    """Return the templates that fit this table, best first."""
    return [
        Offer(one.code, _(one.label), one.system, len(mapping["columns"]), one.code == template)
        for one, mapping in platforms.fitting(_found(table))
    ]


def from_form(form: Given[str, Any], headers: list[str]) -> dict[str, Any]:
    """Return the mapping that a form says. What it cannot mean (an unknown target, one target twice) is left out."""
    table = form.get("table", "")
    offered, columns, used = platforms.TARGETS.get(table, {}), {}, set()
    for n, header in enumerate(headers):
        target = form.get(f"c{n}", "")
        if not header or target not in offered or (target in used and (table, target) not in platforms.MANY):
            continue
        used.add(target)
        kind = form.get(f"k{n}", "")
        columns[header] = {"column": target, "kind": kind if kind in family(offered[target][1]) else offered[target][1]}
    options = {"currency": (form.get("currency") or "CNY").strip().upper()[:3]}
    if _day(form.get("earliest", "")):
        options["earliest"] = form["earliest"]
    return {
        "code": signature(headers),
        "label": (form.get("label") or "").strip()[:80],
        "table": table if offered else "",
        "columns": columns,
        "headers": [h for h in headers if h],
        "options": options,
        "notes": [],
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def family(kind: str) -> tuple[str, ...]:
    """Return the ways in which a target of this kind may be written in the file."""
    return next((f for f in _FAMILIES if kind in f), (kind,))


def lines(mapping: dict[str, Any], headers: list[str], preview: list[list[str]]) -> list[Line]:
    """Return the form's rows: one a column of the file, with examples and what it may become."""
    offered = platforms.TARGETS.get(mapping["table"], {})
    made = []
    for n, header in enumerate(headers):
        if not header:
            continue
        chosen = mapping["columns"].get(header, {})
        target, kind = chosen.get("column", ""), chosen.get("kind", "")
        kinds = family(offered[target][1]) if target in offered else ()
        examples = list(dict.fromkeys(r[n] for r in preview if n < len(r) and r[n].strip()))
        made.append(
            Line(
                n=n,
                header=header,
                samples=" · ".join(e[:40] for e in examples[:3]),
                target=target,
                kind=kind,
                targets=[(c, _(label), c == target) for c, (label, _kind) in offered.items()],
                kinds=[(k, _(KINDS.get(k, k)), k == kind) for k in kinds],
                private=not target and is_personal(header),
            )
        )
    return made


def tables(mapping: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(t, _(platforms.TARGET_LABELS.get(t, t)), t == mapping["table"]) for t in platforms.TARGETS]


def attempt(file: ImportFile, table: ImportTable, mapping: dict[str, Any]) -> Tried:
    """Convert the first rows with the very code that an import uses. Says what is missing instead of raising."""
    tried = Tried(notes=[note_words(n) for n in platforms.mapping_notes(mapping)] if mapping["table"] else [])
    try:
        layout = platforms.layout_from_mapping(mapping)
        found = platforms.recognise(file.path, name=file.name, extra=[layout])
        mine = [f for f in found if f.sheet == table.sheet and f.layout is not None and f.layout.code == layout.code]
        if mine:
            _convert(file, mine[0], mapping, tried)
    except HongqiaoError as error:
        tried.error = error_words(error)
    return tried


def _convert(file: ImportFile, found: Any, mapping: dict[str, Any], tried: Tried) -> None:
    zone = ZoneInfo(file.zone)
    moment = (file.captured_at or timezone.now()).astimezone(zone).replace(tzinfo=None)
    reading = platforms.read(file.path, found, captured_at=moment, zone=file.zone)
    names = {c["column"]: _(platforms.TARGETS[mapping["table"]][c["column"]][0]) for c in mapping["columns"].values()}
    most = limits_of(file.brand)["mapping_rows_tried"]
    for _table, batch in islice(reading.batches(), 1):
        wanted = dict.fromkeys(("source_row", *names, "indicator", "currency"))
        shown = [c for c in wanted if c in batch.schema.names]
        own = {"source_row": _("行号"), "indicator": _("指标名"), "currency": _("币种")}
        tried.heads = [names.get(c) or own[c] for c in shown]
        tried.rows = [[_plain(row[c]) for c in shown] for row in batch.slice(0, most).to_pylist()]
    tried.problems = [
        {"row": p.row, "words": problem_words({"code": p.code, "column": p.column, "value": p.value})}
        for p in reading.problems[:most]
    ]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # money is kept with more places than anybody writes
    return str(value)[:120]
