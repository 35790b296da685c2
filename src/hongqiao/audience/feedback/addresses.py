"""Where the pages of tickets and needs are: the one place that links to them are taken from."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from hongqiao.audience.models import Need, Ticket
from hongqiao.workspace.models import Brand


def tickets(brand: Brand, **filters: str) -> str:
    """Return the list of tickets, filtered."""
    return reverse("users_tickets", args=[brand.slug]) + (f"?{urlencode(filters)}" if filters else "")


def ticket(row: Ticket) -> str:
    """Return the page of a ticket."""
    return reverse("users_ticket", args=[row.brand.slug, row.pk])


def need(row: Need) -> str:
    """Return the page of a need."""
    return reverse("users_need", args=[row.brand.slug, row.pk])
