"""What the mapping page offers beyond the kit's tables: live sessions, creators, placements, brand assets, orders.

A mapping has the kit's form (`kit.mapping`); the tables and columns are data (targets.json). Brand assets come long
(日期, 指标, 数值) or wide (日期 and a column an indicator): without a column for the indicator's name, every column
that is mapped to 数值 is an indicator by itself (`wide`).
"""

from typing import Any

from hongqiao.platforms.kit import mapping as kit
from hongqiao.platforms.kit.headers import fold, head, is_personal
from hongqiao.platforms.kit.macros import quote
from hongqiao.platforms.kit.settings import limits, load
from hongqiao.platforms.model import Derived, Field, Group, Layout
from hongqiao.platforms.wide import Wide


def _more() -> dict[str, dict[str, Any]]:
    return load("targets.json", "hongqiao.platforms")["tables"]


#: {table: {column: (label, kind)}} and {table: label}; labels are msgids.
TARGETS: dict[str, dict[str, tuple[str, str]]] = kit.TARGETS | {
    table: {column: (rule["label"], rule["kind"]) for column, rule in one["columns"].items()}
    for table, one in _more().items()
}
TARGET_LABELS: dict[str, str] = kit.TARGET_LABELS | {table: one["label"] for table, one in _more().items()}
#: (table, column) that several headers may feed.
MANY: frozenset[tuple[str, str]] = frozenset((t, c) for t, one in _more().items() for c in one.get("many", ()))
#: The one spelling of an indicator of brand assets: {as a file may write it (folded): as we keep it}.
INDICATORS: dict[str, str] = {
    fold(spelling): name
    for name, all_ in load("targets.json", "hongqiao.platforms")["indicators"].items()
    for spelling in all_
}


def homes(table: str, column: str) -> tuple[tuple[str, str], ...]:
    """Where a target's value goes, as (warehouse table, column)."""
    if table not in _more():
        return tuple((t, column) for t in (("contents", "content_snapshots") if table == "contents" else (table,)))
    stated = _more()[table]["columns"][column].get("homes") or [f"{table}.{column}"]
    return tuple(tuple(home.split(".", 1)) for home in stated)


def mapping_notes(mapping: dict[str, Any]) -> list[str]:
    """Codes of `words.NOTES` a person should see before confirming."""
    table, columns = mapping["table"], {c["column"] for c in mapping["columns"].values()}
    if table not in _more():
        return kit.mapping_notes(mapping)
    notes = []
    if table == "order_lines" and bool(columns & {"gross", "order_gross"}) != bool(columns & {"paid", "order_paid"}):
        notes.append("paid_is_gross")
    if table == "order_lines" and "line_key" not in columns:
        notes.append("line_by_product")
    if table == "live_sessions" and "session_key" not in columns:
        notes.append("session_by_start")
    if table == "brand_daily" and "indicator" not in columns:
        notes.append("indicator_by_header")
    return notes


def layout_from_mapping(mapping: dict[str, Any]) -> Layout:
    """A layout usable by `recognise(extra=…)` and `read`. Raises Unreadable where it names what is not offered."""
    table, columns = mapping.get("table", ""), mapping.get("columns") or {}
    if table not in _more():
        return kit.layout_from_mapping(mapping)
    targets = {header: kit.aimed(_more()[table]["columns"], header, one) for header, one in columns.items()}
    _complete(table, {t for t, _ in targets.values()})
    headers = tuple(mapping.get("headers") or columns)
    fields = [f for header, (target, kind) in targets.items() for f in _fields(table, header, target, kind)]
    fields += [Field(h, personal=True) for h in headers if h not in columns and is_personal(h)]
    common: dict[str, Any] = {
        "code": mapping.get("code") or f"mapped.{table}",
        "platform": "",
        "label": mapping.get("label") or TARGET_LABELS[table],
        "cites": "mapping confirmed by a person",
        "at_least": len(targets),
        "headers": headers,
        "earliest": (mapping.get("options") or {}).get("earliest") or limits()["earliest_mapped"],
        "captured": "last_day" if table in ("placements_daily", "brand_daily") else "",
        "cumulative": table == "creators",
        "extra_to": table,
    }
    return _BUILD[table](tuple(fields), kit.currency_of(mapping.get("options") or {}), common)


