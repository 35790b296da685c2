"""The questions of a survey are written, moved, taken out. After answers came, a change makes the next version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey, SurveyForm
from hongqiao.audience.surveys import form, kit
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

Questions = list[dict[str, Any]]


class TooMany(Invalid):
    code = "survey_too_many"
    message = N_("最多 %(most)s 题：再多就很少有人答完")
    next_step = N_("请合并或删掉几题")


class BackWards(Invalid):
    code = "survey_skip_back"
    message = N_("跳转要去后面的题：%(value)s")
    next_step = N_("请选后面的题或直接结束，不然会绕回来")


def _changed(
    actor: Member, survey_id: UUID | str, seen: int | None, how: Callable[[Survey, Questions, bool], None]
) -> Survey:
    """Carry out a change of the questions in force: in place, or as the next version where they were answered."""
    row = kit.of(actor, survey_id, seen)
    if row.state not in (Survey.State.DRAFT, Survey.State.CLOSED):
        raise kit.WrongState(state=_(str(row.get_state_display())))
    kept = kit.form_of(row)
    questions, answered = [{**q} for q in kept.questions], kept.answers.exists()
    how(row, questions, answered)
    if answered:
        row.form += 1
        SurveyForm.objects.create(brand=row.brand, survey=row, number=row.form, questions=questions)
    else:
        kept.questions = questions
        kept.save_next("questions")
    row.save_next("form")
    audit.record(actor, "survey.questions", row, title=row.title, form=row.form)
    return row


@transaction.atomic
def save_question(
    *, actor: Member, survey_id: UUID | str, seen: int | None, key: str = "", kind: str = "", text: str = "",
    need: bool = False, options: Sequence[str] = (), right: str = "", low: str = "", high: str = "",
    skips: Sequence[tuple[str, str]] | None = None,
) -> Survey:  # fmt: skip
    """Write a question anew, or another one at the end where `key` is none. An option keeps its code while its label
    stays, or while nobody answered. `right` is the label or code of the option that an attention check asks for.

    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords, TooLong, BadChoice, TooMany, BackWards.
    """

    def how(row: Survey, questions: Questions, answered: bool) -> None:
        held = form.find(questions, key) if key else None
        if key and held is None:
            raise kit.BadChoice(field=_("题目"), value=key[:16])
        made = held or {"id": form.fresh(questions, _last(row)), "kind": kit.one_of(kind, form.KINDS, _("题型"))}
        if held is None:
            if len(questions) >= kit.book(row.brand)["questions"]:
                raise TooMany(most=kit.book(row.brand)["questions"])
            questions.append(made)
        given = {"text": text, "need": need, "options": options, "right": right, "low": low, "high": high}
        _write(made, given, kit.book(row.brand)["letters"], answered)
        if skips is not None:
            made["skips"] = _skips(questions, made, skips)

    return _changed(actor, survey_id, seen, how)


def _last(row: Survey) -> int:
    """Return the highest number that any version used: an id is never given to another question."""
    used = [int(q["id"][1:]) for f in row.forms.all() for q in f.questions]
    return max(used, default=0)


def _write(question: dict[str, Any], given: Mapping[str, Any], letters: Mapping[str, int], answered: bool) -> None:
    question["text"] = kit.text(given["text"], _("题目"), letters["question"], need=True)
    question["need"] = bool(given["need"]) or question["kind"] == "attention"
    for name in ("low", "high"):
        question[name] = kit.text(given[name], _("两端的说明"), letters["option"])
    question.setdefault("skips", [])
    choices = question["kind"] in form.CHOICES
    question["options"] = _options(question, given["options"], letters, answered) if choices else []
    question["right"] = _right(question, given["right"]) if question["kind"] == "attention" else ""


def _options(
    question: Mapping[str, Any], said: Sequence[str], letters: Mapping[str, int], answered: bool
) -> list[dict[str, str]]:
    labels = list(dict.fromkeys(filter(None, (kit.text(s, _("选项"), letters["option"]) for s in said))))
    if len(labels) < 2:
        raise kit.NeedsWords(field=_("选项（至少两个，一行一个）"))
    if len(labels) > letters["options"]:
        raise kit.TooLong(field=_("选项"), most=letters["options"], length=len(labels))
    old = question.get("options", [])
    held = {o["label"]: o["code"] for o in old}
    if not answered and len(labels) == len(old):  # a wording mended in its place is the same option
        held |= {n: o["code"] for n, o in zip(labels, old, strict=True) if n not in held and o["label"] not in labels}
    number = max([int(o["code"][1:]) for o in old if o["code"][1:].isdigit()], default=0)
    made = []
    for label in labels:
        if label not in held:
            number += 1
        made.append({"code": held.get(label, f"o{number}"), "label": label})
    return made


def _right(question: Mapping[str, Any], said: str) -> str:
    for option in question["options"]:
        if said in (option["code"], option["label"]):
            return str(option["code"])
    raise kit.NeedsWords(field=_("正确选项"))


def _skips(questions: Questions, question: Mapping[str, Any], said: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    later = [q["id"] for q in questions[[q["id"] for q in questions].index(question["id"]) + 1 :]]
    made: dict[str, str] = {}
    for value, to in said:
        if not value or not to:
            continue
        kit.one_of(value, form.values(dict(question)), _("跳转的选项"))
        if to != form.END and to not in later:
            raise BackWards(value=to[:16])
        made.setdefault(value, to)
    return [{"is": value, "to": to} for value, to in made.items()]


@transaction.atomic
def move_question(*, actor: Member, survey_id: UUID | str, seen: int | None, key: str, by: int) -> Survey:
    """Move a question up (−1) or down (1); at an edge it stays. Raises NotAllowed, NotFound, Conflict, WrongState."""

    def how(row: Survey, questions: Questions, answered: bool) -> None:
        place = next((n for n, q in enumerate(questions) if q["id"] == key), None)
        if place is None:
            raise kit.BadChoice(field=_("题目"), value=key[:16])
        other = min(max(place + (1 if by > 0 else -1), 0), len(questions) - 1)
        questions[place], questions[other] = questions[other], questions[place]

    return _changed(actor, survey_id, seen, how)


@transaction.atomic
def drop_question(*, actor: Member, survey_id: UUID | str, seen: int | None, key: str) -> Survey:
    """Take a question out, with the rules that lead to it and its quota. Answers to it stay with their version.

    Raises NotAllowed, NotFound, Conflict, WrongState, BadChoice.
    """

    def how(row: Survey, questions: Questions, answered: bool) -> None:
        if form.find(questions, key) is None:
            raise kit.BadChoice(field=_("题目"), value=key[:16])
        questions[:] = [q for q in questions if q["id"] != key]
        for question in questions:
            question["skips"] = [s for s in question.get("skips", []) if s["to"] != key]
        if key in row.quotas:
            row.quotas = {k: v for k, v in row.quotas.items() if k != key}
            row.save(update_fields=["quotas"])

    return _changed(actor, survey_id, seen, how)


WRITES = [save_question, move_question, drop_question]
