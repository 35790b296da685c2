"""Writes of production. Each takes who acts, what, and the version they saw; each leaves one audit row."""

from .moving import move, went_live
from .pieces import archive, change_piece, create_piece
from .revisions import TextConflict, add_revision, drop_half, keep_half, restore_revision
from .tasks import add_task, change_task, finish_task, remove_task

#: Every one of these writes one audit row; what is half written is no act yet.
WRITES = [
    add_revision,
    add_task,
    archive,
    change_piece,
    change_task,
    create_piece,
    finish_task,
    move,
    remove_task,
    restore_revision,
    went_live,
]

__all__ = [
    "TextConflict",
    "add_revision",
    "add_task",
    "archive",
    "change_piece",
    "change_task",
    "create_piece",
    "drop_half",
    "finish_task",
    "keep_half",
    "move",
    "remove_task",
    "restore_revision",
    "went_live",
]
