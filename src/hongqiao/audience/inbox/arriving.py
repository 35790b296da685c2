"""The one way in: whatever users say, through whichever door, is kept here and then read by a job. U3.

At least once in, once kept: a thread is unique by brand and its own id, a message by its thread and its own id. What
is kept and the job that reads it are one transaction; two deliveries of a brand go one after the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience import settings as room
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.methods.servicehours import Hours, due
from hongqiao.workspace import bulk, jobs, keys
from hongqiao.workspace.models import Account, Brand, Job

READ = "audience.read"
Way, State = ThreadMessage.Way, Thread.State
_NOT_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TURNS = ("a", "b", "c")  # keys of the job that reads: while one runs, the next one waits


@dataclass(frozen=True)
class Said:
    """One message as a door hands it over. outer: its own id, "" for none; thread: the id of its conversation, "" where
    it begins one; at: with its offset, None where the source tells none; out: ours, answered where it was said."""

    outer: str
    text: str
    at: datetime | None = None
    thread: str = ""
    channel: str = Thread.Channel.COMMENT
    place: str = ""
    account: Account | None = None
    author: str = ""
    author_key: str = ""
    followers: int | None = None
    likes: int | None = None
    content_key: str = ""
    content_title: str = ""
    url: str = ""
    out: bool = False


@dataclass
class Arrived:
    """What came of it: how many messages are new or known; problems by the row's place; threads touched."""

    new: int = 0
    known: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)


@transaction.atomic
def arrive(brand: Brand, rows: Sequence[Said], *, at: datetime | None = None) -> Arrived:
    """Keep what was said, heard now or `at`. A row without words is a problem and not kept; the others are."""
    moment, done, most = at or timezone.now(), Arrived(), limits(brand)
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    given = _named(rows, done, most)
    names = sorted({t for t, _m, _s in given})
    have = {t.outer: t for t in Thread.objects.filter(brand=brand, outer__in=names).select_for_update()}
    for row in have.values():
        row.brand = brand
    known = _known(have, given)
    fresh = [one for one in given if (one[0], one[1]) not in known]
    done.known, done.new = len(given) - len(fresh), len(fresh)
    hash_of = _hashes(brand, [s for t, _m, s in fresh if t not in have])
    made = {}
    for outer, _own, said in fresh:
        if outer not in have and outer not in made:
            made[outer] = _thread(brand, outer, said, moment, most, hash_of)
    threads = {**have, **made}
    messages = [_message(threads[t], m, s, moment, most) for t, m, s in fresh]
    for message in sorted(messages, key=lambda m: m.at):
        _moves(message.thread, message, moment, most)
    bulk.insert(list(made.values()))
    touched = {m.thread.outer: m.thread for m in messages}
    moved = [t for o, t in touched.items() if o in have]
    for row in moved:
        row.version += 1
    bulk.update(moved, _MOVING)
    bulk.insert(messages)
    done.ids = [threads[t].pk for t in dict.fromkeys(t for t, _m, _s in given)]
    if any(t.read_at is None for t in touched.values()):
        ask(brand.pk)
    return done


def ask(brand_id: UUID) -> None:
    """Have the brand's new threads read, in the caller's transaction; one that runs already may have looked before."""
    for turn in _TURNS:
        if jobs.enqueue(READ, brand_id=brand_id, key=turn, again=True).state == Job.State.QUEUED:
            return


def plain(text: str, most: int) -> str:
    """Return a text that a row can hold: no NUL, no half of a pair, at most `most` characters."""
    return _NOT_KEPT.sub("", text or "").strip()[:most]


def hours(brand: Brand) -> Hours:
    """Return when the brand's service is open."""
    kept = room.of(brand, "tickets")["hours"]
    return Hours(int(kept["from"]), int(kept["to"]), brand.zone)


def reply_due(brand: Brand, channel: str, heard: datetime, most: dict[str, Any] | None = None) -> datetime:
    """Return by when a message that was heard then is to be answered."""
    terms = (most or limits(brand))["reply_minutes"]
    return due(heard, terms.get(channel, max(terms.values())), hours(brand))


def _named(rows: Sequence[Said], done: Arrived, most: dict[str, Any]) -> list[tuple[str, str, Said]]:
    """Return (thread, message, row) of rows that have words, each message once."""
    found: dict[tuple[str, str], Said] = {}
    for n, one in enumerate(rows):
        if not plain(one.text, most["text"]):
            done.problems.append({"index": n, "code": "missing_text", "column": "text"})
            continue
        own = _id(one.outer, most) or _made_id(one)
        thread = _id(one.thread, most) or own
        found.setdefault((outer_of(one.account, thread, most), own), one)
    return [(t, m, s) for (t, m), s in found.items()]


def outer_of(account: Account | None, thread: str, most: dict[str, Any]) -> str:
    """Return the id under which a thread is kept: two accounts may use the same numbers."""
    return _short((f"{account.pk}:" if account else "") + thread, most)


def _id(text: str, most: dict[str, Any]) -> str:
    return _short(plain(text, 100000), most)


