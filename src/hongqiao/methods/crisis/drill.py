"""How well a drill went: 100 points in six parts, each with its reason. X2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEVELS = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Drill:
    """What was seen. Minutes count from the first mention; None where it did not happen.

    `first_due`: minutes that the first answer may take at this level. `steps`: (done in time, all that fell due).
    `flaws`: how many things hold the best statement, None where there is none. `answers`: approved answers as texts.
    """

    found: float | None
    level: str
    answered: float | None
    first_due: float
    steps: tuple[int, int] = (0, 0)
    statement: str = ""
    flaws: int | None = None
    signed: bool = False
    answers: Sequence[str] = ()
    lessons: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One part of the score with the code of its reason."""

    code: str
    got: int
    most: int
    why: str
    params: Mapping[str, Any] = field(default_factory=dict)


def score(drill: Drill, expect: Mapping[str, Any], book: Mapping[str, Any]) -> list[Part]:
    """Return the six parts; `expect` of the scenario, `book` is drills.json with its points and limits."""
    points = book["points"]
    return [
        _found(drill, points["found"], book["limits"]),
        _graded(drill, points["graded"], expect),
        _in_time(drill, points["in_time"]),
        _statement(drill, points["statement"], expect),
        _answers(drill, points["answers"], expect),
        _review(drill, points["review"]),
    ]


def total(parts: Sequence[Part]) -> int:
    return sum(p.got for p in parts)


def _found(drill: Drill, most: int, limits: Mapping[str, Any]) -> Part:
    if drill.found is None:
        return Part("found", 0, most, "not_found")
    minutes = {"minutes": round(drill.found)}
    if drill.found <= limits["found_minutes"]:
        return Part("found", most, most, "found_soon", minutes)
    late = drill.found <= limits["found_late_minutes"]
    return Part("found", most // 2 if late else 0, most, "found_late", minutes)


def _graded(drill: Drill, most: int, expect: Mapping[str, Any]) -> Part:
    if drill.level not in LEVELS:
        return Part("graded", 0, most, "not_graded")
    off = abs(LEVELS.index(drill.level) - LEVELS.index(expect["level"]))
    told = {"level": drill.level, "expected": expect["level"]}
    return Part("graded", (most, most // 2, 0, 0)[off], most, "graded_right" if not off else "graded_off", told)


def _in_time(drill: Drill, most: int) -> Part:
    """Half for the first answer, half for the share of steps done in time."""
    half = most / 2
    answered = drill.answered is not None and drill.answered <= drill.first_due
    done, due = drill.steps
    share = done / due if due else 0.0
    told = {"minutes": round(drill.answered or 0), "due": round(drill.first_due), "done": done, "steps": due}
    why = "not_answered" if drill.answered is None else "answered_soon" if answered else "answered_late"
    return Part("in_time", round(half * answered + half * share), most, why, told)


def _statement(drill: Drill, most: int, expect: Mapping[str, Any]) -> Part:
    if drill.flaws is None:
        return Part("statement", 0, most, "no_statement")
    told = {"flaws": drill.flaws}
    if drill.flaws:
        return Part("statement", max(0, most // 2 - 3 * drill.flaws), most, "statement_flawed", told)
    fits = drill.statement in expect["statement"]
    got = most if drill.signed and fits else round(most * 0.75) if fits else most // 2
    return Part("statement", got, most, "statement_good" if got == most else "statement_unsigned", told)


def _answers(drill: Drill, most: int, expect: Mapping[str, Any]) -> Part:
    """Count the things that customer service must be able to say."""
    wanted = expect["topics"]
    said = sum(any(topic in answer for answer in drill.answers) for topic in wanted)
    told = {"said": said, "wanted": len(wanted)}
    return Part("answers", round(most * said / len(wanted)), most, "answers_told", told)


def _review(drill: Drill, most: int) -> Part:
    asked = ("what", "why", "change")
    told = sum(bool(str(drill.lessons.get(k) or "").strip()) for k in asked)
    return Part("review", round(most * told / len(asked)), most, "review_told", {"told": told, "asked": len(asked)})
