"""Letting a piece stand at a stage: what every move shares, and the house's own word that it is live."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hongqiao.content.models import Piece, Stage, Topic
from hongqiao.content.production.services import kit, tasks
from hongqiao.workspace import audit, webhooks
from hongqiao.workspace.models import Member


def go(row: Piece, to: Stage, by: Member | None, *more: str) -> None:
    """Let a piece stand at a stage and save it as its next version; what is then done is ticked off."""
    kit.stand(row, to)
    row.save_next("stage", "stage_at", "approved", "approved_at", *more)
    tasks.pass_stage(row, to, by)


def reopen(row: Piece) -> bool:
    """Send a piece whose text changed after approval back to be written; return whether it was. The caller saves."""
    if row.stage not in (Stage.APPROVED, Stage.SCHEDULED):
        return False
    kit.stand(row, Stage.COPY)
    return True


@transaction.atomic
def went_live(*, piece: Piece, address: str = "", at: datetime | None = None, by: Member | None = None) -> Piece:
    """Say that a piece is published: the house's own word, once publishing has proof or a person's statement of it.

    Asked again it keeps the address and changes nothing else.
    """
    row: Piece = Piece.objects.select_for_update().get(pk=piece.pk)
    if row.stage in (Stage.PUBLISHED, Stage.ARCHIVED) and (not address or row.address):
        return row
    row.address = row.address or address[:500]
    if at is not None:
        row.publish_at = at
    go(row, Stage.PUBLISHED, by, "address", "publish_at")
    if row.topic_id:
        topic = Topic.objects.select_for_update().get(pk=row.topic_id)
        if topic.state == Topic.State.MAKING:
            topic.state = Topic.State.PUBLISHED
            topic.save_next("state")
    audit.record(by, "piece.published", row, brand=row.brand, name=row.title, address=row.address)
    told = {"piece": str(row.pk), "title": row.title, "platform": row.platform, "address": row.address}
    webhooks.announce(row.brand, "piece.published", told)
    return row
