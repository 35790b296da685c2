"""Limits of taking in, and the places where things are said, as data with a brand's differences."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from hongqiao.crisis import settings
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand


def limits(brand: Brand | None = None) -> dict[str, Any]:
    """Return knowledge/crisis/intake.json, with a brand's differences where one is named."""
    return settings.of(brand, "intake") if brand else read("crisis/intake")


def channels() -> list[str]:
    """Return the places by the names that the house calls them."""
    return [c["name"] for c in read("crisis/channels")["channels"]]


@cache
def _named() -> dict[str, str]:
    held = read("crisis/channels")["channels"]
    return {n.lower(): c["name"] for c in held for n in (c["name"], *c["names"])}


def channel(said: str) -> str:
    """Return what the house calls a place, as it was said where it knows none."""
    plain = " ".join(said.split())
    return _named().get(plain.lower(), plain)[: limits()["channel"]]


def search_of(channel_name: str, word: str) -> str:
    """Return the address where a person searches a place for a word, "" where there is none."""
    found = next((c["search"] for c in read("crisis/channels")["channels"] if c["name"] == channel_name), "")
    return filled(found, word)


def filled(address: str, word: str) -> str:
    """Return an address with the word in the place of {q}."""
    return address.replace("{q}", quote(word, safe=""))
