"""Of what a questionnaire is made, and the way through it. Plain values in, plain values out; no database.

A question: {"id", "kind", "text", "need", "options": [{"code", "label"}], "right", "low", "high",
"skips": [{"is", "to"}]}. `to` is a later question or "end": a way back is refused, so nobody goes in circles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.errors import N_

Question = dict[str, Any]
KINDS = {
    "single": N_("单选"),
    "multi": N_("多选"),
    "scale": N_("1–5 分"),
    "nps": N_("推荐意愿 0–10"),
    "open": N_("开放题"),
    "attention": N_("注意力检查"),
}
CHOICES = ("single", "multi", "attention")
SCORES = {"scale": range(1, 6), "nps": range(11)}
END = "end"
#: what a question may have wrong → words
PROBLEMS = {
    "empty": N_("还没有题目"),
    "no_text": N_("题目是空的"),
    "few_options": N_("至少要两个选项"),
    "no_right": N_("还没有指定正确选项"),
    "back": N_("跳转要去后面的题"),
    "gone": N_("跳转的选项或题目已经不在"),
    "too_many": N_("题目太多"),
    "quota": N_("配额的题目或选项已经不在"),
}


def values(question: Question) -> list[str]:
    """Return what may be answered, as text; none for an open question."""
    if question["kind"] in CHOICES:
        return [o["code"] for o in question.get("options", [])]
    return [str(n) for n in SCORES.get(question["kind"], ())]


def find(questions: Sequence[Question], key: str) -> Question | None:
    """Return a question by its id."""
    return next((q for q in questions if q["id"] == key), None)


def fresh(questions: Sequence[Question], last: int = 0) -> str:
    """Return an id that no question has had. last: the highest number of earlier versions."""
    return f"q{max([last, *(int(q['id'][1:]) for q in questions)], default=0) + 1}"


def problems(questions: Sequence[Question], quotas: Mapping[str, Any], *, most: int) -> list[tuple[str, str]]:
    """Return (question id, code) of what keeps a questionnaire from being opened."""
    if not questions:
        return [("", "empty")]
    found = [("", "too_many")] if len(questions) > most else []
    places = {q["id"]: n for n, q in enumerate(questions)}
    for n, question in enumerate(questions):
        found += [(question["id"], code) for code in _wrong(question, n, places)]
    for key, limits in quotas.items():
        question_ = find(questions, key)
        if question_ is None or set(limits) - set(values(question_)):
            found.append((key, "quota"))
    return found


def _wrong(question: Question, place: int, places: Mapping[str, int]) -> list[str]:
    codes = []
    if not question["text"]:
        codes.append("no_text")
    if question["kind"] in CHOICES and len(question.get("options", [])) < 2:
        codes.append("few_options")
    if question["kind"] == "attention" and question.get("right") not in values(question):
        codes.append("no_right")
    for skip in question.get("skips", []):
        if skip["is"] not in values(question) or (skip["to"] != END and skip["to"] not in places):
            codes.append("gone")
        elif skip["to"] != END and places[skip["to"]] <= place:
            codes.append("back")
    return list(dict.fromkeys(codes))


def following(questions: Sequence[Question], question: Question, said: Any) -> str:
    """Return the id of the question after this one, given what was answered; END at the end.

    A rule that leads back or nowhere is as if it were not there: the way is walked forwards only.
    """
    places = {q["id"]: n for n, q in enumerate(questions)}
    place = places[question["id"]]
    chosen = {str(v) for v in said} if isinstance(said, list) else {str(said)}
    for skip in question.get("skips", []):
        if skip["is"] in chosen and (skip["to"] == END or places.get(skip["to"], -1) > place):
            return str(skip["to"])
    return questions[place + 1]["id"] if place + 1 < len(questions) else END


def way(questions: Sequence[Question], said: Mapping[str, Any]) -> list[str]:
    """Return the ids passed with these answers, the first unanswered one last; END last when all is answered.

    `said` holds None for a question that was passed over.
    """
    path: list[str] = []
    at = questions[0]["id"] if questions else END
    while at != END:
        path.append(at)
        if at not in said:
            return path
        question = find(questions, at)
        assert question is not None
        at = following(questions, question, said[at])
    return [*path, END]


def kept(questions: Sequence[Question], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that lie on the way: what was answered before a turn was changed falls off."""
    return {key: said[key] for key in way(questions, said) if key in said}


def passed(questions: Sequence[Question], said: Mapping[str, Any]) -> bool:
    """Return whether every attention check that was asked was answered as told."""
    asked = [q for q in questions if q["kind"] == "attention" and q["id"] in said]
    return all(said[q["id"]] == q.get("right") for q in asked)


def longest(questions: Sequence[Question]) -> int:
    """Return how many questions are asked at the most."""
    return len(questions)
