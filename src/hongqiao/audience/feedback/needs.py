"""What people do about needs: make one of what many say, weigh it, ship it, and tell everybody who asked. U3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hongqiao.audience.feedback import kinds, kit, settings
from hongqiao.audience.feedback.errors import BadField, NobodyAsked, NoReason, NoWords, TooMany, WrongState
from hongqiao.audience.inbox import checking
from hongqiao.audience.inbox import services as inbox
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.inbox.errors import WordsHeld
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Asked, Need, Thread, ThreadMessage, Ticket
from hongqiao.errors import Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

State = Need.State
#: from → to: what was shipped stays shipped, what was declined may be taken up again
MOVES = {
    State.GATHERING: {State.WEIGHED, State.PLANNED, State.DECLINED, State.SHIPPED},
    State.WEIGHED: {State.GATHERING, State.PLANNED, State.DECLINED, State.SHIPPED},
    State.PLANNED: {State.WEIGHED, State.DECLINED, State.SHIPPED},
    State.DECLINED: {State.GATHERING},
    State.SHIPPED: set(),
}


@transaction.atomic
def open_need(
    *,
    actor: Member,
    title: str,
    thread_ids: Iterable[UUID | str] = (),
    ticket_ids: Iterable[UUID | str] = (),
    text: str = "",
    kind: str = "",
    product: str = "",
) -> Need:
    """Make a need of what users said. Raises NotAllowed, NotFound, NoWords, BadField, NobodyAsked, TooMany."""
    permissions.require(actor, settings.EDIT)
    head = kit.line(title, 120)
    if not head:
        raise NoWords()
    if kind and not kinds.known(kind):
        raise BadField(value=kind[:20])
    threads, tickets = list(thread_ids), list(ticket_ids)
    if not threads and not tickets:
        raise NobodyAsked()
    Brand.objects.select_for_update(no_key=True).get(pk=actor.brand_id)  # one number at a time
    number = (Need.objects.filter(brand=actor.brand).aggregate(n=Max("number"))["n"] or 0) + 1
    words = settings.needs(actor.brand)["shipped_words"] % {"title": head}
    row = Need.objects.create(
        brand=actor.brand,
        number=number,
        title=head,
        text=plain(text, 2000),
        kind=kind,
        product=kit.line(product, 120),
        owner=actor,
        words=words,
    )
    _attach(actor, row, threads, tickets)
    audit.record(actor, "need.opened", row, number=number, title=head, count=row.asked.count())
    return row


@transaction.atomic
def attach(
    *,
    actor: Member,
    need_id: UUID | str,
    seen: int | None = None,
    thread_ids: Iterable[UUID | str] = (),
    ticket_ids: Iterable[UUID | str] = (),
) -> int:
    """Add what more users said to a need; return how many are new. Of a shipped one they are to be told at once.

    Raises NotFound, NotAllowed, Conflict, NobodyAsked, TooMany.
    """
    row = _locked(actor, need_id, seen)
    threads, tickets = list(thread_ids), list(ticket_ids)
    if not threads and not tickets:
        raise NobodyAsked()
    fresh = _attach(actor, row, threads, tickets)
    if row.state == State.SHIPPED:
        for asked in fresh:
            _ready(actor, row, asked)
    row.save_next()
    audit.record(actor, "need.attached", row, number=row.number, title=row.title, count=len(fresh))
    return len(fresh)


def _attach(actor: Member, need: Need, thread_ids: list, ticket_ids: list) -> list[Asked]:
    most = settings.book(actor.brand)["bulk"]
    if len(thread_ids) + len(ticket_ids) > most:
        raise TooMany(most=most)
    fresh = []
    for key in dict.fromkeys(map(str, thread_ids)):
        row: Thread = Thread.objects.for_member(actor, settings.SEE).one(key)
        words = texts_of([row])[row.pk] or row.said
        given = {"subject": row.subject, "said": words[:200], "at": row.heard_at}
        one, made = Asked.objects.get_or_create(need=need, thread=row, defaults={"brand": actor.brand, **given})
        fresh += [one] if made else []
    for key in dict.fromkeys(map(str, ticket_ids)):
        ticket: Ticket = Ticket.objects.for_member(actor, settings.SEE).one(key)
        if ticket.thread_id and Asked.objects.filter(need=need, thread=ticket.thread_id).exists():
            continue  # the same person's same words, already counted
        given = {"subject": ticket.subject, "said": ticket.title[:200], "at": ticket.opened_at}
        given |= {"thread": ticket.thread}
        one, made = Asked.objects.get_or_create(need=need, ticket=ticket, defaults={"brand": actor.brand, **given})
        fresh += [one] if made else []
    return fresh


@transaction.atomic
def detach(*, actor: Member, asked_id: UUID | str) -> Need:
    """Take one who did not ask for it out of a need. Raises NotFound, NotAllowed, WrongState."""
    asked: Asked = Asked.objects.for_member(actor, settings.SEE).locked(asked_id, None)
    row = _locked(actor, asked.need_id, None)
    if asked.state != Asked.State.ASKED:
        raise WrongState()
    asked.delete()
    row.save_next()
    audit.record(actor, "need.detached", row, number=row.number, title=row.title)
    return row


@transaction.atomic
def edit(
    *,
    actor: Member,
    need_id: UUID | str,
    seen: int | None,
    title: str,
    text: str = "",
    words: str = "",
    owner_id: UUID | str | None = None,
) -> Need:
    """Change a need's title, what is known of it, what everybody is told, and who answers for it.

    Raises NotFound, NotAllowed, Conflict, NoWords, WordsHeld, Invalid.
    """
    row = _locked(actor, need_id, seen)
    head = kit.line(title, 120)
    if not head:
        raise NoWords()
    owner = Member.objects.for_member(actor, settings.SEE).one(owner_id) if owner_id else None
    if owner is not None and owner.state != Member.State.ACTIVE:
        raise Invalid()
    row.title, row.text, row.owner = head, plain(text, 2000), owner
    row.words = _checked(actor, words) if words.strip() else row.words
    row.save_next("title", "text", "words", "owner")
    audit.record(actor, "need.changed", row, number=row.number, title=head)
    return row


@transaction.atomic
def move(
    *, actor: Member, need_id: UUID | str, seen: int | None, state: str, reason: str = "", words: str = ""
) -> Need:
    """Move a need on. Declining needs a reason. Once shipped, an answer is made ready for everybody who asked.

    Raises NotFound, NotAllowed, Conflict, WrongState, NoReason, NoWords, WordsHeld.
    """
    row = _locked(actor, need_id, seen)
    if state not in MOVES.get(State(row.state), set()):
        raise WrongState()
    why = kit.line(reason, 300)
    if state == State.DECLINED and len(why) < 2:
        raise NoReason()
    before, row.state, row.reason = row.state, state, why or row.reason
    if state == State.SHIPPED:
        row.words, row.shipped_at = _checked(actor, words or row.words), timezone.now()
    row.save_next("state", "reason", "words", "shipped_at")
    if state == State.SHIPPED:
        for asked in row.asked.filter(state=Asked.State.ASKED).select_for_update():
            _ready(actor, row, asked)
    said: dict[str, Any] = {"number": row.number, "title": row.title, "state": state, "reason": why}
    audit.record(actor, "need.moved", row, **said, was=before)
    return row


def _ready(actor: Member, row: Need, asked: Asked) -> None:
    """Make it somebody's turn to tell one who asked: with the words ready in the thread where there is one."""
    asked.state = Asked.State.READY
    if asked.thread_id:
        thread: Thread = Thread.objects.select_for_update().get(pk=asked.thread_id)
        asked.message = inbox.ready(thread, row.words, actor, origin=f"need:{row.pk}")
    asked.save_next("state", "message")


