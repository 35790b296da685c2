"""What the rest of the house knows: of a person who must not be reached, of words that must not be sent, of outcomes.

Rooms register here, so that sending knows none of them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from hongqiao.delivery.models import Reach
from hongqiao.workspace.models import Brand

#: (brand, subjects, purpose) → subject: code of a refusal, for those who must not be reached.
People = Callable[[Brand, Collection[str], str], Mapping[str, str]]
#: (brand, text, channel) → the words that hold it; none where it may go.
Words = Callable[[Brand, str, str], Sequence[str]]
#: What became of messages: in the transaction that keeps it. Rows of one brand.
Outcome = Callable[[Sequence[Reach]], None]

#: A brand → what of its own a room lets be paused alone: origin → words.
Parts = Callable[[Brand], Mapping[str, str]]

#: A brand → origins of which nothing goes out now, for a reason of the room's own.
Holds = Callable[[Brand], Collection[str]]

_HOLDS: list[Holds] = []
_PARTS: list[Parts] = []
_PEOPLE: list[People] = []
_WORDS: list[Words] = []
_OUTCOMES: dict[str, Outcome] = {}


def _all() -> None:
    from hongqiao.workspace.registry import discover

    discover()


def people_guard(guard: People) -> People:
    """Register who knows of persons that must not be reached: the young, the erased."""
    if guard not in _PEOPLE:
        _PEOPLE.append(guard)
    return guard


def words_guard(guard: Words) -> Words:
    """Register who holds texts against law."""
    if guard not in _WORDS:
        _WORDS.append(guard)
    return guard


def on_outcome(prefix: str, call: Outcome) -> None:
    """Let whoever asked with an origin of this prefix ("journey") hear what became of it."""
    _OUTCOMES[prefix] = call


def pause_parts(parts: Parts) -> Parts:
    """Register origins that can be paused alone."""
    if parts not in _PARTS:
        _PARTS.append(parts)
    return parts


def hold_origins(holds: Holds) -> Holds:
    """Register who holds messages of its own back: they wait where they are."""
    if holds not in _HOLDS:
        _HOLDS.append(holds)
    return holds


def held_origins(brand: Brand) -> set[str]:
    """Return the origins that their rooms hold back now."""
    _all()
    return {origin for holds in _HOLDS for origin in holds(brand)}


def parts_of(brand: Brand) -> dict[str, str]:
    """Return origin → words of all that rooms let be paused alone."""
    _all()
    return {key: words for parts in _PARTS for key, words in parts(brand).items()}


def refused(brand: Brand, subjects: Collection[str], purpose: str) -> dict[str, str]:
    """Return subject → code for all who must not be reached."""
    _all()
    found: dict[str, str] = {}
    for guard in _PEOPLE:
        found = {**guard(brand, subjects, purpose), **found}
    return found


def held_words(brand: Brand, text: str, channel: str) -> list[str]:
    """Return the words of a text that hold it."""
    _all()
    return [word for guard in _WORDS for word in guard(brand, text, channel)]


def tell(rows: Sequence[Reach]) -> None:
    """Tell whoever asked, set by set, in the caller's transaction."""
    _all()
    by: dict[str, list[Reach]] = {}
    for row in rows:
        prefix = row.origin.split(":", 1)[0]
        if prefix in _OUTCOMES:
            by.setdefault(prefix, []).append(row)
    for prefix, mine in by.items():
        _OUTCOMES[prefix](mine)
