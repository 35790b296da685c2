"""What somebody wrote in a survey becomes a feedback ticket: one an answer, and no words longer than was promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.audience.feedback import clocks, queries, settings, subjects, tickets
from hongqiao.audience.feedback.errors import NoWords
from hongqiao.audience.models import SurveyAnswer, Ticket
from hongqiao.audience.surveys import kit
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member


@transaction.atomic
def open_ticket(*, actor: Member, survey_id: UUID | str, answer_id: UUID | str) -> Ticket:
    """Make a ticket of what was written in an answer; the one that there is where it has one.

    Numbers and addresses in it are veiled: whoever may see contacts finds them in the answer. Raises NotAllowed,
    NotFound, NoWords.
    """
    permissions.require(actor, kit.EDIT)
    mine = SurveyAnswer.objects.for_member(actor, kit.EDIT).filter(survey_id=survey_id).select_related("form")
    row: SurveyAnswer = mine.one(answer_id)
    known = of([row.pk]).get(row.pk)
    if known is not None:
        return known
    wrote = kit.opened(row.words)
    said = [kit.veiled(wrote[q["id"]]) for q in row.form.questions if wrote.get(q["id"])]
    if not said:
        raise NoWords()
    return tickets.open_ticket(
        actor=actor, title=said[0], text="\n".join(said), source=f"{settings.OF_SURVEY}{row.pk}", subject=row.subject
    )


def of(answers: Iterable[UUID]) -> dict[UUID, Ticket]:
    """Return answer → the ticket made of it."""
    sources = {f"{settings.OF_SURVEY}{pk}": pk for pk in answers}
    rows = Ticket.objects.filter(source__in=list(sources), origin=Ticket.Origin.SURVEY).select_related("brand")
    return {sources[row.source]: row for row in rows}


def erase(answers: Iterable[UUID]) -> None:
    """Take the words out of the tickets made of answers that are erased."""
    for row in of(answers).values():
        subjects.wordless(row)


def forget() -> int:
    """Take the words out of tickets whose answer lost its own, once they are over; return how many."""
    over: Any = Ticket.objects.filter(origin=Ticket.Origin.SURVEY, source__startswith=settings.OF_SURVEY).exclude(
        text=""
    )
    count = 0
    for row in over.exclude(state__in=clocks.LIVE).select_related("brand"):
        answer = queries.answer_of(row)
        if answer is not None and answer.who.startswith("-"):
            subjects.wordless(row)
            count += 1
    return count


WRITES = [open_ticket]
