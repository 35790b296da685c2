"""口径 Q&A: what users ask and what customer service says to all of them; approved by who may sign."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Answer
from hongqiao.errors import N_, Invalid
from hongqiao.workspace.models import AuditEntry, Member


class OwnAnswer(Invalid):
    code = "own_answer"
    message = N_("写口径的人不能自己批准")
    next_step = N_("请另一位有签批权限的同事批准")


@transaction.atomic
def add_answer(*, actor: Member, incident_id: UUID | str, question: str, answer: str) -> Answer:
    """Add a question with its answer, to be approved. Raises NeedsWords."""
    incident = kit.of(actor, incident_id)
    row = Answer(brand=actor.brand, incident=incident, question=kit.words(question, 300))
    row.answer, row.order = kit.words(answer, 2000, lines=True), Answer.objects.filter(incident=incident).count() + 1
    row.save(force_insert=True)
    kit.tell(actor, incident, "incident.answer_added", row, question=row.question[:60])
    return row


@transaction.atomic
def change_answer(*, actor: Member, answer_id: UUID | str, seen: int | None, question: str, answer: str) -> Answer:
    """Reword it: what was approved is so no more. Raises NeedsWords, Conflict."""
    incident, row = kit.part(actor, Answer, answer_id, seen)
    row.question, row.answer = kit.words(question, 300), kit.words(answer, 2000, lines=True)
    row.approved_by = row.approved_at = None
    row.save_next("question", "answer", "approved_by", "approved_at")
    kit.tell(actor, incident, "incident.answer_changed", row, question=row.question[:60])
    return row


@transaction.atomic
def approve_answer(*, actor: Member, answer_id: UUID | str, seen: int) -> Answer:
    """Approve it as it was read; who wrote it last does not. Raises NotAllowed, OwnAnswer, Conflict."""
    incident, row = kit.part(actor, Answer, answer_id, seen, kit.SIGN)
    if writer(row) == actor.pk:
        raise OwnAnswer()
    row.approved_by, row.approved_at = actor, timezone.now()
    row.save_next("approved_by", "approved_at")
    kit.tell(actor, incident, "incident.answer_approved", row, question=row.question[:60])
    return row


def writer(row: Answer) -> UUID | None:
    """Return who wrote it last: the audit knows."""
    codes = ("incident.answer_added", "incident.answer_changed")
    last = (
        AuditEntry.objects.filter(brand_id=row.brand_id, object_id=str(row.pk), code__in=codes).order_by("-id").first()
    )
    return last.member_id if last else None


@transaction.atomic
def drop_answer(*, actor: Member, answer_id: UUID | str, seen: int | None) -> None:
    """Take it off the list. Raises Conflict."""
    incident, row = kit.part(actor, Answer, answer_id, seen)
    kit.tell(actor, incident, "incident.answer_dropped", row, question=row.question[:60])
    row.delete()


WRITES = [add_answer, change_answer, approve_answer, drop_answer]
