"""Reading what was heard: against us or not, of what kind, how grave, about whom, the same words as which. X1."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from hongqiao.crisis import watching
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading import flags, waves, whom
from hongqiao.crisis.reading.judging import words_of
from hongqiao.crisis.watching import tables
from hongqiao.knowledge import opinions
from hongqiao.methods.bursts import Grave, grave
from hongqiao.workspace import bulk
from hongqiao.workspace.judging import judge_of
from hongqiao.workspace.models import Brand

log = logging.getLogger(__name__)
State = Mention.State
#: brand → the last mention that was looked at for being grave while others waited before it
_looked: dict[UUID, UUID] = {}
OLD = "old"  # why a mention was set aside: posted too long before it was heard
_FILLED = [
    "p", "negative", "kind", "cue", "flags", "nature", "about", "ours", "digest", "first", "state", "reason", "read_at",
]  # fmt: skip


def waiting() -> list[UUID]:
    """Return the brands that have something to read."""
    return list(Mention.objects.filter(read_at=None).values_list("brand_id", flat=True).distinct().order_by())


def read_chunk(brand: Brand) -> int:
    """Read the next of a brand's mentions in order of arrival, kept in one transaction; return how many.

    What they say is worked out before it, so that calls that bring mentions hardly wait; where somebody changed one of
    them meanwhile, or another worker read them, it is done again inside. Words that break the reader are opened for a
    person instead of holding up what came after them.
    """
    size = limits(brand)["chunk"]
    try:
        rows = list(_next(brand)[:size])
        if len(rows) == size:
            rows = _grave_first(brand, size) or rows
        if not rows or _keep(brand, rows, _understand(brand, rows)):
            return len(rows)
        return _locked(brand, size)
    except OperationalError:
        raise  # the database is busy or away: nothing is wrong with the words, and the job is tried again
    except Exception:
        log.exception("a chunk of mentions of %s could not be read at once", brand.pk)
        return _locked(brand, 1, careful=True)


@transaction.atomic
def _locked(brand: Brand, size: int, *, careful: bool = False) -> int:
    _turn(brand)
    rows = list(_next(brand).select_for_update(of=("self",))[:size])
    before = {m.pk: m.state for m in rows}
    try:
        with transaction.atomic():
            _keep(brand, rows, _understand(brand, rows))
    except Exception as error:
        if not careful or isinstance(error, OperationalError):
            raise
        log.exception("mention %s could not be read and is left to a person", [str(m.pk) for m in rows])
        for row in rows:
            row.read_at = timezone.now()
            row.state = State.OPEN if before[row.pk] == State.NEW else before[row.pk]
            row.save(update_fields=["read_at", "state"])
    return len(rows)


@transaction.atomic
def _keep(brand: Brand, rows: Sequence[Mention], ours: Sequence[Mention]) -> bool:
    """Keep what was read and hand on what is about the brand. False, and nothing kept, where a row is not as it was."""
    _turn(brand)
    unread = Mention.objects.filter(pk__in=[m.pk for m in rows], read_at=None).order_by("id")
    if list(unread.select_for_update().values_list("pk", "version")) != [(m.pk, m.version) for m in rows]:
        return False
    now = timezone.now()
    for row in rows:
        row.read_at = now
    bulk.update(rows, _FILLED)
    for drill in (False, True):
        if some := [m for m in ours if m.drill is drill]:
            watching.hear(brand, some)
    return True


def _turn(brand: Brand) -> None:
    """Two readers of a brand go one after the other: the later of two mentions never alarms before the earlier."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


def _next(brand: Brand) -> Any:
    return Mention.objects.filter(brand=brand, read_at=None).order_by("id")


def _grave_first(brand: Brand, size: int) -> list[Mention]:
    """Return what is grave of all that came since the last look, in order of arrival: where more waits than is read at
    once, nobody should hear of it only after the rest. It costs a fifth of reading, and each mention once a process.
    """
    waiting, seen = _next(brand), _looked.get(brand.pk)
    rows = list((waiting.filter(pk__gt=seen) if seen else waiting)[: limits(brand)["ahead"]])
    if not rows:
        return []
    _tell(brand, rows)
    grave_ones = [m for m in rows if m.nature and m.ours][:size]
    _looked[brand.pk] = grave_ones[-1].pk if len(grave_ones) == size else rows[-1].pk
    return grave_ones


def _understand(brand: Brand, rows: Sequence[Mention]) -> list[Mention]:
    """Fill in what is read; return those about the brand that are fresh enough to alarm anybody."""
    most = limits(brand)
    _tell(brand, rows)
    for drill in (False, True):
        waves.lead([m for m in rows if m.drill is drill], most)
    return [m for m in rows if m.ours and fresh(m, most)]


def _tell(brand: Brand, rows: Sequence[Mention]) -> None:
    """Fill in what the words of each say by themselves."""
    most, judge, texts = limits(brand), judge_of(brand), [words_of(m) for m in rows]
    folded, read_as, words = flags.fold(texts), judge.read(texts), whom.of_brand(brand)
    natures = natures_of(brand)
    found = flags.flags(folded, [o.p for o in read_as], judge.threshold)
    for row, text, opinion, cues in zip(rows, folded, read_as, found, strict=True):
        told, said = whom.about(words, text), flags.told(opinion, cues)
        row.p, row.negative, row.kind, row.cue = opinion.p, said.negative, said.kind, opinion.cue[:200]
        row.flags, row.about, row.ours = [c.kind for c in cues], list(told.words), told.ours
        _by_person(row)
        row.nature = nature_of(row, natures, text)
        if cues and row.nature and not row.cue:
            row.cue = cues[0].words[:200]
        _place(row, told, most)


def _by_person(row: Mention) -> None:
    """A person's word goes before the reader's."""
    if isinstance(row.judged.get("negative"), bool):
        row.negative = row.judged["negative"]
    if isinstance(row.judged.get("kind"), str):
        row.kind = row.judged["kind"]


def nature_of(row: Mention, natures: Sequence[Grave], folded: str) -> str:
    """Return what is grave about a mention by its nature, "" for an ordinary one. folded: its words as read."""
    found = grave(natures, row.kind, row.flags, negative=row.negative, text=folded)
    return found.code if found else ""


def natures_of(brand: Brand) -> tuple[Grave, ...]:
    """Return what is grave by nature for a brand; its own words folded as texts are."""
    return tuple(replace(n, words=tuple(flags.fold(n.words))) if n.words else n for n in tables.natures(brand))


def fresh(row: Mention, most: dict[str, Any]) -> bool:
    """Whether it was posted lately enough before it was heard to alarm anybody."""
    return row.heard_at - row.posted_at <= timedelta(hours=most["fresh_hours"])


def _place(row: Mention, told: whom.Told, most: dict[str, Any]) -> None:
    """Move a new mention to open or aside; what people work on stays where it is.

    A body reaction, an authority, the press or malice named outright is for a person to see, also in words that sound
    like praise (sarcasm); it is not grave for that.
    """
    if row.state != State.NEW:
        return
    outright = row.kind in opinions.kinds().first and row.judged.get("negative") is not False
    bad = told.ours and (row.negative or bool(row.nature) or told.risk or outright)
    old = row.heard_at - row.posted_at > timedelta(days=most["open_days"])
    row.state, row.reason = (State.OPEN, "") if bad and not old else (State.ASIDE, OLD if bad else "")


def brands(ids: Iterable[UUID]) -> list[Brand]:
    """Return the brands of these keys."""
    return list(Brand.objects.filter(pk__in=list(ids)).order_by("pk"))
