"""What people do in the inbox: take a thread, answer it with proof, close it, correct what was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hongqiao.audience.feedback import kinds, told
from hongqiao.audience.inbox import addresses, checking, senders
from hongqiao.audience.inbox.arriving import answered, plain, reply_due
from hongqiao.audience.inbox.errors import NoProof, NoText, NotNow, TooLong, WordsAsk, WordsHeld
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Canned, Thread, ThreadMessage
from hongqiao.compliance import draft as drafts
from hongqiao.errors import Conflict, Invalid
from hongqiao.ids import uuid7
from hongqiao.workspace import audit, jobs, links, notices, permissions, shots
from hongqiao.workspace.models import Member

State, Sending = Thread.State, ThreadMessage.State
ASSIGNED, SEND = "thread.assigned", "audience.send"


def locked(actor: Member, thread_id: UUID | str, seen: int | None) -> Thread:
    """Return a thread, locked. Raises NotFound, NotAllowed, Conflict."""
    row: Thread = Thread.objects.for_member(actor, SEE).select_related("account", "brand").locked(thread_id, None)
    permissions.require(actor, EDIT)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


@transaction.atomic
def assign(*, actor: Member, thread_id: UUID | str, seen: int | None, owner_id: UUID | str | None) -> Thread:
    """Give a thread to a colleague who may answer, or take it; None: to nobody.

    Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    row = locked(actor, thread_id, seen)
    owner = _owner(actor, owner_id)
    row.assignee = owner
    row.save_next("assignee")
    audit.record(actor, ASSIGNED, row, to=str(owner) if owner else "", channel=row.channel)
    if owner and owner.pk != actor.pk:
        notices.tell([owner], ASSIGNED, url=addresses.thread(row), name=str(actor), place=row.place)
    return row


@transaction.atomic
def assign_many(*, actor: Member, thread_ids: Iterable[UUID | str], owner_id: UUID | str | None) -> int:
    """Give several threads to one colleague; return how many. Raises NotAllowed, Invalid."""
    permissions.require(actor, EDIT)
    owner, wanted = _owner(actor, owner_id), list(thread_ids)[: limits()["page"] * 4]
    rows = Thread.objects.for_member(actor, EDIT).filter(pk__in=wanted).select_for_update()
    count = rows.update(assignee=owner, version=F("version") + 1)
    audit.record(actor, "threads.assigned", None, to=str(owner) if owner else "", count=count)
    if owner and owner.pk != actor.pk and count:
        url = addresses.inbox(actor.brand, owner="me")
        notices.tell([owner], "threads.assigned", url=url, name=str(actor), count=count)
    return count


def _owner(actor: Member, owner_id: UUID | str | None) -> Member | None:
    owner = Member.objects.for_member(actor, SEE).one(owner_id) if owner_id else None
    if owner and (not permissions.allows(owner, EDIT) or owner.state != Member.State.ACTIVE):
        raise Invalid()
    return owner


@transaction.atomic
def reply(
    *,
    actor: Member,
    thread_id: UUID | str,
    seen: int | None,
    text: str,
    canned_id: UUID | str | None = None,
    confirmed: str = "",
) -> ThreadMessage:
    """Write an answer, checked against law, products and voice. An interface that can sends it; else a person does.

    confirmed: why warnings may stand. Raises NotFound, NotAllowed, Conflict, NotNow, NoText, TooLong,
    WordsHeld, WordsAsk.
    """
    row = locked(actor, thread_id, seen)
    said = _text(actor, text)
    found = checking.check(row.brand, said, row.account.platform if row.account else "")
    held = checking.holding(found)
    if held or (found and not confirmed.strip()):
        words = "、".join(dict.fromkeys(f.word or checking.shown([f])[0]["label"] for f in held or found))
        raise (WordsHeld if held else WordsAsk)(words=words[:200])
    waiting = row.messages.filter(way=ThreadMessage.Way.OUT, state=Sending.READY, origin="")
    waiting.update(state=Sending.DROPPED)  # an answer that was not sent gives way to the new one
    message = ready(row, said, actor, found=drafts.kept(found))
    row.assignee = row.assignee or actor
    row.save_next("assignee")
    if canned_id:
        Canned.objects.for_member(actor, SEE).filter(pk=canned_id).update(used=F("used") + 1)
    audit.record(actor, "thread.written", row, place=row.place, why=plain(confirmed, 200))
    if senders.of(row):
        jobs.enqueue(SEND, brand_id=row.brand_id, key=str(message.pk), payload={"message": str(message.pk)})
    return message


def ready(row: Thread, text: str, actor: Member | None, *, found: Any = (), origin: str = "") -> ThreadMessage:
    """Keep an answer that is to be sent, in the caller's transaction."""
    return ThreadMessage.objects.create(
        brand_id=row.brand_id,
        thread=row,
        outer=f"hq:{uuid7()}",
        way=ThreadMessage.Way.OUT,
        text=text,
        at=timezone.now(),
        state=Sending.READY,
        by=actor,
        found=list(found),
        origin=origin,
    )


