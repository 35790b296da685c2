"""抖店: orders by month of placing, settlement by day of payment, and the own events file."""

import hashlib
from datetime import date, datetime, timedelta

from .days import END, TODAY, at, months
from .forms import Cell, text_csv
from .people import Event
from .shelf import DOUDIAN, OWN, Shelf
from .shop import Line, Order

ORDERS = [
    "主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商家编码", "订单应付金额", "运费", "收件人",
    "收件人手机号", "详细地址", "订单提交时间", "商家备注", "订单完成时间", "订单状态", "售后状态", "取消原因",
    "发货时间",
    "平台实际承担优惠金额", "商家实际承担优惠金额", "达人实际承担优惠金额", "支付完成时间", "达人昵称", "流量来源",
]  # fmt: skip
SETTLEMENT = [
    "动账时间", "动帐流水号", "动账方向", "动账金额", "动账账户", "动账场景", "计费类型", "子订单号", "订单号",
    "订单实付应结", "运费实付", "实际平台补贴", "订单退款", "平台服务费", "佣金", "招商服务费", "站外推广费", "备注",
]  # fmt: skip
EVENTS = ["person", "event", "ts", "amount", "channel", "content", "order"]
FULL_MONTH = "2026-09"  # the one settlement file with income as well as refunds
TOTALS_IN = "2026-07"  # its last row is 合计


def yuan(cents: int) -> str:
    return f"{cents / 100:.2f}"


def _time(value: datetime | None, now: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if value and value <= now else "-"


def state(order: Order, line: Line, now: datetime) -> tuple[str, str, str]:
    """订单状态, 售后状态, 取消原因 as they stood at `now`."""
    after = "-"
    if line.refunded_at and line.refunded_at <= now:
        after = "退款成功"
    elif line.refunded_at and line.refunded_at <= now + timedelta(days=2):
        after = "售后处理中"
    if order.paid is None:
        if now < order.placed + timedelta(minutes=30):
            return "待支付", after, "-"
        return "已关闭", after, "超时未支付"
    if order.shipped is None and after == "退款成功":
        return "已关闭", after, "买家申请退款"
    if order.finished and order.finished <= now:
        return "已完成", after, "-"
    return ("已发货" if order.shipped and order.shipped <= now else "待发货"), after, "-"


def order_rows(order: Order, now: datetime) -> list[list[Cell]]:
    """One row a line; ids with a tab in front, the buyer ciphered."""
    s = order.secret
    rows: list[list[Cell]] = []
    for line in order.lines:
        status, after, reason = state(order, line, now)
        p = line.product
        rows.append(
            [
                f"\t{order.number}", f"\t{line.number}", p.name, p.spec, line.quantity, p.sku, yuan(line.payable),
                "0.00",
                f"##{s}", f"##{s[::-1]}", f"##{s[1:]}{s[:1]}", _time(order.placed, now), "-",
                _time(order.finished, now), status, after, reason, _time(order.shipped, now),
                yuan(line.platform_discount), yuan(line.shop_discount), "0.00", _time(order.paid, now),
                order.creator or "-", order.traffic,
            ]
        )  # fmt: skip
    return rows


def _fetched(last: date, hour: int, minute: int) -> datetime:
    """Orders are fetched on the 10th of the next month, the running month this morning."""
    if last == END:
        return at(TODAY, hour, minute)
    after = last + timedelta(days=10)
    return at(after, hour, minute)


def _named(when: datetime, data: bytes) -> str:
    stamp = int((when - datetime(1970, 1, 1)).total_seconds()) - 8 * 3600
    return f"{stamp}_{hashlib.md5(data, usedforsecurity=False).hexdigest()}.csv"


def orders(shelf: Shelf, found: list[Order]) -> None:
    for _, first, last in months():
        when = _fetched(last, 10, 5)
        rows: list[list[Cell]] = [ORDERS]
        for order in found:
            if first <= order.placed.date() <= last:
                rows += order_rows(order, when)
        data = text_csv(rows, "utf-8")
        shelf.put(DOUDIAN, when, _named(when, data), data, "doudian.orders", "抖店 订单")


def _entry(order: Order, line: Line, when: datetime, income: bool) -> list[Cell]:
    """One movement of money; a refund takes it out again."""
    number = f"{when:%y%m%d%H%M%S}{line.number[-8:]}"
    fee = -round(line.payable * 0.05) if income else 0
    commission = -round(line.payable * 0.15) if income and order.creator else 0
    amount = line.payable + fee + commission if income else -line.refund
    return [
        f"{when:%Y-%m-%d %H:%M:%S}", f"'{number}", "入账" if income else "出账", yuan(amount), "聚合账户",
        "货款结算入账" if income else "售后退款", "-" if not order.creator else "达人带货", f"'{line.number}",
        f"'{order.number}", yuan(line.payable if income else 0), "0.00", yuan(line.platform_discount if income else 0),
        yuan(0 if income else -line.refund), yuan(fee), yuan(commission), "0.00", "0.00", "-",
    ]  # fmt: skip


def settlement(shelf: Shelf, found: list[Order]) -> None:
    """Refunds two months a file (the filter 售后退款), September with income too, July-August with a totals row."""
    spans = [("2025-11", "2025-12"), ("2026-01", "2026-02"), ("2026-03", "2026-04"), ("2026-05", "2026-06")]
    spans += [("2026-07", "2026-08"), ("2026-09", "2026-09"), ("2026-10", "2026-10"), ("2026-11", "2026-11")]
    by_name = {name: (first, last) for name, first, last in months()}
    for start, end in spans:
        first, last = by_name[start][0], by_name[end][1]
        rows: list[tuple[datetime, list[Cell]]] = []
        for order in found:
            for line in order.lines:
                if line.refunded_at and first <= line.refunded_at.date() <= last:
                    rows.append((line.refunded_at, _entry(order, line, line.refunded_at, False)))
                if start == FULL_MONTH and order.finished and first <= order.finished.date() <= last:
                    rows.append((order.finished, _entry(order, line, order.finished, True)))
        rows.sort(key=lambda r: (r[0], str(r[1][1])))
        table = [SETTLEMENT, *(r for _, r in rows)]
        if start == TOTALS_IN:
            total = sum(round(float(str(r[12])) * 100) for _, r in rows)
            table.append(["合计", "-", "-", yuan(total), *["-"] * 8, yuan(total), *["-"] * 5])
        when = _fetched(last, 10, 12)
        data = text_csv(table, "utf-8")
        shelf.put(DOUDIAN, when, _named(when, data), data, "doudian.settlement", "抖店 结算单")


def events(shelf: Shelf, found: list[Event]) -> None:
    """The own events file, month by month."""
    for name, first, last in months():
        rows: list[list[Cell]] = [EVENTS]
        for e in found:
            if first <= e.ts.date() <= last:
                amount = yuan(e.amount) if e.amount else ""
                rows.append([e.person, e.event, f"{e.ts:%Y-%m-%d %H:%M:%S}", amount, e.channel, e.content, e.order])
        when = at(last + timedelta(days=1), 8, 0)
        data = text_csv(rows, "utf-8", "\n")
        shelf.put(OWN, when, f"events_{name}.csv", data, "own.events", "自有事件（小程序会员）")
