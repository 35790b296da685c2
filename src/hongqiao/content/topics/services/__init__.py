"""Writes of the topic library. Each with an audit row; permission fetched with the topic. C1."""

from hongqiao.content.topics.services.deciding import decide, move, undo
from hongqiao.content.topics.services.feeds import FeedTaken, add_feed, read_feed, remove_feed
from hongqiao.content.topics.services.kit import BadTopic, Gated, NoReason, TopicTaken, WrongMove
from hongqiao.content.topics.services.listening import (
    Came,
    NothingFound,
    add_shares,
    add_signals,
    counted_lines,
    import_table,
)
from hongqiao.content.topics.services.scoring import rescore, rescore_all, set_part, set_weights
from hongqiao.content.topics.services.topics import Taken, add_topic, change_topic, decline, take, want_again

__all__ = [
    "BadTopic",
    "Came",
    "FeedTaken",
    "Gated",
    "NoReason",
    "NothingFound",
    "Taken",
    "TopicTaken",
    "WrongMove",
    "add_feed",
    "add_shares",
    "add_signals",
    "add_topic",
    "change_topic",
    "counted_lines",
    "decide",
    "decline",
    "import_table",
    "move",
    "read_feed",
    "remove_feed",
    "rescore",
    "rescore_all",
    "set_part",
    "set_weights",
    "take",
    "undo",
    "want_again",
]
