"""Tickets come to be: from a thread, an answer to a survey, or by hand; what cannot wait by itself. U3.

The same source makes the same ticket. Priority follows from the kind, from what makes it urgent, from how many say
the same within a day, and from how many follow who says it; a person's priority goes before all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hongqiao.audience.feedback import classifying, clocks, kinds, kit, settings, teams
from hongqiao.audience.feedback.errors import BadField, NoWords
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Thread, ThreadMessage, Ticket
from hongqiao.book import queries as books
from hongqiao.ids import uuid7
from hongqiao.workspace import graves, keys, permissions, webhooks
from hongqiao.workspace.models import Account, Brand, Member

Priority, State, Origin = Ticket.Priority, Ticket.State, Ticket.Origin
NEW, GRAVE = "ticket.opened", "ticket.grave"


def proposed(brand: Brand, kind: str, grave: str = "", followers: int | None = None, crowd: int = 0) -> tuple[str, str]:
    """Return (priority, why) of what was said: why is a code of `words.WHY`, "" for the usual of its kind."""
    book = settings.book(brand)
    if grave:
        return Priority.P0, grave
    entry = kinds.entries().get(kind)
    usual, why = (str(entry["priority"]), str(entry["why"])) if entry else (str(Priority.P2), "")
    complaint = entry is not None and kinds.group_of(kind) not in ("suggest", "praise", "cooperate")
    if complaint and crowd >= book["crowd"]["count"]:
        return Priority.P0, "crowd"
    if complaint and (followers or 0) >= book["big_followers"] and usual > Priority.P1:
        return Priority.P1, "followers"
    return usual, why


def crowd_of(brand: Brand, kind: str) -> int:
    """Return how many different persons said something of a kind within the window; one unknown counts as one."""
    if not kind:
        return 0
    since = timezone.now() - timedelta(hours=settings.book(brand)["crowd"]["hours"])
    rows = Thread.objects.filter(brand=brand, kind=kind, last_at__gte=since)
    heard = ThreadMessage.objects.filter(brand=brand, way=ThreadMessage.Way.IN, at__gte=since)
    rows = rows.filter(pk__in=heard.values("thread"))  # what we answered today may have been said long ago
    known = rows.exclude(subject="").values("subject").distinct().count()
    return known + rows.filter(subject="").count()


def product_names(brand: Brand) -> list[tuple[str, str]]:
    """Return (a name in lower case, the product that it names) of the brand's book, the longest first."""
    names = [(str(n).lower(), p.name) for p in books.products(brand) for n in (p.name, *p.aliases) if str(n).strip()]
    return sorted(names, key=lambda n: -len(n[0]))


def product_of(names: Sequence[tuple[str, str]], text: str) -> str:
    """Return the product that a text names, "" for none."""
    low = text.lower()
    return next((name for said, name in names if said in low), "")


@transaction.atomic
def open_ticket(
    *,
    actor: Member,
    title: str,
    text: str = "",
    kind: str = "",
    priority: str = "",
    team: str = "",
    product: str = "",
    order_no: str = "",
    account_id: UUID | str | None = None,
    source: str = "",
    subject: str = "",
) -> Ticket:
    """Register a matter by hand, or from an answer of a survey (`source` "survey:…"; the same again is the same one).

    kind "": as the rules read it. Raises NotAllowed, NotFound, NoWords, BadField.
    """
    permissions.require(actor, settings.EDIT)
    known = Ticket.objects.filter(brand=actor.brand, source=source[:200]).first() if source else None
    if known is not None:
        return known
    account = Account.objects.for_member(actor, settings.SEE).one(account_id) if account_id else None
    return _open(
        actor.brand,
        by=actor,
        title=title,
        text=text,
        kind=kind,
        priority=priority,
        team=team,
        product=product,
        order_no=order_no,
        account=account,
        origin=Origin.SURVEY if source.startswith(settings.OF_SURVEY) else Origin.HAND,
        source=source or f"hand:{uuid7()}",
        subject=subject,
    )


@transaction.atomic
def from_thread(
    *,
    actor: Member,
    thread_id: UUID | str,
    title: str = "",
    kind: str = "",
    priority: str = "",
    team: str = "",
    again: bool = False,
) -> Ticket:
    """Make a ticket of a thread; the one that there is unless `again` asks for another matter of it.

    Raises NotFound, NotAllowed, BadField, NoWords.
    """
    thread: Thread = Thread.objects.for_member(actor, settings.SEE).select_related("brand", "account").one(thread_id)
    permissions.require(actor, settings.EDIT)
    last = thread.tickets.order_by("-number").first()
    if last is not None and not again:
        return last
    n = thread.tickets.count()
    return of_thread(thread, by=actor, title=title, kind=kind, priority=priority, team=team, n=n)


def of_thread(thread: Thread, *, by: Member | None, text: str = "", n: int = 0, **given: str) -> Ticket:
    """Make a ticket of a thread, in the caller's transaction."""
    said = text or texts_of([thread])[thread.pk] or thread.said
    kind = given.pop("kind", "") or thread.kind
    return _open(
        thread.brand,
        by=by,
        title=given.pop("title", "") or said,
        text=said,
        kind=kind,
        thread=thread,
        account=thread.account,
        origin=Origin.THREAD,
        source=f"thread:{thread.pk}" + (f":{n}" if n else ""),
        subject=thread.subject,
        product=thread.product,
        **given,
    )


