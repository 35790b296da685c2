"""Writes of the import room: hand over, confirm, run, undo. Button, API and command line call these. Serves D1."""

from hongqiao.imports.manifest import entries
from hongqiao.imports.services.aliases import forget_alias, look_again_at, look_again_like, teach_alias
from hongqiao.imports.services.events import take_events
from hongqiao.imports.services.files import (
    add_account,
    choose,
    choose_all,
    confirm,
    confirm_all,
    discard,
    look_again,
    skip_table,
)
from hongqiao.imports.services.listed import take_listed
from hongqiao.imports.services.mappings import forget_mapping, keep_mapping
from hongqiao.imports.services.receiving import UNPACK, Decision, hand_over, put_away, receive, take_in, unpack
from hongqiao.imports.services.reversing import move_account, undo
from hongqiao.imports.services.running import RUN, run
from hongqiao.imports.services.sweeping import sweep
from hongqiao.imports.services.watching import folder_of, set_watch_confirm, watch

__all__ = [
    "RUN",
    "UNPACK",
    "Decision",
    "add_account",
    "choose",
    "choose_all",
    "confirm",
    "confirm_all",
    "discard",
    "entries",
    "folder_of",
    "forget_alias",
    "forget_mapping",
    "hand_over",
    "keep_mapping",
    "look_again",
    "look_again_at",
    "look_again_like",
    "move_account",
    "put_away",
    "receive",
    "run",
    "set_watch_confirm",
    "skip_table",
    "sweep",
    "take_events",
    "take_in",
    "take_listed",
    "teach_alias",
    "undo",
    "unpack",
    "watch",
]
