"""Of what a text of feedback speaks: rules, a model, and what people corrected; each said, one decides.

What a person said of nearly the same words goes first, then the rules, then what the model leans to. People's
words about a thread itself are kept with it and never overruled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from hongqiao.audience.feedback import kinds
from hongqiao.audience.models import Thread
from hongqiao.knowledge import opinions
from hongqiao.methods import similarity
from hongqiao.methods.opinion import Judge, Kinds
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Reading:
    """kind: what was decided, "" where nobody knows. rule and cue: what the rules say and by which words; model and
    sure: what the model leans to and the probability of its first level; p: the probability that the text speaks
    against; learnt: what people said of the like; grave: a code of what makes it urgent whatever its kind."""

    kind: str
    negative: bool
    rule: str = ""
    cue: str = ""
    model: str = ""
    sure: float = 0.0
    p: float = 0.0
    learnt: str = ""
    grave: str = ""

    def kept(self) -> dict[str, Any]:
        """Return what each of them said, as plain data."""
        said = asdict(self)
        plain = {k: said[k] for k in ("rule", "cue", "model", "learnt", "grave")}
        return plain | {"p": round(self.p, 4), "sure": round(self.sure, 4)}


@dataclass(frozen=True)
class Taught:
    """A brand's reader: the model calibrated by its people, and the words that they gave a kind."""

    judge: Judge
    texts: tuple[str, ...]
    kinds: tuple[str, ...]


_KEPT: dict[UUID, tuple[object, Taught]] = {}


def taught(brand: Brand) -> QuerySet:
    """Return the threads of which a person said what they are."""
    return Thread.objects.filter(brand=brand, judged_at__isnull=False)


def reader_of(brand: Brand) -> Taught:
    """Return the brand's reader; learned anew in this process once people said more."""
    rows = taught(brand)
    stamp = tuple(rows.aggregate(n=Count("pk"), last=Max("judged_at")).values())
    if not stamp[0]:
        return Taught(opinions.judge(), (), ())
    kept = _KEPT.get(brand.pk)
    if kept is None or kept[0] != stamp:
        newest = rows.order_by("-judged_at")[: kinds.book()["taught"]]
        said = [t.judged for t in newest if t.judged.get("text")]  # without those whose words were forgotten
        texts = [str(j.get("text", "")) for j in said]
        judge = opinions.judge().taught(texts, [bool(j.get("negative")) for j in said])
        kept = (stamp, Taught(judge, tuple(texts), tuple(str(j.get("kind", "")) for j in said)))
        _KEPT[brand.pk] = kept
    return kept[1]


def read(brand: Brand, texts: Sequence[str]) -> list[Reading]:
    """Return what each text speaks of, in order."""
    return told(texts, kinds.compiled(brand), reader_of(brand)) if texts else []


def told(texts: Sequence[str], rules: Kinds, reader: Taught) -> list[Reading]:
    """Return what rules, model and people's words say of each text, in order."""
    book = kinds.book()
    folded, plain, chances = reader.judge.weigh(texts)
    cues = rules.of(folded, chances, reader.judge.threshold)
    leans = opinions.leanings("audience").of(plain)
    found = []
    for text, read_as, p, cue, lean in zip(texts, folded, chances, cues, leans, strict=True):
        rule, (model, sure) = cue.kind if cue else "", _enough(lean, book["leaning"])
        learnt = _learnt(text, reader, book["learnt_like"])
        kind = learnt if learnt is not None else rule or model
        against = p >= reader.judge.threshold and kinds.group_of(kind) not in ("praise", "suggest", "cooperate")
        grave = "safety" if kinds.group_of(kind) == "safety" else _grave(read_as)
        words = cue.words[:80] if cue else ""
        found.append(Reading(kind, against, rule, words, model, sure, p, learnt or "", grave))
    return found


def _enough(lean: tuple[str, float], rules: Mapping[str, Any]) -> tuple[str, float]:
    """Return what the model leans to and how surely; ("", 0) where it is not sure enough for that first level."""
    kind, sure = lean
    least = rules["surer"].get(kinds.group_of(kind), rules["least"])
    return (kind, sure) if kind and sure >= least else ("", 0.0)


def _learnt(text: str, reader: Taught, least: float) -> str | None:
    """Return the kind that a person gave to nearly the same words, None where nobody did."""
    if text in reader.texts:
        return reader.kinds[reader.texts.index(text)]
    near = similarity.nearest(text, reader.texts, least)
    return reader.kinds[near[0]] if near else None


@cache
def _graves() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = ((code, g["terms"]) for code, g in kinds.book()["grave"].items() if isinstance(g, dict))
    return tuple((code, re.compile("|".join(terms))) for code, terms in rules if terms)


def _grave(folded: str) -> str:
    return next((code for code, words in _graves() if words.search(folded)), "")
