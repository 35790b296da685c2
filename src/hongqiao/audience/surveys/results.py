"""What a survey's answers say: which count, each question with how sure it is, quotas, before against after."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from hongqiao import warehouse
from hongqiao.audience.communities.activities.trust import paired
from hongqiao.audience.models import Survey, SurveyAnswer
from hongqiao.audience.surveys import form, kit
from hongqiao.audience.tiers import standing
from hongqiao.methods import survey as methods

State = SurveyAnswer.State


@dataclass(slots=True)
class Given:
    """One answer as it is read for figures: the fields of a `SurveyAnswer` and its form, without the rest of a row."""

    pk: Any
    form_id: Any
    wave: str
    who: str
    subject: str
    state: str
    said: dict[str, Any]
    words: str
    started_at: datetime
    done_at: datetime | None
    seconds: float | None
    out: str
    questions: list[dict[str, Any]] = field(default_factory=list)


_FIELDS = tuple(name for name in Given.__slots__ if name != "questions")


@dataclass
class Read:
    """The answers of a survey as they count. `rows`: those that do; `out`: answer id → why not."""

    survey: Survey
    rules: dict[str, Any]
    questions: list[dict[str, Any]]
    rows: list[Given]
    out: dict[Any, str]
    states: Counter[str]
    taken: list[dict[str, Any]]  # what every answer said that was not put aside by hand, whether or not it counts
    tiers: dict[str, str] = field(default_factory=dict)
    weights: dict[Any, float] = field(default_factory=dict)
    weighted: methods.Weighted | methods.Unweighted | None = None
    wave: str = ""

    @cached_property
    def wrote(self) -> dict[Any, dict[str, str]]:
        """What was written in the answers that count, by question: opened once, numbers and addresses veiled."""
        return {r.pk: {q: kit.veiled(t) for q, t in kit.opened(r.words).items()} for r in self.rows if r.words}

    @property
    def left_out(self) -> Counter[str]:
        return Counter(self.out.values())


def read(survey: Survey, *, tier: str = "", wave: str = "") -> Read:
    """Return a survey's answers, those that count apart from those that do not, with weights where quotas are set.

    tier: only of persons in that tier now; wave: only of one of both times.
    """
    rules, forms = kit.book(survey.brand), dict(survey.forms.values_list("pk", "questions"))
    everything = [Given(*row) for row in survey.answers.order_by("done_at", "pk").values_list(*_FIELDS)]
    for row in everything:
        row.questions = forms[row.form_id]
    whole = [r for r in everything if r.state == State.WHOLE]
    kept, out = sift(whole, rules)
    taken = [r.said for r in whole if not r.out and form.passed(r.questions, r.said)]
    made = Read(survey, rules, asked(survey), kept, out, Counter(r.state for r in everything), taken, wave=wave)
    keys = sorted({r.subject for r in kept if r.subject})
    if keys:
        made.tiers = {k: p.tier for k, p in standing.of(warehouse.open(survey.brand_id), keys).items()}
    if wave:
        made.rows = [r for r in made.rows if r.wave == wave]
    if tier:
        made.rows = [r for r in made.rows if made.tiers.get(r.subject) == tier]
    made.weighted = _weigh(made)
    if isinstance(made.weighted, methods.Weighted):
        made.weights = {r.pk: float(w) for r, w in zip(made.rows, made.weighted.weights, strict=True)}
    return made


def of_wave(read_: Read, wave: str) -> Read:
    """Return the same reading of one of both times, unweighted."""
    return replace(read_, rows=[r for r in read_.rows if r.wave == wave], weights={}, weighted=None, wave=wave)


def sift(rows: Sequence[Given], rules: dict[str, Any]) -> tuple[list[Given], dict[Any, str]]:
    """Return the answers that count and why the others do not: by_hand, inattentive, hasty, repeated."""
    out = {r.pk: "by_hand" for r in rows if r.out}
    kept: list[Given] = []
    for wave in sorted({r.wave for r in rows}):
        mine = [r for r in rows if r.wave == wave and not r.out]
        told = [_told(r) for r in mine]
        floor = min([rules["least_seconds"], *(rules["seconds_a_question"] * max(1, len(r.said)) for r in mine)])
        places, _counts = methods.usable(told, least_seconds=floor, least_share=rules["least_share"])
        kept += [mine[n] for n in places]
        good, known = set(places), {told[p].who for p in places}
        for n, row in enumerate(mine):
            if n not in good:
                out[row.pk] = _why(told[n], known)
    return sorted(kept, key=lambda r: (r.done_at or r.started_at, r.pk)), out


def _told(row: Given) -> methods.Answer:
    passed = form.passed(row.questions, row.said)
    return methods.Answer(row.seconds, passed, row.subject)


def _why(answer: methods.Answer, known: Set[str]) -> str:
    if not answer.passed:
        return "inattentive"
    return "repeated" if answer.who and answer.who in known else "hasty"


def asked(survey: Survey) -> list[dict[str, Any]]:
    """Return every question that was ever asked, those in force first; `forms`: how many wordings it had; options of
    older versions come after those in force, marked `old`."""
    versions = list(survey.forms.order_by("-number"))
    found: dict[str, dict[str, Any]] = {}
    for version in sorted(versions, key=lambda v: v.number != survey.form):
        for question in version.questions:
            made = found.setdefault(question["id"], {**question, "options": list(question["options"]), "texts": set()})
            made["texts"].add(question["text"])
            known = {o["code"] for o in made["options"]}
            made["options"] += [{**o, "old": True} for o in question["options"] if o["code"] not in known]
    return list(found.values())


def _weigh(read_: Read) -> methods.Weighted | methods.Unweighted | None:
    """Return weights that bring the answers to the quotas' shares; None where no quota is set."""
    quotas = {k: {c: n for c, n in q.items() if n} for k, q in read_.survey.quotas.items()}
    quotas = {k: q for k, q in quotas.items() if q}
    if not quotas:
        return None
    shares = {k: {c: n / sum(q.values()) for c, n in q.items()} for k, q in quotas.items()}
    answers = [{k: str(r.said.get(k) or "") for k in quotas} for r in read_.rows]
    limits = read_.rules["weight"]
    return methods.rake(answers, shares, least=limits["least"], most=limits["most"])