def _complete(table: str, columns: set[str]) -> None:
    rule = _more()[table]
    lacking = [c for c in rule["needs"] if c not in columns]
    if not lacking and rule["any"] and not columns & set(rule["any"]):
        lacking = rule["any"][:1]
    kit.lacks(rule["columns"], lacking)


def _fields(table: str, header: str, target: str, kind: str) -> list[Field]:
    key = target in _KEYS.get(table, ()) or (target in _more()[table]["needs"] and target != "value")
    return [Field(header, t, c, kind, required=key, key=key) for t, c in homes(table, target)]  # type: ignore[arg-type]


#: Keys that no target needs; where one is mapped, an empty cell refuses its row.
_KEYS = {"order_lines": ("line_key",), "live_sessions": ("session_key",), "creators": ("creator_key",)}


def _has(fields: tuple[Field, ...], target: str) -> bool:
    return any(f.target == target for f in fields)


def _joined(fields: tuple[Field, ...], targets: list[str], empty: str) -> str:
    """SQL: the stated ones of `targets`, each in its place, as one key; `empty` where none is mapped or filled."""
    have = [f"coalesce(\"{t}\", '')" for t in targets if _has(fields, t)]
    if not have:
        return quote(empty)
    whole = f"concat_ws('|', {', '.join(have)})"
    return f"coalesce(nullif(trim({whole}, '|'), ''), {quote(empty)})"


def _sessions(fields: tuple[Field, ...], currency: str, common: dict[str, Any]) -> Layout:
    """A session without an id is its start second and title (spaces and case do not count)."""
    derived: tuple[Derived, ...] = ()
    if not _has(fields, "live_sessions.session_key"):
        title = '"live_sessions.title"' if _has(fields, "live_sessions.title") else "NULL::VARCHAR"
        said = rf"lower(regexp_replace(coalesce({title}, ''), '\s+', '', 'g'))"
        start = """strftime("live_sessions.ts", '%Y-%m-%d %H:%M:%S')"""
        derived = (Derived("live_sessions", "session_key", f"{start} || '|' || {said}"),)
    return Layout(fields=fields, derived=derived, constants=(("live_sessions", "currency", currency),), **common)


def _creators(fields: tuple[Field, ...], currency: str, common: dict[str, Any]) -> Layout:
    """A creator without an id is their page, else their name."""
    derived: tuple[Derived, ...] = ()
    if not _has(fields, "creators.creator_key"):
        have = [f'"{t}"' for t in ("creators.url", "creators.creator_name") if _has(fields, t)]
        derived = (Derived("creators", "creator_key", f"coalesce({', '.join(have)})"),)
    return Layout(fields=fields, derived=derived, constants=(("creators", "currency", currency),), **common)


_LEVELS = ("creative", "unit", "campaign")


def _placements(fields: tuple[Field, ...], currency: str, common: dict[str, Any]) -> Layout:
    """The key of a placement is the ids (else the names) of every level the file states; without any, the account."""
    stated = [x for x in _LEVELS if _has(fields, f"placements_daily.{x}") or _has(fields, f"placements_daily.{x}_id")]
    parts = []
    for level in reversed(stated):
        named = f"placements_daily.{level}_id"
        parts.append(named if _has(fields, named) else f"placements_daily.{level}")
    key = Derived("placements_daily", "placement_key", _joined(fields, parts, "account"))
    constants = (
        ("placements_daily", "level", stated[0] if stated else "account"),
        ("placements_daily", "currency", currency),
    )
    return Layout(fields=fields, derived=(key,), constants=constants, **common)


