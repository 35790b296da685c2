"""Canned answers (快捷回复): written once, checked like any answer, used often."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from hongqiao.audience.feedback import kinds
from hongqiao.audience.inbox import checking
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.inbox.errors import NameTaken, NoText, TooLong, TooMany, WordsHeld
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.models import Canned
from hongqiao.errors import Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


@transaction.atomic
def add(*, actor: Member, name: str, text: str, kind: str = "") -> Canned:
    """Keep a canned answer. Raises NotAllowed, NoText, TooLong, TooMany, NameTaken, WordsHeld, Invalid."""
    permissions.require(actor, EDIT)
    most = limits(actor.brand)["canned"]
    if Canned.objects.filter(brand=actor.brand).count() >= most:
        raise TooMany(most=most)
    row = Canned(brand=actor.brand)
    _fill(actor, row, name, text, kind)
    _save(row)
    audit.record(actor, "canned.added", row, name=row.name)
    return row


@transaction.atomic
def change(*, actor: Member, canned_id: UUID | str, seen: int | None, name: str, text: str, kind: str = "") -> Canned:
    """Change a canned answer. Raises NotFound, NotAllowed, Conflict and what `add` raises."""
    row = _locked(actor, canned_id, seen)
    _fill(actor, row, name, text, kind)
    row.version += 1
    _save(row)
    audit.record(actor, "canned.changed", row, name=row.name)
    return row


@transaction.atomic
def remove(*, actor: Member, canned_id: UUID | str, seen: int | None) -> Canned:
    """Delete a canned answer. Raises NotFound, NotAllowed, Conflict."""
    row = _locked(actor, canned_id, seen)
    audit.record(actor, "canned.removed", row, name=row.name)
    row.delete()
    return row


def _locked(actor: Member, canned_id: UUID | str, seen: int | None) -> Canned:
    row: Canned = Canned.objects.for_member(actor, SEE).locked(canned_id, seen)
    permissions.require(actor, EDIT)
    return row


def _fill(actor: Member, row: Canned, name: str, text: str, kind: str) -> None:
    most = limits(actor.brand)
    named, said = " ".join(plain(name, 1000).split()), plain(text, 100000)
    if not named or not said:
        raise NoText()
    if len(named) > 40 or len(said) > most["canned_text"]:
        raise TooLong(most=most["canned_text"] if len(named) <= 40 else 40)
    if kind and not kinds.known(kind):
        raise Invalid()
    if held := checking.holding(checking.check(actor.brand, said)):
        raise WordsHeld(words="、".join(dict.fromkeys(f.word for f in held))[:200])
    row.name, row.text, row.kind = named, said, kind


def _save(row: Canned) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken() from None
