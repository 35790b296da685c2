"""What surveys and interviews share: permissions, limits, errors, fetching a survey with its questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from hongqiao.audience import settings, typed
from hongqiao.audience.models import Survey, SurveyForm
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.methods.personal import unveiled, veiled
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member

SEE, EDIT, SEND, EXPORT = "users.view", "users.edit", "users.send", "data.export"
CONTACT = "users.contact"
text, count, moment, one_of = typed.text, typed.count, typed.moment, typed.one_of
NeedsWords, BadChoice, BadNumber, TooLong = typed.NeedsWords, typed.BadChoice, typed.BadNumber, typed.TooLong
seal, unseal = typed.seal, typed.unseal


class WrongState(Conflict):
    code = "survey_wrong_state"
    message = N_("问卷现在是“%(state)s”，不能做这一步")
    next_step = N_("改题目要先停止收集；请刷新看看它到哪一步了")


class NotReady(Invalid):
    code = "survey_not_ready"
    message = N_("还不能开始收集：%(why)s")
    next_step = N_("请按题目旁的提示改好，再开始收集")


class BadTimes(Invalid):
    code = "survey_times"
    message = N_("开始时间要早于截止时间，截止时间要在将来")
    next_step = N_("请改时间，或留空")


class HasAnswers(Conflict):
    code = "survey_has_answers"
    message = N_("已经有人答过，不能删除")
    next_step = N_("可以归档：不再收集，答案留着")


def book(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/survey.json as it stands for a brand."""
    return settings.of(brand, "survey")


def of(actor: Member, survey_id: UUID | str, seen: int | None, permission: str = EDIT) -> Survey:
    """Return a survey, locked. Raises NotAllowed, NotFound, Conflict."""
    permissions.require(actor, permission)
    row: Survey = Survey.objects.for_member(actor, permission).locked(survey_id, seen)
    return row


def shown(member: Member) -> Callable[[str], str]:
    """Return how this member sees words: whole with `users.contact`, else with numbers and addresses veiled."""
    return str if permissions.allows(member, CONTACT) else veiled


def form_of(row: Survey) -> SurveyForm:
    """Return the questions in force."""
    return SurveyForm.objects.get(survey=row, number=row.form)


def sealed(said: dict[str, str]) -> str:
    """Return words by question, encrypted; "" for none."""
    return seal(json.dumps(said, ensure_ascii=False)) if said else ""


def opened(kept: str) -> dict[str, str]:
    """Return words by question that were sealed."""
    return dict(json.loads(unseal(kept))) if kept else {}


def typed_over(member: Member, typed: str, kept: str) -> str:
    """Return what a member typed over words that they may have seen veiled: numbers left veiled stay as they were."""
    return typed if permissions.allows(member, CONTACT) else unveiled(typed, kept)
