"""What a report is made of: codes, parameters and cites, never rendered text, and the canonical bytes of the whole.

A parameter is one of {"value", "unit"} a figure (with "signed": a change), {"metric": code}, {"platform": code},
{"account": name, "platform": code}, {"word": msgid}, {"text": a person's own words}, {"day": ISO}, {"percentile": .95},
a list of these, or a whole number. A cite is a question {"metrics", "where", "start", "end"} or a row of the ledger
{"finding"|"action"|"outcome"|"decision": key}.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

Param = Any
Cite = Mapping[str, Any]
DIGITS = 10  # of figures that are not whole: more is noise of adding in another order


@dataclass(frozen=True)
class Sentence:
    """A statement: its code in words.SAYS, or a code of a rule's words where `rule` is given."""

    block: ClassVar[str] = "sentence"
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    cites: Sequence[Cite] = ()
    tone: str = ""
    rule: str = ""
    sub: bool = False  # it explains the one before


@dataclass(frozen=True)
class Kpi:
    """A figure on a card. `note` says what must be known beside it."""

    label: Param
    value: Param
    change: Param = None
    better: str = "up"
    cites: Sequence[Cite] = ()
    note: Sentence | None = None
    few: bool = False


@dataclass(frozen=True)
class Kpis:
    block: ClassVar[str] = "kpis"
    items: Sequence[Kpi]


@dataclass(frozen=True)
class GoalLine:
    """A goal with its meter. Shares are numbers, 1 is all of it."""

    label: Param
    place: Param
    value: Param
    target: Param
    state: str
    tone: str
    share: float | None = None
    time: float | None = None
    gap: float | None = None
    owner: Param = None
    outlook: Mapping[str, Any] | None = None
    ceiling: bool = False
    cites: Sequence[Cite] = ()


@dataclass(frozen=True)
class Goals:
    block: ClassVar[str] = "goals"
    items: Sequence[GoalLine]


@dataclass(frozen=True)
class Head:
    label: Param
    right: bool = False


def heads(*labels: str, right: int = 0) -> list[Head]:
    """Return heads of columns by their msgids; the last `right` of them hold figures."""
    return [Head({"word": label}, n >= len(labels) - right) for n, label in enumerate(labels)]


@dataclass(frozen=True)
class Cell:
    value: Param
    cites: Sequence[Cite] = ()
    tone: str = ""


@dataclass(frozen=True)
class Table:
    block: ClassVar[str] = "table"
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True)
class Series:
    name: Param
    values: Sequence[float | None]
    room: str = "data"


@dataclass(frozen=True)
class Chart:
    """Lines or bars over labels; None is a gap."""

    block: ClassVar[str] = "chart"
    type: str
    title: Param
    x: Sequence[str]
    series: Sequence[Series]
    unit: str = "count"
    cites: Sequence[Cite] = ()


@dataclass(frozen=True)
class Callout:
    """What must not be overlooked: too little data, a file to fetch, something that is not there."""

    block: ClassVar[str] = "callout"
    sentence: Sentence
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One line to paste into a group: sentences in a row."""

    block: ClassVar[str] = "line"
    sentences: Sequence[Sentence]


Block = Sentence | Kpis | Goals | Table | Chart | Callout | Line


@dataclass(frozen=True)
class Section:
    """Blocks under a head. `needs`: the permission a reader must hold; `wide`: over the whole width of the one page."""

    code: str
    blocks: Sequence[Block]
    needs: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Document:
    kind: str
    brand: str
    slug: str
    start: date
    end: date
    version: int
    sections: Sequence[Section]
    fresh: date | None = None  # the newest day that any file states in full

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        return plain(self)


def plain(value: Any) -> Any:
    """Return JSON values: days as ISO text, money as text, other figures to ten digits, parts with their block name."""
    if hasattr(value, "__dataclass_fields__"):
        found = {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        found = {k: v for k, v in found.items() if not (v is None or v is False or v in ("", [], {}))}
        block = getattr(value, "block", "")
        return {"block": block, **found} if block else found
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if value == value and abs(value) != float("inf") else None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else str(value)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one way to write a document down."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def fig(value: Any, unit: str = "count", *, signed: bool = False) -> dict[str, Any]:
    """A figure as a parameter."""
    made: dict[str, Any] = {"value": value, "unit": unit}
    return made | {"signed": True} if signed else made
