"""Orders, their lines, and refunds, which are rows of their own on their own day."""

from hongqiao.warehouse.tables.model import MONEY, Table

TABLES = (
    Table(
        "orders",
        "snapshot",
        ("order_key",),
        {
            "order_key": "string",  # main order id
            "ts": "timestamp",  # placed; `day` is its day
            "paid_at": "timestamp",
            "shipped_at": "timestamp",
            "finished_at": "timestamp",
            "status": "string",  # placed, paid, shipped, finished, closed, unknown
            "status_label": "string",
            "person_key": "string",  # HMAC; null where the platform ciphers the buyer
            "person_key_id": "string",
            "identified": "boolean",
            "traffic": "string",  # 流量来源 as stated
            "creator_key": "string",  # 达人ID as stated
            "creator_name": "string",
            "currency": "string",
            "tax": "string",  # incl, excl, unknown
            "gross": MONEY,  # payable before refunds
            "paid": MONEY,  # really paid; null until paid
            "freight": MONEY,
            "discount_platform": MONEY,
            "discount_shop": MONEY,
            "discount_creator": MONEY,
            "quantity": "int64",
        },
        personal=("person",),
        required=("order_key", "ts"),
    ),
    Table(
        "order_lines",
        "snapshot",
        ("line_key",),
        {
            "line_key": "string",
            "order_key": "string",
            "ts": "timestamp",
            "product": "string",
            "product_id": "string",
            "variant": "string",
            "sku": "string",
            "quantity": "int64",
            "currency": "string",
            "gross": MONEY,
            "paid": MONEY,
            "status_label": "string",
            "after_sale": "string",  # 售后状态 as stated
        },
        required=("line_key", "order_key"),
    ),
    # a refund is its own row on its own day
    Table(
        "refunds",
        "event",
        ("refund_key",),
        {
            "refund_key": "string",
            "order_key": "string",
            "ts": "timestamp",
            "amount": MONEY,
            "currency": "string",
            "reason": "string",
        },
        required=("refund_key", "amount"),
        by_capture=True,  # 天猫 and 有赞 state that an order was refunded, not when
    ),
)
