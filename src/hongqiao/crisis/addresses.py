"""Where the pages of the room are: the one place that its parts take links from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from hongqiao.crisis.models import Incident, Mention
from hongqiao.workspace.models import Brand


def page(name: str, brand: Brand) -> str:
    """Return a page of the room that is about nothing in particular, by its name."""
    return reverse(name, args=[brand.slug])


def incident(row: Incident, tab: str = "timeline") -> str:
    """Return the room of an incident, open at a tab; the first tab is the room's own page."""
    if tab == "timeline":
        return reverse("crisis_incident", args=[row.brand.slug, row.pk])
    return reverse("crisis_incident_tab", args=[row.brand.slug, row.pk, tab])


def repair(row: Incident) -> str:
    """Return the page of an incident's repair."""
    return reverse("crisis_repair", args=[row.brand.slug, row.pk])


def mentions(row: Incident, **filters: Any) -> str:
    """Return the list of an incident's mentions, filtered further."""
    return page("crisis_mentions", row.brand) + "?" + urlencode({"incident": str(row.pk), **filters})


def mention(row: Mention) -> str:
    """Return the page of a mention."""
    return reverse("crisis_mention", args=[row.brand.slug, row.pk])
