"""Which mentions are of one incident: the batch, product, wave and phrases that tell, and how an incident learns them.

`Incident.topics` is a list of {"of": batch | product | wave | phrase, "word"}: what a person sees and may correct.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from hongqiao.crisis.models import Incident, Mention, WatchWord
from hongqiao.methods.similarity import shingles

BATCH, PRODUCT, WAVE, PHRASE = "batch", "product", "wave", "phrase"


@dataclass(frozen=True)
class Signs:
    """What a mention can be recognised by. kind: of its complaint; wave: the key of the mention that leads its wave."""

    kind: str
    batches: frozenset[str]
    products: frozenset[str]
    wave: str
    runs: frozenset[str]


@dataclass(frozen=True)
class Topics:
    """What an incident is recognised by."""

    kind: str
    batches: frozenset[str]
    products: frozenset[str]
    waves: frozenset[str]
    phrases: frozenset[str]

    @classmethod
    def of(cls, incident: Incident) -> Topics:
        held: dict[str, set[str]] = {name: set() for name in (BATCH, PRODUCT, WAVE, PHRASE)}
        for topic in incident.topics:
            held.get(topic.get("of", ""), set()).add(str(topic.get("word", "")))
        return cls(
            incident.kind,
            frozenset(held[BATCH]),
            frozenset(held[PRODUCT]),
            frozenset(held[WAVE]),
            frozenset(held[PHRASE]),
        )


class Said(NamedTuple):
    """What of a mention tells where it belongs: thousands are looked at while others wait, whole rows cost thrice."""

    pk: UUID
    kind: str
    title: str
    text: str
    about: list[dict[str, str]]
    first_id: UUID | None


def signs(
    mention: Mention | Said, book: Mapping[str, Any], patterns: Sequence[re.Pattern[str]], *, runs: bool = True
) -> Signs:
    """Return what a mention is recognised by. runs: False where nothing will be held against its runs of letters."""
    text = f"{mention.title}\n{mention.text}"
    batches = frozenset(m.group(m.lastindex or 0).upper() for p in patterns for m in p.finditer(text))
    return Signs(
        mention.kind,
        batches,
        products_of(mention),
        str(mention.first_id or mention.pk),
        shingles(text[:2000], int(book["letters"])) if runs else frozenset(),
    )


def products_of(mention: Mention | Said) -> frozenset[str]:
    """Return the products that were found in a mention."""
    return frozenset(a["name"] for a in mention.about if a.get("about") == WatchWord.About.PRODUCT and a.get("name"))


def belongs(seen: Signs, topics: Topics, book: Mapping[str, Any]) -> int:
    """Return how surely a mention is of an incident, 0 where it is not: the wave goes first, phrases last."""
    if seen.wave in topics.waves:
        return 5
    if seen.batches & topics.batches:
        return 4
    alike = bool(seen.kind) and seen.kind == topics.kind
    if not alike or (seen.batches and topics.batches):
        return 0
    if seen.products & topics.products:
        return 3
    if seen.kind in book["by_kind"] and not (seen.products and topics.products):
        return 2
    return 1 if len(seen.runs & topics.phrases) >= book["phrases"] else 0


def learnt(known: Sequence[Mapping[str, str]], found: Iterable[Signs], book: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return an incident's topics with those of its mentions: phrases anew, the rest added, what is there kept."""
    rows = list(found)
    topics = [dict(t) for t in known if t.get("of") != PHRASE]
    have = {(t["of"], t["word"]) for t in topics}
    for row in rows:
        words = [(BATCH, w) for w in sorted(row.batches)] + [(PRODUCT, w) for w in sorted(row.products)]
        for of, word in [*words, (WAVE, row.wave)]:
            if (of, word) not in have and len(have) < 200:
                have.add((of, word))
                topics.append({"of": of, "word": word})
    return topics + [{"of": PHRASE, "word": p} for p in phrases([r.runs for r in rows], book["learn"])]


def phrases(runs: Sequence[frozenset[str]], rules: Mapping[str, Any]) -> list[str]:
    """Return the runs of letters that many texts have in common, the most frequent first."""
    counted = Counter(run for one in runs for run in one)
    least = max(rules["times"], rules["share"] * len(runs))
    common = [(n, run) for run, n in counted.items() if n >= least]
    return [run for n, run in sorted(common, key=lambda c: (-c[0], c[1]))[: rules["most"]]]


def shown(incident: Incident) -> list[str]:
    """Return the topics as a person reads them: batches, products, and phrases put together where they run on."""
    named = words_of(incident, BATCH) + words_of(incident, PRODUCT)
    joined: list[str] = []
    for run in words_of(incident, PHRASE):
        for n, held in enumerate(joined):
            if run in held:
                break
            if held.endswith(run[:-1]):
                joined[n] = held + run[-1]
                break
            if held.startswith(run[1:]):
                joined[n] = run[0] + held
                break
        else:
            joined.append(run)
    low = [w.lower() for w in named]
    return named + [j for j in joined if not any(w in j or j in w or w[:3] in j for w in low)]


def words_of(incident: Incident, of: str) -> list[str]:
    """Return an incident's topics of one sort."""
    return [t["word"] for t in incident.topics if t.get("of") == of]
