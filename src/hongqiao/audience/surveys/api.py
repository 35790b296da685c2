"""Surveys for programs: the list, one with its questions, a new one, open and close, answers, personal links."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from hongqiao.audience.feedback.api import ticket_json
from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import answering, building, kit, linking, queries, results, services, ticketing
from hongqiao.workspace import permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["surveys"])


class Asked(Paged):
    state: str = ""


class SkipIn(Schema):
    """`option`: a label of the question's, or a score; `to`: the place of a later question (from 1), or "end"."""

    option: str
    to: str


class QuestionIn(Schema):
    """`kind`: single, multi, scale, nps, open, attention; `options`: labels; `right`: the one an attention check asks
    for."""

    kind: str
    text: str
    required: bool = True
    options: list[str] = Field(default=[], max_length=100)
    right: str = ""
    low: str = ""
    high: str = ""
    skips: list[SkipIn] = Field(default=[], max_length=100)


class SurveyIn(Schema):
    """`start`: one of the questionnaires to start from; `questions` come after its own."""

    title: str = ""
    start: str = ""
    intro: str | None = None
    purpose: str | None = None
    closes: str | None = None
    goal: int | None = None
    population: int | None = None
    questions: list[QuestionIn] = Field(default=[], max_length=100)


class Seen(Schema):
    """`version`: that of the survey as it was read; none: whatever it is."""

    version: int | None = None


class People(Schema):
    """`persons`: ids of the brand's own system; `wave`: before or after where a survey is asked twice."""

    persons: list[str] = Field(max_length=5000)
    wave: str = ""


def as_json(row: Survey) -> dict[str, Any]:
    """Return a survey as programs see it."""
    plain = ("title", "intro", "purpose", "state", "opens", "closes", "goal", "population", "waves", "version")
    told = {name: getattr(row, name) for name in plain}
    waves = answering.WAVES if row.waves else ("",)
    found = [linking.address(row, wave=wave) for wave in waves]
    return {"id": str(row.pk), **told, "form": row.form, "links": found}


def _whole(row: Survey) -> dict[str, Any]:
    return as_json(row) | {"questions": kit.form_of(row).questions, "quotas": row.quotas}


@router.get("", response=Rows, summary="Surveys")
def list_surveys(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Newest first; `state`: draft, open, closed, archived; archived ones only when asked for."""
    rows, following = page(queries.surveys(caller(request, kit.SEE), state=asked.state), asked)
    return {"items": [as_json(r) | {"answers": r.n, "partial": r.parts} for r in rows], "next": following}


@router.get("/{survey_id}", response=dict[str, Any], summary="One survey")
def get_survey(request: HttpRequest, survey_id: UUID) -> dict[str, Any]:
    """With its questions in force and its quotas."""
    return _whole(queries.survey(caller(request, kit.SEE), survey_id))


@router.post("", response={201: dict[str, Any]}, summary="Make a survey")
@idempotent()
def post_survey(request: HttpRequest, body: SurveyIn) -> Status[dict[str, Any]]:
    """A draft. All of it or, where something is wrong, nothing."""
    actor = caller(request, kit.EDIT)
    with transaction.atomic():
        row = services.create(actor=actor, title=body.title, start=body.start)
        plain = ("intro", "purpose", "closes", "goal", "population")
        given = {n: getattr(body, n) for n in plain if getattr(body, n) is not None}
        if given:
            row = services.change(actor=actor, survey_id=row.pk, seen=None, **given)
        for question in body.questions:
            building.save_question(
                actor=actor, survey_id=row.pk, seen=None, need=question.required,
                **question.dict(exclude={"required", "skips"}),
            )  # fmt: skip
        _skip(actor, row, body.questions)
    return Status(201, _whole(queries.survey(actor, row.pk)))


def _skip(actor: Any, row: Survey, asked: list[QuestionIn]) -> None:
    """Lay down the ways once all questions are there."""
    made = kit.form_of(Survey.objects.get(pk=row.pk)).questions[-len(asked) :] if asked else []
    ids = {str(n): q["id"] for n, q in enumerate(made, 1)}
    for question, said in zip(made, asked, strict=True):
        if not said.skips:
            continue
        codes = {o["label"]: o["code"] for o in question["options"]}
        skips = [(codes.get(s.option, s.option), ids.get(s.to, s.to)) for s in said.skips]
        building.save_question(
            actor=actor, survey_id=row.pk, seen=None, key=question["id"], text=said.text, need=said.required,
            options=said.options, right=said.right, low=said.low, high=said.high, skips=skips,
        )  # fmt: skip


@router.post("/{survey_id}/open", response=dict[str, Any], summary="Let people answer")
def post_open(request: HttpRequest, survey_id: UUID, body: Seen) -> dict[str, Any]:
    """A survey that lacks something says what."""
    row = services.open_survey(actor=caller(request, kit.SEND), survey_id=survey_id, seen=body.version)
    return as_json(row)


@router.post("/{survey_id}/close", response=dict[str, Any], summary="Take no more answers")
def post_close(request: HttpRequest, survey_id: UUID, body: Seen) -> dict[str, Any]:
    """It can be opened again."""
    return as_json(services.close_survey(actor=caller(request, kit.EDIT), survey_id=survey_id, seen=body.version))


@router.post("/{survey_id}/links", response=dict[str, Any], summary="Links of single persons")
def post_links(request: HttpRequest, survey_id: UUID, body: People) -> dict[str, Any]:
    """One a person, answered once; the answer is theirs by name only where they agree on the page."""
    actor = caller(request, kit.SEND)
    made = linking.personal(actor=actor, survey_id=survey_id, people=body.persons, by_own_id=True, wave=body.wave)
    return {"items": [{"person": m["said"], "url": m["url"]} for m in made]}


@router.get("/{survey_id}/answers", response=Rows, summary="Answers of a survey")
def list_answers(request: HttpRequest, survey_id: UUID, asked: Query[Paged]) -> dict[str, Any]:
    """Newest first, by question id. `words` are given to those who may take data away (`data.export`), else left out;
    numbers and addresses in them are veiled. `out`: why an answer does not count."""
    actor = caller(request, kit.SEE)
    rows, following = page(queries.answers(actor, survey_id), asked)
    out = results.read(queries.survey(actor, survey_id)).out
    may_words = permissions.allows(actor, kit.EXPORT)
    return {"items": [_answer(r, out, may_words) for r in rows], "next": following}


@router.post("/{survey_id}/answers/{answer_id}/ticket", response={201: dict[str, Any]}, summary="A ticket of an answer")
@idempotent()
def post_ticket(request: HttpRequest, survey_id: UUID, answer_id: UUID) -> Status[dict[str, Any]]:
    """Of what was written in it; an answer has one, asked again it is the same."""
    row = ticketing.open_ticket(actor=caller(request, kit.EDIT), survey_id=survey_id, answer_id=answer_id)
    return Status(201, ticket_json(row, whole=True))


def _answer(row: SurveyAnswer, out: dict[Any, str], may_words: bool) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("state", "wave", "said", "started_at", "done_at", "seconds")}
    words = {"words": {k: kit.veiled(t) for k, t in kit.opened(row.words).items()}} if may_words else {}
    return {
        "id": str(row.pk),
        "form": row.form.number,
        **told,
        **words,
        "out": "by_hand" if row.out else out.get(row.pk),
    }
