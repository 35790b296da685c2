"""Reading what was heard: against us or not, of what kind, how grave, about whom, the same words as which. X1."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from hongqiao.crisis import watching
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading import flags, waves, whom
from hongqiao.crisis.reading.judging import joined, judge_of, words_of
from hongqiao.knowledge import opinions, read
from hongqiao.methods.bursts import Grave, grave
from hongqiao.workspace import bulk
from hongqiao.workspace.models import Brand

log = logging.getLogger(__name__)
State = Mention.State
OLD = "old"  # why a mention was set aside: posted too long before it was heard
_FILLED = [
    "p", "negative", "kind", "cue", "flags", "nature", "about", "ours", "digest", "first", "state", "reason", "read_at",
]  # fmt: skip


def waiting() -> list[UUID]:
    """Return the brands that have something to read."""
    return list(Mention.objects.filter(read_at=None).values_list("brand_id", flat=True).distinct().order_by())


def read_chunk(brand: Brand) -> int:
    """Read the next of a brand's mentions in order of arrival, in one transaction; return how many.

    While another worker reads the brand's, it waits its turn.
    Words that break the reader are opened for a person instead of holding up what came after them.
    """
    size = limits(brand)["chunk"]
    try:
        return _read(brand, _Sense(brand, size), size)
    except OperationalError:
        raise  # the database is busy or away: nothing is wrong with the words, and the job is tried again
    except Exception:
        log.exception("a chunk of mentions of %s could not be read at once", brand.pk)
        return _read(brand, _Sense(brand, 0), 1, careful=True)


class _Sense:
    """What texts say by themselves, worked out before the transaction: nobody who writes waits for it."""

    def __init__(self, brand: Brand, ahead: int) -> None:
        self.judge, self.words = judge_of(brand), whom.of_brand(brand)
        self.held: dict[str, tuple[Any, list[Any], whom.Told]] = {}
        coming = Mention.objects.filter(brand=brand, read_at=None).order_by("id")[:ahead]
        self.of([joined(title, text) for title, text in coming.values_list("title", "text")])

    def of(self, texts: Sequence[str]) -> list[tuple[Any, list[Any], whom.Told]]:
        """Return opinion, flags and whom it is about for each text."""
        fresh = [t for t in dict.fromkeys(texts) if t not in self.held]
        if fresh:
            folded, read_as = flags.fold(fresh), self.judge.read(fresh)
            found = flags.flags(folded, [o.p for o in read_as], self.judge.threshold)
            told = [whom.about(self.words, text) for text in folded]
            self.held |= dict(zip(fresh, zip(read_as, found, told, strict=True), strict=True))
        return [self.held[t] for t in texts]


@transaction.atomic
def _read(brand: Brand, sense: _Sense, size: int, *, careful: bool = False) -> int:
    rows = list(_next(brand)[:size])
    now, before = timezone.now(), {m.pk: m.state for m in rows}
    try:
        with transaction.atomic():
            _through(brand, sense, rows, now)
    except Exception as error:
        if not careful or isinstance(error, OperationalError):
            raise
        log.exception("mention %s could not be read and is left to a person", [str(m.pk) for m in rows])
        for row in rows:
            row.read_at, row.state = now, State.OPEN if before[row.pk] == State.NEW else before[row.pk]
            row.save(update_fields=["read_at", "state"])
    return len(rows)


def _through(brand: Brand, sense: _Sense, rows: Sequence[Mention], now: datetime) -> None:
    for part in (False, True):
        some = [m for m in rows if m.drill is part]
        ours = _understand(brand, sense, some, now)
        bulk.update(some, _FILLED)
        if ours:
            watching.hear(brand, ours)


def _next(brand: Brand) -> Any:
    """Two readers of a brand go one after the other: the later of two mentions never alarms before the earlier."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    return Mention.objects.filter(brand=brand, read_at=None).order_by("id").select_for_update(of=("self",))


def _understand(brand: Brand, sense: _Sense, rows: Sequence[Mention], now: datetime) -> list[Mention]:
    """Fill in what is read; return those about the brand that are fresh enough to alarm anybody."""
    most, ours = limits(brand), []
    for row, (opinion, cues, told) in zip(rows, sense.of([words_of(m) for m in rows]), strict=True):
        said = flags.told(opinion, cues)
        row.p, row.negative, row.kind, row.cue = opinion.p, said.negative, said.kind, opinion.cue[:200]
        row.flags, row.about, row.ours, row.read_at = [c.kind for c in cues], list(told.words), told.ours, now
        _by_person(row)
        row.nature = nature_of(row)
        if cues and row.nature and not row.cue:
            row.cue = cues[0].words[:200]
        _place(row, told, most)
        if told.ours and fresh(row, most):
            ours.append(row)
    waves.lead(rows, most)
    return ours


def _by_person(row: Mention) -> None:
    """A person's word goes before the reader's."""
    if isinstance(row.judged.get("negative"), bool):
        row.negative = row.judged["negative"]
    if isinstance(row.judged.get("kind"), str):
        row.kind = row.judged["kind"]


def nature_of(row: Mention) -> str:
    """Return what is grave about a mention by its nature, "" for an ordinary one."""
    found = grave(_natures(), row.kind, row.flags, negative=row.negative)
    return found.code if found else ""


@cache
def _natures() -> tuple[Grave, ...]:
    return Grave.all_of(read("crisis/grave"))


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
