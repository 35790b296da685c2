"""Creators as a data service or a platform's market lists them."""

from hongqiao.warehouse.tables.model import MONEY, Table

TABLES = (
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
        by_capture=True,
    ),
)
