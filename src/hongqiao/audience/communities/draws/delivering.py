"""From a winner to a prize that arrived: claimed, sent, received, or given up, and then the next who stands by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.draws import opening
from hongqiao.audience.models import Draw, Win
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

S = Win.State
MOVES: Mapping[str, tuple[str, ...]] = {
    S.WAITING: (S.CLAIMED, S.FORFEITED),
    S.CLAIMED: (S.SENT, S.RECEIVED, S.FORFEITED),
    S.SENT: (S.RECEIVED, S.CLAIMED),
    S.RECEIVED: (),
    S.FORFEITED: (),
}


def _of(actor: Member, win_id: UUID | str, seen: int) -> tuple[Draw, Win]:
    kit.need(actor, kit.EDIT)
    rows = Win.objects.for_member(actor, kit.EDIT)
    draw = opening.of(actor, rows.one(win_id).draw_id, None, kit.EDIT)
    return draw, rows.locked(win_id, seen)


@transaction.atomic
def move_win(
    *,
    actor: Member,
    win_id: UUID | str,
    seen: int,
    state: str,
    contact: str = "",
    carrier: str = "",
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    at: Any = None,
) -> Win:
    """Say how far a prize is. Sent wants carrier and number, received a proof. Contacts want `users.contact`.

    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords, NeedsProof.
    """
    draw, row = _of(actor, win_id, seen)
    if not row.prize or state not in MOVES[row.state] or state == S.FORFEITED:
        raise kit.WrongState()
    if contact:
        kit.need(actor, kit.CONTACT)
        row.contact = kit.seal(kit.text(contact, _("收件信息"), 300))
    if state == S.SENT:
        row.carrier = kit.text(carrier, _("快递与单号"), 120, need=True)
    if state == S.RECEIVED:
        row.proof = kit.proof(draw.brand, said=text, url=url, picture=picture)
    row.state, row.moved_at = state, at or timezone.now()
    row.save_next("state", "contact", "carrier", "proof", "moved_at")
    audit.record(actor, "draw.win_moved", row, draw=str(draw.pk), ticket=row.ticket.code, state=state)
    _finish(draw)
    return row


@transaction.atomic
def forfeit(*, actor: Member, win_id: UUID | str, seen: int, reason: str) -> Win | None:
    """Say that somebody gives a prize up, or falls away as an alternate; return who steps in, None for nobody.

    The place goes to the first alternate who neither stepped in nor gave up, as `methods.draw.settle` says.
    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords.
    """
    kit.need(actor, kit.SEND)
    draw, row = _of(actor, win_id, seen)
    if row.state not in (S.WAITING, S.CLAIMED):
        raise kit.WrongState()
    row.why = kit.text(reason, _("弃奖原因"), 200, need=True)
    last = Win.objects.filter(draw=draw).aggregate(n=Max("gone"))["n"] or 0
    prize, row.state, row.gone, row.moved_at = row.prize, S.FORFEITED, last + 1, timezone.now()
    row.save_next("why", "state", "gone", "moved_at")
    heir = _step_in(draw, row) if prize and draw.mode == Draw.Mode.OWN else None
    stepped = heir.ticket.code if heir else ""
    audit.record(actor, "draw.forfeited", row, draw=str(draw.pk), ticket=row.ticket.code, heir=stepped)
    _finish(draw)
    return heir


def _step_in(draw: Draw, gone: Win) -> Win | None:
    heir = Win.objects.select_for_update().filter(draw=draw, prize="", state=S.WAITING).order_by("rank").first()
    if heir is not None:
        heir.prize, heir.price, heir.instead = gone.prize, gone.price, gone.ticket.code
        heir.save_next("prize", "price", "instead")
    return heir


def _finish(draw: Draw) -> None:
    """A draw is done when every prize was received or has nobody left."""
    open_ = Win.objects.filter(draw=draw).exclude(prize="").exclude(state__in=[S.RECEIVED, S.FORFEITED])
    done = Draw.State.DRAWN if open_.exists() else Draw.State.DONE
    if draw.state in (Draw.State.DRAWN, Draw.State.DONE) and draw.state != done:
        draw.state = done
        draw.save_next("state")
