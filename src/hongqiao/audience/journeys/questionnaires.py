"""Surveys that a journey sends: to each person the link of their own, and whether they have answered by it.

What somebody answered stays with the survey; a journey hears no more than that they did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from hongqiao.audience.journeys import book
from hongqiao.audience.models import Person, Survey, SurveyAnswer
from hongqiao.audience.surveys import answering, linking
from hongqiao.workspace.models import Brand

#: Where the link comes in the words of a message; the condition that asks whether it was answered.
HOLE, ANSWERED = "${survey}", "answered"


def sent(step: Mapping[str, Any]) -> set[str]:
    """Return the surveys that a step sends, by either of its channels."""
    ways = (step.get("content") or {}, (step.get("fallback") or {}).get("content") or {})
    return {str(said["survey"]) for said in ways if said.get("survey")}


def named(steps: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the surveys that steps send or ask about."""
    asked = {s["value"] for s in steps if s["kind"] == book.CONDITION and s["test"] == ANSWERED}
    return asked.union(*(sent(s) for s in steps))


def wants(content: Mapping[str, Any]) -> bool:
    """Return whether the words of a message have a place for the link."""
    return HOLE in str(content.get("text", "")) + " ".join(map(str, (content.get("values") or {}).values()))


def filled(content: dict[str, Any], subject: str) -> dict[str, Any]:
    """Return a content with the person's own link where it names a survey."""
    survey = content.pop("survey", "")
    if not survey:
        return content
    link = linking.address(Survey(pk=UUID(survey)), subject=subject)
    values = {name: str(value).replace(HOLE, link) for name, value in (content.get("values") or {}).items()}
    return {**content, "values": {**values, "survey": link}}


def there(brand: Brand, survey_id: str) -> bool:
    """Return whether a brand has this survey."""
    try:
        return Survey.objects.filter(brand=brand, pk=UUID(survey_id)).exists()
    except ValueError:
        return False


def collecting(brand: Brand, ids: Collection[str]) -> set[str]:
    """Return those of the surveys that take answers now; one asked twice, before and after, is not sent by a step."""
    rows = Survey.objects.filter(brand=brand, pk__in=list(ids), waves=False)
    return {str(row.pk) for row in rows if not answering.closed(row, timezone.now())}


def choices(row: Any) -> list[tuple[str, str]]:
    """Return (id, title) of the surveys a step may send, with those that the journey names already."""
    mine = Q(pk__in=list(named(row.steps)))
    rows = Survey.objects.filter(mine | Q(state=Survey.State.OPEN, waves=False), brand=row.brand).order_by("-id")[:100]
    return [(str(one.pk), one.title) for one in rows]


def title(brand: Brand, survey_id: str) -> str:
    """Return the title of a survey, "" where it is gone."""
    row = Survey.objects.filter(brand=brand, pk=survey_id).first()
    return row.title if row else ""


def answered(brand: Brand, ids: Collection[str], people: Sequence[str]) -> set[tuple[str, str]]:
    """Return (survey, person) of those who answered to the end, by a link of theirs or having said who they are."""
    whose = {answering.digest(brand, subject=key): who for key, who in _keys(brand, people)}
    done = SurveyAnswer.objects.filter(brand=brand, survey__in=list(ids), state=SurveyAnswer.State.WHOLE)
    done = done.filter(Q(who__in=list(whose)) | Q(subject__in=list(people)))
    return {(str(s), whose.get(w, subject)) for s, w, subject in done.values_list("survey", "who", "subject")}


def _keys(brand: Brand, people: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each key by which a link may have been sent, with the person of it: their own, and of whoever was found to be
    them."""
    fresh = {key: key for key in people}
    while fresh:
        yield from fresh.items()
        rows = Person.objects.filter(brand=brand, into__key__in=list(fresh)).values_list("key", "into__key")
        fresh = {key: fresh[into] for key, into in rows}
