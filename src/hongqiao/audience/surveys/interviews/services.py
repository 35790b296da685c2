"""An interview is noted; a claim is written on a card, given evidence, held or refuted. Each act is one audit row."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.models import Evidence, Insight, Interview, SurveyAnswer
from hongqiao.audience.surveys import kit, linking
from hongqiao.audience.tiers import settings as tiers
from hongqiao.book import queries as book
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

_SEPARATORS = re.compile(r"[,，、;；\s]+")
QUOTES = 50


def opened_quotes(row: Interview) -> list[str]:
    """Return what was said, word for word."""
    return list(json.loads(kit.unseal(row.quotes) or "[]"))


@transaction.atomic
def keep_interview(
    *, actor: Member, interview_id: UUID | str | None = None, seen: int | None = None, title: str = "",
    day: str | date = "", person: str = "", words: str = "", quotes: Sequence[str] = (), tags: str = "",
) -> Interview:  # fmt: skip
    """Note an interview, or change one. `person`: a number or key that names the user, "" for nobody we know.

    Raises NotAllowed, NotFound, Conflict, NeedsWords, TooLong, BadChoice, Nobody.
    """
    permissions.require(actor, kit.EDIT)
    letters = kit.book(actor.brand)["letters"]
    if interview_id is None:
        row = Interview(brand=actor.brand, by=actor)
    else:
        row = Interview.objects.for_member(actor, kit.EDIT).locked(interview_id, seen)
    row.title = kit.text(title, _("标题"), letters["title"], need=True)
    row.day = _day(day)
    row.subject = _person(actor, person)
    noted = kit.text(words, _("笔记"), letters["note"], lines=True)
    row.words = kit.seal(kit.typed_over(actor, noted, kit.unseal(row.words)))
    typed = kit.typed_over(actor, "\n".join(quotes), "\n".join(opened_quotes(row))).splitlines()
    said = [q for q in (kit.text(q, _("原话"), letters["quote"]) for q in typed) if q]
    if len(said) > QUOTES:
        raise kit.TooLong(field=_("原话（句）"), most=QUOTES, length=len(said))
    row.quotes = kit.seal(json.dumps(said, ensure_ascii=False)) if said else ""
    row.tags = _tags(tags, letters)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save_next("title", "day", "subject", "words", "quotes", "tags")
    audit.record(actor, "interview.kept", row, title=row.title)
    return row


def _day(said: str | date) -> date:
    if isinstance(said, date):
        return said
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise kit.BadChoice(field=_("日期"), value=said[:20]) from None


def _person(actor: Member, said: str) -> str:
    if not said.strip():
        return ""
    key = linking.key_of(actor, said)
    if not key:
        raise linking.Nobody(said=said[:40])
    return key


def _tags(said: str, letters: dict[str, int]) -> list[str]:
    names = list(dict.fromkeys(filter(None, _SEPARATORS.split(kit.text(said, _("标签"), 400)))))
    for name in names:
        kit.text(name, _("标签"), letters["tag"])
    return names[: letters["tags"]]


@transaction.atomic
def remove_interview(*, actor: Member, interview_id: UUID | str, seen: int | None) -> None:
    """Delete an interview with the quotes taken from it. Raises NotAllowed, NotFound, Conflict."""
    permissions.require(actor, kit.EDIT)
    row: Interview = Interview.objects.for_member(actor, kit.EDIT).locked(interview_id, seen)
    audit.record(actor, "interview.removed", row, title=row.title)
    row.delete()


@transaction.atomic
def keep_insight(
    *, actor: Member, insight_id: UUID | str | None = None, seen: int | None = None, claim: str = "", persona: str = "",
    tier: str = "",
) -> Insight:  # fmt: skip
    """Write a claim, of a persona of the brand book or of a tier if it is about one, or change it.

    Raises NotAllowed, NotFound, Conflict, NeedsWords, TooLong, BadChoice.
    """
    permissions.require(actor, kit.EDIT)
    if insight_id is None:
        row = Insight(brand=actor.brand, by=actor)
    else:
        row = Insight.objects.for_member(actor, kit.EDIT).locked(insight_id, seen)
    row.claim = kit.text(claim, _("一句话结论"), kit.book(actor.brand)["letters"]["claim"], need=True)
    row.tier = kit.one_of(tier, ["", *tiers.labels("tiers")], _("分层"))
    known: dict[str, Any] = {str(p.pk): p for p in book.personas(actor.brand)}
    if row.persona_id and not row._state.adding:
        known[str(row.persona_id)] = row.persona  # one that is no longer in use may stay
    row.persona = known[kit.one_of(persona, known, _("人群"))] if persona else None
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save_next("claim", "tier", "persona")
    audit.record(actor, "insight.kept", row, claim=row.claim)
    return row


@transaction.atomic
def turn(*, actor: Member, insight_id: UUID | str, seen: int | None, state: str) -> Insight:
    """Say that a claim is open, held or refuted. Raises NotAllowed, NotFound, Conflict, BadChoice."""
    row = _insight(actor, insight_id, seen)
    row.state = kit.one_of(state, Insight.State.values, _("状态"))
    row.save_next("state")
    audit.record(actor, "insight.state", row, claim=row.claim, state=row.state)
    return row


@transaction.atomic
def remove_insight(*, actor: Member, insight_id: UUID | str, seen: int | None) -> None:
    """Delete a card; what it rested on stays where it is. Raises NotAllowed, NotFound, Conflict."""
    row = _insight(actor, insight_id, seen)
    audit.record(actor, "insight.removed", row, claim=row.claim)
    row.delete()


def _insight(actor: Member, insight_id: UUID | str, seen: int | None) -> Insight:
    permissions.require(actor, kit.EDIT)
    row: Insight = Insight.objects.for_member(actor, kit.EDIT).locked(insight_id, seen)
    return row


@transaction.atomic
def add_evidence(
    *, actor: Member, insight_id: UUID | str, quote: str = "", interview_id: str = "", answer_id: str = "",
    question: str = "",
) -> Evidence:  # fmt: skip
    """Put a quote under a claim, of an interview or of an answer (whose own words are taken where none are given).

    A card is handed about: numbers and addresses in its quotes are veiled. The same quote of the same source is there
    once. Raises NotAllowed, NotFound, NeedsWords, TooLong, BadChoice.
    """
    row = _insight(actor, insight_id, None)
    talk: Interview | None = None
    answer: SurveyAnswer | None = None
    if interview_id:
        talk = Interview.objects.for_member(actor, kit.EDIT).one(interview_id)
    elif answer_id:
        answer = SurveyAnswer.objects.for_member(actor, kit.EDIT).one(answer_id)
        quote = quote or kit.opened(answer.words).get(question, "")[: kit.book(actor.brand)["letters"]["quote"]]
    else:
        raise kit.NeedsWords(field=_("证据来自哪次访谈或哪份答案"))
    said = kit.veiled(kit.text(quote, _("原话"), kit.book(actor.brand)["letters"]["quote"], lines=True, need=True))
    for held in Evidence.objects.filter(insight=row, interview=talk, answer=answer):
        if kit.veiled(kit.unseal(held.quote)) == said:
            return held
    made = Evidence.objects.create(
        brand=row.brand, insight=row, interview=talk, answer=answer, question=question[:16], quote=kit.seal(said)
    )
    audit.record(actor, "insight.evidence", row, claim=row.claim)
    return made


@transaction.atomic
def drop_evidence(*, actor: Member, evidence_id: UUID | str) -> None:
    """Take a quote from under a claim. Raises NotAllowed, NotFound."""
    permissions.require(actor, kit.EDIT)
    row: Any = Evidence.objects.for_member(actor, kit.EDIT).select_related("insight").locked(evidence_id, None)
    audit.record(actor, "insight.evidence_removed", row.insight, claim=row.insight.claim)
    row.delete()


WRITES = [keep_interview, remove_interview, keep_insight, turn, remove_insight, add_evidence, drop_evidence]
