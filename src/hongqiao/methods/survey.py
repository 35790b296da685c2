"""What a survey's answers say and how surely: error, weights by quota, NPS, satisfaction, whose answers count. U3.

Margins hold for a sample drawn by chance; of who happens to answer they say how much chance alone moves a figure, not
how far those who answer are from the rest. Limits are data (knowledge/audience/survey.json).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.similarity import clusters

Interval = tuple[float, float, float]


def margin(n: float, *, share: float = 0.5, population: int | None = None, level: float) -> float:
    """Return the half width of a share's interval (0-1) from n answers, z·√(p(1−p)/n); of a small population
    corrected by √((N−n)/(N−1)). Raises ValueError for no answers, more than there are people, shares outside 0-1."""
    if n <= 0 or not 0 <= share <= 1 or (population is not None and n > population):
        raise ValueError("at least one answer, no more than people, a share of 0 to 1")
    left = (population - n) / (population - 1) if population and population > 1 else float(population != 1)
    return _z(level) * math.sqrt(share * (1 - share) / n * left)


def needed(wanted: float, *, share: float = 0.5, population: int | None = None, level: float) -> int:
    """Return how many answers bring the margin down to `wanted` (0-1). Raises ValueError where it is none."""
    if not 0 < wanted < 1 or not 0 < share < 1:
        raise ValueError("a margin and a share lie between 0 and 1")
    many = _z(level) ** 2 * share * (1 - share) / wanted**2
    if population is not None:
        many = many * population / (many + population - 1)
    return math.ceil(many - 1e-9)


@dataclass(frozen=True)
class Weighted:
    """A weight an answer, of mean 1 where the limits allow it.

    effective: how many unweighted answers they are worth (Kish); off: the largest share of a quota that is still
    missed (0-1); clipped: answers whose weight stands at a limit.
    """

    weights: NDArray[np.float64]
    effective: float
    off: float
    clipped: int


@dataclass(frozen=True)
class Unweighted:
    """Why no weights: "none" no answers; "nobody" of a quota's group; "unknown" group that the quota does not name."""

    code: str
    variable: str = ""
    group: str = ""


def rake(
    answers: Sequence[Mapping[str, str]],
    quotas: Mapping[str, Mapping[str, float]],
    *,
    least: float,
    most: float,
    rounds: int = 200,
) -> Weighted | Unweighted:
    """Return weights by which the answers have the quotas' shares in every variable (Deming and Stephan 1940), each
    held between `least` and `most`. A quota that limits cannot reach shows in `off`. Raises ValueError for shares that
    do not make up one, and for limits that leave 1 out."""
    if not 0 < least <= 1 <= most or any(abs(sum(q.values()) - 1) > 1e-6 for q in quotas.values()):
        raise ValueError("shares make up one, limits lie around one")
    groups = {v: np.array([a.get(v, "") for a in answers]) for v in quotas}
    wrong = _unfit(groups, quotas) if answers else Unweighted("none")
    if wrong:
        return wrong
    cells = [(groups[v] == g, share) for v, q in quotas.items() for g, share in q.items() if share > 0]
    w = np.ones(len(answers))
    for _round in range(rounds):
        before = w.copy()
        for inside, share in cells:
            w[inside] *= share * len(w) / w[inside].sum()
        w = np.clip(w, least, most)
        w = np.clip(w * len(w) / w.sum(), least, most)
        if np.abs(w - before).max() < 1e-9:
            break
    off = max((abs(w[inside].sum() / w.sum() - share) for inside, share in cells), default=0.0)
    edge = int(np.sum((w <= least + 1e-9) | (w >= most - 1e-9))) if cells else 0
    return Weighted(w, float(w.sum() ** 2 / np.square(w).sum()), float(off), edge)


def _unfit(groups: Mapping[str, NDArray[np.str_]], quotas: Mapping[str, Mapping[str, float]]) -> Unweighted | None:
    """A group that nobody is in cannot be weighed up, and who is in none has no weight."""
    for variable, quota in quotas.items():
        there = set(groups[variable].tolist())
        for group, share in quota.items():
            if share > 0 and group not in there:
                return Unweighted("nobody", variable, group)
        strange = sorted(there - {g for g, share in quota.items() if share > 0})
        if strange:
            return Unweighted("unknown", variable, strange[0])
    return None


