"""An account and a brand by the day."""

from hongqiao.warehouse.tables.model import Table

TABLES = (
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
        schema_version=2,  # coins, upvotes
    ),
    # brand assets as a platform counts them: 5A crowds, 回搜, 小红星 …; a stock or a count of its day
    Table(
        "brand_daily",
        "snapshot",
        ("day", "indicator"),
        {"indicator": "string", "value": "float64", "unit": "string"},
        required=("day", "indicator"),
    ),
)