def _orders(fields: tuple[Field, ...], currency: str, common: dict[str, Any]) -> Layout:
    """Orders and their lines. Amounts of a line add up to the order; those of the order stand on each line."""
    fields = tuple(f for f in fields if not _outdone(fields, f))
    derived, sums = [], {c for c in ("gross", "paid", "quantity") if _adds_up(fields, c)}
    for have, lack in (("gross", "paid"), ("paid", "gross")):
        for table in ("orders", "order_lines"):
            if _has(fields, f"{table}.{have}") and not _has(fields, f"{table}.{lack}"):
                derived.append(Derived(table, lack, f'"{table}.{have}"'))
                sums |= {lack} if table == "orders" and have in sums else set()
    if not _has(fields, "order_lines.line_key"):
        named = ("order_lines.product_id", "order_lines.sku", "order_lines.product", "order_lines.variant")
        derived.append(Derived("order_lines", "line_key", _joined(fields, ["order_lines.order_key", *named], "")))
    who = '"orders.person" IS NOT NULL' if _has(fields, "orders.person") else "false"
    derived.append(Derived("orders", "identified", who))
    constants: list[tuple[str, str, Any]] = [(t, "currency", currency) for t in ("orders", "order_lines")]
    constants.append(("orders", "tax", "unknown"))
    words = load("status.json", "hongqiao.platforms.doudian")["orders"]
    status = next((f.header for f in fields if f.target == "orders.status_label"), "")
    if status:
        codes = tuple((word, code) for word, code in words)
        fields = (*fields, Field(status, "orders", "status", "code", codes=codes, otherwise="unknown"))
    else:
        constants.append(("orders", "status", "unknown"))
    group = Group("orders", ("order_key",), tuple(sorted(sums)))
    return Layout(fields=fields, derived=tuple(derived), constants=tuple(constants), groups=(group,), **common)


def _adds_up(fields: tuple[Field, ...], column: str) -> bool:
    """Whether the order's figure is the sum of its lines: then one header feeds both."""
    return any(f.table == "orders" and f.column == column and _shared(fields, f) for f in fields)


def _outdone(fields: tuple[Field, ...], one: Field) -> bool:
    """Whether the order has an amount of its own beside the line's that would feed it."""
    alone = (f for f in fields if f.table == "orders" and f.column == one.column and not _shared(fields, f))
    return one.table == "orders" and _shared(fields, one) and any(alone)


def _shared(fields: tuple[Field, ...], one: Field) -> bool:
    return any(f.table == "order_lines" and (f.header, f.column) == (one.header, one.column) for f in fields)


def _assets(fields: tuple[Field, ...], _: str, common: dict[str, Any]) -> Layout:
    """Long: 日期, 指标, 数值. Wide: 日期 and a column an indicator."""
    if _has(fields, "brand_daily.indicator"):
        words = " ".join(f"WHEN {quote(said)} THEN {quote(name)}" for said, name in INDICATORS.items())
        folded = "lower(regexp_replace(\"brand_daily._said\", '\\s+', '', 'g'))"
        one = Derived("brand_daily", "indicator", f'CASE {folded} {words} ELSE "brand_daily._said" END')
        kept = tuple(_said(f) if f.target == "brand_daily.indicator" else f for f in fields)
        return Layout(fields=kept, derived=(one,), **common)
    measured = tuple((f.header, indicator(f.header), head(f.header).unit) for f in fields if f.column == "value")
    return Wide(fields=fields, indicators=measured, **common)


def _said(one: Field) -> Field:
    return Field(one.header, one.table, "_said", "text", required=True, key=True)


def indicator(header: str) -> str:
    """The one name of an indicator; the header itself, without its unit, for one we do not know."""
    one = head(header)
    return INDICATORS.get(fold(one.full)) or INDICATORS.get(fold(one.name)) or one.name


_BUILD = {
    "order_lines": _orders,
    "live_sessions": _sessions,
    "creators": _creators,
    "placements_daily": _placements,
    "brand_daily": _assets,
}
