"""Writes of delivery. Each takes who acts, what, and the version they saw; each leaves one audit row."""

from .groups import add_group, change_group, remove_group, try_group
from .preferences import set_preference
from .sending import post, put, resend_message

#: Every one of these writes one audit row; `post` and `put` are the house's own, proved by the outbox.
WRITES = [add_group, change_group, remove_group, resend_message, set_preference, try_group]

__all__ = [
    "add_group",
    "change_group",
    "post",
    "put",
    "remove_group",
    "resend_message",
    "set_preference",
    "try_group",
]
