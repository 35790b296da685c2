"""Reads of surveys: the list with counts, one, its answers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import kit
from hongqiao.workspace.models import Member

State = SurveyAnswer.State


def surveys(member: Member, *, state: str = "", q: str = "") -> QuerySet[Survey]:
    """Return surveys, the newest first, with `n` whole answers and `parts` begun ones; archived ones when asked for."""
    found = Survey.objects.for_member(member, kit.SEE).select_related("owner__user", "activity", "brand")
    found = found.filter(state=state) if state in Survey.State.values else found.exclude(state=Survey.State.ARCHIVED)
    if q:
        found = found.filter(Q(title__icontains=q) | Q(purpose__icontains=q))
    return found.annotate(
        n=Count("answers", filter=Q(answers__state=State.WHOLE)),
        parts=Count("answers", filter=Q(answers__state=State.PARTIAL)),
    ).order_by("-id")


def survey(member: Member, survey_id: UUID | str) -> Survey:
    """Return one survey, archived or not. Raises NotFound."""
    row: Survey = (
        Survey.objects.for_member(member, kit.SEE).select_related("brand", "activity", "owner__user").one(survey_id)
    )
    return row


def answers(member: Member, survey_id: UUID | str) -> QuerySet[SurveyAnswer]:
    """Return the answers of a survey, the newest first. Raises NotFound."""
    row = survey(member, survey_id)
    found: QuerySet[SurveyAnswer] = SurveyAnswer.objects.for_member(member, kit.SEE).filter(survey=row)
    return found.select_related("form").order_by("-id")
