"""What a platform, a layout, a recognised table and a problem are. Plain data; the work is done in `kit`."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from hongqiao.errors import N_, HongqiaoError

#: How a text cell becomes a value. The DuckDB type of each is in `kit.convert.TYPES`.
Kind = Literal[
    "text", "id", "int", "number", "money", "fen", "percent", "rate", "ratio", "seconds",
    "datetime", "date", "epoch", "epoch_ms", "code", "channel",
]  # fmt: skip


class Unreadable(HongqiaoError):
    """The file cannot be read at all: wrong type, half a file, a zip bomb, too large."""

    code, status = "unreadable", 422
    message = N_("这个文件读不了")
    next_step = N_("请在后台重新导出一次，再上传原文件")


class MissingColumns(HongqiaoError):
    """A layout was recognised, but columns it cannot do without are not in the file. `params["columns"]` names them."""

    code, status = "missing_columns", 422
    message = N_("缺少必需的列：%(columns)s")
    next_step = N_("请在后台重新导出并勾选这些列；不要手工删列")


@dataclass(frozen=True)
class Field:
    """One column of a layout. `table == ""` means known and deliberately not kept (personal, derived, a sum)."""

    header: str  # as the platform writes it, normalised (kit.headers)
    table: str = ""
    column: str = ""
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False  # the header must be there, and a cell that cannot be read refuses its row
    key: bool = False  # besides, an empty cell refuses its row
    codes: tuple[tuple[str, str], ...] = ()  # kind "code": (words, code), the first that is equal, else contained
    otherwise: str = ""  # kind "code": the code of unknown words
    pattern: str = ""  # recognition: a filled cell below the header must match this
    personal: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.header, *self.aliases)

    @property
    def target(self) -> str:
        return f"{self.table}.{self.column}" if self.table else ""


@dataclass(frozen=True)
class Derived:
    """A column computed from others of the layout, as DuckDB SQL over names such as "orders.gross"."""

    table: str
    column: str
    sql: str


@dataclass(frozen=True)
class Group:
    """Rows of `table` are one a `key`; `sums` are added up, other columns keep the first stated value."""

    table: str
    key: tuple[str, ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One table a platform exports, with where each column goes."""

    code: str  # "douyin.works"
    platform: str
    label: str  # 作品列表
    fields: tuple[Field, ...]
    cumulative: bool = False  # values are totals as of the download
    cites: str = ""  # where the facts come from
    shape: Literal["table", "pairs"] = "table"  # pairs: label and value in two columns, one record in all
    sheet: str = ""  # regular expression the sheet's name must match
    beside: str = ""  # regular expression that some sheet of the same workbook must match
    exact: bool = False  # no unknown column may stand beside ours
    at_least: int = 2  # how many headers must be known
    telling: tuple[str, ...] = ()  # other systems share its words: without one of these headers a person is asked
    constants: tuple[tuple[str, str, Any], ...] = ()  # (table, column, value)
    derived: tuple[Derived, ...] = ()
    groups: tuple[Group, ...] = ()
    where: tuple[tuple[str, str], ...] = ()  # (table, SQL condition): which rows go to it
    hashed: tuple[tuple[str, str], ...] = ()  # (table, key column) made from the row's own values
    extra_to: str = ""  # which table takes columns we do not know
    captured: Literal["", "last_day"] = ""  # what in the content proposes captured_at
    earliest: str = ""  # first believable day; empty: the kit's limit
    note: str = ""  # codes of `words.NOTES`, a space between two, shown with every file of this layout
    headers: tuple[str, ...] = ()  # a remembered mapping: the header set it was made for
    documented: bool = False  # our own format: beside its headers as documented, the sender's own columns may stand
    special: bool = False  # recognised by its platform's own finder, not by header set

    def __hash__(self) -> int:
        """Few layouts share a code and a length; hashing every field at each look-up is slow."""
        return hash((self.code, len(self.fields)))

    @property
    def tables(self) -> tuple[str, ...]:
        """Target tables, in the order they are emitted."""
        named = [f.table for f in self.fields if f.table] + [c[0] for c in self.constants if c[0]]
        return tuple(dict.fromkeys(named))

    @property
    def stored(self) -> bool:
        """False for what is known but deliberately not kept (period totals, series another one covers)."""
        return bool(self.tables)


@dataclass(frozen=True)
class Platform:
    """One outside system. Limits and traits come from the JSON beside its code, with source and date."""

    code: str
    name: str
    short: str
    traits: dict[str, Any]
    limits: dict[str, Any]
    account_kinds: tuple[tuple[str, str], ...]
    layouts: tuple[Layout, ...]
    finders: tuple[Any, ...] = ()  # functions (sheet, rows, workbook names, file name) -> list[Found]


@dataclass(frozen=True)
class Problem:
    """A cell or row that could not be taken. The words of `code` are in `words.PROBLEMS`."""

    row: int  # 1-based, as a person sees it
    column: str  # header as the file writes it; "" for the whole row
    code: str
    value: str  # the cell's text (never of a personal column)
    fatal: bool  # the row was refused


@dataclass
class Found:
    """One recognised table of one sheet of one file. `layout` is None where nothing was recognised."""

    sheet: str
    block: int = 0
    layout: Layout | None = None
    header_row: int = 1  # 1-based
    headers: list[str] = field(default_factory=list)  # normalised, in file order; "" for a nameless column
    unknown: list[str] = field(default_factory=list)  # kept in `extra`
    dropped: list[str] = field(default_factory=list)  # personal columns, not kept
    missing: list[str] = field(default_factory=list)  # required and absent: refused by name
    rows: int = 0  # estimate of the data rows
    captured_at: datetime | None = None  # proposed, local
    captured_from: str = ""  # a code of `words.REASONS`
    preview: list[list[str]] = field(default_factory=list)
    note: str = ""  # the first of `notes`
    notes: list[str] = field(default_factory=list)  # codes of `words.NOTES`
    candidates: list[str] = field(default_factory=list)  # layouts that fit equally well: not guessed
    # -- where it lies; `read` needs these, screens do not
    columns: list[int] = field(default_factory=list)  # index in the sheet of each header
    last_row: int = 0  # 1-based last row of the table, 0 = to the end
    percents: list[int] = field(default_factory=list)  # columns whose profile says percent
    unclear: list[int] = field(default_factory=list)  # rates with values above 1 and nothing that says percent
    context: dict[str, str] = field(default_factory=dict)  # said outside the table (title of a single piece)
    record: list[str | None] = field(default_factory=list)  # shape "pairs": the one record
    path: Path | None = None
    source: Any = field(
        default=None, repr=False, compare=False
    )  # the open sheet, so that `read` need not parse it again

    def say(self, code: str) -> None:
        """Add a note once; the first is also `note`."""
        if code and code not in self.notes:
            self.notes.append(code)
            self.note = self.notes[0]

    @property
    def ok(self) -> bool:
        """True when `read` will give rows or, for what is known but not stored, nothing by intent."""
        return self.layout is not None and not self.missing