def _short(text: str, most: dict[str, Any]) -> str:
    return text if len(text) <= most["outer"] else "#" + hashlib.sha256(text.encode()).hexdigest()


def _made_id(one: Said) -> str:
    """Return an id made of what a message says, whose it is, where and when."""
    when = one.at.astimezone(UTC).isoformat() if one.at else ""
    parts = (one.place, one.url, one.author or one.author_key, when, one.text)
    return "~" + hashlib.sha256("\x1f".join(plain(p, 100000) for p in parts).encode()).hexdigest()


def _known(have: dict[str, Thread], given: list[tuple[str, str, Said]]) -> set[tuple[str, str]]:
    of = {t.pk: o for o, t in have.items()}
    ids = [m for t, m, _s in given if t in have]
    rows = ThreadMessage.objects.filter(thread__in=list(of), outer__in=ids).values_list("thread_id", "outer")
    return {(of[t], m) for t, m in rows}


def _hashes(brand: Brand, rows: Sequence[Said]) -> dict[str, str]:
    names = sorted({plain(s.author, 200) for s in rows if not s.author_key} - {""})
    if not names:
        return {}
    first, *past = keys.person_rings(brand.pk)
    found = dict(zip(names, first.hash(names), strict=True))
    for ring in reversed(past):  # whoever spoke before the brand's key was changed is known by that one
        marks = dict(zip(names, ring.hash(names), strict=True))
        known = Thread.objects.filter(brand=brand, subject__in=list(marks.values())).values_list("subject", flat=True)
        there = set(known)
        found |= {name: mark for name, mark in marks.items() if mark in there}
    return found


def _thread(
    brand: Brand, outer: str, one: Said, moment: datetime, most: dict[str, Any], hash_of: dict[str, str]
) -> Thread:
    author, url = plain(one.author, most["author"]), plain(one.url, 100000)
    good = len(url) <= 1000 and url.lower().startswith(("http://", "https://"))
    return Thread(
        brand=brand,
        outer=outer,
        account=one.account,
        channel=one.channel if one.channel in Thread.Channel.values else Thread.Channel.COMMENT,
        place=plain(one.place, 32),
        subject=one.author_key[:64] or hash_of.get(plain(one.author, 200), ""),
        author=keys.encrypt(author.encode()) if author else "",
        followers=one.followers,
        content_key=plain(one.content_key, 200),
        content_title=plain(one.content_title, 200),
        url=url if good else "",
        state=State.REPLIED,  # until a message of theirs opens it
        last_at=moment,
        heard_at=moment,
    )


def _message(thread: Thread, outer: str, one: Said, moment: datetime, most: dict[str, Any]) -> ThreadMessage:
    at, guessed = _when(one.at, moment, most)
    state = ThreadMessage.State.SENT if one.out else ThreadMessage.State.HEARD
    proof = {"how": "platform", "at": at.isoformat()} if one.out else {}
    return ThreadMessage(
        brand_id=thread.brand_id,
        thread=thread,
        outer=outer,
        way=Way.OUT if one.out else Way.IN,
        text=plain(one.text, most["text"]),
        at=at,
        guessed_time=guessed,
        state=state,
        proof=proof,
        likes=one.likes,
    )


def _when(said: datetime | None, heard: datetime, most: dict[str, Any]) -> tuple[datetime, bool]:
    """Return when it was said and whether that is a guess: no time, one long before all this, or one to come."""
    early = datetime.fromisoformat(most["earliest"]).replace(tzinfo=UTC)
    if said is None or said < early or said > heard + timedelta(minutes=most["skew_minutes"]):
        return heard, True
    return min(said, heard), False


_MOVING = [
    *("state", "said", "said_by", "count", "last_at", "heard_at", "due_at", "first_reply_at", "replied_at"),
    *("closed_at", "read_at", "version"),
]


def _moves(thread: Thread, message: ThreadMessage, moment: datetime, most: dict[str, Any]) -> None:
    """Move a thread on by a message: theirs opens it and starts the clock, ours answers it. An old one is only kept."""
    newest = thread.count == 0 or message.at >= thread.last_at
    thread.count += 1
    if newest:
        thread.last_at, thread.said, thread.said_by = message.at, " ".join(message.text.split())[:200], message.way
    if message.way == Way.OUT:
        answered(thread, message.at)
        return
    thread.read_at = None
    if moment - message.at > timedelta(days=most["fresh_days"]):
        if thread.count == 1:
            thread.state, thread.closed_at, thread.due_at = State.CLOSED, moment, None
        return
    if thread.replied_at and message.at <= thread.replied_at:
        return  # it was said before our answer, and only heard now
    if thread.state != State.OPEN:
        thread.state, thread.heard_at, thread.closed_at = State.OPEN, moment, None
        thread.due_at = reply_due(thread.brand, thread.channel, moment, most)


def answered(thread: Thread, at: datetime) -> None:
    """Mark a thread of this transaction as answered then."""
    thread.first_reply_at = min(filter(None, (thread.first_reply_at, at)))
    thread.replied_at = max(filter(None, (thread.replied_at, at)))
    if thread.state == State.OPEN:
        thread.state, thread.due_at = State.REPLIED, None
