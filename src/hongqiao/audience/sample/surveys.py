"""The sample brand's surveys, talks and insight cards, with the times of the story. U2b, U3."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.audience.models import Insight, Interview, Survey, SurveyAnswer
from hongqiao.audience.surveys import answering, kit, services
from hongqiao.audience.surveys.interviews import services as talks
from hongqiao.book import queries as book
from hongqiao.workspace.models import Member

Told = Mapping[str, Any]


def plant(host: Member, folder: Path, people: Sequence[str]) -> None:
    """Plant both surveys with their answers, the talks and the cards; nothing a second time."""
    told = json.loads((folder / "surveys.json").read_text("utf-8"))
    if Survey.objects.filter(brand=host.brand, title=told["nps"]["title"]).exists():
        return
    rows = _nps(host, told["nps"], people)
    _trust(host, told["trust"])
    _talks(host, told, rows)


def _at(host: Member, said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(host.brand.zone))


def _opened(host: Member, told: Told) -> Survey:
    row = services.create(actor=host, title=told["title"], start=told["start"])
    given = {n: told[n] for n in ("goal", "population") if n in told}
    row = services.change(actor=host, survey_id=row.pk, seen=row.version, **given)
    return services.open_survey(actor=host, survey_id=row.pk, seen=row.version)


def _closed(host: Member, row: Survey) -> None:
    services.close_survey(actor=host, survey_id=row.pk, seen=None)


def _answer(row: Survey, who: str, at: datetime, seconds: float, said: Told, **more: Any) -> SurveyAnswer:
    link = answering.Link(row, more.get("wave", ""), "")
    return SurveyAnswer(
        brand=row.brand, survey=row, form=kit.form_of(row), who=answering.who_of(link, who), state="whole", said=said,
        started_at=at - timedelta(seconds=seconds), done_at=at, seconds=seconds, **more,
    )  # fmt: skip


def _nps(host: Member, told: Told, people: Sequence[str]) -> list[SurveyAnswer]:
    row, first, made = _opened(host, told), _at(host, told["first"]), []
    for n, (score, words, content, seconds) in enumerate(told["answers"]):
        at = first + n * timedelta(minutes=told["every_minutes"])
        subject = people[n] if n % 2 and n < len(people) else ""  # every other one agreed to be known
        said = {"q1": score, "q2": None, "q3": content}
        kept = kit.sealed({"q2": words} if words else {})
        made.append(_answer(row, f"sample-{n}", at, seconds, said, subject=subject, words=kept))
    SurveyAnswer.objects.bulk_create(made)
    _closed(host, row)
    return made


def _trust(host: Member, told: Told) -> None:
    row, made = _opened(host, told), []
    for n, pair in enumerate(told["pairs"]):
        for wave, score in zip(answering.WAVES, pair, strict=True):
            at = _at(host, told[wave]) + timedelta(minutes=3 * n)
            made.append(_answer(row, f"sample-{n}", at, 31 + n, {"q1": score, "q2": None}, wave=wave))
    SurveyAnswer.objects.bulk_create(made)
    _closed(host, row)


def _talks(host: Member, told: Told, rows: Sequence[SurveyAnswer]) -> None:
    held: list[Interview] = [talks.keep_interview(actor=host, **one) for one in told["talks"]]
    personas = book.personas(host.brand)
    for n, one in enumerate(told["insights"]):
        persona = str(personas[n % len(personas)].pk) if personas else ""
        card: Insight = talks.keep_insight(actor=host, claim=one["claim"], persona=persona)
        for place, quote in one["evidence"]:
            said = told["talks"][place]["quotes"][quote]
            talks.add_evidence(actor=host, insight_id=card.pk, quote=said, interview_id=str(held[place].pk))
        found = next((r for r in rows if one["words"] in kit.opened(r.words).get("q2", "")), None)
        if found:
            talks.add_evidence(actor=host, insight_id=card.pk, answer_id=str(found.pk), question="q2")
        if one["state"] != card.state:
            card.refresh_from_db()
            talks.turn(actor=host, insight_id=card.pk, seen=card.version, state=one["state"])
