"""What the brand listens for: names with all that people call them, and the words that make one another's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hongqiao.crisis.intake.errors import BadSource, TooMany, WatchTaken
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.intake.sources import HANDLE, SEE, one_line
from hongqiao.crisis.models import WatchWord
from hongqiao.errors import Conflict
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

_BETWEEN = re.compile(r"[,，、;；\n\r\t]+")


@transaction.atomic
def add(*, actor: Member, about: str, name: str, names: Any = (), unless: Any = (), why: str = "") -> WatchWord:
    """Listen for one more name. `names` and `unless`: lists, or a text parted by commas or lines.

    Raises NotAllowed, BadSource, WatchTaken, TooMany.
    """
    permissions.require(actor, HANDLE)
    most = limits(actor.brand)["watch_words"]
    if WatchWord.objects.filter(brand=actor.brand).count() >= most:
        raise TooMany(most=most)
    row = WatchWord(brand=actor.brand)
    _fill(row, about, name, names, unless, why)
    _save(row, force_insert=True)
    audit.record(actor, "watch.added", row, name=row.name)
    return row


@transaction.atomic
def change(
    *, actor: Member, word_id: UUID | str, seen: int | None, about: str, name: str, names: Any, unless: Any, why: str
) -> WatchWord:
    """Change a watch word; what was read stays as it was read. Raises NotFound, NotAllowed, Conflict, BadSource."""
    row = _locked(actor, word_id, seen)
    _fill(row, about, name, names, unless, why)
    row.version += 1
    _save(row)
    audit.record(actor, "watch.changed", row, name=row.name)
    return row


@transaction.atomic
def switch(*, actor: Member, word_id: UUID | str, seen: int | None, on: bool) -> WatchWord:
    """Listen for it no more, or again. Raises NotFound, NotAllowed, Conflict."""
    row = _locked(actor, word_id, seen)
    row.on = on
    row.save_next("on")
    audit.record(actor, "watch.on" if on else "watch.off", row, name=row.name)
    return row


def _locked(actor: Member, word_id: UUID | str, seen: int | None) -> WatchWord:
    row: WatchWord = WatchWord.objects.for_member(actor, SEE).locked(word_id, None)
    permissions.require(actor, HANDLE)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def _fill(row: WatchWord, about: str, name: str, names: Any, unless: Any, why: str) -> None:
    if about not in WatchWord.About.values:
        raise BadSource(field="about", value=str(about)[:20])
    row.about, row.name = about, one_line(name, "name", 80)
    row.names = [n for n in _list(names, "names") if n != row.name]
    row.unless, row.why = _list(unless, "unless"), one_line(why, "text", 200, empty=True)


def _list(given: Any, field: str) -> list[str]:
    parts: Iterable[Any] = _BETWEEN.split(given) if isinstance(given, str) else given or ()
    found = list(dict.fromkeys(s for p in parts if (s := one_line(p, field, 80, empty=True))))
    if len(found) > limits()["names"]:
        raise BadSource(field=field, value=str(len(found)))
    return found


def _save(row: WatchWord, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        raise WatchTaken(name=row.name) from None
