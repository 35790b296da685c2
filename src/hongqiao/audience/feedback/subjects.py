"""What threads, tickets and needs keep of a person: moved when two are found to be one, exported, erased.

`people.merging` and `people.erasing` call these by the registry that they keep; whoever keeps a subject says so there.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Asked, Thread, ThreadMessage, Ticket, TicketNote
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand

HOLDERS: tuple[Any, ...] = (Thread, Ticket, Asked)


@transaction.atomic
def move(brand: Brand, keep: str, other: str) -> dict[str, list[str]]:
    """Give what stands under the key `other` to `keep`; return the keys of the rows that moved, for `move_back`."""
    moved = {}
    for model in HOLDERS:
        rows = model.objects.filter(brand=brand, subject=other)
        moved[model.__name__] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(subject=keep)
    return moved


@transaction.atomic
def move_back(brand: Brand, keep: str, other: str, moved: dict[str, list[str]]) -> None:
    """Take a move back: the rows that moved, where they still stand under `keep`."""
    for model in HOLDERS:
        rows = model.objects.filter(brand=brand, subject=keep, pk__in=moved.get(model.__name__, []))
        rows.update(subject=other)


def export(brand: Brand, subject: str) -> dict[str, Any]:
    """Return all that is kept of a person: messages, tickets, what they asked for."""
    if not subject:
        return {}
    threads = Thread.objects.filter(brand=brand, subject=subject).prefetch_related("messages").order_by("id")
    tickets = Ticket.objects.filter(brand=brand, subject=subject).order_by("number")
    return {
        "threads": [
            {
                "place": t.place,
                "url": t.url,
                "name": keys.decrypt(t.author).decode() if t.author else "",
                "messages": [{"way": m.way, "at": m.at.isoformat(), "text": m.text} for m in t.messages.all()],
            }
            for t in threads
        ],
        "tickets": [
            {
                "number": t.number,
                "title": t.title,
                "text": t.text,
                "order_no": keys.decrypt(t.order_no).decode() if t.order_no else "",
                "opened_at": t.opened_at.isoformat(),
                "fix": t.fix,
            }
            for t in tickets
        ],
        "asked": [
            {"need": a.need.title, "said": a.said, "at": a.at.isoformat()}
            for a in Asked.objects.filter(brand=brand, subject=subject).select_related("need").order_by("id")
        ],
    }


@transaction.atomic
def erase(brand: Brand, subject: str) -> int:
    """Take a person's words and name out of all that is kept; figures stay. Return how many rows changed.

    Free text is personal data too: messages both ways, what tickets quote and what was noted about them go.
    """
    if not subject:
        return 0
    threads = Thread.objects.filter(brand=brand, subject=subject)
    tickets = Ticket.objects.filter(brand=brand, subject=subject)
    count = ThreadMessage.objects.filter(thread__in=threads).update(text="", proof={}, found=[])
    count += TicketNote.objects.filter(ticket__in=tickets).update(text="")
    for ticket in tickets:
        ticket.links.update(brief="", ended_at=timezone.now())
        ticket.title = f"#{ticket.number}"
        ticket.text, ticket.fix, ticket.order_no, ticket.subject = "", "", "", ""
        ticket.save_next("title", "text", "fix", "order_no", "subject")
        count += 1
    count += Asked.objects.filter(brand=brand, subject=subject).update(subject="", said="", reason="")
    count += threads.update(author="", said="", subject="", url="", judged={}, judged_at=None, read={})
    return count
