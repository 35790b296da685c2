"""What became of a comment where it was said: changed, deleted, answered by the brand there, the answer withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from hongqiao.audience.inbox import services
from hongqiao.audience.inbox.arriving import ask, outer_of, plain, reply_due
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.platforms.client.talk import Said
from hongqiao.workspace import audit
from hongqiao.workspace.models import Account, Brand

Way, State, Sending = ThreadMessage.Way, Thread.State, ThreadMessage.State
_MOVED = ("state", "said", "heard_at", "due_at", "closed_at", "read_at")


def reply_id(outer: str) -> str:
    """Return the id under which the brand's answer to a comment is kept."""
    return f"{outer}|reply"


def answered_there(brand: Brand, account: Account, said: Sequence[Said]) -> None:
    """Know an answer that was written here and sent by hand, where it now stands at the platform: that is its proof."""
    given = {one.outer: one for one in said if one.reply}
    for row, one in _threads(brand, account, given):
        mark = reply_id(one.outer)
        ours = list(row.messages.filter(way=Way.OUT, state__in=(Sending.READY, Sending.SENT)).order_by("-at", "-id"))
        same = [m for m in ours if _same(m.text, one.reply) and m.outer.startswith("hq:")]
        if not same or any(m.outer == mark for m in ours):
            continue
        message, at = same[0], one.replied_at or timezone.now()
        message.outer = mark
        message.save(update_fields=["outer"])
        if message.state == Sending.READY:
            services.went_out(row, message, {"how": "platform", "at": at.isoformat()})
            audit.record(None, "thread.replied", row, how="platform", channel=row.channel, place=row.place)
        elif message.proof.get("how") == "said":
            message.proof = {**message.proof, "how": "platform"}
            message.save_next("proof")


def follow(brand: Brand, account: Account, said: Sequence[Said]) -> None:
    """Put into known threads what changed there; the words are read anew."""
    given, now, most = {one.outer: one for one in said}, timezone.now(), limits(brand)
    anew = [row.pk for row, one in _threads(brand, account, given) if _follow(row, one, now, most)]
    if anew:
        ask(brand.pk)


def _threads(brand: Brand, account: Account, given: dict[str, Said]) -> list[tuple[Thread, Said]]:
    """Return the threads of these comments that are there, locked, each with what the platform says now."""
    most = limits(brand)
    names = {outer_of(account, plain(own, most["outer"]), most): one for own, one in given.items()}
    rows = list(Thread.objects.filter(brand=brand, outer__in=names).select_for_update().order_by("id"))
    for row in rows:
        row.brand = brand
    return [(row, names[row.outer]) for row in rows]


def _follow(row: Thread, one: Said, now: datetime, most: dict[str, Any]) -> bool:
    """Bring a thread to how the comment stands; return whether it is to be read anew."""
    theirs = row.messages.filter(way=Way.IN, outer=one.outer).first()
    ours = row.messages.filter(way=Way.OUT, outer=reply_id(one.outer)).first()
    if theirs is None:
        return False
    before = [getattr(row, name) for name in _MOVED]
    read_anew = _gone(row, theirs, now) if one.gone else _stands(row, theirs, one.text, now, most)
    if not one.gone and ours is not None:
        _reply(row, ours, one, now, most)
    if [getattr(row, name) for name in _MOVED] != before:
        row.save_next(*_MOVED)
    return read_anew


def _gone(row: Thread, message: ThreadMessage, now: datetime) -> bool:
    """The comment was deleted: it is kept as it was, and nothing waits for an answer any more."""
    if message.gone_at is None:
        message.gone_at = now
        message.save_next("gone_at")
        row.messages.filter(way=Way.OUT, state=Sending.READY).update(state=Sending.DROPPED)
        if row.state == State.OPEN:
            row.state, row.closed_at, row.due_at = State.CLOSED, now, None
    return False


def _stands(row: Thread, message: ThreadMessage, text: str, now: datetime, most: dict[str, Any]) -> bool:
    if message.gone_at is not None:  # it is there again
        if row.state == State.CLOSED and row.closed_at == message.gone_at:
            _open(row, now)
        message.gone_at = None
        message.save_next("gone_at")
    if not _changed(message, text, now, most):
        return False
    if row.said_by == Way.IN:
        row.said = " ".join(message.text.split())[:200]
    row.read_at = None
    return True


def _reply(row: Thread, message: ThreadMessage, one: Said, now: datetime, most: dict[str, Any]) -> None:
    """Our answer there: withdrawn, the thread waits again; put there anew or changed, it is kept so."""
    if not one.reply:
        if message.gone_at is None:
            message.gone_at = now
            message.save_next("gone_at")
            _open(row, now)
        return
    if message.gone_at is not None:
        message.gone_at = None
        message.save_next("gone_at")
        row.state, row.due_at = (State.REPLIED, None) if row.state == State.OPEN else (row.state, row.due_at)
    _changed(message, one.reply, now, most)


def _open(row: Thread, now: datetime) -> None:
    row.state, row.heard_at, row.closed_at = State.OPEN, now, None
    row.due_at = reply_due(row.brand, row.channel, now)


def _changed(message: ThreadMessage, text: str, now: datetime, most: dict[str, Any]) -> bool:
    """Keep another text and what it was before; return whether it is another. Words that were taken out stay out."""
    text = plain(text, most["text"])
    if not text or not message.text or text == message.text:
        return False
    message.edits = [*message.edits, {"at": now.isoformat(), "text": message.text}][-most["edits"] :]
    message.text = text
    message.save_next("edits", "text")
    return True


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
