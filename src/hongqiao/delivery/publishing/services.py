"""What people do with a publication: stop, try again, hand over, move, declare. Each leaves one audit row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import addresses, following, states
from hongqiao.delivery.publishing.asking import HAND, SCHEDULE, moment, queue, way_of
from hongqiao.delivery.publishing.errors import NoConnector, NotNow, RefusedByHand, Submitting
from hongqiao.delivery.publishing.states import LIVE, State, in_flight
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, permissions, shots
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import stored_error

Way = Publication.Way


class NoProof(Invalid):
    code = "no_proof"
    message = N_("请粘贴链接，或上传一张截图")
    next_step = N_("两样有一样就可以登记")


class NoWords(Invalid):
    code = "no_words"
    message = N_("请写明平台给的原因")
    next_step = N_("照抄平台通知里的原话")


def _row(actor: Member, permission: str, key: UUID | str, seen: int | None) -> Publication:
    permissions.require(actor, permission)
    rows = Publication.objects.for_member(actor, permission)
    rows.locked(key, seen)
    found: Publication = Publication.objects.select_related("account", "brand", "by__user").get(pk=key)
    return found


@transaction.atomic
def stop(*, actor: Member, publication_id: UUID | str, seen: int | None) -> Publication:
    """Take back what has not been handed in. Raises NotFound, Conflict, Submitting, NotNow."""
    row = _row(actor, SCHEDULE, publication_id, seen)
    if row.state == State.STOPPED:
        return row
    if in_flight(row):
        raise Submitting()
    if row.state not in (State.WAITING, State.FAILED):
        raise NotNow()
    states.move(row, State.STOPPED)
    audit.record(actor, "publication.stopped", row, title=row.title)
    return row


@transaction.atomic
def retry(*, actor: Member, publication_id: UUID | str, seen: int | None) -> Publication:
    """Try again what failed, now; what an earlier attempt came to is asked first. Raises Conflict, NotNow."""
    row = _row(actor, SCHEDULE, publication_id, seen)
    if row.state != State.FAILED:
        raise NotNow()
    row.error, row.attempts, row.due_at = None, 0, timezone.now()
    if row.submitted_at and row.asking_at is None:  # it was handed in and refused: the next one is a new one
        row.steps, row.ids, row.submitted_at = {}, {}, None
    fields = ("error", "attempts", "due_at", "steps", "ids", "submitted_at")
    states.move(row, State.WAITING, *fields)
    queue(row)
    audit.record(actor, "publication.retried", row, title=row.title)
    return row


@transaction.atomic
def assist(*, actor: Member, publication_id: UUID | str, seen: int | None, by_hand: bool = True) -> Publication:
    """Give it to a person to publish, or back to the interface. Raises Conflict, Submitting, NotNow, NoConnector."""
    row = _row(actor, SCHEDULE, publication_id, seen)
    if in_flight(row):
        raise Submitting()
    if row.state not in (State.WAITING, State.FAILED):
        raise NotNow()
    if not by_hand and way_of(row.account) != Way.API:
        raise NoConnector()
    row.way, row.error = Way.ASSISTED if by_hand else Way.API, None
    if row.state == State.FAILED:
        row.asking_at = None if by_hand else row.asking_at
        states.move(row, State.WAITING, "way", "error", "asking_at")
    else:
        row.save_next("way", "error")
    queue(row)
    audit.record(actor, "publication.handed", row, title=row.title, way=row.way)
    return row


@transaction.atomic
def reschedule(*, actor: Member, publication_id: UUID | str, seen: int | None, at: datetime) -> Publication:
    """Move it to another moment. Raises Conflict, Submitting, NotNow, BadMoment."""
    row = _row(actor, SCHEDULE, publication_id, seen)
    if in_flight(row):
        raise Submitting()
    if row.state != State.WAITING:
        raise NotNow()
    row.due_at, row.error = moment(at), None
    row.save_next("due_at", "error")
    states.tell(row, row.state)
    queue(row)
    audit.record(actor, "publication.moved", row, title=row.title, at=row.due_at)
    return row


@transaction.atomic
def under_review(*, actor: Member, publication_id: UUID | str, seen: int | None) -> Publication:
    """Keep that a person handed it in and the platform looks at it. Raises Conflict, NotNow."""
    row = _row(actor, HAND, publication_id, seen)
    if row.way != Way.ASSISTED:
        raise NotNow()
    row.submitted_at = timezone.now()
    states.move(row, State.REVIEWING, "submitted_at")
    audit.record(actor, "publication.under_review", row, title=row.title)
    return row


@transaction.atomic
def declare(
    *,
    actor: Member,
    publication_id: UUID | str,
    seen: int | None,
    pasted: str = "",
    picture: bytes | None = None,
    phone: bool = False,
) -> Publication:
    """Keep a person's word that it is live, with the link (or 分享口令) or a screenshot: 待核实 until it is seen.

    The same link again changes nothing. Raises NoLink, OtherPlatform, NoProof, NotAPicture, Conflict, Submitting.
    """
    row = _row(actor, HAND, publication_id, None)
    link = addresses.of_paste(pasted, row.account.platform) if pasted.strip() else ""
    if not link and not picture:
        raise NoProof()
    if row.state in LIVE and link and link == row.address and not picture:
        return row
    if seen is not None and row.version != seen:
        _row(actor, HAND, publication_id, seen)  # raises Conflict
    if in_flight(row):
        raise Submitting()
    if row.state == State.STOPPED:
        raise NotNow()
    _declared(row, actor, link, shots.keep(row.brand_id, picture) if picture else "", phone)
    audit.record(actor, "publication.declared", row, title=row.title, link=row.address, phone=phone)
    return row


def _declared(row: Publication, actor: Member, link: str, shot: str, phone: bool) -> None:
    now = timezone.now()
    before = row.proof or {}
    proof: dict[str, Any] = {"kind": "link" if link else "screenshot", "at": now.isoformat(), "by": str(actor)}
    proof |= {"address": link or row.address, "shot": shot or before.get("shot", ""), "phone": phone}
    moved = bool(link) and link != row.address
    row.address, row.live_at, row.error = link or row.address, row.live_at or now, None
    row.gone_at, row.asking_at = None, None
    fields = ("address", "live_at", "error", "gone_at", "asking_at", "proof")
    if row.state in LIVE and not moved:  # a screenshot beside the link that is known
        row.proof = {**before, "shot": proof["shot"]}
        row.save_next(*fields)
        return
    row.proof = proof
    if row.state == State.DECLARED:
        row.save_next(*fields)
        states.tell(row, row.state)
    else:
        states.move(row, State.DECLARED, *fields)
    following.look_next(row, 0)


@transaction.atomic
def refused(*, actor: Member, publication_id: UUID | str, seen: int | None, words: str) -> Publication:
    """Keep that the platform did not let through what a person handed in, in its own words. Raises NoWords, NotNow."""
    row = _row(actor, HAND, publication_id, seen)
    if not words.strip():
        raise NoWords()
    if row.way != Way.ASSISTED:
        raise NotNow()
    row.error = stored_error(RefusedByHand(words=words.strip()[:300]))
    states.move(row, State.FAILED, "error")
    audit.record(actor, "publication.refused", row, title=row.title, words=words.strip()[:300])
    return row


@transaction.atomic
def told(*, actor: Member, publication_id: UUID | str, seen: int | None) -> Publication:
    """Keep that it was sent to the followers (群发) by hand, beside being published. Raises NotNow, Conflict."""
    row = _row(actor, HAND, publication_id, seen)
    if row.account.platform != "wechat_oa" or row.state not in LIVE:
        raise NotNow()
    if not row.told_followers:
        row.told_followers, row.told_at = True, timezone.now()
        row.save_next("told_followers", "told_at")
        audit.record(actor, "publication.told", row, title=row.title)
    return row


@transaction.atomic
def end_passes(*, actor: Member, publication_id: UUID | str) -> Publication:
    """End every phone link of a publication that was given out."""
    row = _row(actor, HAND, publication_id, None)
    row.passes += 1
    row.save(update_fields=["passes"])
    audit.record(actor, "publication.passes_ended", row, title=row.title)
    return row
