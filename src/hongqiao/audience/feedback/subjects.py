"""What threads, tickets and needs keep of a person: moved when two are found to be one, exported, erased.

`move`, `back`, `export` and `erase` are what a registry of those who keep something of users asks for: named by keys of
persons, what was moved told as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Asked, Thread, ThreadMessage, Ticket
from hongqiao.workspace import keys

HOLDERS: tuple[Any, ...] = (Thread, Ticket, Asked)


@transaction.atomic
def move(brand_id: UUID, other: str, keep: str) -> dict[str, list[str]]:
    """Give what stands under the key `other` to `keep`; return the keys of the rows that moved, for `back`."""
    moved: dict[str, list[str]] = {}
    for model in HOLDERS:
        rows = model.objects.filter(brand_id=brand_id, subject=other) if other else model.objects.none()
        moved[model.__name__] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(subject=keep)
    return moved


@transaction.atomic
def back(brand_id: UUID, moved: dict[str, list[str]], other: str) -> None:
    """Take a move back: give the rows that moved to `other` again."""
    for model in HOLDERS:
        model.objects.filter(brand_id=brand_id, pk__in=moved.get(model.__name__, [])).update(subject=other)


def export(brand_id: UUID, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return all that is kept of a person: threads with their messages, tickets, what they asked for."""
    mine = {"brand_id": brand_id, "subject__in": [s for s in subjects if s]}
    threads = Thread.objects.filter(**mine).prefetch_related("messages").order_by("id")
    asked = Asked.objects.filter(**mine).select_related("need").order_by("id")
    return [
        *(_thread(t) for t in threads),
        *(_ticket(t) for t in Ticket.objects.filter(**mine).order_by("number")),
        *({"need": a.need.title, "said": a.said, "at": a.at.isoformat()} for a in asked),
    ]


def _thread(row: Thread) -> dict[str, Any]:
    name = keys.decrypt(row.author).decode() if row.author else ""
    said = [
        {"way": m.way, "at": m.at.isoformat(), "text": m.text, "before": [e["text"] for e in m.edits]}
        for m in row.messages.all()
    ]
    return {"place": row.place, "url": row.url, "name": name, "messages": said}


def _ticket(row: Ticket) -> dict[str, Any]:
    order_no = keys.decrypt(row.order_no).decode() if row.order_no else ""
    told = {"ticket": row.number, "title": row.title, "text": row.text, "fix": row.fix}
    return {**told, "order_no": order_no, "opened_at": row.opened_at.isoformat()}


@transaction.atomic
def erase(brand_id: UUID, subjects: Sequence[str]) -> int:
    """Take a person's words and name out of all that is kept; figures stay. Return how many rows changed.

    Free text is personal data too: messages both ways, what tickets quote and what was noted about them go.
    """
    mine = {"brand_id": brand_id, "subject__in": [s for s in subjects if s]}
    threads, tickets = Thread.objects.filter(**mine), Ticket.objects.filter(**mine)
    count = ThreadMessage.objects.filter(thread__in=threads).update(text="", proof={}, found=[], edits=[])
    count += Asked.objects.filter(**mine).update(subject="", said="", reason="")
    count += sum(wordless(ticket) for ticket in tickets)
    gone: dict[str, Any] = {
        "author": "",
        "said": "",
        "subject": "",
        "url": "",
        "read": {},
        "judged": {},
        "judged_at": None,
    }
    return count + threads.update(**gone)


def wordless(ticket: Ticket, *, nameless: bool = True) -> int:
    """Take out of a ticket, in the caller's transaction, what was said, noted and shown of it, and whose it was where
    `nameless`; return how many rows changed."""
    count = ticket.notes.update(text="") + 1
    ticket.links.update(brief="", ended_at=timezone.now())
    ticket.asked.update(said="", reason="", **({"subject": ""} if nameless else {}))
    ticket.title = f"#{ticket.number}"
    ticket.text, ticket.fix, ticket.order_no = "", "", ""
    ticket.subject = "" if nameless else ticket.subject
    ticket.save_next("title", "text", "fix", "order_no", "subject")
    return int(count)
