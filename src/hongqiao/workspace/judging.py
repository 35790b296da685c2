"""The reader of a brand's opinions: the model that ships, calibrated by what its people said in any room. X1, C3.

A room whose people say of a text whether it speaks against registers a teacher in its `teachers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hongqiao.knowledge import opinions
from hongqiao.methods.opinion import Judge
from hongqiao.workspace.models import Brand
from hongqiao.workspace.registry import discover

Said = tuple[str, bool]  # a text, and whether it speaks against


@dataclass(frozen=True)
class Teacher:
    """What a room's people said. stamp: something else once they said more, None where they said nothing; said: all of
    it, confirmed ones too, as `Judge.taught` wants it."""

    stamp: Callable[[Brand], Hashable]
    said: Callable[[Brand], Sequence[Said]]


_TEACHERS: dict[str, Teacher] = {}
_KEPT: dict[UUID, tuple[Hashable, Judge]] = {}


def teaches(room: str, teacher: Teacher) -> None:
    """Let a room's people teach the reader; a room that registers again is heard once."""
    _TEACHERS[room] = teacher


def judge_of(brand: Brand) -> Judge:
    """Return the brand's reader; learned anew in this process once people said more."""
    discover()
    heard = {room: mark for room, t in sorted(_TEACHERS.items()) if (mark := t.stamp(brand)) is not None}
    if not heard:
        return opinions.judge()
    stamp = tuple(heard.items())
    kept = _KEPT.get(brand.pk)
    if kept is None or kept[0] != stamp:
        rows = [one for room in heard for one in _TEACHERS[room].said(brand)]
        judge = opinions.judge().taught([text for text, _against in rows], [against for _text, against in rows])
        kept = _KEPT[brand.pk] = (stamp, judge)
    return kept[1]
