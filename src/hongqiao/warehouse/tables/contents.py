"""Pieces: what they are, their totals at each capture, and what a platform states of them by the day."""

from hongqiao.warehouse.tables.model import MONEY, Table

_CONTENT_MEASURES: dict[str, str] = {
    "impressions": "int64",  # 曝光 (小红书)
    "views": "int64",  # times: 播放量, 观看量, 阅读次数
    "view_users": "int64",  # persons: 阅读人数 (公众号)
    "likes": "int64",
    "recommends": "int64",  # 在看
    "comments": "int64",
    "shares": "int64",  # times
    "share_users": "int64",  # persons
    "favorites": "int64",
    "danmaku": "int64",
    "coins": "int64",  # 投币 (B站)
    "upvotes": "int64",  # 喜欢 beside 点赞 (知乎, 视频号 keeps 喜欢 as likes and 推荐 as recommends)
    "followers_gained": "int64",  # 抖音 粉丝增量 is net and may be negative
    "followers_lost": "int64",
    "profile_visits": "int64",
    "delivered": "int64",  # 送达人数
    "delivered_views": "int64",  # 公众号消息阅读次数
    "first_shares": "int64",
    "share_views": "int64",  # 分享产生阅读次数
    "tips": MONEY,  # 赞赏, yuan
    "completion_rate": "float64",  # 0..1, 完播率 / 完读率
    "completion5s_rate": "float64",
    "exit2s_rate": "float64",
    "cover_ctr": "float64",
    "delivered_read_rate": "float64",
    "first_share_rate": "float64",
    "share_view_ratio": "float64",  # 每次分享带来阅读次数
    "avg_seconds": "float64",
}

TABLES = (
    Table(
        "contents",
        "snapshot",
        ("source_key",),
        {
            "source_key": "string",  # immutable: platform id, or account|kind|publish second|normalised title
            "form": "string",  # image_text, video, article, live, other
            "form_label": "string",  # the platform's own 体裁
            "title": "string",
            "url": "string",
            "published_at": "timestamp",
            "seconds": "float64",  # length of the video
            "status": "string",  # the platform's own words for review state
        },
        required=("source_key",),
        by_capture=True,
    ),
    # day = the capture day in the account's zone: values are totals since publication
    Table(
        "content_snapshots",
        "snapshot",
        ("source_key", "day"),
        {"source_key": "string", **_CONTENT_MEASURES},
        required=("source_key",),
        schema_version=2,  # coins, upvotes
        by_capture=True,
    ),
    # what a platform states per piece and day; channel '' = 全部
    Table(
        "content_daily",
        "snapshot",
        ("source_key", "day", "channel"),
        {"source_key": "string", "channel": "string", **_CONTENT_MEASURES},
        required=("source_key", "day"),
        schema_version=2,  # coins, upvotes
    ),
)
