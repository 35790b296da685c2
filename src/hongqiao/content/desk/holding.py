"""A scheduled live room waits while a required check before it is open again; whoever answers for it is told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from hongqiao.content.desk.asking import SUBJECT
from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import prelive
from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.states import State, in_flight
from hongqiao.workspace import notices

CODE = prelive.ChecksOpen.code


def _why(piece: Piece) -> dict[str, str | int]:
    left = prelive.open_checks(piece)
    return {"code": CODE, "count": len(left), "check": left[0]} if left else {}


@publishing.hold
def waits(row: Publication) -> dict[str, str | int]:
    """Return what of a live room's checks is open, right before the act; {} for all else."""
    if row.subject != SUBJECT:
        return {}
    piece = Piece.objects.filter(pk=row.subject_id, brand_id=row.brand_id, form=Piece.Form.LIVE).first()
    return _why(piece) if piece else {}


def held(row: Publication) -> bool:
    """Return whether a publication waits for checks, as it is kept."""
    kept: dict[str, Any] = row.error or {}
    return row.state == State.WAITING and kept.get("code") == "held" and (kept.get("held") or {}).get("code") == CODE


@prelive.on_checks
@transaction.atomic
def weigh(piece: Piece) -> None:
    """Keep with what waits of a live room that it is held, or no longer; its owner, and who scheduled it, are told."""
    rows = Publication.objects.select_for_update(of=("self",)).select_related("by__user", "brand", "account")
    why = _why(piece)
    for row in rows.filter(brand_id=piece.brand_id, subject=SUBJECT, subject_id=piece.pk, state=State.WAITING):
        if in_flight(row):
            continue
        before = (row.error or {}).get("held") if held(row) else None
        if why and why != before:
            Publication.objects.filter(pk=row.pk).update(error={"code": "held", "held": why})
            if before is None:
                _tell(row, piece, int(why["count"]))
        elif before and not why:
            Publication.objects.filter(pk=row.pk).update(error=None)


def _tell(row: Publication, piece: Piece, count: int) -> None:
    people = {m.pk: m for m in (piece.owner, row.by) if m is not None}
    url = reverse("content_publication", args=[row.brand.slug, row.pk])
    notices.tell(people.values(), "publication.held", url=url, title=row.title, count=count)


def weigh_all(keys: Iterable[UUID]) -> None:
    """Weigh the live rooms among these pieces."""
    live = Piece.objects.filter(pk__in=list(keys), form=Piece.Form.LIVE, stage=Stage.SCHEDULED)
    for piece in live.select_related("owner__user", "owner__brand"):
        weigh(piece)
