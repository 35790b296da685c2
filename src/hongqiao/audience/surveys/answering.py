"""What people answer, question by question, without signing in. No actor: the link and the device say who it is.

The way is walked on the server, so it needs no script; each step is kept, and whoever comes back goes on where they
were. A step sent twice is taken once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey, SurveyAnswer, SurveyForm
from hongqiao.audience.surveys import form, kit
from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand

SALT = "hongqiao.audience.survey"
WAVES = ("before", "after")
State = SurveyAnswer.State
LONGEST = timedelta(days=1)  # who takes longer was away: how long they took is not known


class NeedsAnswer(Invalid):
    code = "survey_needs_answer"
    message = N_("这一题要回答")
    next_step = N_("选好或写好后再点下一题")


class BadAnswer(Invalid):
    code = "survey_bad_answer"
    message = N_("没有这个选项")
    next_step = N_("请从本页的选项里选")


@dataclass(frozen=True)
class Link:
    """Which survey a link opens, in which wave, and for whom if it is one person's own."""

    survey: Survey
    wave: str
    subject: str


@dataclass
class Standing:
    """Where somebody stands. why: "" go on; soon, closed, full, done; at: the question to answer."""

    link: Link
    form: SurveyForm
    row: SurveyAnswer | None = None
    why: str = ""
    at: str = ""
    turn: int = 0
    path: list[str] = field(default_factory=list)


def token(row: Survey, *, wave: str = "", subject: str = "") -> str:
    """Return what the address of a survey ends with; of one person's own it names nobody without the key to read it."""
    told = [row.pk.hex, wave, kit.seal(subject)] if subject else [row.pk.hex, wave]
    return signing.Signer(salt=SALT, sep=".").sign_object(told, compress=bool(subject))


def link_of(said: str) -> Link:
    """Return what a link opens. Raises NotFound."""
    try:
        key, wave, *subject = signing.Signer(salt=SALT, sep=".").unsign_object(said)
        row = Survey.objects.select_related("brand").get(pk=UUID(key))
        who = kit.unseal(subject[0]) if subject else ""
    except (signing.BadSignature, Survey.DoesNotExist, ValueError, TypeError, keys.KeyLost):
        raise NotFound() from None
    if wave not in (WAVES if row.waves else ("",)):
        raise NotFound()
    return Link(row, wave, who)


def who_of(link: Link, device: str) -> str:
    """Return the keyed hash under which an answer is counted: of the person behind a link, else of the device."""
    return (
        digest(link.survey.brand, subject=link.subject) if link.subject else _hash(link.survey.brand, "device", device)
    )


def digest(brand: Brand, *, subject: str) -> str:
    """Return under what a person's answer is counted whether or not they agree to be known."""
    return _hash(brand, "subject", subject)


def _hash(brand: Brand, what: str, value: str) -> str:
    return keys.person_keys(brand.pk).hash([f"survey|{what}|{value}"])[0]


def closed(row: Survey, now: datetime) -> str:
    """Return why a survey takes no answers: soon, closed; "" where it does."""
    if row.state != Survey.State.OPEN or (row.closes and row.closes <= now):
        return "closed"
    return "soon" if row.opens and row.opens > now else ""


def standing(link: Link, device: str, *, again: bool = False, back: str = "", now: datetime | None = None) -> Standing:
    """Return where this device or person stands; `again`: a new answer where a device may give several.

    back: an id of the way to look at again.
    """
    survey = link.survey
    found = SurveyAnswer.objects.filter(survey=survey, wave=link.wave, who=who_of(link, device)) if device else None
    row = found.select_related("form").order_by("-turn").first() if found is not None else None
    free = survey.once == Survey.Once.FREE and not link.subject
    turn = row.turn if row else 0
    if row and again and free and row.state != State.PARTIAL:
        row, turn = None, turn + 1
    questions = row.form if row else kit.form_of(survey)
    made = Standing(link, questions, row, closed(survey, now or timezone.now()), turn=turn)
    if row and row.state != State.PARTIAL:
        made.why = "done" if row.state == State.WHOLE else "full"
    made.path = form.way(questions.questions, row.said if row else {})
    made.at = back if back in made.path and back != form.END else made.path[-1]
    if not made.why and made.at == form.END:
        made.why = "done"
    return made


