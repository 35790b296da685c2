"""Addresses of the room's pages: the one place that knows them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from hongqiao.workspace.models import Brand


def page(name: str, brand: Brand, **filters: str) -> str:
    """Return the address of one of the room's pages, with what it is filtered by."""
    kept = {k: v for k, v in filters.items() if v}
    return reverse(name, args=[brand.slug]) + (f"?{urlencode(kept)}" if kept else "")


def person(brand: Brand, key: str) -> str:
    """Return the address of one person's page."""
    return reverse("users_person", args=[brand.slug, key])
