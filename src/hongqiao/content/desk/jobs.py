"""What the desk hears of publications: a piece follows its publication, and a text that changed is not let out."""

from __future__ import annotations

from hongqiao.content.desk import holding, today
from hongqiao.content.desk.asking import SUBJECT, stand
from hongqiao.content.models import Piece, Stage
from hongqiao.content.production.services import tasks, went_live
from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import acting
from hongqiao.delivery.publishing.states import LIVE, State, in_flight
from hongqiao.errors import N_
from hongqiao.workspace import jobs, todays


@publishing.on_change
def follow(row: Publication, before: str) -> None:
    """Move the piece with its publication, in the same transaction."""
    if row.subject != SUBJECT:
        return
    piece = Piece.objects.select_for_update().filter(pk=row.subject_id, brand_id=row.brand_id).first()
    if piece is None:
        return
    if row.state in LIVE:
        _live(piece, row)
    elif row.state == State.STOPPED and piece.stage == Stage.SCHEDULED and piece.approved == row.digest:
        stand(piece, Stage.APPROVED)
    elif row.state == State.WAITING == before and piece.stage == Stage.SCHEDULED and piece.publish_at != row.due_at:
        slot, piece.publish_at = piece.publish_at, row.due_at
        piece.save_next("publish_at")
        tasks.follow(piece, slot)
        holding.weigh(piece)


def _live(piece: Piece, row: Publication) -> None:
    if piece.stage in (Stage.SCHEDULED, Stage.APPROVED):
        went_live(piece=piece, address=row.address, at=row.live_at, by=row.by)
    elif piece.stage == Stage.PUBLISHED and row.address and row.address != piece.address:
        piece.address = row.address
        piece.save_next("address")


@publishing.guard
def wanted(row: Publication) -> bool:
    """Whether the piece still stands scheduled with exactly the text that is to go out."""
    if row.subject != SUBJECT:
        return True
    piece = Piece.objects.filter(pk=row.subject_id, brand_id=row.brand_id).first()
    return piece is not None and piece.stage == Stage.SCHEDULED and piece.approved == row.digest


@jobs.handler("content.desk_changed", label=N_("撤下改过的排期内容"))
def changed(ctx: jobs.Context) -> dict[str, int]:
    """Stop what waits and whose piece was rewritten or taken back meanwhile, hold back live rooms whose checks are open
    again, however that came about."""
    waiting = Publication.objects.filter(subject=SUBJECT, state=State.WAITING).select_related("account", "brand")
    gone = [row for row in waiting if not in_flight(row) and not wanted(row)]
    for row in gone:
        acting.withdraw(row)
    holding.weigh_all(row.subject_id for row in waiting if row not in gone)
    return {"stopped": len(gone)}


jobs.every("content.desk_changed", minutes=1)
todays.register("content.desk", today.card)
