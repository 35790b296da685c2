"""Live sessions."""

from hongqiao.warehouse.tables.model import MONEY, Table

TABLES = (
    Table(
        "live_sessions",
        "snapshot",
        ("session_key",),
        {
            "session_key": "string",  # platform id, or account|start second|normalised title
            "title": "string",
            "ts": "timestamp",  # start; `day` is its day
            "ended_at": "timestamp",
            "seconds": "float64",
            "host": "string",
            "impressions": "int64",
            "views": "int64",
            "view_users": "int64",
            "peak_users": "int64",  # 最高在线人数
            "avg_users": "float64",
            "avg_seconds": "float64",  # 平均停留时长
            "likes": "int64",
            "comments": "int64",
            "shares": "int64",
            "followers_gained": "int64",
            "club_joined": "int64",  # 加入粉丝团
            "product_clicks": "int64",
            "orders": "int64",
            "buyers": "int64",
            "gmv": MONEY,
            "refund_amount": MONEY,
            "spend": MONEY,
            "currency": "string",
        },
        required=("session_key", "ts"),
    ),
)
