"""Where a piece stands in review: its steps, whose turn it is, until when. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from hongqiao.content.models import Approval, Piece, Revision, Stage
from hongqiao.content.production import clock, queries, risk, settings
from hongqiao.workspace import notices, permissions
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Step:
    """One look at a text: who decided, or nobody yet; `until`: when its working hours end, once its turn came."""

    code: str
    done: Approval | None = None
    until: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether its hours are over."""
        return self.until is not None and self.until < timezone.now()


def codes(piece: Piece) -> list[str]:
    """Return the steps that a piece takes by its lane and risk."""
    book = settings.of(piece.brand, "review")
    asked = [*book["lanes"][piece.lane]]
    return asked if risk.lower(piece.risk, book["legal_from"]) else [*asked, "legal"]


def steps(piece: Piece, digest: str, given: Iterable[Approval] | None = None) -> list[Step]:
    """Return the steps of a piece's text in order; only the first that is not done has its clock running."""
    rows = sorted(given if given is not None else _approvals(piece), key=lambda a: a.pk)
    yes = _standing(rows, digest)
    found, since = [], piece.stage_at
    turn = piece.stage == Stage.REVIEW
    for code in codes(piece):
        if code in yes:
            since = max(since, yes[code].created_at)
            found.append(Step(code, yes[code]))
            continue
        found.append(Step(code, None, _until(piece, code, since) if turn else None))
        turn = False
    return found


def _approvals(piece: Piece) -> list[Approval]:
    return list(Approval.objects.filter(piece=piece).select_related("by__user", "link"))


def _standing(rows: list[Approval], digest: str) -> dict[str, Approval]:
    """Return step → who let exactly this text pass since it was last sent back."""
    found: dict[str, Approval] = {}
    for one in rows:
        if one.digest == digest:
            if one.decision == Approval.Decision.NO:
                found = {}
            else:
                found[one.step] = one
    return found


def _until(piece: Piece, code: str, since: datetime) -> datetime:
    hours = settings.of(piece.brand)["hours"]
    return clock.after_hours(since, settings.of(piece.brand, "review")["hours"][code], hours, piece.brand.zone)


def turn(found: Iterable[Step]) -> Step | None:
    """Return the step whose turn it is, None where all are done."""
    return next((s for s in found if s.done is None), None)


def may_take(piece: Piece, step: str) -> list[Member]:
    """Return who may take a step: reviewers in its roles who wrote none of the text, and, where others are left, took
    no other step of it."""
    roles = settings.of(piece.brand, "review")["roles"].get(step) or ()
    wrote = queries.writers(piece)
    people = [
        m for m in notices.holders(piece.brand, queries.REVIEW) if m.pk not in wrote and (not roles or m.role in roles)
    ]
    text = queries.newest(piece)
    taken = {s.done.by_id for s in steps(piece, text.digest) if s.done} if text else set()
    return [m for m in people if m.pk not in taken] or people


def at_review(brand: Brand) -> list[tuple[Piece, Step]]:
    """Return the pieces of a brand that wait for a reviewer, with the step whose turn it is; the most urgent first."""
    rows = list(Piece.objects.filter(brand=brand, stage=Stage.REVIEW).select_related("brand", "owner__user", "account"))
    found = [(p, s) for p, s in ((p, turn(all_)) for p, all_ in steps_of(rows).items()) if s is not None]
    return sorted(found, key=lambda x: (x[1].until or timezone.now(), x[0].pk))


def steps_of(pieces: Iterable[Piece]) -> dict[Piece, list[Step]]:
    """Return piece → its steps, in two questions."""
    rows = list(pieces)
    texts = {
        (r.piece_id, r.number): r.digest
        for r in Revision.objects.filter(piece__in=rows).only("piece_id", "number", "digest")
    }
    given: dict[Any, list[Approval]] = {}
    for one in Approval.objects.filter(piece__in=rows).select_related("by__user", "link"):
        given.setdefault(one.piece_id, []).append(one)
    return {p: steps(p, texts.get((p.pk, p.revision), ""), given.get(p.pk, [])) for p in rows}


def overdue_reviews(brand: Brand) -> list[tuple[Piece, Step]]:
    """Return the pieces whose reviewer is late."""
    return [(p, s) for p, s in at_review(brand) if s.late]


def waiting_for(member: Member) -> list[tuple[Piece, Step]]:
    """Return the pieces that wait for this member's look."""
    return for_look_of(member, at_review(member.brand))


def for_look_of(member: Member, waiting: Iterable[tuple[Piece, Step]]) -> list[tuple[Piece, Step]]:
    """Return those of the pieces at review that this member may take a step of: none for who reviews nothing."""
    if not permissions.allows(member, queries.REVIEW):
        return []
    return [(p, s) for p, s in waiting if any(m.pk == member.pk for m in may_take(p, s.code))]
