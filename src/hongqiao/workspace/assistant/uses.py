"""What a model may be asked for: code → msgid. A room adds its own in its `words.py`."""

from collections.abc import Mapping

_USES: dict[str, tuple[str, str]] = {}


def register(entries: Mapping[str, tuple[str, str]]) -> None:
    """Add uses: code → (name, what is sent to the model), both msgids."""
    _USES.update(entries)


def uses() -> dict[str, tuple[str, str]]:
    """Return every use that a room has registered."""
    from hongqiao.workspace.registry import discover

    discover()
    return dict(_USES)
