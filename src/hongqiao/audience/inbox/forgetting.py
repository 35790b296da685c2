"""What is kept of messages after a brand's time: how many, when, of what kind, how they were answered – no longer what
was said, nor by which name.

PIPL art. 19: no longer than the purpose needs. What is still dealt with keeps its words: a ticket that is open or was
closed within the time, a need that still gathers, an answer that waits, an incident or its mention that is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hongqiao.audience.feedback import clocks, subjects
from hongqiao.audience.inbox.errors import BadKeep
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Asked, Need, Thread, ThreadMessage, Ticket
from hongqiao.workspace import audit, bulk, graves, permissions
from hongqiao.workspace.models import Brand, Member

RULE = "settings.brand"
LONGEST = 3650
_PROVED = ("how", "by", "at")  # of the proof of an answer: that it was given, not what it shows
_CHANGED = ("said", "author", "url", "read", "judged", "version")


def days_of(brand: Brand) -> int:
    """Return how many days a brand keeps the words of a thread that is over."""
    kept = {**limits()["keep"], **limits(brand)["keep"]}
    return int(max(kept["days"], kept["least"]))


def forget(brand: Brand, after: UUID | None = None, now: datetime | None = None) -> tuple[int, UUID | None]:
    """Forget some of a brand's threads that are over; return how many, and after which one to go on (None: no more)."""
    before = (now or timezone.now()) - timedelta(days=days_of(brand))
    rows = _over(brand, before)
    with transaction.atomic():
        found = rows.filter(pk__gt=after) if after else rows
        looked = list(found.select_for_update().order_by("pk")[: limits()["forget"]])
        held = _held(brand, looked, before)
        gone = [row for row in looked if row.pk not in held]
        _wordless(gone)
        if gone:
            audit.record(None, "inbox.forgotten", brand=brand, count=len(gone), days=days_of(brand))
    return len(gone), looked[-1].pk if len(looked) == limits()["forget"] else None


def _over(brand: Brand, before: datetime) -> QuerySet[Thread]:
    """Return threads that still have words, answered or closed, of which nothing was heard since."""
    words = ThreadMessage.objects.filter(thread=OuterRef("pk")).exclude(text="")
    rows = Thread.objects.filter(brand=brand, last_at__lt=before).exclude(state=Thread.State.OPEN)
    found: QuerySet[Thread] = rows.exclude(closed_at__gte=before).filter(Q(Exists(words)) | ~Q(said="") | ~Q(author=""))
    return found


def _held(brand: Brand, rows: Sequence[Thread], before: datetime) -> set[UUID]:
    """Return which of these threads are still needed."""
    ids = [row.pk for row in rows]
    ready = ThreadMessage.objects.filter(thread__in=ids, state=ThreadMessage.State.READY)
    settled = (Need.State.SHIPPED, Need.State.DECLINED)
    asked = Asked.objects.filter(thread__in=ids).exclude(~Q(state=Asked.State.READY), need__state__in=settled)
    held = {*ready.values_list("thread_id", flat=True), *asked.values_list("thread_id", flat=True)}
    tickets = list(Ticket.objects.filter(thread__in=ids))
    held |= {_thread(t) for t in tickets if t.state in clocks.LIVE or _last(t) >= before}
    keys = {f"ticket:{t.pk}": _thread(t) for t in tickets if t.grave_at}
    urls = {row.url for row in rows if row.url}  # comments below one article may share its address
    dealt = graves.held(brand, list(keys), list(urls))
    return held | {keys[name] for name in dealt & keys.keys()} | {row.pk for row in rows if row.url in dealt}


def _thread(ticket: Ticket) -> UUID:
    assert ticket.thread_id is not None  # they were asked for by their threads
    return ticket.thread_id


def _last(ticket: Ticket) -> datetime:
    return max(filter(None, (ticket.opened_at, ticket.solved_at, ticket.closed_at)))


def _wordless(rows: Sequence[Thread]) -> None:
    """Take the words out of threads, locked by the caller, and of what was made of them; figures stay."""
    messages = ThreadMessage.objects.filter(thread__in=[row.pk for row in rows])
    proved = list(messages.exclude(proof={}))
    for message in proved:
        message.proof = {k: v for k, v in message.proof.items() if k in _PROVED}
    ThreadMessage.objects.bulk_update(proved, ["proof"], batch_size=500)
    messages.update(text="", edits=[], found=[])
    Asked.objects.filter(thread__in=[row.pk for row in rows]).update(said="")
    for ticket in Ticket.objects.filter(thread__in=[row.pk for row in rows]).select_related("brand"):
        subjects.wordless(ticket, nameless=False)
    for row in rows:
        row.said, row.author, row.url = "", "", ""
        row.read = {k: v for k, v in row.read.items() if k != "cue"}
        row.judged = {k: v for k, v in row.judged.items() if k != "text"}
        row.version += 1
    bulk.update(rows, _CHANGED)


@transaction.atomic
def set_keep(*, actor: Member, seen: int | None, days: str) -> Brand:
    """Keep for how many days the words of a thread that is over stay; "" returns to what ships.

    Raises NotAllowed, Conflict, BadKeep.
    """
    permissions.require(actor, RULE)
    row: Brand = Brand.objects.for_member(actor, RULE).locked(actor.brand_id, seen)
    shipped, text = limits()["keep"], days.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 6 and shipped["least"] <= int(text) <= LONGEST):
        raise BadKeep(value=text[:10], least=shipped["least"], most=LONGEST)
    room: dict[str, Any] = {**((row.settings or {}).get("audience") or {})}
    inbox = {k: v for k, v in (room.get("inbox") or {}).items() if k != "keep"}
    if text and int(text) != shipped["days"]:
        inbox["keep"] = {"days": int(text)}
    room["inbox"] = inbox
    row.settings = {**(row.settings or {}), "audience": {k: v for k, v in room.items() if v}}
    row.save_next("settings")
    audit.record(actor, "inbox.kept", row, days=int(text) if text else shipped["days"])
    return row


WRITES = [set_keep]