@transaction.atomic
def take(
    link: Link, device: str, *, turn: int, at: str, given: Mapping[str, Any], agreed: bool = False,
    began: datetime | None = None, now: datetime | None = None,
) -> Standing:  # fmt: skip
    """Take one step: keep the answer to a question and say where it leads.

    given: {"value": …, "values": […], "words": …}. What comes after the end, or was closed or full meanwhile, changes
    nothing. Raises NeedsAnswer, BadAnswer, TooLong.
    """
    moment = now or timezone.now()
    survey = Survey.objects.select_for_update(of=("self",)).select_related("brand").get(pk=link.survey.pk)
    link = Link(survey, link.wave, link.subject)
    row = _row(link, device, turn, moment)
    if row is None or row.state != State.PARTIAL or closed(survey, moment):
        return standing(link, device, now=moment)
    questions = row.form.questions
    question = form.find(questions, at)
    if question is None or at not in form.way(questions, row.said):
        return standing(link, device, now=moment)
    if row._state.adding:
        row.started_at = began if began and moment - LONGEST < began <= moment else moment
    _keep(row, question, given, kit.book(survey.brand)["letters"]["open"])
    if link.subject and at == questions[0]["id"]:  # where they are asked; whoever goes back may take it back
        row.subject = link.subject if agreed else ""
    if _full(survey, row):
        row.state, row.done_at = State.FULL, moment
    elif form.way(questions, row.said)[-1] == form.END:
        _finish(row, moment)
    if row._state.adding:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # the same first step, sent twice at once
            return standing(link, device, now=moment)
    else:
        row.save_next("said", "words", "subject", "state", "done_at", "seconds")
    return standing(link, device, now=moment)


def _row(link: Link, device: str, turn: int, now: datetime) -> SurveyAnswer | None:
    """Return the row of this turn, a new one where it is the next; None for a turn that is not theirs to take."""
    who = who_of(link, device)
    mine = SurveyAnswer.objects.filter(survey=link.survey, wave=link.wave, who=who)
    held = mine.select_for_update(of=("self",)).select_related("form").filter(turn=turn).first()
    if held:
        return held
    free = link.survey.once == Survey.Once.FREE and not link.subject
    last = mine.aggregate(last=Max("turn"))["last"]
    if turn != (0 if last is None else last + 1) or (turn and not free):
        return None
    return SurveyAnswer(
        brand=link.survey.brand, survey=link.survey, form=kit.form_of(link.survey), wave=link.wave, who=who, turn=turn,
        started_at=now,
    )  # fmt: skip


def _keep(row: SurveyAnswer, question: Mapping[str, Any], given: Mapping[str, Any], most: int) -> None:
    key, words = question["id"], kit.opened(row.words)
    if question["kind"] == "open":
        text = kit.text(given.get("words"), _("回答"), most, lines=True)
        if question["need"] and not text:
            raise NeedsAnswer()
        words[key] = text
        said: Any = None  # passed; the words themselves are kept encrypted
    else:
        said = _said(question, given)
    row.said = form.kept(row.form.questions, {**row.said, key: said})
    row.words = kit.sealed({k: v for k, v in words.items() if k in row.said and v})


def _said(question: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    known = form.values(dict(question))
    if question["kind"] == "multi":
        chosen = list(dict.fromkeys(str(v) for v in given.get("values") or []))
        if any(v not in known for v in chosen):
            raise BadAnswer()
        if not chosen and question["need"]:
            raise NeedsAnswer()
        return chosen
    value = str(given.get("value") if given.get("value") is not None else "")
    if not value:
        if question["need"]:
            raise NeedsAnswer()
        return None
    if value not in known:
        raise BadAnswer()
    return int(value) if question["kind"] in form.SCORES else value


def _full(survey: Survey, row: SurveyAnswer) -> bool:
    """Return whether an option of this answer has as many answers as its quota takes; the survey is locked. One who
    answered without reading takes nobody's place.
    """
    for key, limits in survey.quotas.items():
        chosen = row.said.get(key)
        if chosen not in limits:
            continue
        whole = SurveyAnswer.objects.filter(survey=survey, state=State.WHOLE, out="", wave=row.wave)
        rows = whole.filter(**{f"said__{key}": chosen}).values_list("said", "form__questions")
        if sum(form.passed(questions, said) for said, questions in rows) >= limits[chosen]:
            return True
    return False


def _finish(row: SurveyAnswer, now: datetime) -> None:
    row.state, row.done_at = State.WHOLE, now
    gone = (now - row.started_at).total_seconds()
    row.seconds = gone if 0 <= gone < LONGEST.total_seconds() else None
