"""A survey is begun, set, opened, closed, put away. Each act is one audit row."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.models import Activity, Survey, SurveyForm
from hongqiao.audience.surveys import form, kit
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

State = Survey.State
SETTINGS = (
    "title",
    "intro",
    "purpose",
    "keep_days",
    "opens",
    "closes",
    "goal",
    "population",
    "once",
    "waves",
    "activity",
)


def starts() -> list[dict[str, Any]]:
    """Return the questionnaires to start from."""
    return list(read("audience/survey_forms")["forms"])


@transaction.atomic
def create(*, actor: Member, title: str = "", start: str = "") -> Survey:
    """Begin a survey, empty or from one of `starts`. Raises NotAllowed, NeedsWords, TooLong, BadChoice."""
    permissions.require(actor, kit.EDIT)
    told: Mapping[str, Any] = {}
    if start:
        kit.one_of(start, [s["code"] for s in starts()], _("模板"))
        told = next(s for s in starts() if s["code"] == start)
    plain = {name: told.get(name, "") for name in ("intro", "purpose")}
    row = Survey.objects.create(
        brand=actor.brand, owner=actor, title=_title(actor, title or told.get("title", "")),
        waves=bool(told.get("waves")), keep_days=kit.book(actor.brand)["keep_days"], **plain,
    )  # fmt: skip
    questions = [_whole(q) for q in copy.deepcopy(told.get("questions", []))]
    SurveyForm.objects.create(brand=actor.brand, survey=row, number=1, questions=questions)
    audit.record(actor, "survey.created", row, title=row.title)
    return row


def _whole(question: dict[str, Any]) -> dict[str, Any]:
    options = [{"code": code, "label": label} for code, label in question.get("options", [])]
    return {"skips": [], "right": "", "low": "", "high": ""} | question | {"options": options}


def _title(actor: Member, title: Any) -> str:
    return kit.text(title, _("名称"), kit.book(actor.brand)["letters"]["title"], need=True)


@transaction.atomic
def change(*, actor: Member, survey_id: UUID | str, seen: int | None, **given: Any) -> Survey:
    """Change what is told of a survey and how it is taken; what is not given stays.

    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords, TooLong, BadNumber, BadChoice, BadTimes.
    """
    row = kit.of(actor, survey_id, seen)
    _in(row, State.DRAFT, State.OPEN, State.CLOSED)
    letters = kit.book(row.brand)["letters"]
    for name in (n for n in SETTINGS if n in given):
        setattr(row, name, _setting(row, name, given[name], letters))
    if row.opens and row.closes and row.opens >= row.closes:
        raise kit.BadTimes()
    row.save_next(*SETTINGS)
    audit.record(actor, "survey.changed", row, title=row.title)
    return row


def _setting(row: Survey, name: str, value: Any, letters: Mapping[str, int]) -> Any:
    if name == "title":
        return kit.text(value, _("名称"), letters["title"], need=True)
    if name in ("intro", "purpose"):
        label = _("开场白") if name == "intro" else _("用途")
        return kit.text(value, label, letters[name], lines=name == "intro")
    if name in ("opens", "closes"):
        return kit.moment(row.brand, value)
    if name in ("goal", "population"):
        return kit.count(value, _("目标份数") if name == "goal" else _("总体人数")) or None
    if name == "keep_days":
        days = kit.count(value, _("保存天数"), most=3650)
        if not days:
            raise kit.BadNumber(field=_("保存天数"), value=str(value)[:40])
        return days
    if name == "once":
        return kit.one_of(value, Survey.Once.values, _("每人几份"))
    return bool(value) if name == "waves" else _activity(row, value)


def _activity(row: Survey, value: Any) -> Activity | None:
    if not value:
        return None
    try:
        found = Activity.objects.filter(brand=row.brand, kind=Activity.Kind.QA, pk=UUID(str(value))).first()
    except ValueError:
        found = None
    if found is None:
        raise kit.BadChoice(field=_("专家问答"), value="")
    return found


def _in(row: Survey, *states: str) -> None:
    if row.state not in states:
        raise kit.WrongState(state=_(str(row.get_state_display())))


@transaction.atomic
def set_quotas(
    *, actor: Member, survey_id: UUID | str, seen: int | None, question: str, limits: Mapping[str, Any]
) -> Survey:
    """Say how many answers each option of a single choice takes; nothing given takes the quota away.

    The same numbers are what answers are weighted to. Raises NotAllowed, NotFound, Conflict, WrongState, BadNumber.
    """
    row = kit.of(actor, survey_id, seen)
    _in(row, State.DRAFT, State.OPEN, State.CLOSED)
    found = form.find(kit.form_of(row).questions, question)
    if found is None or found["kind"] != "single":
        raise kit.BadChoice(field=_("配额"), value=str(question)[:40])
    numbers = {code: kit.count(limits.get(code), _("配额")) for code in form.values(found)}
    filled = {code: n for code, n in numbers.items() if n is not None}
    row.quotas = {k: v for k, v in row.quotas.items() if k != question} | ({question: filled} if filled else {})
    row.save_next("quotas")
    audit.record(actor, "survey.quotas", row, title=row.title)
    return row


@transaction.atomic
def open_survey(*, actor: Member, survey_id: UUID | str, seen: int | None) -> Survey:
    """Let people answer. Raises NotAllowed, NotFound, Conflict, WrongState, NotReady, BadTimes."""
    row = kit.of(actor, survey_id, seen, kit.SEND)
    _in(row, State.DRAFT, State.CLOSED)
    wrong = form.problems(kit.form_of(row).questions, row.quotas, most=kit.book(row.brand)["questions"])
    if wrong:
        raise kit.NotReady(why=_(form.PROBLEMS[wrong[0][1]]))
    if not row.purpose:
        raise kit.NotReady(why=_("还没有写用途，答的人要知道拿去做什么"))
    if row.closes and row.closes <= timezone.now():
        raise kit.BadTimes()
    return _move(actor, row, State.OPEN, "survey.opened")


@transaction.atomic
def close_survey(*, actor: Member, survey_id: UUID | str, seen: int | None) -> Survey:
    """Take no more answers; it can be opened again. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = kit.of(actor, survey_id, seen)
    _in(row, State.OPEN)
    return _move(actor, row, State.CLOSED, "survey.closed")


