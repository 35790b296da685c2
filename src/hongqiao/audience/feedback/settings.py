"""Tickets' priorities, terms, hours and teams, and how needs are gathered: as data with a brand's differences."""

from __future__ import annotations

from typing import Any

from hongqiao.audience import settings
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

SEE, EDIT = "users.view", "users.edit"
OF_SURVEY = "survey:"  # how the source of a ticket begins that was made of an answer


def book(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/tickets.json with a brand's differences; of teams each is changed alone."""
    found = settings.of(brand, "tickets")
    shipped = read("audience/tickets")["teams"]
    own = found["teams"] if found["teams"] is not shipped else {}
    return found | {"teams": {code: {**team, **(own.get(code) or {})} for code, team in shipped.items()}}


def needs(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/needs.json with a brand's differences."""
    return settings.of(brand, "needs")
