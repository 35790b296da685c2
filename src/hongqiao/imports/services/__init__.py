"""Writes of the import room: hand over, confirm, run, undo. Button, API and command line call these. Serves D1."""

from hongqiao.imports.services.events import take_events
from hongqiao.imports.services.files import (
    add_account,
    choose,
    confirm,
    confirm_all,
    discard,
    look_again,
    receive,
    skip_table,
)
from hongqiao.imports.services.listed import entries, take_listed
from hongqiao.imports.services.mappings import forget_mapping, keep_mapping
from hongqiao.imports.services.running import RUN, run, undo
from hongqiao.imports.services.sweeping import sweep

__all__ = [
    "RUN",
    "add_account",
    "choose",
    "confirm",
    "confirm_all",
    "discard",
    "entries",
    "forget_mapping",
    "keep_mapping",
    "look_again",
    "receive",
    "run",
    "skip_table",
    "sweep",
    "take_events",
    "take_listed",
    "undo",
]