def nps(scores: Sequence[int], *, level: float, weights: Sequence[float] | None = None) -> Interval:
    """Return the net promoter score, −100 to 100, with its interval: share of 9–10 less share of 0–6.

    The interval is that of the score after three answers of a made-up kind are added, a quarter promoters, a quarter
    detractors (adjusted Wald, Rocks, Am. Stat. 70, 2016): of few answers that agree the plain one has no width. With
    weights n is the effective number. Raises ValueError for none, or scores other than whole 0 to 10.
    """
    if not scores or any(type(s) is not int or not 0 <= s <= 10 for s in scores):
        raise ValueError("scores are whole numbers from 0 to 10")
    w, n = _worth(scores, weights)
    told = np.asarray(scores)
    promoters, detractors = (float(w[inside].sum() / w.sum()) for inside in (told >= 9, told <= 6))
    up, down = ((n * share + 0.75) / (n + 3) for share in (promoters, detractors))
    half = _z(level) * math.sqrt((up + down - (up - down) ** 2) / (n + 3))
    value, middle = promoters - detractors, up - down
    return 100 * value, 100 * max(-1.0, middle - half), 100 * min(1.0, middle + half)


def _worth(scores: Sequence[int], weights: Sequence[float] | None) -> tuple[NDArray[np.float64], float]:
    """Return a weight an answer, and how many unweighted answers they are worth (Kish)."""
    w = np.ones(len(scores)) if weights is None else np.asarray(weights, float)
    if len(w) != len(scores) or w.min() < 0 or not w.sum() > 0:
        raise ValueError("a weight an answer, none negative")
    return w, float(w.sum() ** 2 / np.square(w).sum())


def share(hits: float, n: float, *, level: float) -> Interval:
    """Return a share with its Wilson interval, 0-1. Raises ValueError for none."""
    from hongqiao.methods.causal.pooling import rate  # loads SciPy, which a start does without

    return rate(hits, n, level=level)


def csat(
    scores: Sequence[int], *, top: int = 5, content: int = 4, level: float, weights: Sequence[float] | None = None
) -> Interval:
    """Return the share of content answers (`content` to `top` of 1 to `top`) with its Wilson interval, 0-1.

    With weights n is the effective number, as with `nps`. Raises ValueError for none, or scores off the scale."""
    if not scores or any(type(s) is not int or not 1 <= s <= top for s in scores):
        raise ValueError("scores are whole numbers of the scale")
    w, n = _worth(scores, weights)
    part = float(w[np.asarray(scores) >= content].sum() / w.sum())
    return share(part * n, n, level=level)


@dataclass(frozen=True)
class Answer:
    """How an answer came about. seconds: how long it took, None where unknown; passed: of attention checks that were
    asked, all answered as told (True where none was asked); who: under which key the person stands, "" unknown."""

    seconds: float | None
    passed: bool = True
    who: str = ""


def usable(answers: Sequence[Answer], *, least_seconds: float, least_share: float) -> tuple[list[int], Counter[str]]:
    """Return the places of answers that count, and how many do not, by the first reason: inattentive, hasty, repeated.

    hasty: under `least_seconds`, or under `least_share` of the median time. repeated: not the first of a person
    that counts.
    """
    times = [a.seconds for a in answers if a.seconds is not None]
    floor = max(least_seconds, least_share * median(times)) if times else least_seconds
    kept: list[int] = []
    out: Counter[str] = Counter()
    seen: set[str] = set()
    for i, a in enumerate(answers):
        reason = "" if a.passed else "inattentive"
        reason = reason or ("hasty" if a.seconds is not None and a.seconds < floor else "")
        reason = reason or ("repeated" if a.who and a.who in seen else "")
        if reason:
            out[reason] += 1
            continue
        kept.append(i)
        if a.who:
            seen.add(a.who)
    return kept, out


@dataclass(frozen=True)
class Group:
    """Open answers that say the same in nearly the same words: places, the first one's first."""

    places: tuple[int, ...]


def grouped(texts: Sequence[str], *, least: int) -> tuple[list[Group], list[int]]:
    """Return groups of at least `least` answers, the largest first, and the places of those in none; blanks in neither.

    By wording alone (`similarity.clusters`): two ways of wanting the same thing stay apart until a person joins them.
    """
    filled = [i for i, text in enumerate(texts) if text.strip()]
    members: dict[int, list[int]] = {}
    for i, head in zip(filled, clusters([texts[i] for i in filled]) if filled else [], strict=True):
        members.setdefault(head, []).append(i)
    large = [Group(tuple(m)) for m in members.values() if len(m) >= least]
    single = sorted(i for m in members.values() if len(m) < least for i in m)
    return sorted(large, key=lambda g: (-len(g.places), g.places[0])), single


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)
