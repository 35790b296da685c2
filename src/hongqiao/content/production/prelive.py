"""The checks before a live room that hold its approval: those marked `required` in knowledge/content/live.json.

A check is a task of the piece with its words, so a tick keeps who and when; one that is not there yet is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from hongqiao.content.models import Piece, Stage, Task
from hongqiao.content.production.settings import shipped
from hongqiao.errors import N_, Conflict
from hongqiao.workspace.registry import discover

SAID = 3  # named in the refusal; all stand on the run sheet


class ChecksOpen(Conflict):
    code = "checks_open"
    message = N_("开播前检查还有 %(count)s 项必做的没勾：%(checks)s")
    next_step = N_("到「串场单」加上开播前检查，做好一项勾一项")


def open_checks(piece: Piece) -> list[str]:
    """Return the required checks of a live piece that nobody ticked, as msgids; none for other forms."""
    if piece.form != Piece.Form.LIVE:
        return []
    done = set(Task.objects.filter(piece=piece).exclude(done_at=None).values_list("text", flat=True))
    return [c["label"] for c in shipped("live")["checks"] if c["required"] and c["label"] not in done]


def hold(piece: Piece) -> None:
    """Raise ChecksOpen where a required check is open."""
    left = open_checks(piece)
    if left:
        raise ChecksOpen(count=len(left), checks=_("；").join(_(one) for one in left[:SAID]))


Heard = Callable[[Piece], Any]
H = TypeVar("H", bound=Heard)
_HEARD: list[Heard] = []


def on_checks(heard: H) -> H:
    """Let a function hear, in the same transaction, of a scheduled live piece whose tasks changed."""
    if heard not in _HEARD:
        _HEARD.append(heard)
    return heard


def tell(piece: Piece) -> None:
    """Tell those who asked, where it is a live room that is scheduled."""
    if piece.form == Piece.Form.LIVE and piece.stage == Stage.SCHEDULED:
        discover()
        for heard in _HEARD:
            heard(piece)
