"""What the reports of ad and creator systems have in common: where their columns go, and the name of a placement."""

from hongqiao.platforms.model import Derived, Field, Group, Kind

DAILY, TOTALS = "placements_daily", "placement_snapshots"
#: Measures that add up over the rows of one placement; rates do not.
SUMS = (
    "spend", "gmv", "net_gmv", "orders", "impressions", "clicks", "conversions", "deep_conversions", "views",
    "interactions", "likes", "comments", "shares", "favorites", "follows", "messages", "messages_open", "leads",
)  # fmt: skip


def currency(table: str) -> tuple[tuple[str, str, str], ...]:
    """Every one of these back ends accounts in yuan."""
    return ((table, "currency", "CNY"),)


def measure(
    table: str, header: str, column: str, kind: Kind = "int", *aliases: str, required: bool = False, key: bool = False
) -> Field:
    """A column that is kept."""
    return Field(header, table, column, kind, aliases, required=required, key=key)


def beside(table: str, *headers: str) -> tuple[Field, ...]:
    """Known columns that no metric is made of: kept in `extra`."""
    return tuple(Field(header, table, "extra") for header in headers)


def derived(*headers: str) -> tuple[Field, ...]:
    """Known columns that are ratios of others: not kept, we work them out as ratios of sums."""
    return tuple(Field(header) for header in headers)


def day(*aliases: str) -> Field:
    """The day a row is of, as the file states it."""
    return Field("时间-天", DAILY, "day", "date", ("时间", "日期", *aliases), required=True, key=True)


def named(table: str, *levels: tuple[str, str, str], otherwise: str = "account") -> tuple[Derived, ...]:
    """`level` and `placement_key` after the finest level that the row names.

    `levels`, finest first: (code, column of its id, column of its name). `otherwise`: the level of a row that names
    none. A name stands in where the file has no id, so a renamed placement becomes another one.
    """
    whens = [(code, f'"{table}.{own}"', f'"{table}.{name}"') for code, own, name in levels]
    level = " ".join(f"WHEN {own} IS NOT NULL OR {name} IS NOT NULL THEN '{code}'" for code, own, name in whens)
    key = ", ".join(f"'{code}:' || coalesce({own}, {name})" for code, own, name in whens)
    return (
        Derived(table, "level", f"CASE {level} ELSE '{otherwise}' END" if whens else f"'{otherwise}'"),
        Derived(table, "placement_key", f"coalesce({key}, '{otherwise}')" if whens else f"'{otherwise}'"),
    )


def together(table: str) -> tuple[Group, ...]:
    """One row a placement (and day): a report that is broken down further still adds up."""
    key = ("placement_key", "day") if table == DAILY else ("placement_key",)
    return (Group(table, key, SUMS),)