def question(read_: Read, asked_: dict[str, Any]) -> dict[str, Any]:
    """Return what the answers to one question say: n, lines of options with intervals, score where it has one."""
    key, kind, rules = asked_["id"], asked_["kind"], read_.rules
    mine = [r for r in read_.rows if key in r.said and r.said[key] not in (None, [])]
    made: dict[str, Any] = {"q": asked_, "n": len(mine), "few": len(mine) < rules["few"], "least": rules["few"]}
    if kind == "open":
        return made
    weights = [read_.weights[r.pk] for r in mine] if read_.weights else None
    made["lines"] = _lines(made, [r.said[key] for r in mine], weights, asked_, rules["level"])
    if mine:
        made["margin"] = _margin(read_, len(mine), weights)
        made["points"] = 100 * made["margin"]
    if not made["few"] and kind in form.SCORES:
        made |= _score(kind, [r.said[key] for r in mine], weights, rules["level"])
    return made


def _labels(asked_: dict[str, Any]) -> list[tuple[str, str]]:
    if asked_["kind"] in form.CHOICES:
        return [(o["code"], o["label"]) for o in asked_["options"]]
    return [(v, v) for v in form.values(asked_)]


def _lines(
    made: dict[str, Any], said: Sequence[Any], weights: Sequence[float] | None, asked_: dict[str, Any], level: float
) -> list[dict[str, Any]]:
    """Return a line an option: how many chose it, their share with its interval, and weighted."""
    counts: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    for value, weight in zip(said, weights or [1.0] * len(said), strict=True):
        for chosen in {str(v) for v in value} if isinstance(value, list) else (str(value),):
            counts[chosen] += 1
            worth[chosen] += weight  # type: ignore[assignment]  # a Counter of floats
    lines = []
    for value, label in _labels(asked_):
        line: dict[str, Any] = {"value": value, "label": label, "n": counts[value]}
        if not made["few"]:
            line["share"], line["lo"], line["hi"] = methods.share(counts[value], len(said), level=level)
            if weights is not None:
                line["weighted"] = worth[value] / sum(weights)
        lines.append(line)
    return lines


def _margin(read_: Read, n: int, weights: Sequence[float] | None) -> float:
    """Return the margin of a share of one half: the widest of the question; of weighted answers by what they are
    worth."""
    worth = sum(weights) ** 2 / sum(w * w for w in weights) if weights else float(n)
    people = read_.survey.population
    return methods.margin(worth, population=people if people and people >= n else None, level=read_.rules["level"])


def _score(kind: str, scores: list[int], weights: Sequence[float] | None, level: float) -> dict[str, Any]:
    name = "nps" if kind == "nps" else "csat"
    figure = methods.nps if kind == "nps" else methods.csat
    made: dict[str, Any] = {name: figure(scores, level=level)}
    if weights is not None:
        made[f"{name}_weighted"] = figure(scores, level=level, weights=weights)
    return made if kind == "nps" else made | {"mean": mean(scores, level)}


def mean(scores: Sequence[int], level: float) -> tuple[float, float, float]:
    """Return the mean of 1–5 with Student's interval, held to the scale; at least two scores."""
    from scipy import stats  # here: a page without a survey need not load it

    n, middle = len(scores), sum(scores) / len(scores)
    sd = math.sqrt(sum((s - middle) ** 2 for s in scores) / (n - 1))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * max(sd, 1 / math.sqrt(12)) / math.sqrt(n)
    return middle, max(1.0, middle - half), min(5.0, middle + half)


def change(read_: Read, asked_: dict[str, Any]) -> dict[str, Any]:
    """Return how a 1–5 question moved from before to after: both means with intervals, and the mean of the differences
    of those who gave both."""
    key, level, least = asked_["id"], read_.rules["level"], read_.rules["few"]
    waves = {w: [r for r in read_.rows if r.wave == w and r.said.get(key) is not None] for w in ("before", "after")}
    made: dict[str, Any] = {"least": least, "level": level}
    for wave, rows in waves.items():
        scores = [r.said[key] for r in rows]
        made[wave] = {"n": len(scores), "mean": mean(scores, level) if len(scores) >= least else None}
    by = {w: {r.subject or r.who: r.said[key] for r in rows if r.subject or r.who} for w, rows in waves.items()}
    both = sorted(by["before"].keys() & by["after"].keys())
    made["pairs"] = len(both)
    if len(both) >= least:
        made["change"] = paired([by["before"][k] for k in both], [by["after"][k] for k in both], level=level)
    return made


def quotas(read_: Read) -> list[dict[str, Any]]:
    """Return how full each option with a quota is, by answers that were taken."""
    found = []
    for key, limits in read_.survey.quotas.items():
        asked_ = form.find(read_.questions, key)
        if asked_ is None:
            continue
        counts = Counter(str(said.get(key)) for said in read_.taken)
        labels = dict(_labels(asked_))
        lines = [
            {"label": labels.get(c, c), "n": counts[c], "most": most, "share": counts[c] / most if most else 1}
            for c, most in limits.items()
        ]
        found.append({"text": asked_["text"], "lines": lines})
    return found
