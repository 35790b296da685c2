"""Bursts in streams of counts and other numbers, and what is grave after a single mention (X1). See docs/bursts.md.

`Watcher` looks at one series, a row at a time, and knows only what came before; `ShareWatcher` looks at negative
mentions against all of them. Both carry their state as JSON. `grave` needs no series. Nothing is read, kept or
drawn from a clock here.
"""

from hongqiao.methods.bursts.grave import Grave, grave
from hongqiao.methods.bursts.series import Seen, Watcher, minutes
from hongqiao.methods.bursts.settings import BadBursts, BurstSettings
from hongqiao.methods.bursts.shares import ShareWatcher

__all__ = [
    "BadBursts", "BurstSettings", "Grave", "Seen", "ShareWatcher", "Watcher", "grave", "minutes",
]  # fmt: skip
