"""Open answers grouped by wording; two groups made one by a person; an answer put aside by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import kit
from hongqiao.errors import NotFound
from hongqiao.methods import survey as methods
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


def groups(survey: Survey, key: str, rows: Sequence[SurveyAnswer], rules: dict[str, Any]) -> dict[str, Any]:
    """Return {"n", "groups": [[(answer, words)]], "single": [(answer, words)], "more"}; the largest group first.

    Of the newest `grouped` answers; a group that somebody joined holds both, however few they are.
    """
    wrote = [r for r in rows if r.words]
    more = max(0, len(wrote) - rules["grouped"])
    said = [(r, kit.veiled(kit.opened(r.words).get(key, ""))) for r in wrote[more:]]
    said = [(r, words) for r, words in said if words]
    found, single = methods.grouped([words for _r, words in said], least=rules["group"])
    heads = {n: n for n in range(len(said))}
    for group in found:
        heads |= dict.fromkeys(group.places, group.places[0])
    joined = _join(survey, key, said, heads)
    members: dict[int, list[int]] = {}
    for n, head in heads.items():
        members.setdefault(head, []).append(n)
    large = [m for h, m in members.items() if len(m) >= rules["group"] or h in joined]
    shown = sorted(large, key=lambda m: (-len(m), m[0]))
    inside = {n for m in shown for n in m}
    return {
        "n": len(said) + more, "more": more, "joined": bool(joined),
        "groups": [[said[n] for n in m] for m in shown],
        "single": [said[n] for n in range(len(said)) if n not in inside],
    }  # fmt: skip


def _join(survey: Survey, key: str, said: Sequence[tuple[SurveyAnswer, str]], heads: dict[int, int]) -> set[int]:
    """Put the groups together that a person joined; return the heads of those."""
    place = {str(r.pk): n for n, (r, _words) in enumerate(said)}
    for question, left, right in survey.joins:
        if question == key and left in place and right in place:
            old, new = heads[place[right]], heads[place[left]]
            for n, head in heads.items():
                if head == old:
                    heads[n] = new
    pairs = [(left, right) for question, left, right in survey.joins if question == key]
    return {heads[place[a]] for pair in pairs for a in pair if a in place}


@transaction.atomic
def join(*, actor: Member, survey_id: UUID | str, seen: int | None, key: str, left: str, right: str) -> Survey:
    """Say that two answers, and the groups they are in, mean the same. Raises NotAllowed, NotFound, Conflict."""
    row = kit.of(actor, survey_id, seen)
    if left == right or {left, right} - {str(pk) for pk in _both(row, left, right)}:
        raise kit.BadChoice(field=_("要合并的一组"), value="")
    row.joins = [*row.joins, [key[:16], left, right]]
    row.save_next("joins")
    audit.record(actor, "survey.joined", row, title=row.title)
    return row


def _both(row: Survey, left: str, right: str) -> list[UUID]:
    try:
        wanted = [UUID(left), UUID(right)]
    except ValueError:
        raise kit.BadChoice(field=_("要合并的一组"), value="") from None
    return list(row.answers.filter(pk__in=wanted).values_list("pk", flat=True))


@transaction.atomic
def part(*, actor: Member, survey_id: UUID | str, seen: int | None, key: str) -> Survey:
    """Take back what was joined in one question. Raises NotAllowed, NotFound, Conflict."""
    row = kit.of(actor, survey_id, seen)
    row.joins = [j for j in row.joins if j[0] != key]
    row.save_next("joins")
    audit.record(actor, "survey.parted", row, title=row.title)
    return row


@transaction.atomic
def put_aside(*, actor: Member, answer_id: UUID | str, seen: int | None, why: str) -> SurveyAnswer:
    """Let an answer not count, saying why; with no reason it counts again. Raises NotAllowed, NotFound, Conflict."""
    permissions.require(actor, kit.EDIT)
    row: SurveyAnswer = (
        SurveyAnswer.objects.for_member(actor, kit.EDIT).select_related("survey").locked(answer_id, seen)
    )
    if row.state != SurveyAnswer.State.WHOLE:
        raise NotFound()
    row.out = kit.text(why, _("理由"), 200)
    row.save_next("out")
    audit.record(actor, "survey.answer_out" if row.out else "survey.answer_in", row.survey, title=row.survey.title)
    return row


WRITES = [join, part, put_aside]
