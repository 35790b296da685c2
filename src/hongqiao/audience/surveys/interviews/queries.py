"""Reads of interviews and insight cards: lists with search and tags, one with what belongs to it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hongqiao.audience.models import Evidence, Insight, Interview
from hongqiao.audience.surveys import kit
from hongqiao.audience.surveys.interviews.services import opened_quotes
from hongqiao.workspace.models import Member

MOST = 500  # notes are encrypted: the newest so many are opened to search in


def interviews(member: Member, *, q: str = "", tag: str = "") -> list[Interview]:
    """Return the newest interviews, those whose title, notes or quotes hold `q`, that wear `tag`."""
    found = Interview.objects.for_member(member, kit.SEE).select_related("by__user", "brand")
    rows = list(found.order_by("-day", "-id")[:MOST])
    if tag:
        rows = [r for r in rows if tag in r.tags]
    if q:
        low, how = q.casefold(), kit.shown(member)
        rows = [r for r in rows if low in how(_whole(r)).casefold()]
    return rows


def _whole(row: Interview) -> str:
    return "\n".join([row.title, *row.tags, kit.unseal(row.words), *opened_quotes(row)])


def tags(member: Member) -> list[tuple[str, int]]:
    """Return tags with how many interviews wear them, the commonest first."""
    found = Interview.objects.for_member(member, kit.SEE).values_list("tags", flat=True)
    return Counter(t for names in found for t in names).most_common(40)


def interview(member: Member, interview_id: UUID | str) -> Interview:
    """Return one interview. Raises NotFound."""
    row: Interview = Interview.objects.for_member(member, kit.SEE).select_related("by__user", "brand").one(interview_id)
    return row


def insights(member: Member, *, state: str = "", q: str = "", persona: str = "") -> QuerySet[Insight]:
    """Return insight cards, the newest first."""
    found = Insight.objects.for_member(member, kit.SEE).select_related("persona", "by__user", "brand")
    if state in Insight.State.values:
        found = found.filter(state=state)
    if q:
        found = found.filter(claim__icontains=q)
    if persona:
        try:
            found = found.filter(persona_id=UUID(persona))
        except ValueError:
            found = found.none()
    return found.prefetch_related("evidence__interview", "evidence__answer__survey").order_by("-id")


def insight(member: Member, insight_id: UUID | str) -> Insight:
    """Return one card. Raises NotFound."""
    row: Insight = insights(member).one(insight_id)  # type: ignore[attr-defined]
    return row


def people(rows: list[Evidence]) -> int:
    """Return how many different persons the evidence is from: by their key, else by device, else by talk."""
    return len({_who(e) for e in rows})


def _who(row: Evidence) -> str:
    source: Any = row.interview or row.answer
    return source.subject or getattr(source, "who", "") or str(source.pk)
