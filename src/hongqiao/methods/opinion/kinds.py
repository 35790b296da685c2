"""Of what a text complains: cues as data, read with the scope of negation, questions and worries.

A cue is sure (it alone names the kind) or only likely (it names the kind of a text that is negative anyway). An
outright one is a sure one that needs hardly any ill will beside it and may reach over the stops between clauses. What
stands under a negation in the same clause does not count, nor what a question or a worry asks about while the text
is not negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hongqiao.methods.opinion.anchors import Finder

_CLAUSE = re.compile(r"[^，。！？；…,.!?;~\n]+[，。！？；…,.!?;~\n]*")

#: How surely a cue tells, as the data name it.
_HOW = ("outright", "sure", "likely")
#: A text that is more likely negative than not complains even where it asks.
_PLAIN = 0.5


@dataclass(frozen=True)
class Cue:
    """A kind, whether the cue is sure, and outright, and the expression; when found, the words that matched."""

    kind: str
    sure: bool
    expression: re.Pattern[str]
    words: str = ""
    outright: bool = False


@dataclass(frozen=True)
class Kinds:
    """Compiled cues. `floors`: from which probability on a sure cue counts in a text that is not negative, `outright`
    the same of outright ones; `order`: who goes first.
    """

    order: tuple[str, ...]
    first: frozenset[str]
    floors: Mapping[str, float]
    outright: float
    cues: tuple[Cue, ...]
    finder: Finder
    denied: re.Pattern[str]
    despite: re.Pattern[str]
    asked: re.Pattern[str]
    harmless: re.Pattern[str]

    def of(self, folded: Sequence[str], chances: Sequence[float], threshold: float) -> list[Cue | None]:
        """Return for each folded text the cue that names its kind, None where it complains of nothing known."""
        candidates = self.finder.candidates(folded)
        return [
            self._one(text, sorted(may), p, p >= threshold) if may else None
            for text, may, p in zip(folded, candidates, chances, strict=True)
        ]

    def every(self, folded: Sequence[str], chances: Sequence[float], threshold: float) -> list[list[Cue]]:
        """Return for each folded text the first cue of every kind that it tells of, in the order of the kinds."""
        candidates = self.finder.candidates(folded)
        out: list[list[Cue]] = []
        for text, may, p in zip(folded, candidates, chances, strict=True):
            found = self._all(text, sorted(may), p, p >= threshold) if may else []
            firsts = {c.kind: c for c in reversed(found)}
            out.append([firsts[k] for k in self.order if k in firsts])
        return out

    def _one(self, text: str, may: list[int], p: float, negative: bool) -> Cue | None:
        return self._first(self._all(text, may, p, negative))

    def _all(self, text: str, may: list[int], p: float, negative: bool) -> list[Cue]:
        """Return every cue that counts: of a clause that does not ask, unless the text is plainly against."""
        cues = [c for c in map(self.cues.__getitem__, may) if negative or (c.sure and p >= self._floor(c))]
        cues = [c for c in cues if c.expression.search(text)]
        if not cues:
            return []
        clauses = _CLAUSE.findall(self.harmless.sub(",", text))
        if p < _PLAIN:
            clauses = [c for c in clauses if not self.asked.search(c)]
        within, across = [c for c in cues if not c.outright], [c for c in cues if c.outright]
        found = [cue for clause in clauses for cue in self._told(within, clause)] if within else []
        return [*found, *self._told(across, "".join(clauses))] if across else found

    def _floor(self, cue: Cue) -> float:
        return self.outright if cue.outright else self.floors[cue.kind]

    def _told(self, cues: Iterable[Cue], clause: str) -> Iterator[Cue]:
        """Yield cues that a clause, or a text, holds and does not deny."""
        for cue in cues:
            for m in cue.expression.finditer(clause):
                if not self.denied.search(self.despite.sub("", clause[: m.start()])):
                    yield Cue(cue.kind, cue.sure, cue.expression, m.group(), cue.outright)

    def _first(self, found: list[Cue]) -> Cue | None:
        """Return the cue of who goes first; of the others that of the kind with the most cues, a sure one for two."""
        grave = [c for c in found if c.sure and c.kind in self.first]
        if grave or not found:
            return min(grave, key=lambda c: (self.order.index(c.kind), not c.outright), default=None)
        weight = {k: sum(1 + c.sure for c in found if c.kind == k) for k in self.order}
        best = max(self.order, key=lambda k: (weight[k], -self.order.index(k)))
        return max((c for c in found if c.kind == best), key=lambda c: c.sure)


def kinds_of(data: Mapping[str, Any]) -> Kinds:
    """Return compiled cues. Raises re.error where one is no expression."""
    kinds = data["kinds"]
    told = [(k, how, e) for k, v in kinds.items() for how in _HOW for e in v.get(how, ())]
    return Kinds(
        order=tuple(kinds),
        first=frozenset(k for k, v in kinds.items() if v.get("first")),
        floors={k: float(v["floor"]) for k, v in kinds.items()},
        outright=float(data.get("outright", 0)),
        cues=tuple(Cue(k, how != "likely", re.compile(e), outright=how == "outright") for k, how, e in told),
        finder=Finder([e for _, _, e in told]),
        denied=re.compile(f"(?:{'|'.join(data['denied'])})[^,。]{{0,{int(data['reach'])}}}$"),
        despite=_one_of(data["despite"]),
        asked=_one_of(data["asked"]),
        harmless=_one_of(data["harmless"]),
    )


def _one_of(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{e})" for e in expressions))
