"""Open answers grouped by wording; two groups made one by a person; an answer put aside by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import kit, results
from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.methods import survey as methods
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


class TooFew(Invalid):
    code = "survey_join_two"
    message = N_("要合并的组不到两组")
    next_step = N_("请勾选意思相同的两组或几组，再点合并")


def groups(read: results.Read, key: str) -> dict[str, Any]:
    """Return {"n", "groups": [[(answer, words)]], "single": [(answer, words)], "more"}; the largest group first.

    Of the newest `grouped` answers; a group that somebody joined holds both, however few they are.
    """
    rules = read.rules
    wrote = [(r, read.wrote[r.pk][key]) for r in read.rows if read.wrote.get(r.pk, {}).get(key)]
    more = max(0, len(wrote) - rules["grouped"])
    said = wrote[more:]
    found, single = methods.grouped([words for _r, words in said], least=rules["group"])
    heads = {n: n for n in range(len(said))}
    for group in found:
        heads |= dict.fromkeys(group.places, group.places[0])
    joined = _join(read.survey, key, said, heads)
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


def _join(survey: Survey, key: str, said: Sequence[tuple[results.Given, str]], heads: dict[int, int]) -> set[int]:
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
def join(*, actor: Member, survey_id: UUID | str, seen: int | None, key: str, answers: Sequence[str]) -> Survey:
    """Say that answers, and the groups they are in, mean the same. Raises NotAllowed, NotFound, Conflict, BadChoice."""
    row = kit.of(actor, survey_id, seen)
    first, *others = _there(row, list(dict.fromkeys(answers)))
    row.joins = [*row.joins, *([key[:16], first, other] for other in others)]
    row.save_next("joins")
    audit.record(actor, "survey.joined", row, title=row.title)
    return row


def _there(row: Survey, answers: list[str]) -> list[str]:
    """Return these answers of a survey, two at the least."""
    try:
        wanted = [UUID(a) for a in answers]
    except ValueError:
        raise kit.BadChoice(field=_("要合并的组"), value="") from None
    if len(wanted) < 2 or row.answers.filter(pk__in=wanted).count() != len(wanted):
        raise TooFew()
    return [str(pk) for pk in wanted]


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
