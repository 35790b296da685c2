"""The facts: typed tables, intake, parts and manifest, the engine that reads them. Plain ids; knows no room.

The doors, which import the rest when they are used (models need Django's registry):
`open` a brand's facts, `take` a file's or an answer's rows (`take_many`: of all its tables), `undo` them,
`move` them to another account.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hongqiao.warehouse.errors import AlreadyTaken
    from hongqiao.warehouse.handle import Handle, open
    from hongqiao.warehouse.intake import Origin, Receipt, take, take_many
    from hongqiao.warehouse.moving import move
    from hongqiao.warehouse.retire import undo
    from hongqiao.warehouse.staging import PersonKeys

_DOORS = {
    "AlreadyTaken": "errors",
    "Handle": "handle",
    "open": "handle",
    "Origin": "intake",
    "Receipt": "intake",
    "take": "intake",
    "take_many": "intake",
    "undo": "retire",
    "move": "moving",
    "PersonKeys": "staging",
}
__all__ = ["AlreadyTaken", "Handle", "Origin", "PersonKeys", "Receipt", "move", "open", "take", "take_many", "undo"]  # noqa: A004


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        return getattr(import_module(f"hongqiao.warehouse.{_DOORS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
