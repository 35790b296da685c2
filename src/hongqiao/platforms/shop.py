"""What the order exports of shops have in common."""

from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Derived, Field, Kind


def order(header: str, column: str, kind: Kind, *aliases: str, required: bool = False, key: bool = False) -> Field:
    return Field(header, "orders", column, kind, aliases, required=required, key=key)


def line(header: str, column: str, kind: Kind, *aliases: str, required: bool = False, key: bool = False) -> Field:
    return Field(header, "order_lines", column, kind, aliases, required=required, key=key)


def refund(header: str, column: str, kind: Kind, *aliases: str) -> Field:
    return Field(header, "refunds", column, kind, aliases)


def dropped(*headers: str) -> tuple[Field, ...]:
    """Columns that name or reach a person: never kept, masked in the preview."""
    return tuple(Field(header, personal=True) for header in headers)


def unused(*headers: str) -> tuple[Field, ...]:
    """Known columns without any use here (waybills, invoices, payment serials): not kept."""
    return tuple(Field(header) for header in headers)


def status_fields(package: str, *aliases: str) -> tuple[Field, ...]:
    """订单状态 as the shop words it, and a scratch column with our code of it."""
    codes = tuple((word, code) for word, code in load("status.json", package)["orders"])
    return (
        Field("订单状态", "orders", "_status", "code", aliases, codes=codes, otherwise="unknown"),
        order("订单状态", "status_label", "text", *aliases),
    )


#: The code of the state; without a column for it, a payment time is all there is to go by.
STATUS = Derived(
    "orders",
    "status",
    """coalesce("orders._status", CASE WHEN "orders.paid_at" IS NOT NULL THEN 'paid' ELSE 'unknown' END)""",
)


def is_paid(package: str) -> str:
    """SQL: the order was paid, whatever became of it afterwards."""
    codes = ", ".join(f"'{code}'" for code in load("status.json", package)["paid"])
    return f'("orders.paid_at" IS NOT NULL OR "orders._status" IN ({codes}))'


#: A refund that the order itself states: one an order. Its time is in none of these files, so the row is of the day
#: on which it was first seen (note refund_day_unknown).
REFUNDED = (("refunds", '"refunds.amount" > 0'),)
REFUND_KEY = Derived("refunds", "refund_key", '"refunds.order_key"')


def constants(*tables: str) -> tuple[tuple[str, str, object], ...]:
    """Yuan, tax included."""
    found: list[tuple[str, str, object]] = [(table, "currency", "CNY") for table in tables]
    return (*found, ("orders", "tax", "incl")) if "orders" in tables else tuple(found)