@transaction.atomic
def told(*, actor: Member, asked_id: UUID | str, how: str) -> Asked:
    """Note that one who asked was told another way. Raises NotFound, NotAllowed, WrongState, NoReason."""
    return _settle(actor, asked_id, Asked.State.TOLD, how)


@transaction.atomic
def unreachable(*, actor: Member, asked_id: UUID | str, reason: str) -> Asked:
    """Note that one who asked cannot be reached. Raises NotFound, NotAllowed, WrongState, NoReason."""
    return _settle(actor, asked_id, Asked.State.UNREACHABLE, reason)


def _settle(actor: Member, asked_id: UUID | str, state: str, words: str) -> Asked:
    asked: Asked = Asked.objects.for_member(actor, settings.SEE).locked(asked_id, None)
    row = _locked(actor, asked.need_id, None)
    why = kit.line(words, 200)
    if asked.state != Asked.State.READY:
        raise WrongState()
    if len(why) < 2:
        raise NoReason()
    asked.state, asked.reason = state, why
    asked.told_at = timezone.now() if state == Asked.State.TOLD else None
    asked.save_next("state", "reason", "told_at")
    if asked.message_id:
        ThreadMessage.objects.filter(pk=asked.message_id, state="ready").update(state=ThreadMessage.State.DROPPED)
    audit.record(actor, "need.settled", row, number=row.number, title=row.title, state=state)
    return asked


def _checked(actor: Member, words: str) -> str:
    said = plain(words, settings.needs(actor.brand)["letters"])
    if not said:
        raise NoWords()
    if held := checking.holding(checking.check(actor.brand, said)):
        raise WordsHeld(words="、".join(dict.fromkeys(f.word for f in held))[:200])
    return said


def _locked(actor: Member, need_id: UUID | str, seen: int | None) -> Need:
    row: Need = Need.objects.for_member(actor, settings.SEE).select_related("brand").locked(need_id, None)
    permissions.require(actor, settings.EDIT)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


WRITES = [attach, detach, edit, move, open_need, told, unreachable]
