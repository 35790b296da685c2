"""A kept payload as a connector takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from hongqiao.delivery.models import Publication
from hongqiao.platforms.client.publisher import Part, Payload


def of(row: Publication) -> Payload:
    """Return what is published; its mark is the publication's own key."""
    kept: dict[str, Any] = row.payload
    parts = tuple(Part(_called(p), file_of(row, p), p.get("mime", "")) for p in kept.get("parts") or ())
    return Payload(mark=str(row.pk), form=str(kept.get("form", "")), body=kept.get("body") or {}, parts=parts)


def _called(part: dict[str, Any]) -> str:
    """Return how the text calls a part: by its asset; `name` is what a person reads."""
    return str(part.get("asset") or part["name"])


def file_of(row: Publication, part: dict[str, Any]) -> Path:
    """Return where a part's file is: always inside the data folder of its brand."""
    root = Path(settings.DATA).resolve()
    path = (root / str(part.get("path", ""))).resolve()
    if not path.is_relative_to(root) or str(row.brand_id) not in path.parts:
        return root / "missing"
    return path
