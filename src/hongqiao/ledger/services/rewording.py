"""A finding's sentence in a model's words, where the brand has one for that; and back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hongqiao.ledger import words
from hongqiao.ledger.models import Finding
from hongqiao.ledger.services import kit
from hongqiao.workspace import audit
from hongqiao.workspace.assistant import rewording
from hongqiao.workspace.models import Member, Rewording


def subject(finding: Finding) -> str:
    """Return what a rewording is kept under."""
    return f"finding:{finding.pk}"


def reword_finding(*, actor: Member, finding_id: UUID | str, seen: int | None = None) -> Rewording:
    """Have the finding's sentence said in other words. Raises NotFound, NotAllowed, Conflict, AssistantError; then
    nothing changes. The model is asked outside of any transaction.
    """
    with transaction.atomic():
        row = kit.finding_of(actor, finding_id, seen)
    made = rewording.reword(actor, subject(row), words.sentence(row), words.names_in(row), words.everybodys_names())
    audit.record(actor, "finding.reworded", row, rule=row.rule, model=made.model)
    return made


@transaction.atomic
def unword_finding(*, actor: Member, finding_id: UUID | str, seen: int | None = None) -> None:
    """Show the finding's own text again."""
    row = kit.finding_of(actor, finding_id, seen)
    rewording.forget(actor, subject(row))
    audit.record(actor, "finding.unworded", row, rule=row.rule)