@transaction.atomic
def archive(*, actor: Member, survey_id: UUID | str, seen: int | None) -> Survey:
    """Put a survey away with its answers. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = kit.of(actor, survey_id, seen)
    _in(row, State.DRAFT, State.CLOSED)
    return _move(actor, row, State.ARCHIVED, "survey.archived")


@transaction.atomic
def restore(*, actor: Member, survey_id: UUID | str, seen: int | None) -> Survey:
    """Take a survey out again, closed. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = kit.of(actor, survey_id, seen)
    _in(row, State.ARCHIVED)
    return _move(actor, row, State.CLOSED if row.answers.exists() else State.DRAFT, "survey.restored")


def _move(actor: Member, row: Survey, state: str, code: str) -> Survey:
    row.state = state
    row.save_next("state")
    audit.record(actor, code, row, title=row.title)
    return row


@transaction.atomic
def remove(*, actor: Member, survey_id: UUID | str, seen: int | None) -> None:
    """Delete a survey that nobody answered. Raises NotAllowed, NotFound, Conflict, WrongState, HasAnswers."""
    row = kit.of(actor, survey_id, seen)
    _in(row, State.DRAFT, State.CLOSED, State.ARCHIVED)
    if row.answers.exists():
        raise kit.HasAnswers()
    audit.record(actor, "survey.removed", row, title=row.title)
    row.delete()


@transaction.atomic
def duplicate(*, actor: Member, survey_id: UUID | str) -> Survey:
    """Make a draft with the same questions and settings, no answers. Raises NotAllowed, NotFound."""
    row = kit.of(actor, survey_id, None)
    most = kit.book(row.brand)["letters"]["title"]
    title = (_("%(title)s（副本）") % {"title": row.title})[:most]
    names = ("intro", "purpose", "keep_days", "goal", "population", "quotas", "once", "waves")
    made = Survey.objects.create(
        brand=row.brand, owner=actor, title=title, **{name: getattr(row, name) for name in names}
    )
    questions = copy.deepcopy(kit.form_of(row).questions)
    SurveyForm.objects.create(brand=row.brand, survey=made, number=1, questions=questions)
    audit.record(actor, "survey.copied", made, title=made.title)
    return made


WRITES = [create, change, set_quotas, open_survey, close_survey, archive, restore, remove, duplicate]
