"""Tickets and needs as pages, files and calls show them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hongqiao.audience.feedback import addresses, clocks, kinds, settings, teams, words
from hongqiao.audience.models import Ticket, TicketNote
from hongqiao.workspace.words import say


def line(row: Ticket) -> dict[str, Any]:
    """Return a ticket as a list shows it."""
    book = settings.book(row.brand)
    held = clocks.running(row, timezone.now(), book["near_share"])
    return {
        "row": row,
        "url": addresses.ticket(row),
        "kind": kinds.label(row.kind),
        "team": teams.label(row.brand, row.team),
        "priority": words.priority(row.priority),
        "urgent": words.URGENT[row.priority],
        "why": words.why(row.why),
        "state": words.state(row.state),
        "tone": words.TONES[Ticket.State(row.state)],
        "clock": words.clock(held) if held else "",
        "clock_due": held.due if held else None,
        "clock_late": bool(held and held.late),
        "clock_near": bool(held and held.near),
        "missed": "、".join(words.clock_name(c) for c in row.late),
    }


def history(notes: list[TicketNote], number: int) -> list[dict[str, Any]]:
    """Return the history of a ticket in words, the newest first."""
    return [
        {
            "row": n,
            "said": say("audit", n.code, {"number": number, **n.params}),
            "who": n.partner or (str(n.by) if n.by else ""),
            "outside": bool(n.partner),
        }
        for n in notes
    ]
