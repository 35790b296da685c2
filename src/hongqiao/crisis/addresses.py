"""Where the pages of the room are, for links between its parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from hongqiao.crisis.models import Incident, Mention
from hongqiao.workspace.models import Brand


def tab(row: Incident, name: str) -> str:
    """Return a tab of an incident's room; people affected are seen by those who handle it only."""
    return reverse("crisis_incident_tab", args=[row.brand.slug, row.pk, name])


def repair(row: Incident) -> str:
    """Return the page of an incident's repair."""
    return reverse("crisis_repair", args=[row.brand.slug, row.pk])


def mentions(row: Incident, **filters: Any) -> str:
    """Return the list of an incident's mentions, filtered further."""
    return reverse("crisis_mentions", args=[row.brand.slug]) + "?" + urlencode({"incident": str(row.pk), **filters})


def mention(row: Mention) -> str:
    """Return the page of a mention."""
    return reverse("crisis_mention", args=[row.brand.slug, row.pk])


def sources(brand: Brand) -> str:
    """Return the page of the sources with their coverage."""
    return reverse("crisis_sources", args=[brand.slug])
