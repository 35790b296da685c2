"""A recognised table compiled: which column feeds what, and the SQL of what no single cell decides."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from hongqiao.platforms.kit import convert
from hongqiao.platforms.kit.convert import Scope, name
from hongqiao.platforms.kit.headers import head
from hongqiao.platforms.kit.macros import quote
from hongqiao.platforms.kit.plain import ARROW
from hongqiao.platforms.kit.recognise import field_of
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.model import Field, Found, Layout

#: A content without an id is keyed by these; the tables about it carry them for intake to make the same key.
KEY_PARTS = ("title", "published_at", "form", "url")
_ABOUT_CONTENT = ("content_snapshots", "content_daily")


@dataclass(frozen=True)
class Value:
    """One conversion of a sheet column, for all fields that read it the same way; `field` is the strictest of them."""

    column: int
    header: str
    field: Field
    targets: tuple[str, ...]
    percent: bool
    unclear: bool

    @property
    def refuses(self) -> bool:
        """A cell that cannot be read refuses the row where the column is required, a key, or a point in time."""
        return self.field.required or self.field.key or self.field.kind in convert.MOMENTS


@dataclass
class Plan:
    """`after`: SELECT over the typed columns ("batch"): derived columns, keys, conditions and `extra`; "" for none."""

    values: list[Value]
    columns: list[int]  # sheet columns that are read
    totals: list[int]  # of those, where a totals word makes a totals row
    fixed: dict[str, pa.Scalar]  # target → constant, what is said outside the table, or null
    about: Scope
    after: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)  # table → {column: name of the typed column}
    keyed: dict[str, str] = field(default_factory=dict)  # table → key column made from values


def scope(layout: Layout, captured_at: datetime, zone: str) -> Scope:
    """Which days are believable for this layout: `captured_at` naive is taken as local."""
    latest = captured_at.replace(tzinfo=None) + timedelta(days=limits()["latest_days_after_capture"])
    return Scope(zone, layout.earliest or limits()["earliest"], latest.isoformat(sep=" "))


def compile_plan(found: Found, about: Scope) -> Plan:
    """Compile a recognised table. The layout must be there and complete."""
    layout = found.layout
    assert layout is not None  # noqa: S101 - the caller has raised otherwise
    return _Compiler(found, layout, about).plan()


class _Compiler:
    def __init__(self, found: Found, layout: Layout, about: Scope):
        self.found, self.layout, self.about = found, layout, about
        self.present: list[tuple[Field, int]] = []  # (field, sheet column)
        self.extra: list[tuple[str, int]] = []  # (header, sheet column) kept in extra
        unknown, fed = set(found.unknown), set[str]()
        for header, column in zip(found.headers, found.columns, strict=True):
            fields = field_of(layout, head(header))
            kept = [f for f in fields if f.table and f.column != "extra"]
            # A file may hold a column under two of its names: the first counts, the other is kept beside.
            self.present += [(f, column) for f in kept if f.target not in fed]
            second = kept and all(f.target in fed for f in kept)
            if header in unknown or second or any(f.column == "extra" for f in fields):
                self.extra.append((header, column))
            fed |= {f.target for f in kept}
        self.fed = fed
        self.headers = dict(zip(found.columns, found.headers, strict=True))
        self.keyed = {t: k for t, k in layout.hashed if f"{t}.{k}" not in fed}

    def plan(self) -> Plan:
        columns = sorted({c for _, c in self.present} | {c for _, c in self.extra})
        totals = [c for c in sorted(self.found.columns)[:3] if c in columns]
        after = self._after()
        fixed = self._fixed(bool(after))
        return Plan(self._values(), columns, totals, fixed, self.about, after, self._outputs(), self.keyed)

    def _values(self) -> list[Value]:
        same: dict[tuple[Any, ...], list[Field]] = {}
        for one, column in self.present:
            same.setdefault((column, one.kind, one.codes, one.otherwise), []).append(one)
        return [
            Value(
                column,
                self.headers[column],
                max(fields, key=lambda f: (f.key, f.required)),
                tuple(f.target for f in fields),
                column in self.found.percents,
                column in self.found.unclear,
            )
            for (column, *_), fields in same.items()
        ]

    def _fixed(self, derives: bool) -> dict[str, pa.Scalar]:
        """Constants, and what the file says outside the table. Where columns are derived, also nulls of absent ones."""
        absent = [f for f in self.layout.fields if derives and f.table and f.column != "extra"]
        fixed = {f.target: pa.scalar(None, ARROW[f.kind]) for f in absent if f.target not in self.fed}
        for table, column, value in self.layout.constants:
            fixed[f"{table}.{column}"] = _scalar(value)
        for table in self._content_tables():
            for column, text in self.found.context.items():
                if f"{table}.{column}" not in self.fed:
                    moment = column == "published_at"
                    fixed[f"{table}.{column}"] = (
                        pa.scalar(datetime.fromisoformat(text), pa.timestamp("us")) if moment else pa.scalar(text)
                    )
        made = {f"{d.table}.{d.column}" for d in self.layout.derived} | {f"{t}.{k}" for t, k in self.keyed.items()}
        return {target: value for target, value in fixed.items() if target not in made}

    def _content_tables(self) -> list[str]:
        return [t for t in self.layout.tables if t == "contents" or t in _ABOUT_CONTENT]

    def _after(self) -> str:
        """Derived columns come first: keys and conditions may name them. What the file itself says is not derived."""
        derived = {t: d.sql for d in self.layout.derived if (t := f"{d.table}.{d.column}") not in self.fed}
        last = {f"{t}.{k}": self._hash(t) for t, k in self.keyed.items()}
        last |= {f"if {table}": f"coalesce({sql}, false)" for table, sql in self.layout.where}
        last |= {"extra": self._extra()} if self.extra else {}
        if not derived and not last:
            return ""
        source = f"(SELECT *{_named(derived)} FROM batch)" if derived else "batch"  # noqa: S608 - our own layouts
        made = "".join(f", {name(t)}" for t in derived)
        return f"SELECT source_row{made}{_named(last)} FROM {source}"  # noqa: S608 - our own layouts

    def _extra(self) -> str:
        pairs = ", ".join(f"{quote(h)}, c{c}" for h, c in self.extra)
        empty = " AND ".join(f"c{c} IS NULL" for _, c in self.extra)
        # merging into nothing leaves the nulls out (RFC 7396)
        whole = f"CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR)"
        return f"CASE WHEN {empty} THEN NULL ELSE {whole} END"

    def _hash(self, table: str) -> str:
        """The row's mapped values, each told from an empty one, under SHA-256 (32 hex digits are kept)."""
        own = [f for f, _ in self.present if f.table == table]
        parts = ", ".join(
            f"coalesce(CAST({name(f.target)} AS VARCHAR), chr(30))" for f in sorted(own, key=lambda f: f.column)
        )
        return f"left(sha256(concat_ws(chr(31), {parts})), 32)"

    def _outputs(self) -> dict[str, dict[str, str]]:
        outputs: dict[str, dict[str, str]] = {t: {} for t in self.layout.tables}
        made = [f.target for f, _ in self.present]
        made += [f"{t}.{c}" for t, c, _ in self.layout.constants]
        made += [f"{d.table}.{d.column}" for d in self.layout.derived]
        made += [f"{t}.{k}" for t, k in self.keyed.items()]
        made += [f"{t}.{c}" for t in self._content_tables() for c in self.found.context]
        for target in dict.fromkeys(made):
            table, column = target.split(".", 1)
            if not column.startswith("_"):  # a scratch column that only derived ones read
                outputs[table][column] = target
        about = [t for t in _ABOUT_CONTENT if t in outputs and "source_key" not in outputs[t]]
        for table in about:
            for column in KEY_PARTS:
                if column not in outputs[table] and column in outputs.get("contents", {}):
                    outputs[table][column] = outputs["contents"][column]
        if self.extra and outputs:
            outputs[self.layout.extra_to or self.layout.tables[0]]["extra"] = "extra"
        return outputs


def _named(columns: dict[str, str]) -> str:
    return "".join(f", {sql} AS {name(target)}" for target, sql in columns.items())


def _scalar(value: object) -> pa.Scalar:
    if value is None or isinstance(value, bool):
        return pa.scalar(value, pa.string() if value is None else pa.bool_())
    return pa.scalar(str(value))
