"""The one way in: whatever is heard, through whichever door, is kept here and then read by a job. X1.

At least once in, once kept: a source and its own id name a mention. The caller may answer after the commit: mentions,
the look for the coverage meter and the job that reads them are one transaction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.intake import coverage
from hongqiao.crisis.intake.settings import channel, limits
from hongqiao.crisis.models import Mention, Source
from hongqiao.workspace import bulk, jobs, keys
from hongqiao.workspace.models import Job

READ = "crisis.read"
COUNTS = ("followers", "likes", "reposts", "comments")
State = Mention.State
_NOT_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: keys of the job that reads: while one runs, the next one waits, so that nothing comes too late to be seen
_TURNS = ("a", "b", "c")


@dataclass(frozen=True)
class Heard:
    """Something that was said, as a door hands it over. `outer`: the source's own id, "" for none; `posted_at` with
    its offset, None where the source tells none; `gone`: it was deleted there; `author_key`: where only that is known.
    """

    outer: str
    text: str
    posted_at: datetime | None = None
    channel: str = ""
    title: str = ""
    url: str = ""
    thread: str = ""
    author: str = ""
    followers: int | None = None
    likes: int | None = None
    reposts: int | None = None
    comments: int | None = None
    gone: bool = False
    author_key: str = ""


@dataclass
class Arrived:
    """What came of it: how many are new, known, and of the known ones changed; problems by the row's place."""

    new: int = 0
    known: int = 0
    changed: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)


@transaction.atomic
def arrive(
    source: Source, rows: Sequence[Heard], *, at: datetime | None = None, drill: bool = False, by: Any = None
) -> Arrived:
    """Keep what was heard now (or `at`). Nothing heard is a look too. `by`: the member who looked.

    A row with neither words nor anything known under its id is a problem and not kept; the others are.
    """
    moment, done = at or timezone.now(), Arrived()
    source = Source.objects.select_for_update().get(pk=source.pk)  # two deliveries at once: one after the other
    ids = [_outer(one) for one in rows]
    have = {m.outer: m for m in Mention.objects.filter(source=source, outer__in=ids)}
    given = _distinct(rows, ids, have, done)
    have = {o: m for o, m in have.items() if o in given}
    hash_of = _hashes(source, [h for o, h in given.items() if o not in have])
    fresh = [_made(source, o, h, moment, drill, hash_of) for o, h in given.items() if o not in have]
    bulk.insert(fresh)
    moved = [m for o, m in have.items() if _changed(m, given[o], moment)]
    bulk.update(moved, _CHANGING)  # locked by their source's row
    done.new, done.known, done.changed = len(fresh), len(have), len(moved)
    done.ids = [m.pk for m in (*fresh, *have.values())]
    if not drill:
        coverage.look(source, moment, found=done.new, by=by)
    if any(m.read_at is None for m in (*fresh, *moved)):
        ask(source.brand_id)
    return done


def ask(brand_id: UUID) -> None:
    """Have the brand's new mentions read, in the caller's transaction.

    A job that runs already may have looked before this commit, and asking for it again changes nothing: so the next
    of three keys is asked for, until one is waiting to begin.
    """
    for turn in _TURNS:
        if jobs.enqueue(READ, brand_id=brand_id, key=turn, priority=jobs.URGENT, again=True).state == Job.State.QUEUED:
            return


def plain(text: str, most: int) -> str:
    """Return a text that a row can hold: no NUL, no half of a pair, at most `most` characters."""
    return _NOT_KEPT.sub("", text or "").strip()[:most]


def when(said: datetime | None, heard: datetime) -> tuple[datetime, bool]:
    """Return when it was posted and whether that is a guess: no time, one long before all this, or one to come."""
    early = datetime.fromisoformat(limits()["earliest"]).replace(tzinfo=UTC)
    if said is None or said < early or said > heard + timedelta(minutes=limits()["skew_minutes"]):
        return heard, True
    return min(said, heard), False


def _distinct(rows: Sequence[Heard], ids: Sequence[str], have: Container[str], done: Arrived) -> dict[str, Heard]:
    """Return the rows by the id under which they are kept; of two with the same the later one stands."""
    most, given = limits()["text"], dict[str, Heard]()
    for n, (one, outer) in enumerate(zip(rows, ids, strict=True)):
        if outer in have or outer in given or plain(one.text, most) or plain(one.title, most):
            given[outer] = one
        else:
            done.problems.append({"index": n, "code": "gone_unknown" if one.gone else "missing_text", "column": "text"})
    return given


def _outer(one: Heard) -> str:
    """Return the id of a row: its own, or one made of what it says, where and when."""
    own = plain(one.outer, 100000)
    if not own:
        when_said = one.posted_at.astimezone(UTC).isoformat() if one.posted_at and not one.url else ""
        parts = (one.channel, one.url or one.author or one.author_key, when_said, one.title, one.text)
        said = "\x1f".join(plain(p, 100000) for p in parts)
        return "~" + hashlib.sha256(said.encode()).hexdigest()
    return own if len(own) <= limits()["outer"] else "#" + hashlib.sha256(own.encode()).hexdigest()


def _hashes(source: Source, rows: Sequence[Heard]) -> dict[str, str]:
    names = sorted({plain(h.author, limits()["author"]) for h in rows} - {""})
    return dict(zip(names, keys.person_keys(source.brand_id).hash(names), strict=True)) if names else {}


def _made(source: Source, outer: str, one: Heard, moment: datetime, drill: bool, hash_of: dict[str, str]) -> Mention:
    most = limits()
    posted, guessed = when(one.posted_at, moment)
    author = plain(one.author, most["author"])
    url = plain(one.url, 100000)
    return Mention(
        brand_id=source.brand_id,
        source=source,
        outer=outer,
        thread=plain(one.thread, most["thread"]),
        channel=channel(plain(one.channel, 200)) or source.channel,
        title=plain(one.title, most["title"]),
        text=plain(one.text, most["text"]),
        url=url if len(url) <= most["url"] and url.lower().startswith(("http://", "https://")) else "",
        author=keys.encrypt(author.encode()) if author else "",
        author_key=hash_of.get(author, "") or one.author_key[:64],
        posted_at=posted,
        heard_at=moment,
        guessed_time=guessed,
        gone_at=moment if one.gone else None,
        drill=drill,
        **{name: _count(getattr(one, name)) for name in COUNTS},
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else None


_CHANGING = ["text", "title", "edits", "gone_at", "read_at", "state", "version", *COUNTS]


def _changed(row: Mention, one: Heard, moment: datetime) -> bool:
    """Put what is new into a known row and return whether anything was. Another text is kept and read anew."""
    before = [getattr(row, name) for name in _CHANGING]
    for name in COUNTS:
        if (count := _count(getattr(one, name))) is not None:
            setattr(row, name, count)
    if one.gone and row.gone_at is None:
        row.gone_at = moment
    text, title = plain(one.text, limits()["text"]), plain(one.title, limits()["title"])
    said = (text or row.text, title or row.title)
    if not one.gone and said != (row.text, row.title):
        row.edits = [*row.edits, {"at": moment.isoformat(), "text": row.text, "title": row.title}][-limits()["edits"] :]
        (row.text, row.title), row.read_at = said, None
        if row.state in (State.OPEN, State.ASIDE):
            row.state = State.NEW
    changed = [getattr(row, name) for name in _CHANGING] != before
    row.version += changed
    return changed
