"""Which comments speak against: read by the model that ships (docs/opinion.md), corrected by people one by one. C3.

What a person said is kept for the comment's words under its piece, wins over the machine for good, and teaches the
brand's reader (`teachers.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from hongqiao.content.models import Feeling
from hongqiao.content.results.queries import EDIT, SEE
from hongqiao.errors import Conflict, NotFound
from hongqiao.workspace import audit, judging, permissions
from hongqiao.workspace.models import Member


@dataclass(frozen=True)
class Felt:
    """negative: it speaks against; told: by a person; version: of what that person said, 0 where nobody did."""

    negative: bool
    told: bool = False
    version: int = 0


def digest(text: str) -> str:
    """Return what a comment's words are known by: a digest, the same however it was spaced."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()


def of(member: Member, content_key: str, texts: Sequence[str], asking: Collection[int] = ()) -> list[Felt]:
    """Return for each comment of a piece whether it speaks against. asking: places of those that ask something: the
    model knows reviews, which do not, and takes "多少钱" for a complaint; a question is none before a person says so.

    Raises NotAllowed.
    """
    permissions.require(member, SEE)
    said = {r.text: r for r in Feeling.objects.for_member(member, SEE).filter(content_key=content_key)}
    if not texts:
        return []
    judge = judging.judge_of(member.brand)
    _folded, _plain, chances = judge.weigh(texts)
    found = []
    for n, (text, p) in enumerate(zip(texts, chances, strict=True)):
        row = said.get(digest(text))
        found.append(Felt(row.negative, True, row.version) if row else Felt(p >= judge.threshold and n not in asking))
    return found


@transaction.atomic
def correct(
    *, actor: Member, content_key: str, texts: Sequence[str], key: str, negative: bool, seen: int | None
) -> Feeling:
    """Say whether a comment of a piece speaks against. texts: the piece's comments; key: which, by its digest.

    Raises NotAllowed, NotFound for a comment that is none of the piece's, Conflict where another said so since.
    """
    permissions.require(actor, EDIT)
    if key not in {digest(t) for t in texts}:
        raise NotFound()
    asked = {"brand": actor.brand, "content_key": content_key, "text": key}
    row: Feeling | None = Feeling.objects.select_for_update().filter(**asked).first()
    if seen is not None and seen != (row.version if row else 0):
        raise Conflict()
    if row is None:
        try:
            with transaction.atomic():
                row = Feeling.objects.create(**asked, negative=negative, by=actor)
        except IntegrityError:
            raise Conflict() from None
    elif row.negative != negative:
        row.negative, row.by = negative, actor
        row.save_next("negative", "by")
    audit.record(actor, "feeling.corrected", row, negative=negative)
    return row
