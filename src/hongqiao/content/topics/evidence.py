"""What is known around topics on a day, read once for all of them: signals, the book, what was published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from hongqiao.book import queries as book
from hongqiao.book.models import Persona, Product
from hongqiao.content.models import Signal, Topic
from hongqiao.content.topics import history, settings
from hongqiao.knowledge import nodes
from hongqiao.methods import topics as method
from hongqiao.methods.sameness import plain
from hongqiao.methods.topics import Evidence, Idea, Moment, Near, Whom
from hongqiao.methods.topics.scoring import found
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand

LAUNCH = "launch"  # the node of a product's launch: launch:2026-09-10
_OWN_VOICES = (Topic.Source.COMMENT, Topic.Source.TICKET)


@dataclass(frozen=True)
class Heard:
    """A signal, as far as topics are held against it."""

    pk: Any
    kind: str
    text: str
    count: int
    day: date


class Around:
    """Everything a brand's topics are scored by. `day`: as which day they are looked at, today by default."""

    def __init__(self, brand: Brand, day: date | None = None) -> None:
        self.brand = brand
        self.today = day or figures.calendar_day(brand)
        self.rules = settings.rules(brand)
        self.weights = settings.in_force(brand).parts
        self.personas: dict[Any, Persona] = {p.pk: p for p in Persona.objects.filter(brand=brand)}
        self.products: dict[Any, Product] = {p.pk: p for p in Product.objects.filter(brand=brand)}
        written = book.book_of(brand)
        self.pillars = {p["code"]: p for p in written.pillars}
        self.lines = tuple((x.get("text", ""), tuple(x.get("words") or ())) for x in written.lines)
        self.own_words = tuple(str(w) for w in written.tone if isinstance(w, str))

    @cached_property
    def claims(self) -> list[Any]:
        """Return the claims in force that day."""
        return book.claims_in_force(self.brand, self.today)

    @cached_property
    def heard(self) -> list[Heard]:
        """Return the signals of the last days, as many as the rules say."""
        since = self.today - timedelta(days=self.rules["rules"]["mentions_days"])
        rows = Signal.objects.filter(brand=self.brand, day__gt=since, day__lte=self.today).order_by("-day", "-id")
        columns = ("pk", "kind", "text", "count", "day")
        return [Heard(**row) for row in rows.values(*columns)[: settings.limits()["rows"]]]

    @cached_property
    def places(self) -> dict[str, int]:
        """Return text → its place by count among what is searched and asked for most, 1 the first."""
        times: Counter[str] = Counter()
        for s in self.heard:
            if s.kind in (Signal.Kind.SEARCH, Signal.Kind.TICKET):
                times[s.text] += s.count
        ordered = sorted((n for n in times.items() if n[1] > 1), key=lambda n: (-n[1], n[0]))
        return {text: place for place, (text, _n) in enumerate(ordered, 1)}

    @cached_property
    def past(self) -> list[history.Past]:
        """Return what was published in the days that a repetition counts."""
        since = self.today - timedelta(days=self.rules["rules"]["alike_days"])
        return [p for p in history.pieces(self.brand) if since <= p.day <= self.today]

    @property
    def declined_since(self) -> datetime:
        """Return since when an idea that was declined stays away."""
        return timezone.now() - timedelta(days=self.rules["proposals"]["declined_days"])

    def score(self, topic: Topic) -> tuple[method.Score, list[method.Gate]]:
        """Return a topic's score and what forbids it, as the rules have it; parts set by hand are not looked at."""
        idea, seen = self.idea(topic), self.seen(topic)
        return method.score(idea, seen, self.rules, self.weights), method.gates(idea, seen, self.rules)

    def idea(self, topic: Topic) -> Idea:
        """Return what a topic says of itself."""
        return Idea(
            title=topic.title,
            text=topic.pain,
            claim=topic.claim,
            platforms=tuple(topic.platforms),
            form=topic.form,
            hours=float(topic.hours) if topic.hours is not None else None,
            proven=any(e.get("url") or e.get("cite") for e in topic.evidence if isinstance(e, dict)),
            selling=bool(self.pillars.get(topic.pillar, {}).get("selling")),
        )

    def seen(self, topic: Topic) -> Evidence:
        """Return what is known around a topic."""
        heard = self.mentions(topic)
        places = [self.places[s.text] for s in heard if s.text in self.places]
        product = self.products.get(topic.product_id)
        persona, renewed = self.personas.get(topic.persona_id), self.renewed(topic)
        return Evidence(
            today=self.today,
            whom=whom(persona) if persona else None,
            mentions=sum(s.count for s in heard),
            place=min(places, default=0),
            pillar=self.pillars.get(topic.pillar, {}).get("label", ""),
            product=product.name if product else "",
            claims=sum(c.product_id == topic.product_id for c in self.claims),
            own_words=self.own_words,
            moment=moment(topic.node),
            hot_hours=_left(topic.hot_until),
            near=tuple(Near(p.title, round(s, 2), p.own) for p, s in self.alike(topic) if not _same(p, renewed)),
            renews=renewed.title if renewed else "",
            exclusive=topic.source in _OWN_VOICES or any(e.get("own") for e in topic.evidence if isinstance(e, dict)),
            lines=self.lines,
            claims_held=tuple(c.text for c in self.claims),
        )

    def terms(self, topic: Topic) -> list[str]:
        """Return the words that a topic says of its persona, product, node: by which a signal is about it."""
        persona, product = self.personas.get(topic.persona_id), self.products.get(topic.product_id)
        node = moment(topic.node)
        words = [
            *(persona.words if persona else ()),
            *([product.name, *product.aliases] if product else ()),
            *(node.words if node else ()),
            *self.rules["cues"]["people"],
        ]
        return found(words, f"{topic.title}\n{topic.pain}")

    def mentions(self, topic: Topic) -> list[Heard]:
        """Return the signals that speak of a topic: they say two of its words, one where it has only one."""
        terms = [t.lower() for t in self.terms(topic)]
        need = min(2, len(terms))
        if not need:
            return []
        return [s for s in self.heard if sum(t in s.text.lower() for t in terms) >= need]

    def renewed(self, topic: Topic) -> history.Past | None:
        """Return the own piece that a topic takes up again, None where it takes up none of the days that count."""
        key = topic.origin.get("content") if topic.source == Topic.Source.HISTORY else None
        return next((p for p in self.past if p.own and p.key == key), None) if key else None

    def alike(self, topic: Topic) -> list[tuple[history.Past, float]]:
        """Return what was published and is like a topic, the most alike first."""
        least = self.rules["rules"]["alike"]
        return [
            (self.past[n], share)
            for n, share in method.nearest(topic.title, (p.title for p in self.past), least=least, most=20)
        ]


def _same(piece: history.Past, renewed: history.Past | None) -> bool:
    """Whether a piece is the renewed one, or it sent out elsewhere under the same title."""
    return renewed is not None and piece.own and plain(piece.title) == plain(renewed.title)


def whom(persona: Persona) -> Whom:
    """Return a persona as a topic is held against it: its words, and what its scenes and needs name."""
    return Whom(persona.name, tuple(dict.fromkeys([*persona.words, *persona.needs])), tuple(persona.platforms))


def moment(key: str) -> Moment | None:
    """Return the moment of a topic's node, None where it has none."""
    if not key:
        return None
    code, _, rest = key.partition(":")
    if code == LAUNCH:
        try:
            day = date.fromisoformat(rest)
        except ValueError:
            return None
        told = settings.shipped("ideas")["launch"]
        return Moment(
            "新品上市",
            day,
            day + timedelta(days=told["after"]),
            day - timedelta(days=told["prep"]),
            tuple(told["terms"]),
        )
    node = nodes.find(key)
    return Moment(node.label, node.first, node.last, node.prep, node.words, node.solemn) if node else None


def _left(until: datetime | None) -> float | None:
    return None if until is None else (until - timezone.now()).total_seconds() / 3600
