"""Pieces for tests: made through the services, as people would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongqiao.content.models import Piece
from hongqiao.content.production import services
from hongqiao.workspace.models import Account

TEXT = {
    "title": "油皮通勤防晒，我连着用了两周",
    "text": "早上七点半出门，地铁里全是汗。\n我先涂两指的量，等三分钟再上妆。",
    "images": ["01890000-0000-7000-8000-000000000001"],  # a note without a picture is held
}


def soon(days: int = 20) -> str:
    return f"{timezone.localdate() + timedelta(days=days)} 20:00"


def piece(actor: Any, **fields: Any) -> Piece:
    given = {"title": "油皮通勤防晒", "platform": "xiaohongshu", "form": "note"} | fields
    return services.create_piece(actor=actor, **given)


def account(brand: Any, platform: str = "xiaohongshu") -> Account:
    return Account.objects.get_or_create(brand=brand, platform=platform, name="安澜")[0]


def written(actor: Any, row: Piece | None = None, text: dict[str, Any] | None = None) -> Piece:
    row = row or piece(actor)
    services.add_revision(actor=actor, piece_id=row.pk, seen=None, body=text or TEXT)
    return fresh(row)


def at(actor: Any, row: Piece, *stages: str) -> Piece:
    for stage in stages:
        row = services.move(actor=actor, piece_id=row.pk, seen=None, stage=stage)
    return row


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
