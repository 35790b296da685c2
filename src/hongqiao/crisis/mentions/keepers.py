"""What the mentions keep of a user: words and name of an author who is known by their key.."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hongqiao.crisis.models import Mention
from hongqiao.errors import N_
from hongqiao.workspace import persons

#: what is left of a text whose author was erased: a row that figures and waves count, without a word of theirs
GONE = "—"


def _of(brand_id: UUID, keys: Sequence[str]) -> Any:
    return Mention.objects.filter(brand_id=brand_id, author_key__in=list(keys)).exclude(author_key="")


def _move(brand_id: UUID, other: str, keep: str) -> list[str]:
    """An author stays who they were said to be: facts under that key are read as the person's by the map."""
    return []


def _back(brand_id: UUID, moved: Any, other: str) -> None:
    return None


def _export(brand_id: UUID, keys: Sequence[str]) -> list[dict[str, Any]]:
    rows = _of(brand_id, keys).order_by("pk")
    return [
        {"channel": m.channel, "posted_at": m.posted_at, "title": m.title, "text": m.text, "url": m.url} for m in rows
    ]


def _erase(brand_id: UUID, keys: Sequence[str]) -> int:
    gone: dict[str, Any] = {
        "text": GONE,
        "title": "",
        "url": "",
        "author": "",
        "author_key": "",
        "edits": [],
        "cue": "",
    }
    return int(_of(brand_id, keys).update(**gone))


persons.register("mentions", N_("提及"), move=_move, back=_back, export=_export, erase=_erase)
