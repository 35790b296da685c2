"""The facts: typed tables, intake, parts and manifest, the engine that reads them. Plain ids; knows no room.

The doors, which import the rest when they are used (models need Django's registry):
`open` a brand's facts, `take` a file's or an answer's rows (`take_many`: of all its tables), `undo` them,
`move` them to another account. `prepared_undo` and `prepared_move` do the long part before a transaction.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hongqiao.warehouse.errors import AlreadyTaken, Busy, Moved
    from hongqiao.warehouse.handle import Handle, open
    from hongqiao.warehouse.intake import Origin, Receipt, take, take_many
    from hongqiao.warehouse.moving import move, prepared_move
    from hongqiao.warehouse.retire import prepared_undo, undo
    from hongqiao.warehouse.staging import PersonKeys

_DOORS = {
    "AlreadyTaken": "errors",
    "Busy": "errors",
    "Moved": "errors",
    "Handle": "handle",
    "open": "handle",
    "Origin": "intake",
    "Receipt": "intake",
    "take": "intake",
    "take_many": "intake",
    "undo": "retire",
    "prepared_undo": "retire",
    "move": "moving",
    "prepared_move": "moving",
    "PersonKeys": "staging",
}
__all__ = [  # noqa: A004
    "AlreadyTaken", "Busy", "Handle", "Moved", "Origin", "PersonKeys", "Receipt", "move", "open", "prepared_move",
    "prepared_undo", "take", "take_many", "undo",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        return getattr(import_module(f"hongqiao.warehouse.{_DOORS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
