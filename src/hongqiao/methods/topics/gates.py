"""What forbids a topic before it is scored: solemn day, red line, claim without evidence, nobody of its persona."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hongqiao.methods.topics.model import Evidence, Idea
from hongqiao.methods.topics.scoring import found, relevance


@dataclass(frozen=True)
class Gate:
    """What forbids it: code solemn, line, claim, figure, whom; `params` say which day, words, claim, persona."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def gates(idea: Idea, seen: Evidence, rules: Mapping[str, Any]) -> list[Gate]:
    """Return what forbids an idea; nothing for most."""
    return [*_solemn(idea, seen, rules), *_lines(idea, seen), *_claim(idea, seen, rules), *_whom(idea, seen, rules)]


def _solemn(idea: Idea, seen: Evidence, rules: Mapping[str, Any]) -> list[Gate]:
    """A solemn day is no occasion to sell or to amuse."""
    m = seen.moment
    if m is None or not m.solemn:
        return []
    words = found((*rules["cues"]["selling"], *rules["cues"]["emotion"]), idea.all)
    if not (idea.selling or seen.product or words):
        return []
    return [Gate("solemn", {"node": m.label, "day": m.first.isoformat(), "words": words})]


def _lines(idea: Idea, seen: Evidence) -> list[Gate]:
    hits = [(what, found(words, idea.all)) for what, words in seen.lines]
    return [Gate("line", {"line": what, "words": words}) for what, words in hits if words]


def _claim(idea: Idea, seen: Evidence, rules: Mapping[str, Any]) -> list[Gate]:
    """A claim needs evidence of its own or stands among the approved ones; a figure in the title is a claim."""
    if idea.proven:
        return []
    if idea.claim and not any(c and c in idea.claim for c in seen.claims_held):
        return [Gate("claim", {"claim": idea.claim})]
    figures = [m.group() for m in re.finditer(rules["rules"]["claim_figures"], idea.title)]
    return [Gate("figure", {"words": figures})] if figures else []


def _whom(idea: Idea, seen: Evidence, rules: Mapping[str, Any]) -> list[Gate]:
    """A topic for somebody must be where they read, and say something that they say or ask for."""
    if seen.whom is None or not seen.whom.words:
        return []
    part = relevance(idea, seen, rules)
    if part.why == "relevance.elsewhere" or (part.why == "relevance.not_theirs" and not seen.mentions):
        return [Gate("whom", {"whom": seen.whom.name, "why": part.why, **part.params})]
    return []
