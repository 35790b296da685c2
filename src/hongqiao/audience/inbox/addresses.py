"""Where the pages of the inbox are: the one place that links to them are taken from."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from hongqiao.audience.models import Thread
from hongqiao.workspace.models import Brand


def inbox(brand: Brand, **filters: str) -> str:
    """Return the list of threads, filtered."""
    return reverse("users_inbox", args=[brand.slug]) + (f"?{urlencode(filters)}" if filters else "")


def thread(row: Thread) -> str:
    """Return the page of a thread."""
    return reverse("users_thread", args=[row.brand.slug, row.pk])


def person(brand: Brand, subject: str) -> str:
    """Return the page of a person by key, "" where there is none to go to."""
    try:
        return reverse("users_person", args=[brand.slug, subject]) if subject else ""
    except NoReverseMatch:
        return ""
