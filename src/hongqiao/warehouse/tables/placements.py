"""What was paid for: ads, boosts, creators' orders."""

from hongqiao.warehouse.tables.model import MONEY, Table

_PLACEMENT: dict[str, str] = {
    "level": "string",  # account, campaign, unit, creative, note, task, boost (a part of the others)
    "campaign": "string",
    "campaign_id": "string",
    "unit": "string",
    "unit_id": "string",
    "creative": "string",
    "creative_id": "string",
    "goal": "string",  # 转化目标 as stated
    "source_key": "string",  # the piece it carries, where the file names one
    "url": "string",
    "published_at": "timestamp",
    "creator_key": "string",
    "creator_name": "string",
    "product": "string",
    "currency": "string",
    "spend": MONEY,
    "quote": MONEY,  # 博主报价
    "fee": MONEY,  # 服务费
    "gmv": MONEY,
    "net_gmv": MONEY,
    "orders": "int64",
    "impressions": "int64",
    "clicks": "int64",
    "conversions": "int64",
    "deep_conversions": "int64",
    "views": "int64",
    "view_users": "int64",
    "interactions": "int64",
    "likes": "int64",
    "comments": "int64",
    "shares": "int64",
    "favorites": "int64",
    "follows": "int64",
    "messages": "int64",  # 私信进线
    "messages_open": "int64",  # 私信开口
    "leads": "int64",  # 私信留资
    "completion_rate": "float64",
    "play3s_rate": "float64",
    "play5s_rate": "float64",
    "refund_1h_rate": "float64",
    "avg_seconds": "float64",
}

TABLES = (
    # what an ad, a boost or a creator's order did on a day that the file states
    Table(
        "placements_daily",
        "snapshot",
        ("placement_key", "day"),
        {"placement_key": "string", **_PLACEMENT},
        required=("placement_key", "day"),
    ),
    # the same as totals of a report that states no day: day = the capture day; never spread over days
    Table(
        "placement_snapshots",
        "snapshot",
        ("placement_key", "day"),
        {"placement_key": "string", **_PLACEMENT},
        required=("placement_key",),
        by_capture=True,
    ),
)
