"""What each kind of a field means in SQL: the type, the value of a text cell, and what can be wrong with it."""

from dataclasses import dataclass

from hongqiao.platforms.kit.cells import LOST
from hongqiao.platforms.kit.macros import quote
from hongqiao.platforms.kit.settings import formats
from hongqiao.platforms.model import Field

TYPES: dict[str, str] = {
    "text": "VARCHAR", "id": "VARCHAR", "code": "VARCHAR", "channel": "VARCHAR", "int": "BIGINT", "number": "DOUBLE",
    "percent": "DOUBLE", "rate": "DOUBLE", "ratio": "DOUBLE", "seconds": "DOUBLE", "money": "DECIMAL(18,4)",
    "fen": "DECIMAL(18,4)", "datetime": "TIMESTAMP", "date": "DATE", "epoch": "TIMESTAMP", "epoch_ms": "TIMESTAMP",
}  # fmt: skip
#: Problem codes by the number the SELECT gives them.
CODES: tuple[str, ...] = (
    "", "not_a_number", "not_whole", "not_a_date", "date_out_of_range", "rate_out_of_range", "id_lost_digits",
    "missing_value", "year_from_capture",
)  # fmt: skip
#: From here on a remark: the value is kept, the row is not refused, a person is told.
REMARK = CODES.index("year_from_capture")
_NUMBER = {code: number for number, code in enumerate(CODES)}
MOMENTS = frozenset({"datetime", "date", "epoch", "epoch_ms"})


def name(text: str) -> str:
    """A SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True)
class Scope:
    """What a conversion depends on besides the cell: the account's zone, which days are believable (naive local)."""

    zone: str
    earliest: str
    latest: str


def select(field: Field, scope: Scope, percent: bool) -> str:
    """The SELECT that converts table "batch" (n, c0): n, the value v and the number b of its problem."""
    check = fault(field, "c0", "v", scope) or "0"
    made = value(field, "c0", scope, percent)
    return f"SELECT n, v, {check} AS b FROM (SELECT n, c0, {made} AS v FROM batch)"  # noqa: S608 - our own layouts


def value(field: Field, column: str, scope: Scope, percent: bool) -> str:
    """SQL of the typed value of text `column`; NULL where the cell is empty or cannot be read."""
    zone = quote(scope.zone)
    kind = field.kind
    if kind in ("text", "id", "code", "channel"):
        return _words(field, column)
    rest = f"{column}, {zone}, {quote(scope.latest)}::TIMESTAMP"
    made = {
        "int": f"hq_int({column})",
        "number": f"hq_double({column})",
        "money": f"hq_money({column})",
        "fen": f"TRY_CAST(hq_decimal({column}) / 100 AS DECIMAL(18,4))",
        "percent": f"hq_rate({column}, 100)",
        "rate": f"hq_rate({column}, {100 if percent else 1})",
        "ratio": f"hq_rate({column}, {100 if percent else 1})",
        "seconds": f"hq_seconds({column})",
        "datetime": f"hq_moment({rest})",
        "date": f"CAST(hq_moment({rest}) AS DATE)",
        "epoch": f"hq_epoch({rest}, 1000000)",
        "epoch_ms": f"hq_epoch({rest}, 1000)",
    }
    return made[kind]


def _words(field: Field, column: str) -> str:
    if field.kind == "id":
        bare = f"nullif(trim(hq_bare({column}), ' ' || chr(9)), '')"
        return f"CASE WHEN starts_with({column}, '=') OR starts_with({column}, '''') THEN {bare} ELSE {column} END"
    if field.kind == "channel":
        whole = ", ".join(map(quote, formats()["all_channels"]))
        return f"CASE WHEN {column} IN ({whole}) THEN '' ELSE {column} END"
    return _code(field, column) if field.kind == "code" else column


def _code(field: Field, column: str) -> str:
    equal = " ".join(f"WHEN {quote(w)} THEN {quote(c)}" for w, c in field.codes)
    inside = " ".join(f"WHEN contains({column}, {quote(w)}) THEN {quote(c)}" for w, c in field.codes)
    whole = f"CASE {column} {equal} ELSE CASE {inside} ELSE {quote(field.otherwise)} END END"
    return f"CASE WHEN {column} IS NULL THEN NULL ELSE {whole} END"


def fault(field: Field, column: str, made: str, scope: Scope) -> str:
    """SQL of the problem's number (CODES) for text `column` whose value is `made`; "" where it can have none."""
    empty = _NUMBER["missing_value"] if field.key else 0
    inner = _fault(field, column, made, scope, empty)
    return f"CAST({inner} AS UTINYINT)" if inner else ""


def _fault(field: Field, column: str, made: str, scope: Scope, empty: int) -> str:
    if field.kind in ("text", "code", "channel"):
        return f"CASE WHEN {made} IS NULL THEN {empty} ELSE 0 END" if empty else ""
    if field.kind == "id":
        lost = rf"starts_with({made}, {quote(LOST)}) OR regexp_full_match({made}, '\d(\.\d+)?[eE]\+?\d\d')"
        return f"CASE WHEN {made} IS NULL THEN {empty} WHEN {lost} THEN {_NUMBER['id_lost_digits']} ELSE 0 END"
    wrong = str(_NUMBER["not_a_date" if field.kind in MOMENTS else "not_a_number"])
    if field.kind == "int":
        wrong = f"CASE WHEN hq_decimal({column}) IS NULL THEN {wrong} ELSE {_NUMBER['not_whole']} END"
    good = _range(field, column, made, scope)
    return f"CASE WHEN {made} IS NOT NULL THEN {good} WHEN {column} IS NULL THEN {empty} ELSE {wrong} END"


def _range(field: Field, column: str, made: str, scope: Scope) -> str:
    """The number of what is wrong with a value that could be read."""
    if field.kind in MOMENTS:
        believable = f"{made} >= {quote(scope.earliest)}::TIMESTAMP AND {made} <= {quote(scope.latest)}::TIMESTAMP"
        yearless = f"contains({column}, '月') AND NOT contains({column}, '年') AND hq_yearless(hq_plain({column}))"
        remark = f"CASE WHEN {yearless} THEN {REMARK} ELSE 0 END"
        return f"CASE WHEN {believable} THEN {remark} ELSE {_NUMBER['date_out_of_range']} END"
    if field.kind in ("rate", "percent"):
        return f"CASE WHEN {made} BETWEEN 0 AND 1 THEN 0 ELSE {_NUMBER['rate_out_of_range']} END"
    finite = f"CASE WHEN isfinite({made}) THEN 0 ELSE {_NUMBER['not_a_number']} END"
    return finite if TYPES[field.kind] == "DOUBLE" else "0"
