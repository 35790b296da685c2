"""Any other table: propose where its columns go, and make a layout of what a person confirmed.

A mapping is plain JSON, so that it can be kept, shown and edited:
{"code", "label", "table", "columns": {header: {"column", "kind"}}, "headers": [...],
 "options": {"currency", "earliest"}, "notes": [...]}
Header words are data (synonyms.json); what the cells look like decides between kinds and between an id and a person.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from hongqiao.errors import N_
from hongqiao.platforms.kit.headers import fold, head, is_personal
from hongqiao.platforms.kit.settings import formats, limits, load
from hongqiao.platforms.model import Derived, Field, Found, Kind, Layout, Unreadable

_TABLE_LABELS = {
    "orders": N_("订单"),
    "events": N_("用户行为"),
    "mentions": N_("舆情声量"),
    "account_daily": N_("账号逐日数据"),
    "contents": N_("内容列表"),
}
_DATE = re.compile(r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{4}|\d{6})?$")
_NUMBER = re.compile(r"^[+-]?[¥￥]?[\d,]*\.?\d+ ?[千万亿wWkK%％]?(元|秒|次|s)?$")
_KEYED = frozenset({"order_key", "event_key", "mention_key", "source_key"})


def _targets() -> dict[str, dict[str, Any]]:
    return load("synonyms.json")["tables"]


#: What the mapping page offers: {table: {column: (label, kind)}}; labels are msgids.
TARGETS: dict[str, dict[str, tuple[str, str]]] = {
    table: {column: (rule["label"], rule["kind"]) for column, rule in one["columns"].items()}
    for table, one in _targets().items()
}
TARGET_LABELS: dict[str, str] = _TABLE_LABELS


def propose_mapping(found: Found) -> dict[str, Any]:
    """The most likely mapping of an unknown table; `columns` is empty where nothing fits. A person confirms it."""
    cells = _cells(found)
    best = max((_propose(table, cells) for table in _targets()), key=lambda p: p[0], default=(0, "", {}))
    score, table, columns = best
    mapping: dict[str, Any] = {
        "code": "",
        "label": "",
        "table": table if score else "",
        "columns": columns if score else {},
        "headers": [h for h in found.headers if h],
        "options": {"currency": "CNY", "earliest": limits()["earliest_mapped"]},
        "notes": [],
    }
    mapping["notes"] = mapping_notes(mapping)
    return mapping


def propose_columns(found: Found, table: str) -> dict[str, dict[str, str]]:
    """Where the columns go in the one table that a person chose, even where that is not all it needs."""
    return _columns(table, _cells(found))[1] if table in _targets() else {}


def mapping_notes(mapping: dict[str, Any]) -> list[str]:
    """Codes of `words.NOTES` a person should see before confirming."""
    columns = {c["column"] for c in mapping["columns"].values()}
    notes = []
    if mapping["table"] == "orders" and len(columns & {"gross", "paid"}) == 1:
        notes.append("paid_is_gross")
    key = load("synonyms.json")["keys"].get(mapping["table"])
    if key and key not in columns:
        notes.append("key_from_values")
    return notes


def _cells(found: Found) -> dict[str, list[str]]:
    return {h: [row[i] for row in found.preview if i < len(row)] for i, h in enumerate(found.headers) if h}


def _propose(table: str, cells: dict[str, list[str]]) -> tuple[int, str, dict[str, dict[str, str]]]:
    """(score, table, columns): the sum of the weights of matched columns, 0 where the table cannot be meant."""
    rule = _targets()[table]
    score, columns = _columns(table, cells)
    have = {c["column"] for c in columns.values()}
    if not set(rule["needs"]) <= have or (rule["any"] and not set(rule["any"]) & have):
        return 0, table, {}
    return score, table, columns


def _columns(table: str, cells: dict[str, list[str]]) -> tuple[int, dict[str, dict[str, str]]]:
    """(score, columns): every target with the column that says it best, in the order of the file."""
    rule = _targets()[table]
    columns: dict[str, dict[str, str]] = {}
    score = 0
    for target, words in rule["columns"].items():
        named = {h: place for h in cells if h not in columns and (place := _named(h, words, cells[h])) is not None}
        fitting = [h for h in named if _looks(cells[h], words["kind"])]
        if fitting:
            hit = min(fitting, key=lambda h: named[h])  # the word that stands first says it best: a target, one column
            columns[hit] = {"column": target, "kind": _kind(words["kind"], cells[hit])}
            score += words["weight"]
    _stand_in(rule, columns)
    score += _person(table, rule, cells, columns)
    return score, {h: columns[h] for h in cells if h in columns}


def _stand_in(rule: dict[str, Any], columns: dict[str, dict[str, str]]) -> None:
    """Give what a table cannot do without the next best column: orders that state only their payment happened then."""
    have = {c["column"] for c in columns.values()}
    for needed, instead in rule.get("instead", {}).items():
        if needed not in have and instead in have:
            next(c for c in columns.values() if c["column"] == instead)["column"] = needed


def _named(header: str, words: dict[str, Any], cells: Sequence[str]) -> int | None:
    """How well a header names a target: the place of its word in the list, past its end for a part; None for not."""
    one = head(header)
    spellings, known = (fold(one.full), fold(one.name)), [fold(w) for w in words["words"]]
    if places := [known.index(s) for s in spellings if s in known]:
        return min(places)
    if any(p in s for s in spellings for p in words.get("parts", ())):
        return len(known)
    unique = any(s in words.get("unique", ()) for s in spellings) and len(set(cells)) == len(cells)
    return len(known) + 1 if unique else None


def _person(table: str, rule: dict[str, Any], cells: dict[str, list[str]], columns: dict[str, dict[str, str]]) -> int:
    """A plain `id` that repeats from row to row is who, not which."""
    if table not in ("orders", "events") or any(c["column"] == "person" for c in columns.values()):
        return 0
    generic = load("synonyms.json")["generic_person"]
    ids = [h for h in cells if h not in columns and fold(h) in generic["words"] and len(set(cells[h])) < len(cells[h])]
    if not ids:
        return 0
    columns[min(ids, key=lambda h: (generic["words"].index(fold(h)), h))] = {"column": "person", "kind": "id"}
    return int(generic["weight"])


def _filled(cells: Sequence[str]) -> list[str]:
    return [c.strip() for c in cells if c.strip() not in formats()["nulls"]]


def _looks(cells: Sequence[str], kind: str) -> bool:
    """Whether most of the sample could be of the kind; an empty sample could be anything."""
    filled = _filled(cells)
    if not filled:
        return True
    if kind in ("datetime", "date"):
        fits = [c for c in filled if _DATE.match(c) or _epoch([c])]
    elif kind in ("int", "money", "rate", "number"):
        fits = [c for c in filled if _NUMBER.match(c)]
    elif kind == "text":
        return True
    else:
        return True
    return len(fits) * 2 > len(filled)


def _epoch(cells: Sequence[str]) -> str:
    """epoch or epoch_ms where every cell is a plausible moment as seconds or milliseconds since 1970, else ''."""
    latest = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
    earliest = datetime.fromisoformat(limits()["earliest_mapped"]).replace(tzinfo=UTC).timestamp()
    for kind, digits, unit in (("epoch", (9, 10), 1), ("epoch_ms", (12, 13), 1000)):
        numbers = [c.split(".")[0] for c in cells]
        if numbers and all(n.isdigit() and len(n) in digits and earliest <= int(n) / unit <= latest for n in numbers):
            return kind
    return ""


def _kind(kind: str, cells: Sequence[str]) -> str:
    filled = _filled(cells)
    if kind in ("datetime", "date") and filled and not any(_DATE.match(c) for c in filled):
        return _epoch(filled) or kind
    return kind


def layout_from_mapping(mapping: dict[str, Any]) -> Layout:
    """A layout usable by `recognise(extra=…)` and `read`. Raises Unreadable where it names what is not offered."""
    table, options = mapping.get("table", ""), mapping.get("options") or {}
    if table not in _targets() or not mapping.get("columns"):
        raise Unreadable(N_("字段对应不完整"), N_("请选择目标表，并至少指定一列"), code="bad_mapping")
    fields = tuple(_field(table, header, one) for header, one in mapping["columns"].items())
    columns = {f.column for f in fields}
    missing = [c for c in _targets()[table]["needs"] if c not in columns and c not in ("text",)]
    lacks(_targets()[table]["columns"], missing)
    key = load("synonyms.json")["keys"].get(table)
    dropped = tuple(
        Field(h, personal=True) for h in mapping.get("headers", ()) if h not in mapping["columns"] and is_personal(h)
    )
    return Layout(
        code=mapping.get("code") or f"mapped.{table}",
        platform="",
        label=mapping.get("label") or _TABLE_LABELS[table],
        fields=(*fields, *dropped),
        cumulative=table == "contents",
        cites="mapping confirmed by a person",
        at_least=len(fields),
        headers=tuple(mapping.get("headers") or mapping["columns"]),
        earliest=options.get("earliest") or limits()["earliest_mapped"],
        captured="last_day" if table == "account_daily" else "",
        hashed=((table, key),) if key else (),
        extra_to="content_snapshots"
        if table == "contents" and any(f.table == "content_snapshots" for f in fields)
        else table,
        **_filled_in(table, columns, options),
    )


def aimed(columns: dict[str, Any], header: str, one: dict[str, str]) -> tuple[str, str]:
    """(column, kind) of one mapped header, of those that a table offers. Raises Unreadable where it is not one."""
    rule = columns.get(one.get("column", ""))
    kind = one.get("kind") or (rule or {}).get("kind", "")
    if rule is None or kind not in get_args(Kind):
        raise Unreadable(
            N_("字段对应里的「%(header)s」指向了不存在的字段"),
            N_("请在列表里重新选择"),
            code="bad_mapping",
            header=header,
        )
    return one["column"], kind


def lacks(columns: dict[str, Any], missing: list[str]) -> None:
    """Raise Unreadable where columns that a table needs are not mapped, by their labels."""
    if missing:
        names = "、".join(columns[c]["label"] for c in missing)
        raise Unreadable(
            N_("字段对应不完整：还缺 %(columns)s"), N_("请为这些字段指定列"), code="bad_mapping", columns=names
        )


def currency_of(options: dict[str, Any]) -> str:
    """The currency a person chose for the whole table, fit to stand in SQL."""
    return str(options.get("currency") or "CNY").replace("'", "")[:8]


def _field(table: str, header: str, one: dict[str, str]) -> Field:
    column, kind = aimed(_targets()[table]["columns"], header, one)
    home = table if table != "contents" or column in load("synonyms.json")["content_columns"] else "content_snapshots"
    needed = column in _targets()[table]["needs"] and column not in ("text", "title")
    column = "_stated" if column == "currency" else column
    return Field(header, home, column, kind, required=needed, key=needed or column in _KEYED)  # type: ignore[arg-type]


def _filled_in(table: str, columns: set[str], options: dict[str, Any]) -> dict[str, Any]:
    """Constants and derived columns of a mapped table."""
    currency = currency_of(options)
    derived: list[Derived] = []
    constants: list[tuple[str, str, Any]] = []
    if table == "account_daily" and "channel" not in columns:
        constants.append((table, "channel", ""))
    if table in ("orders", "events"):
        stated = '"' + table + '._stated"' if "currency" in columns else "NULL::VARCHAR"
        money = {"orders": "gross" if "gross" in columns else "paid", "events": "amount"}[table]
        if money in columns:
            derived.append(
                Derived(
                    table,
                    "currency",
                    f"CASE WHEN \"{table}.{money}\" IS NOT NULL THEN coalesce({stated}, '{currency}') END",
                )
            )
    if table == "orders":
        who = '"orders.person" IS NOT NULL' if "person" in columns else "false"
        derived.append(Derived(table, "identified", who))
        constants += [(table, "tax", options.get("tax") or "unknown")]
        for have, lack in (("gross", "paid"), ("paid", "gross")):
            if have in columns and lack not in columns:
                derived.append(Derived(table, lack, f'"orders.{have}"'))
        constants += [] if "status_label" in columns else [(table, "status", "unknown")]
        if "status_label" in columns:
            derived.append(Derived(table, "status", _status()))
    return {"constants": tuple(constants), "derived": tuple(derived)}


def _status() -> str:
    codes = load("status.json", "hongqiao.platforms.doudian")["orders"]
    whens = " ".join(f"WHEN contains(\"orders.status_label\", '{word}') THEN '{code}'" for word, code in codes)
    return f"CASE {whens} ELSE 'unknown' END"
