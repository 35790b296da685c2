"""From an approved piece to a publication, and back. Only what was approved goes out, at a moment that can come."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from hongqiao.content.desk import payload
from hongqiao.content.models import Piece, Revision, Stage
from hongqiao.content.production import checking, prelive, slots
from hongqiao.content.production.services import kit, tasks
from hongqiao.content.production.services.reviewing import hold_back
from hongqiao.delivery import publishing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import queries, services
from hongqiao.delivery.publishing.asking import moment
from hongqiao.delivery.publishing.states import ON_ITS_WAY, State
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Account, Member

SEE, SCHEDULE = "content.view", "content.schedule"
SUBJECT = "content.piece"


class NotApproved(Conflict):
    code = "not_approved"
    message = N_("现在的内容还没有通过审核")
    next_step = N_("改过的内容要重新审核，通过后再排期")


class NoAccount(Invalid):
    code = "no_account"
    message = N_("还没有选发布账号")
    next_step = N_("请选同一平台、使用中的自有账号")


@transaction.atomic
def schedule(
    *,
    actor: Member,
    piece_id: UUID | str,
    seen: int | None,
    at: datetime,
    account_id: Any = None,
    way: str = "",
    solemn_reason: str = "",
) -> Publication:
    """Put an approved piece on the desk for a moment; one that is there already is moved to it.

    Raises NotFound, NotAllowed, Conflict, NotApproved, SolemnDay, HeldBack, ChecksOpen, NoAccount, BadMoment,
    AlreadyOnItsWay.
    """
    row = kit.piece_of(actor, piece_id, seen, SCHEDULE)
    approved(row)
    slot = row.publish_at
    row.account, row.publish_at = _account(actor, row, account_id), moment(at)
    slots.mind(actor, row, solemn_reason)
    stand(row, Stage.SCHEDULED, "account", "publish_at")
    tasks.follow(row, slot)
    made = put(actor, row, way)
    audit.record(actor, "piece.scheduled", row, name=row.title, at=made.due_at)
    return made


@slots.on_slot
def put(actor: Member, row: Piece, way: str = "") -> Publication:
    """Have the publication that a scheduled piece's slot and account want: move the one that waits, or ask for one.

    What waits or failed for another account or with an earlier text is stopped. However a piece came by its slot, it
    goes this way. Raises NotApproved, HeldBack, ChecksOpen, NoAccount, BadMoment, AlreadyOnItsWay, Submitting.
    """
    text, at = approved(row), row.publish_at
    assert at is not None  # scheduled: it has a slot
    hold_back(checking.check(row, text.body))  # by the rules of today: those may have changed since the approval
    prelive.hold(row)
    account, found = _account(actor, row, None), on_its_way(row)
    same = found is not None and (found.account_id, found.digest) == (account.pk, text.digest)
    if found is not None and same and found.state == State.WAITING:
        made = services.reschedule(actor=actor, publication_id=found.pk, seen=None, at=at)
    else:
        if found is not None and not same and found.state in (State.WAITING, State.FAILED):
            services.stop(actor=actor, publication_id=found.pk, seen=None)
        made = _asked(actor, row, text, account, at, way)
    row.refresh_from_db()  # it follows its publication
    if row.stage != Stage.SCHEDULED or row.publish_at != made.due_at:
        slot, row.publish_at = row.publish_at, made.due_at
        stand(row, Stage.SCHEDULED, "publish_at")
        tasks.follow(row, slot)
    return made


def _asked(actor: Member, row: Piece, text: Revision, account: Account, at: datetime, way: str) -> Publication:
    return publishing.ask(
        actor=actor,
        account=account,
        subject=SUBJECT,
        subject_id=row.pk,
        title=row.title,
        payload=payload.of(row, text),
        digest=text.digest,
        due_at=at,
        way=way,
    )


@transaction.atomic
def reschedule(
    *, actor: Member, publication_id: UUID | str, seen: int | None, at: datetime, solemn_reason: str = ""
) -> Publication:
    """Move a publication that waits to another moment; its piece is asked about as on the calendar.

    Raises NotFound, NotAllowed, Conflict, SolemnDay, Submitting, NotNow, BadMoment.
    """
    row: Publication = queries.publications(actor).one(publication_id)
    permissions.require(actor, SCHEDULE)
    piece = Piece.objects.select_for_update().filter(brand=actor.brand, pk=row.subject_id).first()
    if piece is not None and row.subject == SUBJECT:
        piece.publish_at = moment(at)
        slots.mind(actor, piece, solemn_reason)
    return services.reschedule(actor=actor, publication_id=row.pk, seen=seen, at=at)


@transaction.atomic
def unschedule(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Take a piece off the desk; it stays approved. Raises NotFound, Conflict, Submitting, NotNow."""
    row = kit.piece_of(actor, piece_id, seen, SCHEDULE)
    found = on_its_way(row)
    if found is not None:
        services.stop(actor=actor, publication_id=found.pk, seen=None)  # listening moves the piece
    elif row.stage == Stage.SCHEDULED:
        stand(row, Stage.APPROVED)
    else:
        raise NotApproved(N_("这条内容不在排期里"), N_("请刷新后再看"), code="not_scheduled")
    audit.record(actor, "piece.unscheduled", row, name=row.title)
    return Piece.objects.get(pk=row.pk)


def approved(row: Piece) -> Revision:
    """Return the text of a piece that stands approved, word for word. Raises NotApproved."""
    text = Revision.objects.filter(piece=row, number=row.revision).first()
    stands = row.stage in (Stage.APPROVED, Stage.SCHEDULED)
    if not stands or text is None or not row.approved or row.approved != text.digest:
        raise NotApproved()
    return text


def on_its_way(row: Piece) -> Publication | None:
    """Return the publication of a piece that was not stopped, the newest first."""
    found = Publication.objects.filter(brand_id=row.brand_id, subject=SUBJECT, subject_id=row.pk)
    return found.filter(state__in=ON_ITS_WAY).order_by("-id").first()


def stand(row: Piece, stage: Stage, *more: str) -> None:
    """Let a piece stand at a stage from now on, as its next version."""
    kit.stand(row, stage)
    row.save_next("stage", "stage_at", *more)


def _account(actor: Member, row: Piece, account_id: Any) -> Account:
    rows = Account.objects.filter(brand_id=actor.brand_id, platform=row.platform, state=Account.State.OPEN)
    own = rows.filter(relation=Account.Relation.OWN)
    try:
        found = own.filter(pk=str(account_id or row.account_id or "")).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise NoAccount()
    return found
