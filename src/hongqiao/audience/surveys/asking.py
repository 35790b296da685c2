"""A question as people see it: on the public page, and in the builder's preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.audience.models import Survey
from hongqiao.audience.surveys import answering, form, kit

#: about how many seconds a question takes; shown as minutes, rounded up
SECONDS = {"open": 30, "multi": 15}
OTHER = 10


def minutes(questions: list[dict[str, Any]]) -> int:
    """Return about how many minutes a questionnaire takes, one at least."""
    return max(1, -(-sum(SECONDS.get(q["kind"], OTHER) for q in questions) // 60))


def question(found: Mapping[str, Any], said: Any, words: str) -> dict[str, Any]:
    """Return a question with its options, those chosen marked."""
    chosen = {str(v) for v in said} if isinstance(said, list) else {"" if said is None else str(said)}
    if found["kind"] in form.CHOICES:
        options = [(o["code"], o["label"], o["code"] in chosen) for o in found["options"]]
    else:
        options = [(v, v, v in chosen) for v in form.values(dict(found))]
    return {
        **{k: found.get(k, "") for k in ("id", "kind", "text", "need", "low", "high")},
        "options": options, "many": found["kind"] == "multi", "score": found["kind"] in form.SCORES, "words": words,
    }  # fmt: skip


def context(found: answering.Standing, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the page shows of where somebody stands."""
    survey, questions, row = found.link.survey, found.form.questions, found.row
    made = head(survey, questions) | {
        "why": found.why, "wave": found.link.wave, "personal": bool(found.link.subject), "turn": found.turn,
        "free": survey.once == Survey.Once.FREE and not found.link.subject,
        "first": bool(questions) and found.at == questions[0]["id"],
    }  # fmt: skip
    if found.why:
        return made
    asked = form.find(questions, found.at)
    assert asked is not None
    made["agreed"] = bool(row and row.subject)
    said, words = (row.said.get(found.at), kit.opened(row.words).get(found.at, "")) if row else (None, "")
    if typed is not None:
        said, words = typed.get("values") or [], str(typed.get("words") or "")
    place = [q["id"] for q in questions].index(found.at)
    before = found.path[: found.path.index(found.at)]
    return made | {
        "q": question(asked, said, words), "back": before[-1] if before else "", "number": len(before) + 1,
        "share": round(100 * place / len(questions)), "last": place + 1 == len(questions),
        "letters": kit.book(survey.brand)["letters"]["open"],
    }  # fmt: skip


def head(survey: Survey, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is told before the first question: who asks, what for, how long it takes and is kept."""
    return {"survey": survey, "brand": survey.brand, "count": len(questions), "minutes": minutes(questions)}
