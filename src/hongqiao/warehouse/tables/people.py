"""Where each person stands: one row a move between tiers, so that the history is the table."""

from hongqiao.warehouse.tables.model import MONEY, Table

TABLES = (
    Table(
        "tiers",
        "event",
        ("move_key",),
        {
            "move_key": "string",  # person and the day it was judged for
            "person_key": "string",  # as facts carry it, merges applied
            "ts": "timestamp",
            "tier": "string",  # potential, active, loyal, lapsed; "" = no longer counted (merged, erased)
            "stage": "string",  # finer: new_buyer, at_risk …
            "was": "string",  # the tier before; null = first seen
            "was_stage": "string",
            "why": "string",  # code of what moved them
            "channel": "string",  # of acquisition
            "orders": "int64",
            "spent": MONEY,
            "rules": "string",  # digest of the thresholds it was judged by
        },
        required=("move_key", "person_key", "ts", "tier"),
        counted=("tier", "was", "why", "channel"),
        by_person=True,
    ),
)