def _text(actor: Member, text: str) -> str:
    most = limits(actor.brand)["reply"]
    said = plain(text, 100000)
    if not said:
        raise NoText()
    if len(said) > most:
        raise TooLong(most=most)
    return said


@transaction.atomic
def sent(
    *,
    actor: Member,
    message_id: UUID | str,
    seen: int | None = None,
    url: str = "",
    picture: bytes | None = None,
    declared: bool = False,
) -> ThreadMessage:
    """Note that an answer went out: by its link, a screenshot, or the member's own word. The thread is answered.

    Raises NotFound, NotAllowed, Conflict, NotNow, NoProof, Invalid, NotAPicture.
    """
    message: ThreadMessage = ThreadMessage.objects.for_member(actor, SEE).locked(message_id, None)
    row = locked(actor, message.thread_id, seen)
    if message.state != Sending.READY:
        raise NotNow()
    link = plain(url, 1000)
    if link and not links.is_page(link):
        raise Invalid()
    if not (link or picture or declared):
        raise NoProof()
    now = timezone.now()
    shot = shots.keep(actor.brand_id, picture) if picture else ""
    how = "url" if link else "shot" if shot else "said"
    proof = {"how": how, "url": link, "shot": shot, "by": str(actor), "at": now.isoformat()}
    went_out(row, message, proof)
    audit.record(actor, "thread.replied", row, how=how, channel=row.channel, place=row.place)
    return message


def went_out(row: Thread, message: ThreadMessage, proof: dict[str, Any]) -> None:
    """Mark an answer as sent with its proof, in the caller's transaction; tickets and needs hear of it."""
    now = timezone.now()
    message.state, message.proof, message.at = Sending.SENT, proof, now
    message.save_next("state", "proof", "at")
    answered(row, now)
    row.last_at, row.said, row.said_by = now, " ".join(message.text.split())[:200], ThreadMessage.Way.OUT
    row.count += 1
    row.save_next("state", "due_at", "first_reply_at", "replied_at", "last_at", "said", "said_by", "count")
    told.answered(row, message, now)


@transaction.atomic
def drop(*, actor: Member, message_id: UUID | str, seen: int | None = None) -> ThreadMessage:
    """Take back an answer that was not sent. Raises NotFound, NotAllowed, Conflict, NotNow."""
    message: ThreadMessage = ThreadMessage.objects.for_member(actor, SEE).locked(message_id, None)
    row = locked(actor, message.thread_id, seen)
    if message.state != Sending.READY:
        raise NotNow()
    message.state = Sending.DROPPED
    message.save_next("state")
    audit.record(actor, "thread.dropped", row, place=row.place)
    return message


@transaction.atomic
def move(*, actor: Member, thread_id: UUID | str, seen: int | None, state: str) -> Thread:
    """Close a thread, or open it again. Raises NotFound, NotAllowed, Conflict, NotNow."""
    row = locked(actor, thread_id, seen)
    if state not in (State.OPEN, State.CLOSED) or state == row.state:
        raise NotNow()
    now = timezone.now()
    row.state, row.closed_at = state, now if state == State.CLOSED else None
    row.due_at = reply_due(row.brand, row.channel, now) if state == State.OPEN else None
    row.save_next("state", "closed_at", "due_at")
    audit.record(actor, "thread.moved", row, state=state)
    return row


@transaction.atomic
def close_many(*, actor: Member, thread_ids: Iterable[UUID | str]) -> int:
    """Close several threads at once; return how many. Raises NotAllowed."""
    permissions.require(actor, EDIT)
    wanted = list(thread_ids)[: limits()["page"] * 4]
    rows = Thread.objects.for_member(actor, EDIT).filter(pk__in=wanted).exclude(state=State.CLOSED).select_for_update()
    now = timezone.now()
    count = rows.update(state=State.CLOSED, closed_at=now, due_at=None, version=F("version") + 1)
    audit.record(actor, "threads.closed", None, count=count)
    return count


@transaction.atomic
def judge(*, actor: Member, thread_id: UUID | str, seen: int | None, kind: str, negative: bool | None = None) -> Thread:
    """Say of what a thread speaks; the reader learns it. kind "": of nothing that is feedback.

    negative: whether it speaks against us, by its kind where None. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    row = locked(actor, thread_id, seen)
    if kind and not kinds.known(kind):
        raise Invalid()
    group = kinds.group_of(kind)
    against = bool(group) and group not in ("praise", "suggest", "cooperate") if negative is None else negative
    now, text = timezone.now(), texts_of([row])[row.pk] or row.said
    row.judged = {"kind": kind, "negative": against, "by": str(actor.pk), "text": text[:1000]}
    row.kind, row.negative, row.judged_at, row.read_at = kind, against, now, row.read_at or now
    row.save_next("judged", "kind", "negative", "judged_at", "read_at")
    audit.record(actor, "thread.judged", row, feedback=kind)
    return row
