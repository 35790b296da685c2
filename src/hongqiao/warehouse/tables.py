"""The typed tables of the warehouse: what each row is, its key, and how later files change it. Rows served: D1.

Three ways a row can live:
  snapshot  a file states what was true when it was captured; per column the latest non-null statement is current
  event     happened once; the first statement stays, a second with the same key is "unchanged"
Columns every row carries are in COMMON and are added by `intake`, never by a platform.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["snapshot", "event"]

#: Ibis type names. `date` = day in the account's zone. `timestamp` = UTC, naive, microseconds.
COMMON: dict[str, str] = {
    "brand": "string",  # UUID text of the brand
    "platform": "string",  # code in PLATFORMS
    "account": "string",  # UUID text of the account
    "source_id": "string",  # UUID text of the Source: which file (or API call), layout and sheet
    "source_row": "int64",  # 1-based row in that file, the number a person sees in Excel
    "captured_at": "timestamp",  # when the platform's back end stated it
    "rank": "int64",  # captured_at (s) * 1e6 + source sequence: total order of statements
    "day": "date",
    "extra": "string",  # JSON of columns we do not know; kept, never shown as a metric
}

MONEY = "decimal(18, 4)"


@dataclass(frozen=True)
class Table:
    """One fact table. `key` is unique among current rows (with `account` always part of it)."""

    name: str
    kind: Kind
    key: tuple[str, ...]
    columns: dict[str, str]
    personal: tuple[str, ...] = ()  # raw values that must be keyed-hashed before they reach a part
    schema_version: int = 1
    required: tuple[str, ...] = field(default=())

    @property
    def schema(self) -> dict[str, str]:
        return {**COMMON, **self.columns}

    @property
    def measures(self) -> tuple[str, ...]:
        """Columns a later statement may change."""
        return tuple(c for c in self.columns if c not in self.key)


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

_PLACEMENT: dict[str, str] = {
    "level": "string",  # campaign, unit, creative, note, task
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

_TABLES = (
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
    ),
    # day = the capture day in the account's zone: values are totals since publication
    Table(
        "content_snapshots",
        "snapshot",
        ("source_key", "day"),
        {"source_key": "string", **_CONTENT_MEASURES},
        required=("source_key",),
    ),
    # what a platform states per piece and day; channel '' = 全部
    Table(
        "content_daily",
        "snapshot",
        ("source_key", "day", "channel"),
        {"source_key": "string", "channel": "string", **_CONTENT_MEASURES},
        required=("source_key", "day"),
    ),
    Table(
        "account_daily",
        "snapshot",
        ("day", "channel"),
        {
            "channel": "string",  # 传播渠道 as stated; '' = 全部 (persons de-duplicated: not the sum of the others)
            "impressions": "int64",
            "views": "int64",
            "view_users": "int64",
            "likes": "int64",
            "comments": "int64",
            "shares": "int64",
            "share_users": "int64",
            "favorites": "int64",
            "danmaku": "int64",
            "profile_visits": "int64",
            "coins": "int64",
            "upvotes": "int64",
            "follower_views": "int64",  # 粉丝阅读(播放)量
            "active_followers": "int64",
            "jumps": "int64",  # 跳转阅读原文人数
            "posts": "int64",
            "posts_video": "int64",
            "posts_image": "int64",
            "followers_new": "int64",
            "followers_lost": "int64",
            "followers_net": "int64",  # may be negative
            "followers_total": "int64",  # at the end of the day
            "cover_ctr": "float64",
            "completion_rate": "float64",
            "visit_follow_rate": "float64",  # 主页转粉率
            "avg_seconds": "float64",
            "total_seconds": "float64",
        },
        required=("day",),
    ),
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
    ),
    Table(
        "events",
        "event",
        ("event_key",),
        {
            "event_key": "string",
            "person_key": "string",
            "person_key_id": "string",
            "event": "string",  # follow, unfollow, visit, view, click, sign_up, add_cart, purchase, refund, …
            "ts": "timestamp",
            "amount": MONEY,
            "currency": "string",
            "channel": "string",
            "content": "string",
            "order_key": "string",
        },
        personal=("person",),
        required=("event", "ts"),
    ),
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
    ),
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
    # creators as a data service or a platform's market lists them
    Table(
        "creators",
        "snapshot",
        ("creator_key", "day"),
        {
            "creator_key": "string",
            "creator_name": "string",
            "url": "string",
            "agency": "string",
            "category": "string",
            "city": "string",
            "followers": "int64",
            "posts": "int64",
            "avg_views": "float64",
            "avg_interactions": "float64",
            "interaction_rate": "float64",
            "quote_image": MONEY,
            "quote_video": MONEY,
            "currency": "string",
        },
        required=("creator_key",),
    ),
    # brand assets as a platform counts them: 5A crowds, 回搜, 小红星 …; a stock or a count of its day
    Table(
        "brand_daily",
        "snapshot",
        ("day", "indicator"),
        {"indicator": "string", "value": "float64", "unit": "string"},
        required=("day", "indicator"),
    ),
    Table(
        "mentions",
        "event",
        ("mention_key",),
        {
            "mention_key": "string",
            "thread_key": "string",
            "ts": "timestamp",
            "channel": "string",  # where it was said: 微博, 小红书, 黑猫投诉 …
            "text": "string",
            "url": "string",
            "author_key": "string",
            "author_key_id": "string",
            "followers": "int64",
            "likes": "int64",
            "reposts": "int64",
            "comments": "int64",
        },
        personal=("author",),
        required=("mention_key", "ts"),
    ),
)

TABLES: dict[str, Table] = {t.name: t for t in _TABLES}
