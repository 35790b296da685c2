"""A recognised table compiled to one SELECT: text columns in, typed columns of every target table out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hongqiao.platforms.kit import convert
from hongqiao.platforms.kit.convert import TYPES, Scope, name
from hongqiao.platforms.kit.headers import head
from hongqiao.platforms.kit.macros import quote
from hongqiao.platforms.kit.recognise import field_of
from hongqiao.platforms.kit.settings import formats, limits
from hongqiao.platforms.model import Field, Found, Layout

#: What `state` of a row may be. Only TAKEN rows become facts; BLANK and TOTALS are no problem.
TAKEN, REFUSED, TOTALS, BLANK = range(4)
#: A content without an id is keyed by these; the tables about it carry them for intake to make the same key.
KEY_PARTS = ("title", "published_at", "form", "url")
_ABOUT_CONTENT = ("content_snapshots", "content_daily")


@dataclass
class Plan:
    """`select` reads the table "batch". `faults`: (column of the SELECT, sheet column, header, refuses)."""

    select: str
    columns: list[int]  # sheet columns that are read
    faults: list[tuple[str, int, str, bool]]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)  # table → {column: name in the SELECT}
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
        unknown = set(found.unknown)
        for header, column in zip(found.headers, found.columns, strict=True):
            fields = field_of(layout, head(header))
            fed = {f.target for f, _ in self.present}
            kept = [f for f in fields if f.table and f.column != "extra"]
            # A file may hold a column under two of its names: the first counts, the other is kept beside.
            self.present += [(f, column) for f in kept if f.target not in fed]
            second = kept and all(f.target in fed for f in kept)
            if header in unknown or second or any(f.column == "extra" for f in fields):
                self.extra.append((header, column))
        self.headers = dict(zip(found.columns, found.headers, strict=True))

    def plan(self) -> Plan:
        values = self._values()
        columns = sorted({c for _, c in self.present} | {c for _, c in self.extra})
        inner = [f"{v.sql} AS {v.name}" for v in values]
        middle = [f"{v.check} AS {v.bad}" for v in values if v.check]
        outer = [f"{v.kept} AS {name(f.target)}" for v in values for f in v.fields]
        faults = [v for v in values if v.check]
        select = (
            "SELECT source_row, "  # noqa: S608 - our own layouts
            + self._state(values, columns)
            + " AS state, "
            + ", ".join([*outer, *self._absent(), *(v.bad for v in faults), *self._extra()])
            + f" FROM (SELECT *{_listed(middle)} FROM (SELECT *{_listed(inner)} FROM batch))"  # noqa: S608
        )
        derived = [f"{d.sql} AS {name(f'{d.table}.{d.column}')}" for d in self.layout.derived]
        keys = [f"{self._hash(t)} AS {name(f'{t}.{k}')}" for t, k in self._keyed().items()]
        where = [f"coalesce({sql}, false) AS {name('if ' + table)}" for table, sql in self.layout.where]
        for layer in (derived, keys + where):
            if layer:
                select = f"SELECT *{_listed(layer)} FROM ({select})"  # noqa: S608
        told = [(v.bad.strip('"'), v.column, self.headers[v.column], v.refuses) for v in faults]
        return Plan(select, columns, told, self._outputs(), self._keyed())

    def _values(self) -> list["_Value"]:
        """One conversion for all fields that read a column the same way."""
        same: dict[tuple[str, int], list[Field]] = {}
        for one, column in self.present:
            sql = convert.value(one, f"c{column}", self.about, column in self.found.percents)
            same.setdefault((sql, column), []).append(one)
        values = []
        for number, ((sql, column), fields) in enumerate(same.items()):
            strictest = max(fields, key=lambda f: (f.key, f.required))
            made = _Value(number, sql, column, strictest, tuple(fields))
            made.check = convert.fault(strictest, f"c{column}", made.name, self.about)
            if column in self.found.unclear and strictest.kind == "rate":
                made.check = convert.unclear(made.name)
            values.append(made)
        return values

    def _absent(self) -> list[str]:
        """Columns of the layout that this file lacks, so that derived ones can name them; and the constants."""
        have = {f.target for f, _ in self.present}
        rest: dict[str, str] = {}
        for one in self.layout.fields:
            if one.table and one.column != "extra" and one.target not in have:
                rest[one.target] = f"NULL::{TYPES[one.kind]}"
        for table, column, value in self.layout.constants:
            rest[f"{table}.{column}"] = _literal(value)
        for table in self._content_tables():
            for column, text in self.found.context.items():
                kind = "TIMESTAMP" if column == "published_at" else "VARCHAR"
                if f"{table}.{column}" not in have:
                    rest[f"{table}.{column}"] = f"{quote(text)}::{kind}"
        taken = {f"{d.table}.{d.column}" for d in self.layout.derived} | {f"{t}.{k}" for t, k in self._keyed().items()}
        return [f"{sql} AS {name(target)}" for target, sql in rest.items() if target not in taken]

    def _content_tables(self) -> list[str]:
        return [t for t in self.layout.tables if t == "contents" or t in _ABOUT_CONTENT]

    def _state(self, values: list["_Value"], columns: list[int]) -> str:
        """BLANK: every cell empty. TOTALS: a totals word among the first cells of a row that has no readable key."""
        blank = " AND ".join(f"c{c} IS NULL" for c in columns) or "false"
        words = ", ".join(map(quote, formats()["totals"]))
        first = [c for c in sorted(self.found.columns)[:3] if c in columns]
        total = " OR ".join(f"c{c} IN ({words})" for c in first) or "false"
        no_key = " AND ".join(f"{v.name} IS NULL" for v in values if v.field.kind in convert.MOMENTS) or "true"
        bad = " OR ".join(f"{v.bad} BETWEEN 1 AND {convert.REMARK - 1}" for v in values if v.check and v.refuses)
        return (
            f"CASE WHEN {blank} THEN {BLANK} WHEN ({total}) AND {no_key} THEN {TOTALS} "
            f"WHEN {bad or 'false'} THEN {REFUSED} ELSE {TAKEN} END"
        )

    def _extra(self) -> list[str]:
        if not self.extra:
            return []
        pairs = ", ".join(f"{name(h)}: c{c}" for h, c in self.extra)
        filled = " AND ".join(f"c{c} IS NULL" for _, c in self.extra)
        # merging into nothing leaves the nulls out (RFC 7396)
        whole = f"CAST(json_merge_patch('{{}}', to_json({{{pairs}}})) AS VARCHAR)"
        return [f"CASE WHEN {filled} THEN NULL ELSE {whole} END AS extra"]

    def _keyed(self) -> dict[str, str]:
        """Tables whose key column no header of the file feeds: it is made from the row's values."""
        have = {f.target for f, _ in self.present}
        return {t: k for t, k in self.layout.hashed if f"{t}.{k}" not in have}

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
        made += [f"{t}.{k}" for t, k in self._keyed().items()]
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


@dataclass
class _Value:
    """A column converted: `name` its value, `bad` the number of its problem, where it can have one."""

    number: int
    sql: str
    column: int
    field: Field
    fields: tuple[Field, ...]
    check: str = ""

    @property
    def name(self) -> str:
        return f'"v{self.number}"'

    @property
    def bad(self) -> str:
        return f'"b{self.number}"'

    @property
    def kept(self) -> str:
        if not self.check:
            return self.name
        return f"CASE WHEN {self.bad} = 0 OR {self.bad} >= {convert.REMARK} THEN {self.name} END"

    @property
    def refuses(self) -> bool:
        return _refuses(self.field)


def _listed(parts: list[str]) -> str:
    return "".join(f", {part}" for part in parts)


def _refuses(one: Field) -> bool:
    """A cell that cannot be read refuses the row where the column is required, part of the key, or a point in time."""
    return one.required or one.key or one.kind in convert.MOMENTS


def _literal(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "NULL::VARCHAR", True: "true", False: "false"}[value]
    return f"{quote(str(value))}::VARCHAR"
