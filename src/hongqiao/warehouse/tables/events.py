"""What happened once: what persons did, what was said about the brand."""

from hongqiao.warehouse.tables.model import MONEY, Table

TABLES = (
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
        counted=("platform", "account", "event", "channel"),
        present=("person_key",),
        by_person=True,
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