def raise_urgent(thread: Thread, text: str) -> Ticket | None:
    """Make a ticket of a thread that cannot wait (P0), in the caller's transaction; None where it can, or has one."""
    grave = str(thread.read.get("grave") or "") if not thread.judged_at else ""
    crowd = crowd_of(thread.brand, thread.kind)
    priority, why = proposed(thread.brand, thread.kind, grave, thread.followers, crowd)
    if priority != Priority.P0 or thread.tickets.exists():
        return None
    if why == "crowd" and _crowd_is_known(thread):
        return None  # one ticket stands for all who say the same
    return of_thread(thread, by=None, text=text)


def _crowd_is_known(thread: Thread) -> bool:
    since = timezone.now() - timedelta(hours=settings.book(thread.brand)["crowd"]["hours"])
    rows = Ticket.objects.filter(brand=thread.brand, kind=thread.kind, why="crowd", opened_at__gte=since)
    return rows.exists()


def _open(brand: Brand, *, by: Member | None, title: str, text: str, **given: Any) -> Ticket:
    """Open a ticket and tell its team; a P0 is handed on as a candidate of a crisis."""
    book, now = settings.book(brand), timezone.now()
    said, head = plain(text, book["text"]), kit.line(title, book["title"]) or kit.line(text, book["title"])
    if not head:
        raise NoWords()
    thread: Thread | None = given.pop("thread", None)
    read = classifying.read(brand, [said or head])[0]
    kind = given.pop("kind", "") or ("" if thread is not None and thread.judged_at else read.kind)
    chosen, team = given.pop("priority", ""), given.pop("team", "") or teams.of_kind(kind)
    _refuse(kind, chosen, team, book)
    crowd = crowd_of(brand, kind) if thread is not None else 0
    grave = "" if thread is not None and thread.judged_at else read.grave
    priority, why = proposed(brand, kind, grave, thread.followers if thread else None, crowd)
    order_no, product = plain(given.pop("order_no", ""), 80), given.pop("product", "")
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # one number at a time
    source = given.pop("source")[:200]
    if (known := Ticket.objects.filter(brand=brand, source=source).first()) is not None:
        return known
    number = (Ticket.objects.filter(brand=brand).aggregate(n=Max("number"))["n"] or 0) + 1
    row = Ticket(brand=brand, number=number, title=head, text=said, kind=kind, team=team, by=by, thread=thread)
    row.priority, row.why = chosen or priority, "hand" if chosen and chosen != priority else why
    row.product = product or product_of(product_names(brand), said or head)
    row.order_no = keys.encrypt(order_no.encode()) if order_no else ""
    row.source, row.opened_at, row.clock_at = source, now, now
    for name, value in given.items():
        setattr(row, name, value)
    if thread is not None and thread.replied_at and thread.replied_at >= thread.heard_at:
        row.first_at = thread.first_reply_at  # it was answered before it became a ticket
    clocks.set_terms(row, book)
    row.save(force_insert=True)
    kit.note(row, NEW, by, priority=row.priority, kind=kind, team=team, why=row.why)
    announce(row, NEW)
    kit.tell(row, [m for m in teams.members(brand, team) if by is None or m.pk != by.pk], NEW, "new")
    hand_on(row)
    return row


def announce(row: Ticket, event: str) -> None:
    """Tell the brand's own systems; nobody's words or names."""
    plain_fields = ("number", "kind", "priority", "team", "state", "product", "origin")
    said = {name: str(getattr(row, name)) for name in plain_fields} | {"ticket": str(row.pk)}
    webhooks.announce(row.brand, event, said | {"opened_at": row.opened_at.isoformat()})


def _refuse(kind: str, priority: str, team: str, book: dict[str, Any]) -> None:
    if kind and not kinds.known(kind):
        raise BadField(value=kind[:20])
    if priority and priority not in Priority.values:
        raise BadField(value=priority[:20])
    if team not in book["teams"]:
        raise BadField(value=team[:20])


def hand_on(row: Ticket) -> None:
    """Tell of a P0 as a candidate of a crisis, once, and everybody who runs users; in the caller's transaction."""
    if row.priority != Priority.P0 or row.grave_at is not None:
        return
    thread, now = row.thread, timezone.now()
    said = graves.Grave(
        key=f"ticket:{row.pk}",
        why=row.why or "hand",
        text=row.text or row.title,
        posted_at=thread.last_at if thread else row.opened_at,
        channel=thread.place if thread else "",
        url=thread.url if thread else "",
        author_key=row.subject,
    )
    pages = graves.tell(row.brand, said)
    row.grave_at = now
    row.save_next("grave_at")
    kit.note(row, GRAVE, why=row.why, url=pages[0] if pages else "")
    kit.tell(row, teams.above(row.brand, 1), GRAVE, "grave", groups=True)
