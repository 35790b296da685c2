"""Writes of production. Each takes who acts, what, and the version they saw; each leaves one audit row."""

from .adapting import adapt, catch_up
from .links import LinkDead, decide_by_link, end_link, make_link, name_link, remark_by_link
from .moving import move
from .pieces import archive, change_piece, create_piece
from .remarks import add_remark, remove_remark, settle_remark
from .reviewing import HeldBack, decide, let_stand, set_risk, withdraw_stay
from .revisions import TextConflict, add_revision, drop_half, keep_half, restore_revision
from .stages import went_live
from .tasks import add_task, change_task, finish_task, remove_task

#: Every one of these writes one audit row; what is half written is no act yet.
WRITES = [
    adapt,
    add_remark,
    add_revision,
    add_task,
    archive,
    catch_up,
    change_piece,
    change_task,
    create_piece,
    decide,
    decide_by_link,
    end_link,
    finish_task,
    let_stand,
    make_link,
    move,
    name_link,
    remark_by_link,
    remove_remark,
    remove_task,
    restore_revision,
    set_risk,
    settle_remark,
    went_live,
    withdraw_stay,
]

__all__ = [
    "HeldBack",
    "LinkDead",
    "TextConflict",
    "adapt",
    "add_remark",
    "add_revision",
    "add_task",
    "archive",
    "catch_up",
    "change_piece",
    "change_task",
    "create_piece",
    "decide",
    "decide_by_link",
    "drop_half",
    "end_link",
    "finish_task",
    "keep_half",
    "let_stand",
    "make_link",
    "move",
    "name_link",
    "remark_by_link",
    "remove_remark",
    "remove_task",
    "restore_revision",
    "set_risk",
    "settle_remark",
    "went_live",
    "withdraw_stay",
]
