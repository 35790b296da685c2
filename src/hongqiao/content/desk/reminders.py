"""What must not be forgotten when a piece is published by hand: declarations by platform, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.models import Piece


@cache
def book() -> dict[str, Any]:
    """Return content/desk/labels.json."""
    return json.loads(files("hongqiao.content.desk").joinpath("labels.json").read_text("utf-8"))


def of(platform: str, payload: Mapping[str, Any]) -> list[str]:
    """Return the steps of declaring that a piece needs, in the reader's language."""
    labels = payload.get("labels") or {}
    files = any(part.get("ai", "none") != "none" for part in payload.get("parts") or ())
    found = [_line("ai", platform)] if files or labels.get("ai", "none") != "none" else []
    found += [_line("ai_files", platform)] if files else []
    kind = str(payload.get("commercial") or "")
    paid = kind in (Piece.Commercial.PAID, Piece.Commercial.GIFTED, Piece.Commercial.AFFILIATE)
    if paid or (kind == Piece.Commercial.OWN and payload.get("buying")) or labels.get("ad"):
        found.append(_line(kind if kind in book() else "own", platform))
    return found


def _line(what: str, platform: str) -> str:
    lines = book()[what]["words"]
    return _(lines.get(platform) or lines["default"])
